import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeleteProof, RestoreRun, Verification } from "../../src/kernel/model/recovery.ts";
import { copyOf, recordAt, runOf, stampAt } from "../doubles/recover-plan.ts";
import { engines } from "./ledger/engines.ts";
import { withLedger } from "./ledger/suite.ts";

const noonMs = Date.UTC(2026, 10, 22, 3);
const office = { plan: "shop-data", place: "office" };

function verification(id: string, change: Partial<Verification> = {}): Verification {
  const at = stampAt(noonMs);
  return {
    id,
    ...office,
    level: 3,
    set: null,
    at,
    seconds: 9,
    ok: true,
    facts: { bucket: 7 },
    findings: [],
    ...change,
  };
}

function proof(result: DeleteProof["result"], place = "office"): DeleteProof {
  return {
    plan: "shop-data",
    place,
    at: stampAt(noonMs),
    result,
    tried: [{ way: "delete", answer: "403", intact: true }],
  };
}

function restore(id: string, change: Partial<RestoreRun> = {}): RestoreRun {
  return {
    id,
    kind: "drill",
    ...office,
    set: "s1",
    target: "host:drill1",
    folder: "/srv",
    scope: "full",
    state: "running",
    startedAt: stampAt(noonMs),
    endedAt: null,
    phases: [],
    lostSeconds: null,
    trouble: null,
    ...change,
  };
}

for (const engine of engines) {
  test(`${engine.name}: a ledger without backups answers every question`, () =>
    withLedger(engine, async ({ ledger: { read } }) => {
      const lists = [
        read.backupRuns({ limit: 5 }),
        read.runsOfSet("s1"),
        read.unendedBackupRuns(),
        read.copyStates({ sets: 5, verified: 5 }),
        read.committedSets({ ...office, limit: 5 }),
        read.verifications({ limit: 5 }),
        read.deleteProofs({ limit: 5 }),
        read.restoreRuns({ limit: 5 }),
        read.unendedRestoreRuns(),
      ];
      for (const list of await Promise.all(lists)) assert.deepEqual(list, []);
      assert.equal(await read.restoreRun("r1"), null);
    }));

  test(`${engine.name}: a run is one of a set into one place, and grows until it ends`, () =>
    withLedger(engine, async ({ ledger: { read, transaction } }) => {
      const begun = runOf("s1", noonMs, { state: "dumping", endedAt: null, trouble: null });
      const elsewhere = runOf("s1", noonMs + 1, { place: "cloud", state: "planned", endedAt: null });
      const older = runOf("s0", noonMs - 9, { state: "failed", trouble: { code: "no-space", text: "満杯\0" } });
      await transaction(async (tx) => {
        for (const run of [begun, elsewhere, older]) await tx.putBackupRun(run);
      });
      assert.deepEqual(await read.unendedBackupRuns(), [begun, elsewhere]);
      const done = {
        ...begun,
        state: "committed" as const,
        endedAt: stampAt(noonMs + 5),
        record: recordAt("s1", noonMs),
      };
      await transaction((tx) => tx.putBackupRun(done));
      assert.deepEqual(await read.unendedBackupRuns(), [elsewhere]);
      assert.deepEqual(await read.runsOfSet("s1"), [elsewhere, done]);
      assert.deepEqual(await read.backupRuns({ plan: "shop-data", limit: 9 }), [elsewhere, done, older]);
      assert.deepEqual(await read.backupRuns({ place: "office", limit: 1 }), [done]);
      assert.deepEqual(await read.backupRuns({ plan: "mail", limit: 9 }), []);
    }));

  test(`${engine.name}: a copy holds what its repository says, and nothing else`, () =>
    withLedger(engine, async ({ ledger: { read, transaction } }) => {
      const { sets: _sets, verified: _verified, proof: _proof, ...state } = copyOf([], { readAt: stampAt(noonMs) });
      const records = [recordAt("s1", noonMs - 2), recordAt("s2", noonMs - 1), recordAt("s3", noonMs - 3)];
      await transaction(async (tx) => {
        await tx.putCopy(state);
        await tx.replaceSets(office, records);
        await tx.putSet({ ...office, place: "cloud" }, recordAt("s1", noonMs));
        await tx.insertVerification(verification("v1"));
        await tx.insertVerification(verification("v2", { ok: false, at: stampAt(noonMs + 1) }));
        await tx.insertProof(proof("inconclusive"));
        await tx.insertProof(proof("refused"));
        await tx.insertProof(proof("deletable", "cloud"));
      });
      const [copy, ...others] = await read.copyStates({ plan: "shop-data", sets: 2, verified: 1 });
      assert.deepEqual(others, []);
      assert.deepEqual(copy, {
        ...state,
        sets: [records[1], records[0]],
        verified: [verification("v2", { ok: false, at: stampAt(noonMs + 1) })],
        proof: proof("refused"),
      });
      const trouble = { code: "locked", text: "unable to create lock" };
      await transaction(async (tx) => {
        await tx.putCopy({ ...state, trouble, foreign: [] });
        await tx.replaceSets(office, [recordAt("s2", noonMs - 1)]);
      });
      const [later] = await read.copyStates({ sets: 9, verified: 9 });
      assert.deepEqual([later?.trouble, later?.foreign, later?.sets.map(({ set }) => set)], [trouble, [], ["s2"]]);
      assert.equal((await read.committedSets({ ...office, place: "cloud", limit: 9 })).length, 1);
      assert.deepEqual(
        (await read.deleteProofs({ limit: 9 })).map(({ place }) => place),
        ["cloud", "office", "office"],
      );
    }));

  test(`${engine.name}: restores and drills are found by their id, and those cut off by a stop`, () =>
    withLedger(engine, async ({ ledger: { read, transaction } }) => {
      await transaction(async (tx) => {
        await tx.putRestoreRun(restore("r1"));
        await tx.putRestoreRun(restore("r2", { plan: "mail" }));
      });
      const phases = [{ phase: "fetch" as const, seconds: 60, bytes: 9, files: 1, manualSteps: 0 }];
      const ended = restore("r1", { state: "done", endedAt: stampAt(noonMs + 60_000), phases });
      await transaction((tx) => tx.putRestoreRun(ended));
      assert.deepEqual(await read.restoreRun("r1"), ended);
      assert.deepEqual(await read.unendedRestoreRuns(), [restore("r2", { plan: "mail" })]);
      assert.deepEqual(
        (await read.restoreRuns({ limit: 9 })).map(({ id }) => id),
        ["r2", "r1"],
      );
      assert.deepEqual(await read.restoreRuns({ plan: "shop-data", limit: 9 }), [ended]);
    }));
}
