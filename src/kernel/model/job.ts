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
  /** whether it does harm when it runs twice; left out or null: nobody said */
  readonly isSafeTwice?: boolean | null;
  /** what becomes of a run that maintenance kept from happening; left out: it is asked */
  readonly afterMaintenance?: "run" | "ask" | "skip";
}

export const pingKinds = ["success", "start", "fail", "log"] as const;
export type PingKind = (typeof pingKinds)[number];

/** One report of a job, as it came. Text of it is foreign. */
export interface JobPing {
  /** 1, 2, 3 … of this job */
  readonly number: number;
  readonly kind: PingKind;
  readonly at: Stamp;
  /** what the job's program ended with, 0 to 255; null when it was not told */
  readonly exitCode: number | null;
  /** which run it belongs to, a UUID; null when it was not told */
  readonly runId: string | null;
  /** since the start of the same run; null without one */
  readonly durationMs: number | null;
  /** the sender's address */
  readonly from: string;
  readonly method: string;
  /** what the sender calls itself */
  readonly agent: string;
  /** the first bytes of what came with it, as text; null when nothing did or it is no longer kept */
  readonly body: string | null;
  /** how much came with it, also of what was not kept */
  readonly bodyBytes: number;
}

/** A report before it is taken in. */
export type NewPing = Omit<JobPing, "number" | "at" | "durationMs"> & { readonly to: PingTarget };

/** The address a report was sent to: a job's own, or the site's key with the job's name behind it. */
export type PingTarget =
  | { readonly uuid: string }
  | {
      readonly key: string;
      readonly slug: string;
      /** a job nobody declared is made */
      readonly create: boolean;
    };

/** `ok` and `created`: it is on disk. All others: it was not taken. */
export type PingAnswer = "ok" | "created" | "not-found" | "ambiguous" | "too-often";

/** Where a job reports to; whoever knows it can report for the job. */
export interface JobAddress {
  readonly uuid: string;
  /** the site's key, the same for every job */
  readonly pingKey: string;
  readonly slug: string;
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
  readonly schedule: JobSchedule | null;
  readonly graceMs: number;
  /** false: made by a report with `create=1` */
  readonly declared: boolean;
  /** why it is `down` or `warning`; null when it is neither */
  readonly trouble: "late" | "unfinished" | "failed" | null;
}
