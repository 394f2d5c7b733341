import type { BackupPlan, CommitRecord } from "../../kernel/model/backup.ts";
import { accessOf, openRepository } from "../restic/access.ts";
import type { SetChange } from "../watch/change.ts";
import { changeBetween } from "../watch/restic-change.ts";
import type { Works } from "./deps.ts";

/** What one set changed against another, read at one place; null: cannot be read. */
export async function changeAt(
  works: Works,
  { plan, place }: { readonly plan: BackupPlan; readonly place: string },
  { before, after }: { readonly before: CommitRecord; readonly after: CommitRecord },
): Promise<SetChange | null> {
  const target = plan.to.find(({ at }) => at === place);
  const access = target === undefined ? null : accessOf(plan, target, "reader");
  if (target === undefined || access === null) return null;
  const machine = await works.machines.readerOf(plan, target);
  try {
    const repository = await openRepository(machine.workplace, access);
    try {
      return await changeBetween(repository, before, after);
    } finally {
      await repository.close();
    }
  } finally {
    await machine.close();
  }
}
