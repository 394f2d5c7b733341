import type { Stamp } from "./clock.ts";
import type { Result } from "./result.ts";

/** One sender of metrics, or one address they are fetched from. */
export interface MetricSource {
  readonly kind: "otlp" | "scrape";
  /** the subject of its values, or the address without its query */
  readonly name: string;
  /** `host:web1`; `otlp:NAME` for a sender that is none of the hosts */
  readonly subject: string;
  /** series known of it */
  readonly series: number;
  /** values not taken because it has too many series, since the start */
  readonly refused: number;
  /** when values last came; null: never */
  readonly lastAt: Stamp | null;
  /** why the last attempt to fetch brought nothing, as it was said; null while it works */
  readonly error: { readonly code: string; readonly text: string } | null;
}

/** Where metrics come from besides our own looks; owned by the observation. */
export interface MetricSources {
  /** by name */
  sources(): readonly MetricSource[];
}

/** One request of an OpenTelemetry exporter or collector. */
export interface OtlpRequest {
  readonly form: "json" | "protobuf";
  /** unpacked */
  readonly body: Uint8Array;
}

/** What was not taken of a request that was. */
export interface OtlpTaken {
  readonly rejected: number;
  /** why, for the sender's log; empty when all was taken */
  readonly why: string;
}

export interface OtlpRefusal {
  readonly reason: "malformed" | "too-many";
  readonly why: string;
}

/** Takes in what OpenTelemetry's exporters and collectors send; owned by the observation. */
export interface OtlpIntake extends MetricSources {
  metrics(request: OtlpRequest): Result<OtlpTaken, OtlpRefusal>;
  /** Resolves when they survive a kill. @throws KoboshiError KB22xx when they cannot be taken now */
  logs(request: OtlpRequest): Promise<Result<OtlpTaken, OtlpRefusal>>;
}
