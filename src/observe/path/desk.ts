import type { Clock } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { MetricPoint } from "../../storage/telemetry/telemetry.ts";
import type { Lane } from "./lane.ts";
import type { PathSignals } from "./signals.ts";
import type { Watched } from "./watched.ts";

export interface PathDeps {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly log: Log;
  append(point: MetricPoint): void;
  /** writes confirmed changes down with all that follows from them */
  take(changes: readonly SignalChange[]): Promise<void>;
  /** Looks once from another vantage; null: no answer in time */
  look?(
    vantage: string,
    look: { readonly kind: string; readonly spec: unknown; readonly timeoutMs: number },
  ): Promise<ProbeResult | null>;
  readonly pace?: PathPace;
}

export interface PathPace {
  readonly burstEveryMs: number;
  readonly traceEveryMs: number;
  /** a trace that differs is repeated this soon */
  readonly confirmAfterMs: number;
}

export const usualPace: PathPace = { burstEveryMs: 60_000, traceEveryMs: 900_000, confirmAfterMs: 60_000 };

/** What every look at a way works with. */
export interface PathDesk extends PathDeps {
  readonly pace: PathPace;
  readonly watched: Map<string, Watched>;
  readonly signals: PathSignals;
  readonly bursts: Lane;
  readonly traces: Lane;
}

/** What the ledger cannot take now is not lost: whoever takes it keeps it and tries again. */
export function tell({ take, log }: PathDesk, changes: readonly SignalChange[]): void {
  if (changes.length === 0) return;
  take(changes).catch((thrown: unknown) => log.error("path signals not taken", { error: errorText(thrown) }));
}
