import type { BackupPlan } from "../../kernel/model/backup.ts";
import { createResticKeeper } from "../retention/restic-keeper.ts";
import { prune, tidy } from "../retention/retention.ts";
import { accessOf, openRepository } from "../restic/access.ts";
import { ownTargets } from "../schedule/work.ts";
import type { Works } from "./deps.ts";

/** Sets that must stay while somebody is asked about a change. */
export type Pinned = (plan: string, place: string) => Promise<ReadonlySet<string>>;

/** Lets old sets go, or gives their space back: only with the maintainer's credential, never with the writer's. */
export async function tidyCopies(
  works: Works,
  plan: BackupPlan,
  { what, pinned }: { readonly what: "retention" | "prune"; readonly pinned: Pinned },
): Promise<void> {
  for (const target of ownTargets(plan).filter(({ maintainer }) => maintainer !== null)) {
    const access = accessOf(plan, target, "maintainer");
    if (access === null) continue;
    const machine = await works.machines.readerOf(plan, target);
    try {
      const repository = await openRepository(machine.workplace, access);
      try {
        const job = { plan, place: target.at, keeper: createResticKeeper(repository) };
        if (what === "retention") await tidy({ ...works, pinned }, job);
        else await prune({ ...works, pinned }, job);
      } finally {
        await repository.close();
      }
    } finally {
      await machine.close();
    }
  }
}
