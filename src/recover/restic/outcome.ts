import { safeText } from "../../clients/safe-text.ts";

/** How restic ended: one of few, whatever its version. */
export const resticEnds = [
  "ok",
  "incomplete",
  "no-repository",
  "no-bucket",
  "locked",
  "wrong-password",
  "no-space",
  "refused",
  "unreachable",
  "untrusted",
  "clock-skew",
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
  [/repository is already locked|already locked exclusively/i, "locked"],
  [/no space left on device|disk quota exceeded|insufficient storage|\b507\b/i, "no-space"],
  [
    /x509: |certificate signed by unknown authority|tls: failed to verify certificate|read root certificate/i,
    "untrusted",
  ],
  [/difference between the request time and the server's time|RequestTimeTooSkewed/i, "clock-skew"],
  [
    /connection refused|no such host|i\/o timeout|connection reset|network is unreachable|no route to host|unable to start the sftp session|host key verification failed|permission denied \(publickey|tls: /i,
    "unreachable",
  ],
  [
    /\b40[13]\b|forbidden|access ?denied|unauthorized|permission denied|read-only file system|operation not permitted|access key id you provided|request signature we calculated|InvalidAccessKeyId|SignatureDoesNotMatch/i,
    "refused",
  ],
  [/specified bucket does not exist|NoSuchBucket/i, "no-bucket"],
  [
    /unable to open config file|is there a repository at the following location|repository does not exist/i,
    "no-repository",
  ],
  [/unable to create lock/i, "locked"],
  [/signal interrupt received|context canceled/i, "interrupted"],
];

/** What was tried again is not yet how it ended. */
const retried = /returned error, retrying after /;
/** A name of a function, above its file and line. */
const frame = /^\t\S+:\d+$/;
const shownLines = 3;

/** Reads how restic ended; a status nobody knows is a failure. */
export function readOutcome({ code, stderr, timedOut = false }: ResticEnded): ResticOutcome {
  const { last, before } = sayings(stderr);
  const lasting = { code, stderr: last.join("\n"), timedOut };
  const end = endOf(lasting);
  const text = safeText(words(last, before), []);
  return { end: end === "failed" ? endOf({ code, stderr, timedOut }) : end, code, text };
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

interface Sayings {
  /** what it ended with; of an error that comes with its stack, what failed first is last, as in a sentence */
  readonly last: readonly string[];
  /** why it tried again */
  readonly before: readonly string[];
}

function sayings(stderr: string): Sayings {
  const lines = stderr.split("\n");
  const isFrame = (at: number): boolean => frame.test(lines[at] ?? "");
  const said = lines.filter((line, at) => line.trim() !== "" && !isFrame(at) && !isFrame(at + 1)).map(messageOf);
  const before = said.filter((line) => retried.test(line));
  const last = said.filter((line) => !retried.test(line));
  const hasStack = lines.some((_, at) => isFrame(at));
  return { last: hasStack ? [last.toReversed().join(": ")] : last, before };
}

/** Since 0.18 an error is a line of JSON. */
function messageOf(line: string): string {
  if (!line.startsWith("{")) return line;
  const message = /"message":("(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))*")/i.exec(line)?.[1];
  return message === undefined ? line : (JSON.parse(message) as string);
}

/** The sentences that say why: `Fatal:` when there is one, else from where what is known begins, else what was said last. */
function words(last: readonly string[], before: readonly string[]): string {
  const fatal = last.filter((line) => line.startsWith("Fatal:"));
  if (fatal.length > 0) return fatal.join(" ");
  if (last.length === 0) return before.at(-1) ?? "";
  const known = last.findIndex((line) => byText.some(([pattern]) => pattern.test(line)));
  return (known === -1 ? last.slice(-shownLines) : last.slice(known, known + shownLines)).join(" ");
}
