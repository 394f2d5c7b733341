import type { Clock } from "../../kernel/clock.ts";
import type { Actor, EventKind } from "../../kernel/event.ts";
import type { Log } from "../../kernel/log.ts";
import type { BackupPlan, CommitRecord } from "../../kernel/model/backup.ts";
import type { CopyState } from "../../kernel/model/recovery.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { RecoveryProgress } from "../../kernel/ports-recovery.ts";
import type { Ledger, LedgerTx } from "../../storage/ledger/ledger.ts";
import type { LookThere } from "../drill/smoke.ts";
import type { KeptOfPlan } from "../schedule/facts.ts";
import type { RecoveryMemory } from "../schedule/memory.ts";
import { ownTargets } from "../schedule/work.ts";
import type { RunLimits } from "./limits.ts";
import type { Machines } from "./machines.ts";

export interface RecoveryDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  site(): Site;
  /** koboshi's own folder: scratch places and caches lie below it */
  readonly folder: string;
  take(changes: readonly SignalChange[]): Promise<void>;
  /** of every check, as the board has it now; left out: nobody watches here */
  checks?(): readonly CheckStatus[];
  /** looks by a probe that goes another way, for the checks of a drill; left out: nobody looks here */
  readonly look?: LookThere;
}

/** What every work of the stage shares. */
export interface Works extends RecoveryDeps {
  readonly machines: Machines;
  readonly memory: RecoveryMemory;
  readonly limits: RunLimits;
  /** records that were read of a place before, by snapshot */
  recordsAt(plan: string, place: string): Map<string, CommitRecord>;
  say(progress: RecoveryProgress): void;
}

const keptRuns = 60;
const keptSets = 100;
const keptVerifications = 60;
const keptRestores = 40;

/** What the ledger knows of a plan, with a copy for each of its repositories. */
export async function keptOf(
  { ledger, site }: Pick<RecoveryDeps, "ledger" | "site">,
  key: string,
): Promise<KeptOfPlan> {
  const plan = site().backups?.get(key);
  const [runs, known, restores] = await Promise.all([
    ledger.read.backupRuns({ plan: key, limit: keptRuns }),
    ledger.read.copyStates({ plan: key, sets: keptSets, verified: keptVerifications }),
    ledger.read.restoreRuns({ plan: key, limit: keptRestores }),
  ]);
  return { runs, restores, copies: plan === undefined ? known : copiesOf(plan, known) };
}

/** In the order of the file; one that was never read is told as such. */
export function copiesOf(plan: BackupPlan, known: readonly CopyState[]): readonly CopyState[] {
  return plan.to.map(
    ({ at }) =>
      known.find(({ place }) => place === at) ?? {
        plan: plan.key,
        place: at,
        readAt: null,
        trouble: null,
        sets: [],
        verified: [],
        proof: null,
      },
  );
}

/** Places with a repository of our own that may be read and written. */
export function placesOf(plan: BackupPlan): readonly string[] {
  return ownTargets(plan).map(({ at }) => at);
}

interface Happened {
  readonly kind: EventKind;
  readonly data: Readonly<Record<string, unknown>>;
  readonly by?: Actor;
}

export async function append(tx: LedgerTx, { kind, data, by = "koboshi" }: Happened): Promise<void> {
  await tx.append({ kind, actor: by, incidentId: null, data });
}
