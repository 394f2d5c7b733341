import { KoboshiError } from "../../kernel/errors.ts";
import type { Actor } from "../../kernel/event.ts";
import type { RecoveryWatch } from "../watch/watch.ts";
import { append, keptOf, type Works } from "./deps.ts";

const longestReasonChars = 1_000;

interface Accepting {
  readonly by: Actor;
  readonly reason: string;
  readonly watch: Pick<RecoveryWatch, "accept">;
}

/** A person's word that a change was meant, for every place that holds the set. Older sets may go again from then on. */
export async function acceptChange(
  works: Works,
  set: string,
  { by, reason, watch }: Accepting,
): Promise<readonly { readonly plan: string; readonly place: string }[]> {
  const why = reason.trim().slice(0, longestReasonChars);
  if (why === "") throw new KoboshiError("KB1001", { what: "reason" });
  const holding: { readonly plan: string; readonly place: string }[] = [];
  for (const plan of works.site().backups?.keys() ?? []) {
    const { copies } = await keptOf(works, plan);
    for (const { place, sets } of copies) if (sets.some((record) => record.set === set)) holding.push({ plan, place });
  }
  if (holding.length === 0) throw new KoboshiError("KB1002", { what: set });
  const accepted: typeof holding = [];
  for (const copy of holding) {
    if (!(await watch.accept(copy.plan, copy.place))) continue;
    accepted.push(copy);
    const data = { ...copy, set, reason: why };
    await works.ledger.transaction((tx) => append(tx, { kind: "backup.accepted", data, by }));
  }
  if (accepted.length === 0) throw new KoboshiError("KB8504", { set });
  return accepted;
}
