import type { Stamp } from "../clock.ts";
import type { ComponentId } from "./component.ts";
import type { Facts, Layer, ProbeError } from "./observation.ts";

/**
 * Why attention is asked for. `down` and `degraded` are confirmed by the decision rules; `partial`: one vantage alone
 * fails while others do not (nobody is woken); `blind`: a vantage cannot see at all; `undelivered`: a notice was given
 * up; `clock-jumped`: the hub's own wall clock was stepped; `late`: a job did not report when it was due; `failed`: a job
 * said that it failed; `alert`: another monitoring system says so; `vital`: a resource or unit of a host is beyond its
 * bound; `clock-off`: a host's clock is wrong or nothing keeps it right; `host-key`: a host shows another key than the
 * pinned one; `missed`: a job of a host's own schedule did not run; `log`: lines that are new, rare or come in a burst;
 * `hardware`: a machine's controller reports a fault; `path`: the way to a target changed or loses packets; `people`: people
 * say that they cannot reach it; `backup`: a backup, a copy of it or its repository is not as it must be; `window`: work is
 * not over though its time is, or it is not shown that everything is as before; `reported`: a person opened the incident by
 * hand, and it is over when a person says so.
 */
export const signalKinds = [
  "down",
  "degraded",
  "partial",
  "blind",
  "undelivered",
  "clock-jumped",
  "late",
  "failed",
  "alert",
  "vital",
  "clock-off",
  "host-key",
  "missed",
  "log",
  "hardware",
  "path",
  "people",
  "backup",
  "window",
  "reported",
] as const;
export type SignalKind = (typeof signalKinds)[number];

export const severities = ["critical", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

/** A confirmed, lasting deviation of one subject, open from `openedAt` to `closedAt`. */
export interface Signal {
  readonly id: string;
  readonly kind: SignalKind;
  /** the component that shows it: `service:shop`, `vantage:here`, `channel:mail` */
  readonly subject: ComponentId;
  readonly checkId: string | null;
  readonly severity: Severity;
  readonly openedAt: Stamp;
  /** first contrary attempt: when it really began, as far as we saw */
  readonly startedAt: Stamp;
  readonly closedAt: Stamp | null;
  /** what decided it */
  readonly layer: Layer | null;
  readonly error: ProbeError | null;
  readonly failingFrom: readonly string[];
  readonly workingFrom: readonly string[];
  readonly facts: Facts;
}

/** What the detector tells: `changed` when the vantages that see it, or its severity, are no longer the same. */
export interface SignalChange {
  readonly change: "opened" | "changed" | "closed";
  readonly signal: Signal;
}
