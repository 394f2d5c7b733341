import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import type { Log } from "../../src/kernel/log.ts";
import type { BackupDatabase, BackupPlan, BackupTarget } from "../../src/kernel/model/backup.ts";
import type { BackupRun } from "../../src/kernel/model/recovery.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { openRepository } from "../../src/recover/restic/access.ts";
import type { RunDeps, RunWanted } from "../../src/recover/run/work.ts";
import { readSets, type ReadSets } from "../../src/recover/sets/read-sets.ts";
import { createLocalWorkplace, type LocalWorkplace } from "../../src/recover/workplace/local.ts";

export const repositoryPassword = "合言葉 of the repository";

/** A folder with a source, a repository and what it takes to run backups between them. */
export interface RecoverBench {
  readonly folder: string;
  readonly source: string;
  readonly repo: string;
  readonly workplace: LocalWorkplace;
  readonly deps: RunDeps;
  /** every state that was kept, in order */
  readonly kept: BackupRun[];
  readonly said: string[];
  plan(change?: Partial<BackupPlan>): BackupPlan;
  target(change?: Partial<BackupTarget>): BackupTarget;
  wanted(change?: Partial<RunWanted>): RunWanted;
  sets(): Promise<ReadSets>;
  /** plain restic against the repository. @returns its exit status and what it printed */
  restic(...words: string[]): { readonly code: number | null; readonly out: string };
  remove(): void;
}

export function createRecoverBench(): RecoverBench {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-recover-"));
  const [source, repo] = [path.join(folder, "source"), path.join(folder, "repo")];
  fs.mkdirSync(source);
  const clock = createSystemClock();
  const workplace = createLocalWorkplace({ clock });
  const kept: BackupRun[] = [];
  const said: string[] = [];
  const note = (message: string, facts?: unknown): void => void said.push(`${message} ${JSON.stringify(facts ?? {})}`);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const deps: RunDeps = { clock, log, classes: null, keep: (run) => Promise.resolve(void kept.push(run)) };
  const secret = path.join(folder, "password");
  fs.writeFileSync(secret, repositoryPassword, { mode: 0o600 });
  const cacheFolder = path.join(folder, "cache");
  const plan = (change: Partial<BackupPlan> = {}): BackupPlan => ({ ...barePlan(source, repo), ...change });
  const target = (change: Partial<BackupTarget> = {}): BackupTarget => ({ ...bareTarget(repo), ...change });
  return {
    folder,
    source,
    repo,
    workplace,
    deps,
    kept,
    said,
    plan,
    target,
    wanted: (change = {}) => ({
      plan: plan(),
      target: target(),
      workplace,
      mayInit: true,
      lockFolder: path.join(folder, "locks"),
      cacheFolder,
      ...change,
    }),
    async sets() {
      const access = { repo, password: new Secret(repositoryPassword, "test"), cacheFolder };
      const repository = await openRepository(workplace, access);
      const sets = await readSets(repository, { plan: "shop-data", nowMs: clock.nowMs() }).finally(() =>
        repository.close(),
      );
      if (!sets.ok) throw new Error(sets.error.text);
      return sets.value;
    },
    restic(...words) {
      const flags = ["-r", repo, "-p", secret, "--cache-dir", cacheFolder];
      const { status, stdout, stderr } = spawnSync("restic", [...flags, ...words], {
        encoding: "latin1",
        maxBuffer: 1e9,
      });
      return { code: status, out: stdout + stderr };
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

function bareTarget(repo: string): BackupTarget {
  return {
    at: "office",
    repo,
    appendOnlyClaimed: false,
    lockedForMs: null,
    keptMs: null,
    reader: null,
    maintainer: null,
    adopt: false,
  };
}

function barePlan(source: string, repo: string): BackupPlan {
  return {
    key: "shop-data",
    with: "restic",
    host: "web1",
    paths: [source],
    databases: [],
    password: new Secret(repositoryPassword, "test"),
    at: null,
    to: [bareTarget(repo)],
    keep: null,
    loseAtMostMs: null,
    backWithinMs: null,
    drill: null,
    keyAlso: [],
    consistency: null,
    hooks: { before: null, after: null },
    limits: { upBitsPerSecond: null, downBitsPerSecond: null },
    verify: { newestSql: null, markers: [] },
    allowMissing: [],
    priority: 1,
  };
}

/** A database as the file declares it. */
export function databaseOf(change: Pick<BackupDatabase, "engine" | "name"> & Partial<BackupDatabase>): BackupDatabase {
  return { user: null, password: null, host: null, port: null, ...change };
}

/** Numbers of the processes whose command line holds `text`. */
export function processesWith(text: string): readonly number[] {
  return execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(text) && !line.includes("ps -eo"))
    .map((line) => Number.parseInt(line, 10));
}
