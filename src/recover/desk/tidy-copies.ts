import type { Actor } from "../../kernel/event.ts";
import type { BackupPlan, BackupTarget } from "../../kernel/model/backup.ts";
import type { TidyAnswer } from "../../kernel/ports-recovery.ts";
import { createResticKeeper } from "../retention/restic-keeper.ts";
import type { RetentionKeeper } from "../retention/keeper.ts";
import { prune, tidy, type RetentionOutcome } from "../retention/retention.ts";
import { accessOf, openRepository } from "../restic/access.ts";
import { ownTargets } from "../schedule/work.ts";
import { append, type Works } from "./deps.ts";

/** Sets that must stay while somebody is asked about a change. */
export type Pinned = (plan: string, place: string) => Promise<ReadonlySet<string>>;

/** Lets old sets go, or gives their space back: only with the maintainer's credential, never with the writer's. */
export async function tidyCopies(
  works: Works,
  plan: BackupPlan,
  { what, pinned }: { readonly what: "retention" | "prune"; readonly pinned: Pinned },
): Promise<void> {
  for (const target of ownTargets(plan)) {
    await withKeeper(works, { plan, target }, async (keeper) => {
      const job = { plan, place: target.at, keeper };
      if (what === "retention") await tidy({ ...works, pinned }, job);
      else await prune({ ...works, pinned }, job);
    });
  }
}

interface AskedTidy {
  readonly by: Actor;
  /** has seen what goes, and wants it to go; false: it is only told */
  readonly isConfirmed: boolean;
  readonly pinned: Pinned;
}

/** Retention at a person's word: what goes is told first, and goes when it is confirmed. */
export async function tidyNow(
  works: Works,
  plan: BackupPlan,
  { by, isConfirmed, pinned }: AskedTidy,
): Promise<readonly TidyAnswer[]> {
  const answers: TidyAnswer[] = [];
  for (const target of ownTargets(plan)) {
    const { at: place } = target;
    const done = await withKeeper(works, { plan, target }, (keeper) =>
      tidy({ ...works, pinned }, { plan, place, keeper, ...(isConfirmed ? { confirmedBy: by } : { dryRun: true }) }),
    );
    answers.push(done === null ? { ...nothing, place } : answerOf(place, done));
    const removed = done?.removedSets.length ?? 0;
    if (removed > 0)
      await works.ledger.transaction((tx) =>
        append(tx, { kind: "backup.tidied", data: { plan: plan.key, place, removed }, by }),
      );
  }
  return answers;
}

const nothing = { state: "no-maintainer", sets: [], refusals: [], removed: 0, trouble: null } as const;

function answerOf(place: string, { state, sets, refusals, removedSets, trouble }: RetentionOutcome): TidyAnswer {
  return {
    place,
    state,
    sets: sets.map(({ entry, units }) => ({ set: entry.set, at: entry.record.snapshotAt, keeps: units })),
    refusals: refusals.map(({ reason }) => reason),
    removed: removedSets.length,
    trouble: trouble === null ? null : trouble.text,
  };
}

/** @returns null without a maintainer's credential */
async function withKeeper<T>(
  works: Works,
  { plan, target }: { readonly plan: BackupPlan; readonly target: BackupTarget },
  use: (keeper: RetentionKeeper) => Promise<T>,
): Promise<T | null> {
  const access = target.maintainer === null ? null : accessOf(plan, target, "maintainer");
  if (access === null) return null;
  const machine = await works.machines.readerOf(plan, target);
  try {
    const repository = await openRepository(machine.workplace, access);
    try {
      return await use(createResticKeeper(repository));
    } finally {
      await repository.close();
    }
  } finally {
    await machine.close();
  }
}
