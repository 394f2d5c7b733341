import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { backUp } from "../../src/recover/desk/back-up.ts";
import { proveCopies } from "../../src/recover/desk/prove-copies.ts";
import { readCopies } from "../../src/recover/desk/read-copies.ts";
import { verifyCopies } from "../../src/recover/desk/verify-copies.ts";
import { createRecoverBench } from "../doubles/recover-bench.ts";
import { recoverWorks } from "../doubles/recover-works.ts";
import { until } from "../doubles/hub-process.ts";

const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const clean of cleanups.toReversed()) await clean();
});

const never = new AbortController().signal;
const whole = { fromMinute: 0, toMinute: 0 };

test("a backup under way begins again when another limit counts, as the same set", async () => {
  const bench = createRecoverBench();
  cleanups.push(bench.remove);
  fs.writeFileSync(path.join(bench.source, "big"), randomBytes(60_000));
  for (let nth = 0; nth < 100; nth++) fs.writeFileSync(path.join(bench.source, `f${nth}`), randomBytes(60_000));
  const slow = { ...whole, upBitsPerSecond: 400_000 };
  const limits = { upBitsPerSecond: null, downBitsPerSecond: null, windows: [slow] };
  const plan = bench.plan({ limits });
  const works = await recoverWorks(bench, plan);
  cleanups.push(() => works.close());
  const running = backUp(works, plan, { signal: never });
  const filing = async (): Promise<boolean> =>
    (await works.ledger.read.backupRuns({ plan: plan.key, limit: 1 }))[0]?.state === "filing";
  await until("files are being copied", filing, 60_000);
  // the window ends
  limits.windows = [];
  works.limits.changed(plan.key);
  const [run, ...others] = await running;
  assert.deepEqual([run?.state, run?.trouble, others], ["committed", null, []]);
  const kept = await works.ledger.read.backupRuns({ plan: plan.key, limit: 5 });
  assert.deepEqual(
    kept.map(({ set, state }) => [set, state]),
    [[run?.set, "committed"]],
  );
  assert.ok(bench.said.some((line) => line.includes("begins again with another limit")));
  await readCopies(works, plan);
  const [copy] = await works.ledger.read.copyStates({ plan: plan.key, sets: 5, verified: 5 });
  assert.deepEqual(
    copy?.sets.map(({ set }) => set),
    [run?.set],
  );
});

test("where its files lie a repository is read without its key; a flipped bit is found, and the canary snapshot is deleted or kept", async () => {
  const bench = createRecoverBench();
  cleanups.push(bench.remove);
  fs.writeFileSync(path.join(bench.source, "a"), randomBytes(200_000));
  const plan = bench.plan();
  const works = await recoverWorks(bench, plan);
  cleanups.push(() => works.close());
  await backUp(works, plan, { signal: never });
  const levels = async (): Promise<readonly unknown[]> =>
    (await verifyCopies(works, plan, { place: null, level: 3, by: "koboshi" }))
      .filter(({ facts }) => "isFull" in facts)
      .map(({ facts, findings }) => [facts["isFull"], facts["damaged"], findings.map(({ code }) => code)]);
  assert.deepEqual(await levels(), [[true, 0, ["config-unknown"]]]);
  assert.deepEqual(await levels(), [], "new files are whole: nothing is said of the others");
  const folder = fs
    .readdirSync(path.join(bench.repo, "data"))
    .find((each) => fs.readdirSync(path.join(bench.repo, "data", each)).length > 0);
  const pack = path.join(bench.repo, "data", folder ?? "");
  const file = path.join(pack, fs.readdirSync(pack)[0] ?? "");
  const bytes = fs.readFileSync(file);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  fs.chmodSync(file, 0o600);
  fs.writeFileSync(file, bytes);
  assert.deepEqual(await levels(), [[false, 1, ["file-damaged"]]]);

  const [proof] = await proveCopies(works, plan, { place: null, by: "koboshi" });
  assert.equal(proof?.result, "deletable");
  assert.ok(proof.tried.some(({ way, intact }) => way === "delete-snapshot" && !intact));
});
