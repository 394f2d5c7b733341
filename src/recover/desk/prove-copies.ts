import type { Actor } from "../../kernel/event.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { DeleteProof } from "../../kernel/model/recovery.ts";
import { proveUndeletable } from "../proof/prove.ts";
import { accessOf } from "../restic/access.ts";
import { ownTargets } from "../schedule/work.ts";
import { append, type Works } from "./deps.ts";

/** Finds out, from the writer's own machine, whether it can lose what it stored. */
export async function proveCopies(
  works: Works,
  plan: BackupPlan,
  { place, by }: { readonly place: string | null; readonly by: Actor },
): Promise<readonly DeleteProof[]> {
  const proofs: DeleteProof[] = [];
  for (const target of ownTargets(plan).filter(({ at }) => place === null || at === place)) {
    const writer = accessOf(plan, target, "writer");
    if (writer === null) continue;
    const maintainer = target.maintainer === null ? null : accessOf(plan, target, "maintainer");
    const machine = await works.machines.of(plan, target.at);
    try {
      const proof = await proveUndeletable(works.clock, {
        plan: plan.key,
        place: target.at,
        workplace: machine.workplace,
        writer: { repo: writer.repo },
        maintainer: maintainer === null ? null : { repo: maintainer.repo },
        canarySnapshot: null,
      });
      await works.ledger.transaction(async (tx) => {
        await tx.insertProof(proof);
        const data = { plan: plan.key, place: target.at, result: proof.result };
        await append(tx, { kind: "backup.proof", data, by });
      });
      proofs.push(proof);
    } finally {
      await machine.close();
    }
  }
  return proofs;
}
