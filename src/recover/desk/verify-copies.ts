import type { Actor } from "../../kernel/event.ts";
import type { BackupPlan, BackupTarget, CommitRecord } from "../../kernel/model/backup.ts";
import type { Verification } from "../../kernel/model/recovery.ts";
import { err, ok } from "../../kernel/result.ts";
import { z } from "zod";
import { accessOf, openRepository, type OpenRepository } from "../restic/access.ts";
import { readSetFiles } from "../restore/copy-files.ts";
import { ownTargets } from "../schedule/work.ts";
import { readSets } from "../sets/read-sets.ts";
import { createVerifier } from "../verify/ladder.ts";
import { createResticTool } from "../verify/restic-tool.ts";
import { newRotation, type RotationState } from "../verify/rotation.ts";
import { append, type Works } from "./deps.ts";
import { createLiveRatio } from "./live-texts.ts";
import { scrubAtPlace } from "./scrub-copies.ts";

export type AskedLevel = 2 | 3 | 4 | 5;

/** Every stored byte is read again within this; one of as many parts a day. */
const rotationDays = 30;
const dayMs = 86_400_000;

const mostKnown = 400;

const rotationShape: z.ZodType<RotationState> = z.object({
  of: z.number(),
  runs: z.number(),
  beganAtMs: z.number(),
  read: z.array(z.object({ atMs: z.number(), run: z.number() }).nullable()),
});

interface Verifying {
  readonly works: Works;
  readonly plan: BackupPlan;
  readonly target: BackupTarget;
  readonly repository: OpenRepository;
  readonly level: AskedLevel;
}

/** Climbs the ladder to the level asked for, at every place or at one; each step is kept as it is done. */
export async function verifyCopies(
  works: Works,
  plan: BackupPlan,
  { place, level, by }: { readonly place: string | null; readonly level: AskedLevel; readonly by: Actor },
): Promise<readonly Verification[]> {
  const done: Verification[] = [];
  for (const target of ownTargets(plan).filter(({ at }) => place === null || at === place)) {
    const access = accessOf(plan, target, "reader");
    if (access === null) continue;
    const machine = await works.machines.readerOf(plan, target);
    try {
      const repository = await openRepository(machine.workplace, access);
      try {
        for await (const one of climb({ works, plan, target, repository, level })) {
          await keepVerification(works, one, by);
          done.push(one);
        }
      } finally {
        await repository.close();
      }
    } finally {
      await machine.close();
    }
  }
  return done;
}

async function* climb({ works, plan, target, repository, level }: Verifying): AsyncIterable<Verification> {
  const { clock, machines, memory } = works;
  const of = { plan: plan.key, place: target.at };
  const verifier = createVerifier({ clock });
  const restic = createResticTool(repository);
  const known = works.recordsAt(plan.key, target.at);
  const read = await readSets(repository, { plan: plan.key, nowMs: clock.nowMs(), known });
  const records = read.ok ? ok(read.value.sets) : err({ end: read.error.end, text: read.error.text });
  yield await verifier.commit(of, {
    records: () => Promise.resolve(records),
    isOtherCredential: target.reader !== null,
  });
  const sets = read.ok ? read.value.sets : [];
  // what the ledger knows of, so that one that vanished is missed
  const told = await works.ledger.read.committedSets({ ...of, limit: mostKnown });
  const expected = told.flatMap(({ parts }) => parts.map(({ snapshot }) => snapshot));
  yield await verifier.structure(of, restic, expected);
  if (level < 3) return;
  const name = `rotation.${plan.key}.${target.at}`;
  const rotation = (await memory.get(name, rotationShape)) ?? newRotation(rotationDays, clock.nowMs());
  const next = await verifier.readNext(of, { restic, rotation, withinMs: rotationDays * dayMs });
  await memory.put(name, next.rotation);
  yield next.verification;
  const scrubbed = await scrubAtPlace(works, plan, target);
  if (scrubbed !== null) yield scrubbed;
  const [record] = sets;
  if (level < 4 || record === undefined) return;
  const manifest = await sampledFiles(repository, record);
  yield await verifier.sample(of, { restic, workplace: repository.workplace, record, manifest });
  if (level < 5) return;
  yield await verifier.databases(of, {
    restic,
    record,
    plan,
    workplace: machines.here,
    zone: works.site().timeZone,
    ownDomains: ownDomains(works),
    liveRatio: createLiveRatio(works, plan, target.at),
  });
}

async function sampledFiles(
  repository: OpenRepository,
  record: CommitRecord,
): Promise<Parameters<ReturnType<typeof createVerifier>["sample"]>[1]["manifest"]> {
  const files = await readSetFiles(repository, record);
  if (!files.ok) return [];
  return (files.value.manifest ?? []).flatMap(({ path, bytes, changedAtMs, sha256, isLive }) =>
    sha256 === null || isLive ? [] : [{ path: Buffer.from(path, "latin1"), bytes, changedAtMs, sha256 }],
  );
}

function ownDomains({ site }: Works): readonly string[] {
  return [...new Set(site().checks.flatMap(({ kind, target }) => (kind === "domain" ? [target] : [])))];
}

export async function keepVerification({ ledger }: Works, verification: Verification, by: Actor): Promise<void> {
  const { plan, place, level, ok: isSound } = verification;
  await ledger.transaction(async (tx) => {
    await tx.insertVerification(verification);
    await append(tx, { kind: "backup.verified", data: { plan, place, level, ok: isSound }, by });
  });
}
