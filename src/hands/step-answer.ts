/** What a machine says of a step. `none`: it was never claimed; `unknown`: it was, and nobody can say what became of it. */
const stepStandings = ["started", "running", "done", "unknown", "none", "rebooted", "no-folder", "no-tools"] as const;
type StepStanding = (typeof stepStandings)[number];

export interface StepAnswer {
  readonly standing: StepStanding;
  /** of a step that is done */
  readonly code: number | null;
  readonly bootId: string;
  /** what it printed, as it came; empty unless it is done */
  readonly output: string;
}

const form = /^@@koboshi-step ([a-z-]+) (-|\d{1,3}) ([\w-]{0,64})\n/m;
const closing = "\n@@koboshi-end\n";

/** What a login shell says before it does not count. @returns null when it did not come whole */
export function readStepAnswer(text: string): StepAnswer | null {
  const match = form.exec(text);
  const standing = stepStandings.find((one) => one === match?.[1]);
  if (match === null || standing === undefined) return null;
  const rest = text.slice(match.index + match[0].length);
  const end = rest.lastIndexOf(closing);
  if (end < 0) return null;
  const [, , code = "-", bootId = ""] = match;
  if (standing === "done" && code === "-") return null;
  return { standing, code: code === "-" ? null : Number(code), bootId, output: rest.slice(0, end) };
}
