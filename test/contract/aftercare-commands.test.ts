import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { runMissedJobs } from "../../src/prevent/aftercare/repairs/jobs.ts";
import type { RepairStep } from "../../src/kernel/model/aftercare.ts";
import { until } from "../doubles/hub-process.ts";
import { inputOf, nightly, snapshotOf } from "../doubles/aftercare-world.ts";

function stepsOf(rows: readonly string[], nth: number): readonly RepairStep[] {
  const where = "/etc/cron.d/x";
  const before = snapshotOf({ cron: { [`file ${where}`]: `644 root 1\n${rows.join("\n")}` } });
  return (
    runMissedJobs([{ ...nightly, where: `${where}:${nth}`, line: rows[nth - 1] ?? "" }], inputOf({ before }))[0]
      ?.steps ?? []
  );
}

function run(steps: readonly RepairStep[], id: string): { readonly code: number | null; readonly text: string } {
  const { status, stdout } = spawnSync("sh", ["-c", steps.find((step) => step.id === id)?.command ?? "exit 99"], {
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: status, text: stdout };
}

test("a job runs as its user, in the environment that cron gives it and no other", () => {
  const rows = [
    "FOO='it is'",
    '1 2 * * * nobody id -un; env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= | sort; echo "a\'b" $FOO',
  ];
  const { code, text } = run(stepsOf(rows, 2), "run");
  assert.equal(code, 0);
  assert.deepEqual(text.trim().split("\n"), [
    "nobody",
    "FOO=it is",
    "HOME=/nonexistent",
    "LOGNAME=nobody",
    "PATH=/usr/bin:/bin",
    "SHELL=/bin/sh",
    "USER=nobody",
    "a'b it is",
  ]);
});

test("its exit code is the job's, and what follows a percent sign is its input", () => {
  assert.equal(run(stepsOf(["1 2 * * * nobody exit 3"], 1), "run").code, 3);
  assert.equal(run(stepsOf([String.raw`@daily nobody cat%one%50\% of two`], 1), "run").text, "one\n50% of two\n");
});

test("the guard holds it back while a copy of it runs, and lets it go afterwards", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-job-"));
  fs.chmodSync(folder, 0o755);
  const script = path.join(folder, "night-work");
  fs.writeFileSync(script, "#!/bin/sh\nwhile :; do sleep 0.2; done\n", { mode: 0o755 });
  const steps = stepsOf([`1 2 * * * nobody ${script} --all`], 1);
  assert.equal(run(steps, "guard").code, 0);
  const copy = spawn(script, { uid: 65_534, gid: 65_534, stdio: "ignore" });
  try {
    await until("the guard sees the copy", async () => run(steps, "guard").code === 1);
  } finally {
    copy.kill("SIGKILL");
    fs.rmSync(folder, { recursive: true });
  }
  await until("the guard lets it go", async () => run(steps, "guard").code === 0);
});
