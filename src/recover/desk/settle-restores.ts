import { stampNow, type Stamp } from "../../kernel/clock.ts";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import { sweepFolder } from "../drill/room-wipe.ts";
import { append, type Works } from "./deps.ts";
import { drillsHere } from "./drills.ts";

/** Trouble of a run whose hub was gone before the run had ended. */
const hubEnded = { code: "hub-ended", text: "" } as const;

/**
 * After a restart: nothing of an earlier process is under way any more. A restore stays as far as it came and goes on when
 * it is asked for again; a drill that was cut off counts for nothing.
 * @param since what began after it is this process's own
 * @returns the runs that were settled, as they are now
 */
export async function settleRestores(
  { ledger, clock, log }: Pick<Works, "ledger" | "clock" | "log">,
  since: Stamp,
): Promise<readonly RestoreRun[]> {
  const left = (await ledger.read.unendedRestoreRuns()).filter(({ startedAt }) => isBefore(startedAt, since));
  const settled = left.map((run): RestoreRun => ({
    ...run,
    state: "interrupted",
    endedAt: stampNow(clock),
    trouble: hubEnded,
  }));
  for (const run of settled) {
    await ledger.transaction(async (tx) => {
      await tx.putRestoreRun(run);
      await append(tx, endOf(run));
    });
    log.info("restore run settled after a restart", { run: run.id, kind: run.kind, plan: run.plan });
  }
  return settled;
}

/** A moment of another boot is of another process, whatever the wall clock said then. */
function isBefore(one: Stamp, other: Stamp): boolean {
  return one.bootId !== other.bootId || one.monotonicMs < other.monotonicMs;
}

/** When the hub was gone nobody knows: the seconds are those that were measured. */
function endOf({ kind, plan, state, trouble, phases }: RestoreRun): Parameters<typeof append>[1] {
  const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);
  const data = { plan, state, seconds, trouble };
  return kind === "drill" ? { kind: "drill.ended", data: { ...data, wipe: null } } : { kind: "restore.ended", data };
}

/** Restored data does not lie on this machine until the next drill: what a room could not wipe itself goes now. */
export async function sweepDrills({
  machines,
  folder,
  log,
}: Pick<Works, "machines" | "folder" | "log">): Promise<void> {
  const { here } = machines;
  for (const one of await sweepFolder(here, drillsHere(folder)))
    log.warn("a drill had left something behind", { on: here.name, folder: one });
}
