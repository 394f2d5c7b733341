import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { runPlan } from "../../src/recover/run/run-plan.ts";
import { createRecoverBench, type RecoverBench } from "../doubles/recover-bench.ts";

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
