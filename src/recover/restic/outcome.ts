import { safeText } from "../../clients/safe-text.ts";

/** How restic ended: one of few, whatever its version. */
export const resticEnds = [
  "ok",
  "incomplete",
  "no-repository",
  "locked",
  "wrong-password",
  "no-space",
  "refused",
  "unreachable",
  "interrupted",
  "no-program",
  "timeout",
  "failed",
] as const;
export type ResticEnd = (typeof resticEnds)[number];

export interface ResticOutcome {
  readonly end: ResticEnd;
  /** exit status; null: killed by a signal */
  readonly code: number | null;
  /** restic's own words, one line, bounded, without credentials of an address */
  readonly text: string;
}

export interface ResticEnded {
  readonly code: number | null;
  readonly stderr: string;
  readonly timedOut?: boolean;
}

/** Exit statuses that mean one thing in every version that has them. Source: restic documentation, «Exit codes», 0.17.1. */
const byCode: Readonly<Record<number, ResticEnd>> = {
  0: "ok",
  3: "incomplete",
  10: "no-repository",
  11: "locked",
  12: "wrong-password",
  126: "no-program",
  127: "no-program",
  130: "interrupted",
  137: "interrupted",
  143: "interrupted",
};

/** What versions without such statuses print; the first that is found counts. */
const byText: readonly (readonly [RegExp, ResticEnd])[] = [
  [/wrong password or no key found|no password found|an empty password is not/i, "wrong-password"],
  [/repository is already locked|unable to create lock in backend: repository|already locked exclusively/i, "locked"],
  [/no space left on device|disk quota exceeded|insufficient storage|507 /i, "no-space"],
  [
    /connection refused|no such host|i\/o timeout|connection reset|network is unreachable|no route to host|unable to start the sftp session|host key verification failed|permission denied \(publickey|tls: |x509: /i,
    "unreachable",
  ],
  [
    /unable to open config file|is there a repository at the following location|repository does not exist/i,
    "no-repository",
  ],
  [/\b403\b|forbidden|access denied|\b401\b|unauthorized|permission denied/i, "refused"],
  [/unable to create lock/i, "locked"],
  [/signal interrupt received|context canceled/i, "interrupted"],
];

/** Reads how restic ended; a status nobody knows is a failure. */
export function readOutcome({ code, stderr, timedOut = false }: ResticEnded): ResticOutcome {
  return { end: endOf({ code, stderr, timedOut }), code, text: words(stderr) };
}

function endOf({ code, stderr, timedOut }: Required<ResticEnded>): ResticEnd {
  if (timedOut) return "timeout";
  if (code === null) return "interrupted";
  const known = byCode[code];
  if (known !== undefined) return known;
  if (code === 255 && /^ssh|connection (?:closed|reset|refused|timed out)|host key/im.test(stderr))
    return "unreachable";
  if (code !== 1) return "failed";
  return byText.find(([pattern]) => pattern.test(stderr))?.[1] ?? "failed";
}

/** The line that says why: `Fatal:` when there is one, else what was said last. */
function words(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const fatal = lines.filter((line) => /^Fatal:|"message":/.test(line));
  return safeText((fatal.length > 0 ? fatal : lines.slice(-3)).join(" "), []);
}
