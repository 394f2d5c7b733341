import type { KoboshiError } from "./errors.ts";
import type { Result } from "./result.ts";

/** One line as it is shown: secrets are masked before it is stored. */
export interface LogEntry {
  /** where the line lies in the order of arrival, unique; null for lines that came another way */
  readonly seq: number | null;
  /** Unix epoch UTC: the line's own time, or when it arrived */
  readonly atMs: number;
  /** `web1:/var/log/httpd/error_log`, `syslog:192.0.2.7` */
  readonly source: string;
  /** the host's key; null: no host of the file */
  readonly host: string | null;
  readonly program: string | null;
  /** 0 emergency … 7 debug; null: not said */
  readonly severity: number | null;
  readonly format: string | null;
  readonly templateId: string | null;
  readonly fields: Readonly<Record<string, string | number>>;
  readonly text: string;
}

export interface LogSearch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly host?: string;
  readonly source?: string;
  readonly program?: string;
  readonly templateId?: string;
  /** 3 gives 0 (emergency) to 3 (error) */
  readonly severityAtMost?: number;
  readonly fields?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly before?: { readonly atMs: number; readonly seq: number };
  /** 1 to 1,000 */
  readonly limit: number;
}

export type TemplateNews = "new" | "surging" | "rare" | "gone" | "usual";

/** One shape of lines in a window, beside the window it is compared with. */
export interface TemplateRow {
  readonly source: string;
  readonly host: string | null;
  readonly templateId: string;
  /** variable parts as `<*>` */
  readonly template: string;
  readonly news: TemplateNews;
  /** lines in the window */
  readonly count: number;
  /** lines in the window compared with, scaled to the same length */
  readonly usual: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly severity: number | null;
  /** the newest line of it, at most 500 characters */
  readonly example: string;
}

export interface TemplatesAround {
  readonly fromMs: number;
  readonly toMs: number;
  /** the window compared with; null: nothing was kept from then, so nothing can be called new or gone */
  readonly comparedFromMs: number | null;
  readonly rows: readonly TemplateRow[];
}

/** `following` new lines are taken as they come · `waiting` connected or listening, nothing came yet · `missing` not there yet · `failed` cannot be read */
export type LogSourceState = "following" | "waiting" | "missing" | "failed";

export interface LogSource {
  readonly key: string;
  readonly host: string | null;
  readonly kind: "file" | "ssh" | "agent" | "syslog-udp" | "syslog-tcp" | "sender";
  /** the file, or the address listened on */
  readonly at: string;
  readonly state: LogSourceState;
  /** why it cannot be read, as a word; null while it can */
  readonly problem: LogProblem | null;
  /** as the system says it, bounded */
  readonly seen: string;
  /** how its lines are read; null: none came yet */
  readonly format: string | null;
  /** bytes of the file that are not read yet */
  readonly lagBytes: number;
  /** messages or lines that had to be let go since the start */
  readonly dropped: number;
  /** when its newest line arrived */
  readonly lastAtMs: number | null;
  readonly lines: number;
}

export const logSourceStates = [
  "following",
  "waiting",
  "missing",
  "failed",
] as const satisfies readonly LogSourceState[];

export const logProblems = [
  "not-there",
  "denied",
  "not-a-file",
  "read-failed",
  "ssh-key-missing",
  "host-key-unknown",
  "host-key-changed",
  "ssh-refused",
  "ssh-unreachable",
  "port-taken",
  "port-denied",
  "listen-failed",
  "spool-full",
  "rotated-away",
  "rotated-denied",
  "key-restricted",
  "agent-restricted",
  "agent-silent",
] as const;
export type LogProblem = (typeof logProblems)[number];

export interface LogState {
  readonly sources: readonly LogSource[];
  /** accepted and on disk, not searchable yet */
  readonly backlogBytes: number;
  /** the most that may wait */
  readonly mostBacklogBytes: number;
  /** lines made searchable since the start */
  readonly lines: number;
  /** what keeps lines from being stored; null while nothing does */
  readonly blockedBy: string | null;
  /** signals that were not opened because enough of the same host are open */
  readonly heldBack: number;
}

/** How an agent stands with one log of its host. */
export interface SentSource extends Pick<LogSource, "state" | "problem" | "seen" | "lagBytes" | "dropped"> {
  readonly path: string;
}

/** Whole lines of one log, as an agent read them. */
export interface SentRecord {
  readonly path: string;
  /** rises from one record to the next, within one epoch */
  readonly seq: number;
  /** by the agent's clock, as is `sentAtMs` */
  readonly readAtMs: number;
  /** its last line was longer than is kept */
  readonly isCut: boolean;
  readonly body: Buffer;
}

export interface SentLogs {
  readonly host: string;
  /** which of the agent's memories the numbers belong to: one that was lost begins anew */
  readonly epoch: string;
  readonly sentAtMs: number;
  readonly sources: readonly SentSource[];
  /** in the order they were read */
  readonly records: readonly SentRecord[];
}

export interface SentAnswer {
  /** so many of the records, from the first on, are kept here now; the others may come again */
  readonly taken: number;
  /** the logs to follow from now on */
  readonly paths: readonly string[];
}

/** Log lines: searched, watched as they come, and compared with what is usual; owned by the observation. */
export interface LogDesk {
  /** newest first */
  search(query: LogSearch): Promise<readonly LogEntry[]>;
  /** `listener` hears every line made searchable from now on; ends with the function returned. */
  tail(listener: (entries: readonly LogEntry[]) => void): () => void;
  /** New, surging and gone first. `compareMs`: how long before it the window compared with lies */
  templatesAround(input: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly compareMs: number;
    readonly host?: string;
  }): Promise<TemplatesAround>;
  state(): LogState;
  /** Takes what an agent sends of its own host; on disk when it resolves. KB1002 unknown host, KB4204 the file names no agent there */
  takeSent(sent: SentLogs): Promise<Result<SentAnswer, KoboshiError>>;
}
