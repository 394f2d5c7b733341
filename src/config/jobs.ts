import { readSchedule } from "../readers/schedule/schedule.ts";
import type { Job, JobSchedule } from "../kernel/model/job.ts";
import type { Site } from "../kernel/model/site.ts";
import { draft, type Draft } from "./finding.ts";
import type { RootConfig } from "./schema.ts";

type JobConfig = NonNullable<RootConfig["jobs"]>[string];

/** The jobs as they are waited for. */
export function compileJobs(config: RootConfig): {
  readonly jobs: Map<string, Job>;
  readonly drafts: readonly Draft[];
} {
  const entries = Object.entries(config.jobs ?? {});
  const jobs = entries.map(([key, job]): [string, Job] => [
    key,
    {
      key,
      name: job.name ?? key,
      on: job.on?.replace(/^host:/, "") ?? null,
      schedule: scheduleOf(job, config.site.timezone),
      graceMs: job.grace,
      isSafeTwice: safeTwice[job.safe_twice],
      afterMaintenance: job.after_maintenance,
    },
  ]);
  return { jobs: new Map(jobs), drafts: entries.flatMap(([key, job]) => twice(key, job)) };
}

const safeTwice = { yes: true, no: false, unknown: null } as const;

/** A fixed time goes before a distance: it says more. */
function scheduleOf({ at, every, timezone }: JobConfig, siteZone: string): JobSchedule | null {
  if (at !== undefined) {
    const read = readSchedule(at, timezone ?? siteZone);
    if (read.ok) return read.value;
  }
  return every === undefined ? null : { kind: "every", everyMs: every };
}

function twice(key: string, { at, every }: JobConfig): Draft[] {
  if (at === undefined || every === undefined) return [];
  const path = ["jobs", key, "every"];
  return [
    draft({
      severity: "warning",
      code: "two-schedules",
      path,
      part: "key",
      say: (w) => w.twoSchedules,
      hint: (w) => w.keepOne,
    }),
  ];
}

/** Who watches koboshi itself. */
export function compileWatchers({ watchdog, peers }: RootConfig): Pick<Site, "watchdog" | "peers"> {
  return {
    watchdog: watchdog === undefined ? null : { ping: watchdog.ping, everyMs: watchdog.every },
    peers: (peers ?? []).map(({ hub, token = null }) => ({ hub: hub.replace(/\/+$/, ""), token })),
  };
}
