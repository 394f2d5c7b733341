import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { runPlan } from "../../src/recover/run/run-plan.ts";
import { createRecoverBench, databaseOf, type RecoverBench } from "../doubles/recover-bench.ts";

const benches: RecoverBench[] = [];
after(() => {
  for (const each of benches) each.remove();
});

function bench(): RecoverBench {
  const made = createRecoverBench();
  benches.push(made);
  return made;
}

test("a full repository disk fails the run, leaves no commit, and the repository is sound afterwards", async () => {
  const { source, repo, wanted, deps, sets, restic } = bench();
  fs.mkdirSync(repo);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=12M", "tmpfs", repo]);
  try {
    fs.writeFileSync(path.join(source, "a"), "a");
    assert.equal((await runPlan(deps, wanted())).state, "committed");
    execFileSync("dd", ["if=/dev/urandom", `of=${source}/big`, "bs=1M", "count=24"], { stdio: "ignore" });
    const full = await runPlan(deps, wanted());
    assert.deepEqual([full.state, full.trouble?.code], ["failed", "KB8006"]);
    assert.equal((await sets()).sets.length, 1);
    assert.equal(restic("check", "--no-lock", "--read-data").code, 0);
    execFileSync("mount", ["-o", "remount,size=60M", repo]);
    assert.equal((await runPlan(deps, wanted())).state, "committed");
  } finally {
    execFileSync("umount", [repo]);
  }
});

test("a repository without room is what a dump's run ends with, wherever dump and restic meet, and not the pipe that broke", async () => {
  const { folder, repo, wanted, plan, deps, sets } = bench();
  fs.mkdirSync(repo);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=4M", "tmpfs", repo]);
  try {
    const file = path.join(folder, "live.db");
    execFileSync("sqlite3", [file], {
      input:
        "CREATE TABLE t(x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO t SELECT randomblob(1000) FROM n;",
    });
    const dumps = plan({ paths: [], databases: [databaseOf({ engine: "sqlite", name: file })] });
    for (const [fill, gate] of [
      [0, "here"],
      [0, "there"],
      [8, "here"],
      [8, "there"],
    ] as const) {
      if (fill > 0) spawnSync("dd", ["if=/dev/zero", `of=${repo}/fill`, "bs=1M", `count=${fill}`]);
      const run = await runPlan(deps, wanted({ plan: dumps, gate }));
      const words = `${fill} ${gate}: ${run.trouble?.text}`;
      assert.deepEqual([run.state, run.trouble?.code], ["failed", "KB8006"], words);
      assert.match(
        run.trouble?.text ?? "",
        /^(?:Fatal: unable to save|unable to create lock).*no space left on device$/,
        words,
      );
    }
    fs.rmSync(path.join(repo, "fill"));
    const found = await sets();
    assert.deepEqual([found.sets.length, found.orphans.length], [0, 0]);
  } finally {
    execFileSync("umount", [repo]);
  }
});
