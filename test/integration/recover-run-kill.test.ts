import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import type { BackupRun } from "../../src/kernel/model/recovery.ts";
import { reconcileRuns } from "../../src/recover/run/reconcile.ts";
import { runPlan } from "../../src/recover/run/run-plan.ts";
import { until } from "../doubles/hub-process.ts";
import { programWords } from "../doubles/program.ts";
import { createRecoverBench, databaseOf, processesWith } from "../doubles/recover-bench.ts";

const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const clean of cleanups.toReversed()) await clean();
});

const program = new URL("recover-programs/run-plan.ts", import.meta.url).pathname;

test("killed with -9 at any instant: no set is committed but wrong, nobody is left, and the repository decides", async () => {
  const { wanted, plan, target, deps, workplace, folder, source, repo, restic, sets, said, remove } =
    createRecoverBench();
  cleanups.push(remove);
  const database = path.join(folder, "a.db");
  const rows =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000) SELECT hex(randomblob(100)) FROM c";
  execFileSync("sqlite3", [database], { input: `CREATE TABLE t (a TEXT); INSERT INTO t ${rows};` });
  execFileSync("dd", ["if=/dev/urandom", `of=${source}/big`, "bs=1M", "count=30"], { stdio: "ignore" });
  const backup = plan({ databases: [databaseOf({ engine: "sqlite", name: database })] });
  const first = await runPlan(deps, wanted({ plan: backup }));
  assert.equal(first.state, "committed");
  fs.writeFileSync(path.join(folder, "plan.json"), JSON.stringify(backup));

  for (const [victim, afterMs] of [
    ["owner", 1_200],
    ["restic", 1_800],
    ["owner", 3_000],
  ] as const) {
    fs.appendFileSync(path.join(source, "big"), Buffer.alloc(3_000_000, String(afterMs)));
    const child = spawn(process.execPath, [...programWords(program), folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await until("it has begun", () => Promise.resolve(fs.existsSync(path.join(folder, "runs"))));
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    if (victim === "owner") child.kill("SIGKILL");
    else for (const pid of processesWith(`--cache-dir ${folder}`)) kill(pid);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    await until("nobody is left", () => Promise.resolve(processesWith(folder).length === 0), 10_000);
    const runs = lastOfEach(path.join(folder, "runs"));
    fs.rmSync(path.join(folder, "runs"));
    const settled = await reconcileRuns(deps, { plan: backup, target: target(), workplace, runs });
    assert.ok(settled.ok, settled.ok ? "" : settled.error.text);
    const found = await sets();
    assert.deepEqual(found.broken, []);
    for (const run of [...runs.filter(({ endedAt }) => endedAt !== null), ...settled.value]) {
      const committed = found.sets.some(({ set }) => set === run.set);
      assert.equal(committed, run.state === "committed", `${victim} after ${afterMs} ms: ${run.state}`);
    }
  }
  for (const { parts, totals } of (await sets()).sets) {
    const dump = parts.find(({ part }) => part === "dump");
    const text = restic(
      "dump",
      dump?.snapshot ?? "",
      `/koboshi/shop-data/sqlite-db-${encodeURIComponent(database)}.sqlite`,
    ).out;
    assert.equal(Buffer.from(text, "latin1").length, dump?.bytes);
    assert.ok(totals.bytes > 30_000_000);
  }
  const last = await runPlan(deps, wanted({ plan: backup, mayInit: false }));
  assert.equal(last.state, "committed");
  assert.equal(restic("list", "locks", "--no-lock").out.trim(), "", said.join("\n"));
  assert.equal(restic("check", "--read-data").code, 0);
  assert.ok(fs.existsSync(repo));
});

function lastOfEach(file: string): readonly BackupRun[] {
  const lines = fs.readFileSync(file, "utf8").trim().split("\n");
  const runs = lines.map((line) => JSON.parse(line) as BackupRun);
  return [...new Map(runs.map((run) => [run.set, run] as const)).values()];
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown; // it has ended since it was listed
  }
}
