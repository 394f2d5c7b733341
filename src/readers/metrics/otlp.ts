/** Metrics and log records as OpenTelemetry sends them, whichever way they were written. Times Unix epoch UTC in ms. */
export type Attributes = Readonly<Record<string, string>>;

export interface OtlpMetric {
  /** of the sender: `host.name`, `service.name` … */
  readonly resource: Attributes;
  readonly name: string;
  /** UCUM, as sent; empty when none is given */
  readonly unit: string;
  readonly kind: "gauge" | "sum" | "histogram" | "summary";
  /** each point tells only what was added since the one before */
  readonly isDelta: boolean;
  readonly points: readonly OtlpPoint[];
}

export interface OtlpPoint {
  readonly attributes: Attributes;
  /** null: the sender gave none */
  readonly atMs: number | null;
  /** of gauges and sums */
  readonly value: number | null;
  readonly count: number | null;
  readonly sum: number | null;
  /** one longer than `bounds`: the last is what lies above */
  readonly bucketCounts: readonly number[];
  readonly bounds: readonly number[];
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export interface OtlpLog {
  readonly resource: Attributes;
  readonly attributes: Attributes;
  readonly atMs: number | null;
  /** 1 trace … 24 fatal; 0: not said. Source: OpenTelemetry logs data model, SeverityNumber */
  readonly severityNumber: number;
  readonly body: string;
}

export const emptyPoint: OtlpPoint = {
  attributes: {},
  atMs: null,
  value: null,
  count: null,
  sum: null,
  bucketCounts: [],
  bounds: [],
  quantiles: [],
};

/** Why a request cannot be read: `malformed`, or more in it than one request may bring. */
export class OtlpUnreadable extends Error {
  readonly reason: "malformed" | "too-many";

  constructor(reason: "malformed" | "too-many", why: string) {
    super(why);
    this.name = "OtlpUnreadable";
    this.reason = reason;
  }
}

/** A collector's batch has 8,192 at most as shipped; ten times that keeps one request from holding everything up. */
const mostPoints = 100_000;
/** What is nested deeper than this is left out. */
export const deepestValue = 6;

export interface Budget {
  /** @throws OtlpUnreadable when that is one too many */
  spend(): void;
}

export function createBudget(): Budget {
  let left = mostPoints;
  return {
    spend() {
      left -= 1;
      if (left < 0) throw new OtlpUnreadable("too-many", `more than ${mostPoints} points or records in one request`);
    },
  };
}

/** A point that says there is no value now. Source: opentelemetry-proto, DataPointFlags */
export const noRecordedValue = 1;

/** Nanoseconds since 1970 as milliseconds; null for 0, which means not known. */
export function nanosToMs(nanos: number): number | null {
  return Number.isFinite(nanos) && nanos > 0 ? Math.floor(nanos / 1_000_000) : null;
}
