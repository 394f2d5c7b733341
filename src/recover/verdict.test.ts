import assert from "node:assert/strict";
import { test } from "node:test";
import { copyOf, planOf, recordAt, runOf, siteWith, stampAt, targetOf } from "../../test/doubles/recover-plan.ts";
import type { BackupPlan } from "../kernel/model/backup.ts";
import type { CopyState, RestoreRun, Verification } from "../kernel/model/recovery.ts";
import type { BackupStatus } from "../kernel/ports-recovery.ts";
import { backupAttentions } from "./attentions.ts";
import { backupVerdict, type BackupVerdict } from "./verdict.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 10, 22, 3);
const promised: Partial<BackupPlan> = {
  loseAtMostMs: 24 * hourMs,
  backWithinMs: 8 * hourMs,
  drill: { everyMs: 90 * dayMs, host: "drill1", bootCheck: null },
  to: [targetOf(), targetOf({ at: "cloud", repo: "s3:https://s3.example/shop" })],
};
const places = new Map([
  ["sakura", { key: "sakura", provider: "sakura-vps", account: "omni-1", region: null }],
  ["office", { key: "office", provider: "own", account: null, region: null }],
  ["cloud", { key: "cloud", provider: "s3", account: "omni-2", region: null }],
]);
const host = siteWith([]).hosts;

function restored(daysAgo: number, hours: number, change: Partial<RestoreRun> = {}): RestoreRun {
  const at = stampAt(nowMs - daysAgo * dayMs);
  return {
    id: `run-${daysAgo}`,
    kind: "drill",
    plan: "shop-data",
    place: "office",
    set: "s1",
    target: "host:drill1",
    folder: "/",
    scope: "full",
    state: "done",
    startedAt: at,
    endedAt: at,
    phases: [{ phase: "fetch", seconds: hours * 3_600, bytes: 1, files: 1, manualSteps: 0 }],
    lostSeconds: null,
    trouble: null,
    ...change,
  };
}

function verified(level: Verification["level"], hoursAgo: number, ok = true): Verification {
  return {
    id: `v-${level}-${hoursAgo}`,
    plan: "shop-data",
    place: "office",
    level,
    set: null,
    at: stampAt(nowMs - hoursAgo * hourMs),
    seconds: 60,
    ok,
    facts: {},
    findings: ok ? [] : [{ code: "pack-damaged", severity: "broken", facts: { pack: "ab12" } }],
  };
}

const office = (change: Partial<CopyState> = {}, hoursAgo = 3): CopyState =>
  copyOf([recordAt("s1", nowMs - hoursAgo * hourMs)], { readAt: stampAt(nowMs - hourMs), ...change });

interface Told {
  readonly plan?: Partial<BackupPlan>;
  readonly copies?: readonly CopyState[];
  readonly restores?: readonly RestoreRun[];
  readonly runs?: BackupStatus["runs"];
}

function statusOf({ plan = {}, copies = [office()], restores = [restored(41, 5.5)], runs = [] }: Told): BackupStatus {
  return { plan: planOf({ ...promised, ...plan }), copies, running: [], runs, restores, nextAtMs: null };
}

function judge(told: Told): BackupVerdict {
  const status = statusOf(told);
  return backupVerdict({ status, site: siteWith([status.plan], { places, hosts: host }), now: stampAt(nowMs) });
}

test("a backup that was restored in time, with a fresh copy, would meet its target", () => {
  const verdict = judge({});
  assert.deepEqual([verdict.timeliness, verdict.doubts, verdict.freshness], ["met", [], "fresh"]);
  assert.equal(verdict.restoreSeconds, 5.5 * 3_600);
  assert.equal(verdict.drillDueAtMs, nowMs + 49 * dayMs);
});

test("a copy that was never restored proves nothing, however fresh and verified it is", () => {
  const verdict = judge({ restores: [], copies: [office({ verified: [verified(5, 1)] })] });
  assert.deepEqual([verdict.timeliness, verdict.doubts], ["unproven", ["never-restored"]]);
  assert.equal(verdict.copies[0]?.level, 5);
});

