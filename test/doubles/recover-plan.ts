import type { Stamp } from "../../src/kernel/clock.ts";
import type { BackupPlan, BackupTarget, CommitRecord } from "../../src/kernel/model/backup.ts";
import type { BackupRun, CopyState } from "../../src/kernel/model/recovery.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { watchedSite } from "./watched-site.ts";

const office: BackupTarget = {
  at: "office",
  repo: "/srv/backup/shop",
  appendOnlyClaimed: false,
  lockedForMs: null,
  keptMs: null,
  reader: null,
  maintainer: null,
  adopt: false,
};

export function targetOf(change: Partial<BackupTarget> = {}): BackupTarget {
  return { ...office, ...change };
}

/** A plan that copies `/srv/shop` of `web1` to the office at 3:21. */
export function planOf(change: Partial<BackupPlan> = {}): BackupPlan {
  return {
    key: "shop-data",
    with: "restic",
    host: "web1",
    paths: ["/srv/shop"],
    databases: [],
    password: null,
    at: "21 3 * * *",
    to: [office],
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
    priority: 2,
    ...change,
  };
}

export function siteWith(plans: readonly BackupPlan[], change: Partial<Site> = {}): Site {
  return { ...watchedSite({ services: {} }), backups: new Map(plans.map((plan) => [plan.key, plan])), ...change };
}

export function stampAt(atMs: number): Stamp {
  return { atMs, monotonicMs: atMs, bootId: "an earlier start" };
}

const id = (set: string): string => Buffer.from(set).toString("hex").padEnd(64, "0").slice(0, 64);

/** The commit record of a set whose database snapshot was taken at this moment. */
export function recordAt(set: string, atMs: number, change: Partial<CommitRecord> = {}): CommitRecord {
  const at = new Date(atMs).toISOString();
  return {
    schema: "koboshi.set/1",
    set,
    plan: "shop-data",
    host: "web1",
    startedAt: at,
    snapshotAt: at,
    finishedAt: at,
    clockOffsetMs: 0,
    restic: "0.14.0",
    consistency: "none",
    parts: [{ part: "files", snapshot: id(set), bytes: 1_000, files: 100, sha256: null, of: null, missing: [] }],
    tables: [],
    manifest: null,
    previousSet: null,
    totals: { bytes: 1_000_000, files: 1_000, addedBytes: 1_000 },
    allowMissing: [],
    ...change,
  };
}

export function runOf(set: string, atMs: number, change: Partial<BackupRun> = {}): BackupRun {
  return {
    set,
    plan: "shop-data",
    place: "office",
    state: "committed",
    startedAt: stampAt(atMs),
    endedAt: stampAt(atMs),
    doneBytes: 1_000_000,
    totalBytes: 1_000_000,
    trouble: null,
    record: null,
    ...change,
  };
}

export function copyOf(sets: readonly CommitRecord[], change: Partial<CopyState> = {}): CopyState {
  return {
    plan: "shop-data",
    place: "office",
    readAt: null,
    trouble: null,
    sets: sets.toSorted((a, b) => (a.finishedAt < b.finishedAt ? 1 : -1)),
    verified: [],
    proof: null,
    ...change,
  };
}
