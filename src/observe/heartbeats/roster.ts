import { randomUUID } from "node:crypto";
import type { Stamp } from "../../kernel/clock.ts";
import { randomToken } from "../../kernel/ids.ts";
import type { Job } from "../../kernel/model/job.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { StoredJob } from "../../storage/ledger/nouns/jobs.ts";
import type { Batch } from "./intake.ts";
import { emptyRecord } from "./record.ts";

const pingKeySetting = "jobs.ping-key";
/** What a job made by a report is given, as Healthchecks does: a day, and an hour. */
const madeByReport = { everyMs: 86_400_000, graceMs: 3_600_000 };
/** Jobs that reports may make: whoever has the key must not fill the disk. */
export const mostMade = 1_000;

/** The job as it is waited for; null: nobody waits for it any more. */
export function jobOf({ key, declared }: StoredJob, site: Site): Job | null {
  const written = site.jobs.get(key);
  if (written !== undefined) return written;
  if (declared) return null;
  const { everyMs, graceMs } = madeByReport;
  return { key, name: key, on: null, schedule: { kind: "every", everyMs }, graceMs };
}

/** The site's key for reports by name, made once. */
export async function readPingKey(ledger: Ledger): Promise<string> {
  return ledger.transaction(async (tx) => {
    const known = await tx.setting(pingKeySetting);
    if (known !== null) return known;
    const made = randomToken();
    await tx.putSetting(pingKeySetting, made);
    return made;
  });
}

/** Gives every job of the configuration its address at first sight. */
export async function declareJobs({ tx, at, job, put }: Batch, site: Site): Promise<void> {
  for (const key of site.jobs.keys()) {
    const before = job(key);
    if (before?.declared === true) continue;
    put(before === undefined ? newJob(key, at) : { ...before, declared: true });
    if (before !== undefined) continue;
    await tx.append({ kind: "job.key-made", actor: "koboshi", incidentId: null, data: { job: key } });
  }
}

/** A job that nobody declared and that reports all the same. */
export async function makeJob({ tx, at }: Batch, key: string): Promise<StoredJob> {
  await tx.append({ kind: "job.created", actor: "koboshi", incidentId: null, data: { job: key } });
  return { ...newJob(key, at), declared: false };
}

function newJob(key: string, createdAt: Stamp): StoredJob {
  return { key, uuid: randomUUID(), declared: true, createdAt, pausedAt: null, record: emptyRecord };
}
