import { err, ok, type Result } from "../../kernel/result.ts";
import type { OpenRepository, ResticAccess } from "./access.ts";
import { callRestic } from "./call.ts";
import type { ResticOutcome } from "./outcome.ts";
import { listSnapshots } from "./snapshots.ts";

/**
 * Copies snapshots from another repository, without reading their source again. @returns full ids there by ids here;
 * a copy that did not arrive is missing
 */
export async function copySnapshots(
  to: OpenRepository,
  from: ResticAccess,
  ids: readonly string[],
): Promise<Result<ReadonlyMap<string, string>, ResticOutcome>> {
  const password = await to.workplace.putSecret(from.password.reveal());
  const repo = await to.workplace.putSecret(from.repo);
  const words = ["copy", "--from-repository-file", repo.path, "--from-password-file", password.path, ...ids];
  const said = await callRestic(to, words, { timeoutMs: 86_400_000 }).finally(() =>
    Promise.all([password.remove(), repo.remove()]),
  );
  if (said.end !== "ok") return err(said);
  const listed = await listSnapshots(to, { tags: [] });
  if (!listed.ok) return listed;
  const found = listed.value.flatMap(({ id, original }) =>
    original !== null && ids.includes(original) ? [[original, id] as const] : [],
  );
  return ok(new Map(found));
}
