import { createHash } from "node:crypto";
import { z } from "zod";
import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { WorkStamps } from "./due.ts";
import { StampShape, type RecoveryMemory } from "./memory.ts";

interface Known {
  readonly last: WorkStamps;
  readonly firstSeen: Stamp;
  readonly isProofStale: boolean;
}

/** What is remembered of every plan: since when it is there, and what was last done. */
export interface Roster {
  /** null: not read yet */
  of(plan: string): Known | null;
  /** @throws what the ledger throws; plans read before stay as they were */
  read(plans: readonly BackupPlan[]): Promise<void>;
}

interface RosterDeps {
  readonly clock: Clock;
  readonly memory: RecoveryMemory;
  lastOf(plan: string): Promise<WorkStamps>;
}

/** `targets`: where it went when it was last seen; `changedAt`: since when it goes elsewhere. */
const SeenShape = z.object({ at: StampShape, targets: z.string(), changedAt: StampShape.nullable() });
type Seen = z.infer<typeof SeenShape>;

/** When koboshi first saw the plan: now, as long as the schedule has not read it. */
export async function firstSeenOf(memory: RecoveryMemory, plan: string, now: Stamp): Promise<Stamp> {
  return (await memory.get(seenName(plan), SeenShape))?.at ?? now;
}

function seenName(plan: string): string {
  return `seen.${plan}`;
}

export function createRoster({ clock, memory, lastOf }: RosterDeps): Roster {
  const known = new Map<string, Known>();

  async function seen(plan: BackupPlan): Promise<Seen> {
    const targets = fingerprint(plan);
    const before = await memory.get(seenName(plan.key), SeenShape);
    if (before?.targets === targets) return before;
    const now = stampNow(clock);
    const next: Seen = { at: before?.at ?? now, targets, changedAt: before === null ? null : now };
    await memory.put(seenName(plan.key), next);
    return next;
  }

  return {
    of: (plan) => known.get(plan) ?? null,
    async read(plans) {
      for (const plan of plans) {
        const { at, changedAt } = await seen(plan);
        const last = await lastOf(plan.key);
        const isProofStale = changedAt !== null && last.prove !== undefined && isBefore(last.prove, changedAt);
        known.set(plan.key, { last, firstSeen: at, isProofStale });
      }
    },
  };
}

function isBefore(a: Stamp, b: Stamp): boolean {
  return a.bootId === b.bootId ? a.monotonicMs < b.monotonicMs : a.atMs < b.atMs;
}

/** What a proof of append-only depends on. An address may hold a password, so only its hash is kept. */
function fingerprint({ to }: BackupPlan): string {
  const parts = to.map(({ at, repo, appendOnlyClaimed, lockedForMs }) => [at, repo, appendOnlyClaimed, lockedForMs]);
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
