import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { createSystemClock } from "../src/app/clock.ts";
import { runPlan } from "../src/recover/run/run-plan.ts";
import { countClasses } from "../src/recover/text/classes.ts";
import { createLocalWorkplace } from "../src/recover/workplace/local.ts";
import { createRecoverBench } from "../test/doubles/recover-bench.ts";

// One backup of a folder by koboshi's run, with a stopwatch that begins when everything is loaded.
const [source = "", repo = "", folder = ""] = process.argv.slice(2);
const passwordFile = path.join(folder, "password");
execFileSync("restic", ["init", "-q", "-r", repo, "-p", passwordFile]);
const bench = createRecoverBench();
const clock = createSystemClock();
const before = { atMs: performance.now(), cpu: cpuWithChildren() };
const run = await runPlan(
  { ...bench.deps, clock, classes: (text) => countClasses([text]) },
  {
    plan: bench.plan({ paths: [source], to: [bench.target({ repo })] }),
    target: bench.target({ repo }),
    workplace: createLocalWorkplace({ clock }),
    lockFolder: path.join(folder, "locks"),
  },
);
const seconds = (performance.now() - before.atMs) / 1_000;
bench.remove();
if (run.state !== "committed") throw new Error(JSON.stringify(run.trouble));
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: cpuWithChildren() - before.cpu }));

/** Of this process and all it waited for, seconds. Source: proc(5), utime to cstime, in hundredths. */
function cpuWithChildren(): number {
  const stat = fs.readFileSync("/proc/self/stat", "utf8");
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 15);
  return fields.reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
