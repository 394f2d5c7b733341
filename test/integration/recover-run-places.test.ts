import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { accessOf, openRepository } from "../../src/recover/restic/access.ts";
import { reconcileRuns } from "../../src/recover/run/reconcile.ts";
import { runPlan } from "../../src/recover/run/run-plan.ts";
import { readSets } from "../../src/recover/sets/read-sets.ts";
import { createRecoverBench } from "../doubles/recover-bench.ts";

const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const clean of cleanups.toReversed()) await clean();
});

test("a set about to be committed is committed after a restart; another place counts by a record of its own", async () => {
  const { wanted, plan, target, deps, folder, source, workplace, restic, sets, remove } = createRecoverBench();
  cleanups.push(remove);
  fs.writeFileSync(path.join(source, "a"), "a");
  const run = await runPlan(deps, wanted());
  assert.ok(run.record !== null);
  const list = JSON.parse(restic("snapshots", "--json", "--tag", "part=commit").out) as { id: string }[];
  assert.equal(restic("forget", list[0]?.id ?? "").code, 0);
  assert.deepEqual((await sets()).sets, []);
  const killed = { ...run, state: "committing", endedAt: null } as const;
  const settled = await reconcileRuns(deps, { plan: plan(), target: target(), workplace, runs: [killed] });
  assert.deepEqual(settled.ok && settled.value.map(({ state, trouble }) => [state, trouble]), [["committed", null]]);
  assert.deepEqual((await sets()).sets, [run.record]);

  const other = target({ at: "cloud", repo: path.join(folder, "other") });
  const access = accessOf(plan(), other);
  assert.ok(access !== null);
  const there = await openRepository(workplace, access);
  cleanups.push(() => there.close());
  const copied = await runPlan(deps, wanted({ target: other }));
  assert.ok(copied.record !== null);
  const nowMs = deps.clock.nowMs();
  const found = await readSets(there, { plan: "shop-data", nowMs });
  assert.deepEqual(found.ok && [found.value.sets, found.value.broken], [[copied.record], []]);
  assert.notEqual(copied.set, run.set);

  const future = await readSets(there, { plan: "shop-data", nowMs: nowMs - 86_400_000 });
  assert.deepEqual(future.ok && [future.value.sets.length, future.value.future.length], [0, 1]);

  const stop = new AbortController();
  fs.writeFileSync(path.join(source, "big"), Buffer.alloc(20_000_000, 1));
  const limits = { upBitsPerSecond: 100_000, downBitsPerSecond: null };
  const stopping = runPlan(
    deps,
    wanted({
      plan: plan({ limits }),
      signal: stop.signal,
      onProgress: ({ phase }) => void (phase === "filing" && setTimeout(() => stop.abort(), 500)),
    }),
  );
  const stopped = await stopping;
  assert.deepEqual([stopped.state, stopped.trouble?.code], ["interrupted", "KB8012"]);
  assert.equal((await sets()).sets.length, 1);
});

test("the lock of a process that was killed is taken away and not waited for", async () => {
  const { wanted, deps, folder, source, repo, restic, said, remove } = createRecoverBench();
  cleanups.push(remove);
  fs.writeFileSync(path.join(source, "a"), "a");
  assert.equal((await runPlan(deps, wanted())).state, "committed");
  const before = path.join(folder, "before");
  const flags = `-r ${repo} -p ${folder}/password --cache-dir ${folder}/cache`;
  // an exclusive lock that appears after the run has looked for stale ones: its owner is killed at once
  const hook = `restic ${flags} check --read-data --limit-download 1 >/dev/null 2>&1 & r=$!
    until [ -n "$(ls ${repo}/locks)" ]; do sleep 0.05; done; kill -9 $r; wait $r; touch ${before}; true`;
  const base = wanted();
  const run = await runPlan(deps, {
    ...base,
    plan: { ...base.plan, hooks: { before: hook, after: null } },
    lockWaitMs: 30_000,
  });
  assert.ok(fs.existsSync(before));
  assert.deepEqual([run.state, run.trouble], ["committed", null]);
  assert.ok(
    said.some((line) => line.startsWith("stale lock removed")),
    said.join("\n"),
  );
  assert.equal(restic("list", "locks", "--no-lock").out.trim(), "");
});
