import { sleep, type Clock } from "../kernel/clock.ts";
import type { BackupPlan } from "../kernel/model/backup.ts";
import type { CopyState } from "../kernel/model/recovery.ts";
import type { Site } from "../kernel/model/site.ts";
import type { BackupStatus } from "../kernel/ports-recovery.ts";
import { copiesOf } from "./desk/deps.ts";
import { createMachines } from "./desk/machines.ts";
import { copiesNow, createKnownRecords } from "./desk/read-copies.ts";

/** A repository that does not answer keeps nobody waiting longer. */
const patienceMs = 8_000;

/** Every plan with what its repositories hold now, without a hub; one that does not answer in time is told as not read. */
export async function readBackupsHere({
  clock,
  site,
}: {
  readonly clock: Clock;
  readonly site: Site;
}): Promise<readonly BackupStatus[]> {
  const machines = createMachines({ clock, site: () => site });
  const recordsAt = createKnownRecords();
  const plans = [...(site.backups?.values() ?? [])];
  return Promise.all(
    plans.map(async (plan) => ({
      plan,
      copies: await copiesInTime(clock, plan, copiesNow({ clock, machines, recordsAt }, plan)),
      running: [],
      runs: [],
      restores: [],
      nextAtMs: null,
    })),
  );
}

async function copiesInTime(
  clock: Clock,
  plan: BackupPlan,
  reading: Promise<readonly CopyState[]>,
): Promise<readonly CopyState[]> {
  const waiting = new AbortController();
  const late = sleep(clock, patienceMs, waiting.signal).then(() => copiesOf(plan, []));
  try {
    return await Promise.race([reading, late]);
  } finally {
    waiting.abort();
  }
}
