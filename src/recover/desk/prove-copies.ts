import type { Actor } from "../../kernel/event.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { DeleteProof } from "../../kernel/model/recovery.ts";
import { proveUndeletable } from "../proof/prove.ts";
import { accessOf, openRepository, type ResticAccess } from "../restic/access.ts";
import { startBackup } from "../restic/backup.ts";
import { listSnapshots } from "../restic/snapshots.ts";
import { ownTargets } from "../schedule/work.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { append, type Works } from "./deps.ts";

const canaryTag = "koboshi-canary";
const canaryBytes = 512;

/** The snapshot that was made to be deleted: the one that is left of an earlier proof, or a new one; null: none can be made. */
async function canaryOf(
  workplace: Workplace,
  { plan, access }: { readonly plan: BackupPlan; readonly access: ResticAccess },
): Promise<string | null> {
  const repository = await openRepository(workplace, access);
  const listed = async (): Promise<string | null> => {
    const found = await listSnapshots(repository, { tags: [canaryTag] });
    return found.ok ? (found.value.at(-1)?.id ?? null) : null;
  };
  try {
    const left = await listed();
    if (left !== null) return left;
    const source = { kind: "stdin", path: `/${canaryTag}` } as const;
    const under = startBackup(repository, { host: plan.host, tags: [canaryTag], source });
    under.running.stdin.end(Buffer.from(crypto.getRandomValues(new Uint8Array(canaryBytes))));
    const { outcome } = await under.ended;
    return outcome.end === "ok" ? await listed() : null;
  } finally {
    await repository.close();
  }
}

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
        writer,
        maintainer,
        lockedForMs: target.lockedForMs,
        canarySnapshot: await canaryOf(machine.workplace, { plan, access: writer }),
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