const cases: readonly (readonly [string, Told, BackupVerdict["timeliness"], BackupVerdict["doubts"]])[] = [
  [
    "an older drill over the target leaves a doubt",
    { restores: [restored(41, 5), restored(130, 9)] },
    "likely",
    ["slower-before"],
  ],
  [
    "the last restore over the target misses it",
    { restores: [restored(41, 9), restored(130, 5)] },
    "missed",
    ["too-slow"],
  ],
  ["an overdue drill proves no more", { restores: [restored(91, 5)] }, "unproven", ["drill-overdue"]],
  [
    "without drills a restore is good for 90 days",
    { plan: { drill: null }, restores: [restored(91, 5)] },
    "unproven",
    ["old-restore"],
  ],
  [
    "a part that was restored is not the whole",
    { restores: [restored(1, 1, { scope: "sampled" })] },
    "unproven",
    ["sampled-only"],
  ],
  [
    "a restore that was cut off neither takes the proof away nor gives one",
    { restores: [restored(1, 9, { state: "interrupted" }), restored(41, 5)] },
    "met",
    [],
  ],
  [
    "a restore that was cut off does not hide that the one before it failed",
    { restores: [restored(1, 1, { state: "interrupted" }), restored(2, 1, { state: "failed" }), restored(41, 5)] },
    "unproven",
    ["restore-failed"],
  ],
  [
    "a failed restore after a good one takes the proof away",
    { restores: [restored(1, 1, { state: "failed" }), restored(41, 5)] },
    "unproven",
    ["restore-failed"],
  ],
  [
    "a newest copy older than what may be lost misses the target",
    { copies: [office({}, 25)] },
    "missed",
    ["stale-copy"],
  ],
  [
    "a repository that was read and holds nothing has lost it",
    { copies: [copyOf([], { readAt: stampAt(nowMs) })] },
    "missed",
    ["no-copy"],
  ],
  ["one that was not read yet may hold anything", { copies: [copyOf([])] }, "unproven", ["not-read"]],
  ["without a target nothing can be met", { plan: { backWithinMs: null } }, "unproven", ["no-target"]],
  [
    "the provider's copies count once one was restored",
    { plan: { with: "external" }, copies: [copyOf([])], restores: [] },
    "unproven",
    ["external"],
  ],
  ["a restore of the provider's copies does count", { plan: { with: "external" }, copies: [copyOf([])] }, "met", []],
];
for (const [name, told, timeliness, doubts] of cases) {
  test(name, () => {
    const verdict = judge(told);
    assert.deepEqual([verdict.timeliness, verdict.doubts], [timeliness, doubts]);
  });
}

test("a set dated in the future is never the newest", () => {
  const sets = [recordAt("s9", Date.UTC(2036, 0, 1)), recordAt("s1", nowMs - 2 * hourMs)];
  const verdict = judge({ copies: [copyOf(sets, { readAt: stampAt(nowMs) })] });
  assert.equal(verdict.newestAtMs, nowMs - 2 * hourMs);
  assert.equal(verdict.copies[0]?.newest?.set, "s1");
});

test("a broken copy does not decide beside a sound one, and alone leaves nothing proven", () => {
  const broken = office({ verified: [verified(3, 2, false), verified(5, 30)] });
  const cloud = office({ place: "cloud", verified: [verified(2, 1)] });
  const both = judge({ copies: [broken, cloud] });
  assert.deepEqual([both.timeliness, both.doubts, both.newestPlace], ["met", ["broken-copy"], "cloud"]);
  const alone = judge({ copies: [broken] });
  assert.deepEqual([alone.timeliness, alone.doubts], ["unproven", ["broken-copy"]]);
});

test("a later verification of the same depth lifts what an earlier one found; a shallower one does not", () => {
  const lifted = office({ verified: [verified(3, 1), verified(3, 2, false)] });
  const shallow = office({ verified: [verified(2, 1), verified(3, 2, false)] });
  assert.deepEqual(
    [lifted, shallow].map((copy) => judge({ copies: [copy] }).copies[0]?.isBroken),
    [false, true],
  );
});

