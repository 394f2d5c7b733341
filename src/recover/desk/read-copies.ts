import path from "node:path";
import { stampNow } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { BackupPlan, BackupTarget, CommitRecord } from "../../kernel/model/backup.ts";
import type { CopyState, ForeignCopy } from "../../kernel/model/recovery.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { adoptedState, foreignSnapshots } from "../adopt/adopt.ts";
import { createBorgReader } from "../adopt/borg.ts";
import { listSnapshots } from "../restic/snapshots.ts";
import { accessOf, openRepository } from "../restic/access.ts";
import { refusalTrouble, resticTrouble } from "../run/trouble.ts";
import { ownTargets } from "../schedule/work.ts";
import { readSets, type ReadSets } from "../sets/read-sets.ts";
import type { Works } from "./deps.ts";

interface Trouble {
  readonly code: string;
  readonly text: string;
}

/** What was read is kept as long as this process lives: a record never changes, and reading one takes a second. */
export function createKnownRecords(): Works["recordsAt"] {
  const known = new Map<string, Map<string, CommitRecord>>();
  return (plan, place) => {
    const key = JSON.stringify([plan, place]);
    const records = known.get(key) ?? new Map<string, CommitRecord>();
    known.set(key, records);
    return records;
  };
}

/** Reads every repository of a plan from the reader's side: what it holds is what is known, whatever the writer said. */
export async function readCopies(works: Works, plan: BackupPlan): Promise<void> {
  for (const target of ownTargets(plan)) await readCopy(works, plan, target);
  for (const target of plan.to.filter(isForeign(plan))) await readForeign(works, plan, target);
}

/** A repository that others write: it is looked at, nothing is ever written there. */
function isForeign({ with: tool }: BackupPlan): (target: BackupTarget) => boolean {
  return ({ adopt, repo }) => repo !== null && (adopt || tool === "borg");
}

async function readForeign(works: Works, plan: BackupPlan, target: BackupTarget): Promise<void> {
  const { ledger, clock, site } = works;
  const of = { plan: plan.key, place: target.at };
  const read = await foreignCopies(works, plan, target);
  const known = (await ledger.read.copyStates({ plan: plan.key, sets: 0, verified: 0 })).find(
    ({ place }) => place === target.at,
  );
  const address = site().hosts.get(plan.host)?.address ?? null;
  const hosts = [plan.host, ...(address === null ? [] : [address])];
  const state = adoptedState(known ?? of, read, { clock, paths: plan.paths, hosts });
  const { sets: _sets, verified: _verified, proof: _proof, ...reading } = state;
  await ledger.transaction((tx) => tx.putCopy(reading));
}

async function foreignCopies(
  works: Works,
  plan: BackupPlan,
  target: BackupTarget,
): Promise<Result<readonly ForeignCopy[], Trouble>> {
  const access = accessOf(plan, target, "reader");
  if (access === null) return err({ code: "KB8020", text: plan.password === null ? "password" : "repo" });
  const machine = await works.machines.readerOf(plan, target);
  try {
    if (plan.with === "borg") {
      const { workplace } = machine;
      const notesFolder = path.join(works.folder, "borg");
      const { repo, password: passphrase } = access;
      const listed = await createBorgReader({ workplace, clock: works.clock, repo, passphrase, notesFolder }).list();
      return listed.ok ? ok(listed.value.copies) : err({ code: "KB8503", text: listed.error.text });
    }
    const repository = await openRepository(machine.workplace, access).catch(refusalTrouble);
    if ("code" in repository) return err({ code: repository.code, text: repository.text });
    try {
      const listed = await listSnapshots(repository, { tags: [] });
      if (!listed.ok) return err({ code: "KB8503", text: resticTrouble(listed.error).text });
      return ok(foreignSnapshots(listed.value));
    } finally {
      await repository.close();
    }
  } finally {
    await machine.close();
  }
}

async function readCopy(works: Works, plan: BackupPlan, target: BackupTarget): Promise<void> {
  const { ledger, clock } = works;
  const of = { plan: plan.key, place: target.at };
  const read = await setsAt(works, plan, target);
  const readAt = stampNow(clock);
  await ledger.transaction(async (tx) => {
    if ("code" in read) {
      const known = await tx.copyStates({ plan: plan.key, sets: 0, verified: 0 });
      const before = known.find(({ place }) => place === target.at);
      await tx.putCopy({ ...of, readAt: before?.readAt ?? null, trouble: read });
      return;
    }
    await tx.putCopy({ ...of, readAt, trouble: null });
    await tx.replaceSets(of, [...read.sets, ...read.future]);
  });
}

/** What the repositories of a plan hold now, read from here: for whoever has no hub and no ledger. */
export async function copiesNow(
  works: Pick<Works, "machines" | "clock" | "recordsAt">,
  plan: BackupPlan,
): Promise<readonly CopyState[]> {
  const own = new Set(ownTargets(plan).map(({ at }) => at));
  return Promise.all(
    plan.to.map(async (target): Promise<CopyState> => {
      const none = { plan: plan.key, place: target.at, sets: [], verified: [], proof: null };
      if (!own.has(target.at)) return { ...none, readAt: null, trouble: null };
      const read = await setsAt(works, plan, target);
      if ("code" in read) return { ...none, readAt: null, trouble: read };
      return { ...none, readAt: stampNow(works.clock), trouble: null, sets: read.sets };
    }),
  );
}

async function setsAt(
  works: Pick<Works, "machines" | "clock" | "recordsAt">,
  plan: BackupPlan,
  target: BackupTarget,
): Promise<ReadSets | Trouble> {
  const access = accessOf(plan, target, "reader");
  if (access === null) return { code: "KB8020", text: plan.password === null ? "password" : "repo" };
  try {
    const machine = await works.machines.readerOf(plan, target);
    try {
      const repository = await openRepository(machine.workplace, access).catch(refusalTrouble);
      if ("code" in repository) return { code: repository.code, text: repository.text };
      try {
        const read = await readSets(repository, {
          plan: plan.key,
          nowMs: works.clock.nowMs(),
          known: works.recordsAt(plan.key, target.at),
        });
        if (read.ok) return read.value;
        const { code, text } = resticTrouble(read.error);
        return { code, text };
      } finally {
        await repository.close();
      }
    } finally {
      await machine.close();
    }
  } catch (thrown) {
    return { code: "KB8021", text: errorText(thrown).slice(0, 300) };
  }
}
