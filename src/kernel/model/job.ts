import type { Stamp } from "../clock.ts";
import type { StateWord } from "./status.ts";

/** When a job is due: at a fixed distance from the last time, by five crontab fields, or as a systemd timer's calendar. */
export type JobSchedule =
  | { readonly kind: "every"; readonly everyMs: number }
  | { readonly kind: "cron" | "calendar"; readonly expression: string; readonly timeZone: string };

/** Something that must happen regularly and reports by calling its address. Made from `jobs:`, or by `create=1`. */
export interface Job {
  /** key in the configuration, and the last part of its address */
  readonly key: string;
  readonly name: string;
  /** the host it runs on */
  readonly on: string | null;
  /** null: reports whenever it likes; only a failure is a signal */
  readonly schedule: JobSchedule | null;
  /** how late it may be, and how long one run may take after its start was told */
  readonly graceMs: number;
}

/** How a job stands now. */
export interface JobStatus {
  readonly key: string;
  readonly name: string;
  readonly on: string | null;
  /** `ok`, `warning` (late, within its grace), `down` (missed or failed), `unknown` (never heard of), `paused` */
  readonly state: StateWord;
  readonly lastPingAt: Stamp | null;
  readonly lastSuccessAt: Stamp | null;
  /** a start was told and no end yet */
  readonly runningSince: Stamp | null;
  readonly lastDurationMs: number | null;
  /** the run that is waited for next, or that is missing; null without a schedule */
  readonly expectedAtMs: number | null;
  /** from when on it counts as missed */
  readonly lateAtMs: number | null;
}
