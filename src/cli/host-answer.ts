import { KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import type { Severity } from "../kernel/model/signal.ts";
import type { StateWord } from "../kernel/model/status.ts";
import { hostWords } from "../words/hosts.ts";
import { wallTime } from "./incident-text.ts";

/** A host as the API shows it. */
export interface HostAnswer {
  readonly key: string;
  readonly at: string | null;
  readonly address: string;
  readonly by: "ssh" | "agent" | null;
  readonly state: StateWord;
  readonly silence: {
    readonly reason: string;
    readonly message: string;
    readonly fix: string;
    readonly text: string;
  } | null;
  readonly readAt: string | null;
  readonly findings: readonly {
    readonly kind: string;
    readonly item: string | null;
    readonly severity: Severity;
    readonly message: string;
    readonly next: string;
  }[];
  readonly hostKey: { readonly pinned: string | null; readonly pinnedBy: string | null; readonly seen: string | null };
  readonly clock: { readonly offsetSeconds: number; readonly uncertaintySeconds: number } | null;
}

/** The host a command is about. @throws KoboshiError KB1001 without one */
export function hostKeyOf(args: readonly string[], command: string): string {
  const [key] = args;
  if (key === undefined) throw new KoboshiError("KB1001", { what: `${command} HOST` });
  return key;
}

export function hostUrl(key: string, lang: Lang, more = ""): string {
  return `/api/v1/hosts/${encodeURIComponent(key)}${more}?lang=${lang}`;
}

/** Why it is not simply well, in one line. */
export function hostSummary(host: HostAnswer, lang: Lang): string {
  const say = hostWords(lang);
  if (host.silence !== null) return say.because(host.silence.message);
  const [worst, ...others] = host.findings;
  if (worst === undefined) return say.allRight;
  return others.length === 0 ? worst.message : `${worst.message} ${say.more(others.length)}`;
}

/** One host in the lines a person reads first: what is wrong with what to do, then where and when it was read. */
export function hostLines(host: HostAnswer, lang: Lang): readonly string[] {
  const say = hostWords(lang);
  const { silence, findings, hostKey, readAt } = host;
  return [
    ...(silence === null ? [] : [`  ${say.because(silence.message)}`, `  ${say.todo(silence.fix)}`]),
    ...(hostKey.seen === null ? [] : [`  ${say.keySeen(hostKey.seen)}`]),
    ...(hostKey.pinned === null ? [] : [`  ${say.keyPinned(hostKey.pinned)}`]),
    ...findings.flatMap(({ message, next }) => [`  ${message}`, ...(next === "" ? [] : [`      → ${next}`])]),
    `  ${host.address}${host.by === null ? "" : ` ${host.by}`}  ${say.seen}: ${readAt === null ? say.neverSeen : wallTime(readAt, lang)}`,
  ];
}
