import type { ErrorCode } from "../../kernel/errors.ts";
import type { Observation, Outcome } from "../../kernel/model/observation.ts";

/**
 * What was measured: large, append-only, never the place of a decision. It may be slow, full or damaged without anything
 * else noticing: appending never throws and never waits. What could not be stored is counted and told.
 */
export interface Telemetry {
  /** Takes rows into memory; they are on disk within a few seconds. */
  readonly append: TelemetryAppend;
  readonly logs: LogStore;
  readonly read: TelemetryReads;
  /** Resolves when everything appended before is stored, or known to be not storable. */
  flush(): Promise<void>;
  state(): TelemetryState;
  /** Stores what waits, then closes. */
  close(): Promise<void>;
}

export interface TelemetryAppend {
  observation(observation: Observation): void;
  metric(point: MetricPoint): void;
  log(line: LogLine): void;
}

/** One value of one series. */
export interface MetricPoint {
  /** what is measured, with its unit: `koboshi_check_seconds`, `diskFreeBytes` */
  readonly name: string;
  /** `host:web1`, `check:shop/http:…` */
  readonly subject: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Unix epoch, UTC */
  readonly atMs: number;
}

export interface LogLine {
  readonly atMs: number;
  /** `host:web1` and the file, or the sender of a syslog line */
  readonly source: string;
  readonly host: string | null;
  /** 0 emergency … 7 debug, as in RFC 5424; null: not known */
  readonly severity: number | null;
  readonly text: string;
  /** what wrote it: `sshd`, `postfix/smtpd` */
  readonly program?: string;
  /** how it was read: `nginx-access`, `plain` */
  readonly format?: string;
  /** which shape of lines it is one of, within its source */
  readonly templateId?: string;
  /** what the format found in it; bounded */
  readonly fields?: Readonly<Record<string, string | number>>;
  /** rises from line to line over all sources, unique; absent for lines that came without the spool */
  readonly seq?: number;
}

/** A line with its place in the spool: its number tells whether it is stored already. */
export type NumberedLine = LogLine & { readonly seq: number };

/** Lines that must neither be lost nor stored twice. */
export interface LogStore {
  /**
   * Stores lines in rising order of `seq`; they are on disk when it resolves. Those stored before are passed over, so that
   * the same lines may be given again after a failure or a kill. @returns the lines that were new and young enough to be kept
   * @throws what keeps them from being stored; some may have been
   */
  store(lines: readonly NumberedLine[]): Promise<readonly NumberedLine[]>;
  /** From now on the lines of these sources are kept for so many milliseconds, where that is shorter than for all lines. */
  keepSources(keptMs: ReadonlyMap<string, number>): void;
}

/**
 * Reads never reject and never keep anyone waiting for long: a day that cannot be read is left out, and `state()` says why.
 * No rows therefore means "not measured", never "all well".
 */
export interface TelemetryReads {
  /** newest first */
  observations(query: ObservationQuery): Promise<readonly StoredObservation[]>;
  /** In steps of `stepMs` from `fromMs`; steps without an attempt are absent. Ordered by check, vantage, time. */
  series(query: SeriesQuery): Promise<readonly SeriesStep[]>;
  /** Stretches in which these checks were attempted by someone who could see, in steps of `stepMs`, in order of time. */
  coverage(query: SeriesQuery): Promise<readonly CoverageStep[]>;
  /** oldest first */
  metrics(query: MetricQuery): Promise<readonly MetricPoint[]>;
  /** newest first */
  logs(query: LogQuery): Promise<readonly LogLine[]>;
  /** How many lines of each source and template there are in the range; the most frequent first. */
  logTemplates(query: LogQuery): Promise<readonly TemplateCount[]>;
}

export interface Range {
  /** Unix epoch UTC, inclusive */
  readonly fromMs: number;
  /** Unix epoch UTC, exclusive */
  readonly toMs: number;
}

export interface ObservationQuery extends Range {
  /** all when left out */
  readonly checkIds?: readonly string[];
  readonly vantage?: string;
  readonly outcomes?: readonly Outcome[];
  readonly limit: number;
}

/** An observation as it is kept: its facts as they were, bounded. */
export type StoredObservation = Omit<Observation, "monotonicMs">;

export interface SeriesQuery extends Range {
  readonly checkIds: readonly string[];
  readonly stepMs: number;
}

export interface SeriesStep {
  readonly checkId: string;
  readonly vantage: string;
  /** when the step begins */
  readonly atMs: number;
  readonly attempts: number;
  readonly downs: number;
  readonly degradeds: number;
  readonly unknowns: number;
  /**
   * Of attempts that answered (up, degraded); null when there was none. In steps longer than an hour, of days gone by: the
   * median of the hours' medians.
   */
  readonly medianMs: number | null;
  /** In steps longer than an hour, of days gone by: the mean of the hours' values, by their number of answers. */
  readonly p95Ms: number | null;
}

export interface CoverageStep {
  readonly checkId: string;
  readonly atMs: number;
  /** attempts that could see: up, degraded or down */
  readonly sighted: number;
}

export interface MetricQuery extends Range {
  readonly name: string;
  readonly subject?: string;
  readonly limit: number;
}

export interface LogQuery extends Range {
  readonly source?: string;
  readonly host?: string;
  readonly program?: string;
  readonly templateId?: string;
  /** the least severe that is wanted: 3 gives 0 to 3 */
  readonly severityAtMost?: number;
  /** each must be there with exactly this value */
  readonly fields?: Readonly<Record<string, string>>;
  /** only lines older than this one: where the answer before ended */
  readonly before?: { readonly atMs: number; readonly seq: number };
  /** looked for as it stands, case-insensitive */
  readonly text?: string;
  readonly limit: number;
}

/** The lines of one template of one source. */
export interface TemplateCount {
  readonly source: string;
  readonly host: string | null;
  /** null: lines that were stored without one */
  readonly templateId: string | null;
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** the most severe; null: not known */
  readonly severity: number | null;
  /** the newest of them */
  readonly example: string;
}

export interface TelemetryState {
  /** why rows cannot be stored now, as the system says it; null while they can */
  readonly blockedBy: string | null;
  /** the same as a code with words for people, KB21xx; null while rows can be stored */
  readonly blockedCode: ErrorCode | null;
  /** rows lost since the start: memory for waiting rows is bounded, and rows older than what is kept are not taken */
  readonly lostRows: number;
  readonly waitingRows: number;
  /** days whose file was found damaged and was set aside, `2026-11-22` */
  readonly damagedDays: readonly string[];
  readonly sizeBytes: number;
}
