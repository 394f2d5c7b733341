// `run-plan.ts FOLDER`: one run of the plan in FOLDER/plan.json, keeping its states in FOLDER/runs; made to be killed.
import fs from "node:fs";
import path from "node:path";
import { createSystemClock } from "../../../src/app/clock.ts";
import type { BackupPlan } from "../../../src/kernel/model/backup.ts";
import { Secret } from "../../../src/kernel/secret.ts";
import { runPlan } from "../../../src/recover/run/run-plan.ts";
import { createLocalWorkplace } from "../../../src/recover/workplace/local.ts";

const folder = process.argv[2] ?? "";
const clock = createSystemClock();
const read = JSON.parse(fs.readFileSync(path.join(folder, "plan.json"), "utf8")) as BackupPlan;
const plan: BackupPlan = {
  ...read,
  password: new Secret(fs.readFileSync(path.join(folder, "password"), "utf8"), "test"),
};
const [target] = plan.to;
if (target === undefined) throw new Error("no target");
const nothing = (): void => undefined;
const run = await runPlan(
  {
    clock,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    classes: null,
    keep(kept) {
      fs.appendFileSync(path.join(folder, "runs"), `${JSON.stringify(kept)}\n`);
      return Promise.resolve();
    },
  },
  {
    plan,
    target,
    workplace: createLocalWorkplace({ clock }),
    lockFolder: path.join(folder, "locks"),
    cacheFolder: path.join(folder, "cache"),
  },
);
process.stdout.write(`${run.state}\n`);
