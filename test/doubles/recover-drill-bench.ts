import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import { ok } from "../../src/kernel/result.ts";
import type { RestoreRun } from "../../src/kernel/model/recovery.ts";
import type { Workplace } from "../../src/recover/workplace/workplace.ts";
import type { DrillDeps, DrillWish } from "../../src/recover/drill/ports.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";
import { seeded } from "./recover-drill-random.ts";
import { drillCopy, drillRestore, shopSmoke, type DrillCopy } from "./recover-drill-restic.ts";
import { drillPlan, drillSite } from "./recover-drill-site.ts";

export interface DrillBench {
  readonly copy: DrillCopy;
  readonly kept: readonly RestoreRun[];
  /** commands that were run besides reading what the machine is */
  readonly written: readonly string[];
  readonly wish: DrillWish;
  marked(change?: { production?: boolean; marker?: string }): Workplace;
  deps(change?: Partial<DrillDeps>): DrillDeps;
  forget(): void;
  nothingLeft(): void;
  close(): void;
}

/** A shop's copy in a real repository, and this machine as the place of its drill. */
export async function drillBench(): Promise<DrillBench> {
  const clock = createSystemClock();
  const here = createLocalWorkplace({ clock });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "drills-"));
  fs.chmodSync(folder, 0o755);
  const heartbeat = setInterval(() => {}, 1000);
  const plan = drillPlan();
  const site = drillSite(plan);
  const copy = await drillCopy();
  const kept: RestoreRun[] = [];
  const written: string[] = [];

  /** This machine, marked as one for drills without writing into its /etc. */
  function marked(change: { production?: boolean; marker?: string } = {}): Workplace {
    return {
      ...here,
      start(command) {
        written.push(command.argv.join(" "));
        return here.start(command);
      },
      async run(command, options) {
        const answer = await here.run(command, options);
        if (!answer.stdout.startsWith("@@drill")) {
          written.push(command.argv.join(" "));
          return answer;
        }
        const stdout = answer.stdout
          .replace(/^@@drill\n(?:.*\n)?@@\/drill/, `@@drill\n${change.marker ?? "Omni"}\n@@/drill`)
          .replace(/^@@production\n\w+$/m, `@@production\n${change.production === true ? "yes" : "no"}`);
        return { ...answer, stdout };
      },
    };
  }

  function deps(change: Partial<DrillDeps> = {}): DrillDeps {
    return {
      site,
      siteId: "Omni",
      clock,
      random: seeded(7),
      folder: () => folder,
      base: null,
      log: {
        debug() {},
        info() {},
        warn() {},
        error() {},
      },
      reach: async () => ok({ workplace: marked(), close: async () => {} }),
      resolve: async () => new Map(),
      repoAt: () => null,
      copies: async () => [
        {
          place: "office",
          records: [copy.record],
          quarantined: 0,
        },
      ],
      known: async () => [],
      canWrite: async () => false,
      guard: () => () => {},
      restore: drillRestore(copy),
      smoke: shopSmoke,
      keep: async (run) => void kept.push(run),
      onPhase() {},
      ...change,
    };
  }

  const wish: DrillWish = {
    plan,
    place: null,
    sampled: false,
    before: 0,
    alarmAtMonotonicMs: null,
    survivors: [],
    signal: new AbortController().signal,
  };

  function nothingLeft(): void {
    assert.deepEqual(fs.readdirSync(folder), []);
    assert.ok(!fs.readFileSync("/proc/self/mountinfo", "utf8").includes(folder));
    const processes = execFileSync("ps", ["ax", "-o", "args"], { encoding: "utf8" });
    assert.ok(
      !processes.includes(folder),
      processes.split("\n").find((line) => line.includes(folder)),
    );
  }

  return {
    copy,
    kept,
    written,
    wish,
    marked,
    deps,
    nothingLeft,
    forget() {
      kept.length = 0;
      written.length = 0;
    },
    close() {
      clearInterval(heartbeat);
      copy.close();
      fs.rmSync(folder, {
        recursive: true,
        force: true,
      });
    },
  };
}
