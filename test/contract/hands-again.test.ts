import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { RepairRun, RepairStepRun } from "../../src/kernel/ports-prevent.ts";
import { linesOf, ownHost, withHands, type HandsBench } from "../doubles/hands-bench.ts";
import { until } from "../doubles/hub-process.ts";

const hosts = [ownHost()];

/** As a hub finds it that lost the answer to its first step. */
async function forgotten({ ledger }: HandsBench, run: RepairRun): Promise<void> {
  const stored = await ledger.read.repair(run.id);
  if (stored === null) throw new Error("no such repair");
  const steps = stored.run.steps.map(({ id, at }, nth): RepairStepRun => {
    const plain = { id, code: null, output: "", at } as const;
    return nth === 0
      ? { ...plain, state: "unknown", trouble: { reason: "no-answer", seen: "" } }
      : { ...plain, state: "waiting" };
  });
  await ledger.transaction((tx) => tx.putRepair({ ...stored, run: { ...stored.run, state: "unknown", steps } }));
}

async function settled({ desk }: HandsBench, id: number): Promise<readonly unknown[]> {
  const standing = async (): Promise<readonly unknown[]> => {
    const run = await desk.repair(id);
    return [run?.state, ...(run?.steps ?? []).map(({ state, trouble }) => `${state} ${trouble?.reason ?? ""}`.trim())];
  };
  await until("the machine was asked", async () => !(await standing()).includes("unknown no-answer"), 30_000);
  return standing();
}

test("a step that nobody knew the end of is asked for after a start, and nothing is run by it", async () => {
  await withHands({ hosts }, async (bench) => {
    const left = path.join(bench.folder, "left");
    const line = { command: `echo ran >> '${left}'; echo said` };
    const one = await bench.offer([line]);
    await bench.approve(one);
    await bench.ended(one.id);
    const two = await bench.offer([{ command: `${line.command} # twice` }, line]);
    await bench.approve(two);
    await bench.ended(two.id);
    const never = await bench.offer([{ command: `echo never >> '${left}'` }]);
    for (const run of [one, two, never]) await forgotten(bench, run);
    await bench.desk.start();
    assert.deepEqual(await settled(bench, one.id), ["done", "done"]);
    assert.equal((await bench.desk.repair(one.id))?.steps[0]?.output, "said");
    assert.deepEqual(await settled(bench, two.id), ["failed", "done", "failed not-continued"]);
    assert.deepEqual(await settled(bench, never.id), ["failed", "failed not-reached"]);
    assert.equal(linesOf(left), 3, "what ran before the hub forgot it, and no more");
    assert.ok((await bench.told()).includes("repair.failed s2"));
  });
});

test("a step whose machine does not know either is asked for once, and another machine is not asked", async () => {
  await withHands({ hosts }, async (bench) => {
    const [lost, moved] = [await bench.offer([{ command: "echo 1" }]), await bench.offer([{ command: "true" }])];
    assert.equal(lost.id, moved.id, "the newer offer took its place");
    await bench.approve(moved);
    await bench.ended(moved.id);
    const [folder = ""] = fs.readdirSync(bench.steps);
    fs.rmSync(path.join(bench.steps, folder, "01-s1", "rc"));
    await forgotten(bench, moved);
    const { id: _own, ...run } = moved;
    const other = await bench.ledger.transaction((tx) => tx.insertRepair({ ...run, sha256: "0".repeat(64) }));
    await forgotten(bench, other);
    await bench.desk.start();
    assert.deepEqual(await settled(bench, moved.id), ["unknown", "unknown no-end"]);
    const asked = (await bench.told()).length;
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal((await bench.told()).length, asked);
    assert.equal((await bench.desk.repair(other.id))?.steps[0]?.trouble?.reason, "no-answer");
  });
});

test("a machine is cleared of old steps when it is worked on, not of those that may still be asked for", async () => {
  await withHands({ hosts }, async (bench) => {
    const long = new Date(Date.now() - 31 * 86_400_000);
    const make = (name: string, { rc = true, old = true } = {}): void => {
      const step = path.join(bench.steps, name, "01-s1");
      fs.mkdirSync(step, { recursive: true });
      if (rc) fs.writeFileSync(path.join(step, "rc"), "0\n");
      if (old) fs.utimesSync(path.join(bench.steps, name), long, long);
    };
    const open = await bench.offer([{ command: "true # open" }]);
    await forgotten(bench, open);
    const openName = `${open.id}-${Math.round(open.offeredAt.atMs)}-${open.sha256.slice(0, 16)}`;
    make("7-1700000000000-0123456789abcdef");
    make("8-1700000000000-0123456789abcdef", { rc: false });
    make("9-1700000000000-0123456789abcdef", { old: false });
    make("10-backup of mine");
    make(openName);
    fs.symlinkSync("/", path.join(bench.steps, "11-1700000000000-0123456789abcdef"));
    const run = await bench.offer([{ command: "true" }]);
    await bench.approve(run);
    await bench.ended(run.id);
    const names = (): readonly string[] => fs.readdirSync(bench.steps);
    await until("old ones are gone", async () => !names().includes("7-1700000000000-0123456789abcdef"), 30_000);
    await bench.desk.stop();
    const runName = `${run.id}-${Math.round(run.offeredAt.atMs)}-${run.sha256.slice(0, 16)}`;
    const kept = [openName, runName, "10-backup of mine"];
    for (const number of [8, 9, 11]) kept.push(`${number}-1700000000000-0123456789abcdef`);
    assert.deepEqual([...names()].sort(), kept.sort());
  });
});