test("a proof that the writer cannot delete is believed for a month", () => {
  const proof = { plan: "shop-data", place: "office", result: "refused" as const, tried: [] };
  const of = (days: number): boolean | null | undefined =>
    judge({ copies: [office({ proof: { ...proof, at: stampAt(nowMs - days * dayMs) } })] }).copies[0]?.deletable;
  assert.deepEqual([of(30), of(32)], [false, null]);
});

test("copies of another tool are shown and prove nothing", () => {
  const foreign = [{ id: "f1", atMs: nowMs - hourMs, host: "web1", paths: ["/srv"], tags: [], name: null }];
  const verdict = judge({ copies: [copyOf([], { readAt: stampAt(nowMs), foreign })] });
  assert.deepEqual([verdict.doubts, verdict.copies[0]?.foreignAtMs], [["foreign-only"], nowMs - hourMs]);
});

test("Home hears of what is late, broken, unreadable, overdue and never restored, the worst first", () => {
  const site = siteWith([], { places });
  const own = statusOf({ plan: { key: "koboshi", own: true } });
  const told = (...statuses: readonly BackupStatus[]): string[] =>
    backupAttentions([...statuses, own], { site, now: stampAt(nowMs) }).map(({ code, level }) => `${level} ${code}`);
  assert.deepEqual(told(statusOf({})), []);
  assert.deepEqual(told(statusOf({ restores: [], runs: [runOf("s2", nowMs, { state: "failed" })] })), [
    "warning backup-failed",
    "warning backup-never-restored",
  ]);
  const trouble = { code: "wrong-password", text: "wrong password" };
  assert.deepEqual(
    told(statusOf({ copies: [office({ trouble }), office({ place: "cloud" }, 30)], restores: [restored(100, 5)] })),
    ["down backup-unreadable", "down backup-late", "down drill-overdue"],
  );
  const proof = { plan: "shop-data", place: "office", at: stampAt(nowMs), result: "deletable" as const, tried: [] };
  const plan = { to: [targetOf({ appendOnlyClaimed: true })] };
  assert.deepEqual(told(statusOf({ plan, copies: [office({ proof, verified: [verified(3, 1, false)] })] })), [
    "down backup-broken",
    "down backup-deletable",
  ]);
});

function codes(...plans: readonly Partial<BackupPlan>[]): readonly string[] {
  const told = { site: siteWith([], { places }), now: stampAt(nowMs) };
  return backupAttentions(
    plans.map((plan) => statusOf({ plan })),
    told,
  ).map(({ code }) => code);
}

test("Home hears that koboshi's own data are not copied, where others' are", () => {
  const ledger = { engine: "sqlite", user: null, password: null, host: null, port: null } as const;
  const dataFolder = siteWith([]).hub.dataFolder;
  assert.deepEqual(codes({}), ["hub-not-copied"]);
  assert.deepEqual(codes({}, { own: true }), []);
  assert.deepEqual(codes({ databases: [{ ...ledger, name: `${dataFolder}/ledger.sqlite` }] }), []);
  assert.deepEqual(codes({ with: "external" }), []);
  assert.deepEqual(codes(), []);
});

test("copies with the host's own place, account or provider are not elsewhere", () => {
  const web1 = { ...siteWith([]).hosts.values().next().value, key: "web1", at: "sakura" } as never;
  const site = siteWith([], {
    hosts: new Map([["web1", web1]]),
    places: new Map([...places, ["beside", { key: "beside", provider: "sakura-vps", account: "x", region: null }]]),
  });
  const status = statusOf({
    copies: [office(), office({ place: "sakura" }), office({ place: "beside" }), office({ place: "cloud" })],
  });
  const verdict = backupVerdict({ status, site, now: stampAt(nowMs) });
  assert.deepEqual(
    verdict.copies.map(({ isElsewhere }) => isElsewhere),
    [true, false, false, true],
  );
  assert.equal(verdict.copiesElsewhere, 2);
});
