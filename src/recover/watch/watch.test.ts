import assert from "node:assert/strict";
import { test } from "node:test";
import { elapsedMs, stampNow } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Verification } from "../../kernel/model/recovery.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";
import { createFakeClock, type FakeClock } from "../../../test/doubles/fake-clock.ts";
import { createMemory } from "../../../test/doubles/recover-memory.ts";
import { copyOf, planOf, recordAt, runOf, siteWith, stampAt, targetOf } from "../../../test/doubles/recover-plan.ts";
import { backupSignalText } from "../../words/recovery-watch.ts";
import type { KeptOfPlan } from "../schedule/facts.ts";
import { createRecoveryWatch, type RecoveryWatch } from "./watch.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const startMs = Date.parse("2026-11-22T04:00:00+09:00");

interface Bench {
  readonly clock: FakeClock;
  readonly watch: RecoveryWatch;
  kept: KeptOfPlan;
  /** `trouble@place severity` of those open */
  open(): readonly string[];
  signal(trouble: string): Signal | undefined;
}

async function bench(
  plan: BackupPlan,
  kept: Partial<KeptOfPlan>,
  change: { firstSeenMs?: number } = {},
): Promise<Bench> {
  const clock = createFakeClock(startMs);
  const signals = new Map<string, Signal>();
  const memory = createMemory();
  const at = stampAt(change.firstSeenMs ?? startMs - 30 * dayMs);
  await memory.put(`seen.${plan.key}`, { at, targets: "", changedAt: null });
  const made = { kept: { runs: [], copies: [], restores: [], ...kept } as KeptOfPlan };
  const site = siteWith([plan], { timeZone: "Asia/Tokyo" });
  const watch = createRecoveryWatch({
    clock,
    log: silent,
    memory,
    site: () => site,
    kept: async () => made.kept,
    changeOf: async () => null,
    openSignals: [],
    take: async (changes: readonly SignalChange[]) => {
      for (const { change: what, signal } of changes)
        if (what === "closed") signals.delete(signal.id);
        else signals.set(signal.id, signal);
    },
  });
  watch.start();
  await clock.advance(1_000);
  const open = (): readonly string[] =>
    [...signals.values()].map(
      ({ facts, severity }) => `${String(facts["trouble"])}@${String(facts["place"])} ${severity}`,
    );
  const signal = (trouble: string): Signal | undefined =>
    [...signals.values()].find(({ facts }) => facts["trouble"] === trouble);
  return Object.assign(made, { clock, watch, open, signal });
}

/** Committed sets of the last days at 3:21, newest first. */
function daily(
  count: number,
  totals: (day: number) => { bytes: number; files: number } = () => ({ bytes: 1e9, files: 1_000 }),
) {
  const newestMs = Date.parse("2026-11-22T03:24:00+09:00");
  return Array.from({ length: count }, (_, day) =>
    recordAt(`set-${day}`, newestMs - day * dayMs, { totals: { ...totals(day), addedBytes: 0 } }),
  );
}
const runsOf = (sets: ReturnType<typeof daily>) =>
  sets.map(({ set, finishedAt }) => runOf(set, Date.parse(finishedAt)));

test("a plan whose copies come and are fresh is quiet; a day without a run is missed, then made up for", async () => {
  const sets = daily(9);
  const { clock, watch, open, signal, ...made } = await bench(planOf({ loseAtMostMs: 26 * hourMs }), {
    runs: runsOf(sets),
    copies: [copyOf(sets)],
  });
  assert.deepEqual(open(), []);
  await clock.advance(dayMs - hourMs);
  assert.deepEqual(open(), []);
  await clock.advance(100 * minuteMs);
  assert.deepEqual(open(), ["missed@null warning"]);
  assert.equal(signal("missed")?.subject, "host:web1");
  await clock.advance(2 * hourMs);
  assert.deepEqual(open(), ["missed@null warning", "stale@office critical"]);
  watch.stop();
  assert.ok(made.kept.runs.length > 0);
});

test("the last run's failure is told with its reason, an incomplete one as such, until one succeeds", async () => {
  const sets = daily(5);
  const trouble = { code: "KB8002", text: "wrong password or no key found" };
  const failed = runOf("bad", startMs - 10 * minuteMs, { state: "failed", trouble });
  const made = await bench(planOf(), { runs: [failed, ...runsOf(sets)], copies: [copyOf(sets)] });
  assert.deepEqual(made.open(), ["failed@office warning"]);
  assert.deepEqual(made.signal("failed")?.error, {
    code: "backup-failed",
    text: "KB8002 wrong password or no key found",
  });
  made.kept = { ...made.kept, runs: [runOf("half", startMs, { state: "partial" }), ...made.kept.runs] };
  await made.clock.advance(minuteMs);
  assert.deepEqual(made.open(), ["partial@office warning"]);
  made.kept = { ...made.kept, runs: [runOf("good", startMs + 1_000), ...made.kept.runs] };
  await made.clock.advance(minuteMs);
  assert.deepEqual(made.open(), []);
  made.watch.stop();
});

test("a run that does not end, and a plan that never gave a copy, are told", async () => {
  const going = runOf("now", startMs, { endedAt: null, state: "filing" });
  const slow = await bench(planOf(), { runs: [going, ...runsOf(daily(9))], copies: [copyOf(daily(9))] });
  assert.deepEqual(slow.open(), []);
  await slow.clock.advance(62 * minuteMs);
  assert.deepEqual(slow.open(), ["late@office warning"]);
  slow.watch.stop();
  const never = await bench(planOf(), { copies: [copyOf([], { readAt: stampAt(startMs) })] });
  await never.clock.advance(11 * minuteMs);
  assert.deepEqual(never.open(), ["never@office warning"]);
  never.watch.stop();
});

test("a third less or three times as much as the median of seven is suspicious until a person or the size itself says otherwise", async () => {
  const small = daily(9, (day) => ({ bytes: day === 0 ? 0.6e9 : 1e9, files: 1_000 }));
  const made = await bench(planOf(), { runs: runsOf(small), copies: [copyOf(small)] });
  assert.deepEqual(made.open(), ["shrunk@office warning"]);
  assert.equal((await made.watch.pinned("shop-data", "office")).size, 8);
  const back = recordAt("set-back", startMs + hourMs, { totals: { bytes: 1e9, files: 1_000, addedBytes: 0 } });
  await made.clock.advance(2 * hourMs);
  assert.deepEqual(made.open(), ["shrunk@office warning"]);
  made.kept = { ...made.kept, copies: [copyOf([back, ...small])] };
  await made.clock.advance(minuteMs);
  assert.deepEqual(made.open(), []);
  assert.equal((await made.watch.pinned("shop-data", "office")).size, 0);
  made.watch.stop();
  const large = daily(9, (day) => ({ bytes: day === 0 ? 3.1e9 : 1e9, files: 1_000 }));
  const other = await bench(planOf(), { runs: runsOf(large), copies: [copyOf(large)] });
  assert.deepEqual(other.open(), ["exploded@office warning"]);
  assert.equal(await other.watch.accept("shop-data", "office"), true);
  assert.deepEqual(other.open(), []);
  await other.clock.advance(5 * minuteMs);
  assert.deepEqual(other.open(), []);
  other.watch.stop();
});

test("more than a tenth of the files gone is a mass deletion, and stays one when the next set is small, too", async () => {
  const sets = daily(9, (day) => ({ bytes: 1e9, files: day < 2 ? 880 : 1_000 }));
  const made = await bench(planOf(), { runs: runsOf(sets.slice(1)), copies: [copyOf(sets.slice(1))] });
  assert.deepEqual(made.open(), ["deleted@office critical"]);
  made.kept = { ...made.kept, copies: [copyOf(sets)] };
  await made.clock.advance(minuteMs);
  assert.deepEqual(made.open(), ["deleted@office critical"]);
  made.watch.stop();
});

test("a writer's clock three hours ahead or behind is told and never makes a copy fresher", async () => {
  for (const offMs of [3 * hourMs, -3 * hourMs]) {
    const sets = daily(9);
    const realMs = startMs - 10 * minuteMs;
    const odd = recordAt("odd", realMs + offMs);
    const run = runOf("odd", realMs, { startedAt: stampAt(realMs - 4 * minuteMs) });
    const made = await bench(planOf({ loseAtMostMs: 26 * hourMs }), {
      runs: [run, ...runsOf(sets)],
      copies: [copyOf([odd, ...sets])],
    });
    const told = made.open();
    assert.ok(told.includes("clock-off@office warning"), told.join());
    assert.equal(told.includes("future@office warning"), offMs > 0);
    assert.equal(made.signal("clock-off")?.facts["offMs"], offMs);
    assert.equal(elapsedMs(run.startedAt, run.endedAt ?? run.startedAt), 4 * minuteMs);
    made.watch.stop();
  }
});

test("sets of the future that the hub never heard of are no newest ones", async () => {
  const old = daily(9).slice(3);
  const forged = [1, 2, 3].map((day) => recordAt(`forged-${day}`, startMs + day * dayMs));
  const made = await bench(planOf({ at: null, loseAtMostMs: 26 * hourMs }), {
    runs: runsOf(old),
    copies: [copyOf([...forged, ...old])],
  });
  assert.deepEqual(made.open().toSorted(), ["future@office warning", "stale@office critical"]);
  assert.equal(made.signal("future")?.facts["count"], 3);
  made.watch.stop();
});

test("one reading that fails is no news, the second in a row is; one that succeeds ends it", async () => {
  const sets = daily(9);
  const trouble = { code: "unreachable", text: "connection refused" };
  const made = await bench(planOf(), { runs: runsOf(sets), copies: [copyOf(sets, { trouble })] });
  await made.watch.readingEnded("shop-data");
  assert.deepEqual(made.open(), []);
  await made.watch.readingEnded("shop-data");
  assert.deepEqual(made.open(), ["unreadable@office warning"]);
  made.kept = { ...made.kept, copies: [copyOf(sets)] };
  await made.watch.readingEnded("shop-data");
  assert.deepEqual(made.open(), []);
  made.watch.stop();
});

function look(bucket: number, dayAgo: number, ok: boolean): Verification {
  return {
    id: `${bucket}-${dayAgo}`,
    plan: "shop-data",
    place: "office",
    level: 3,
    set: null,
    at: stampAt(startMs - dayAgo * dayMs),
    seconds: 1,
    ok,
    facts: { bucket },
    findings: ok ? [] : [{ code: "pack-damaged", severity: "broken", facts: {} }],
  };
}

test("damage in one bucket is not forgotten because another bucket is whole", async () => {
  const sets = daily(9);
  const made = await bench(planOf(), {
    runs: runsOf(sets),
    copies: [copyOf(sets, { verified: [look(6, 0, true), look(5, 1, false)] })],
  });
  assert.deepEqual(made.open(), ["damaged@office critical"]);
  made.kept = {
    ...made.kept,
    copies: [copyOf(sets, { verified: [look(5, -1, true), look(6, 0, true), look(5, 1, false)] })],
  };
  await made.clock.advance(minuteMs);
  assert.deepEqual(made.open(), []);
  made.watch.stop();
});

test("a claim of append-only that was disproved and a drill that is overdue are told", async () => {
  const sets = daily(9);
  const plan = planOf({
    to: [targetOf({ appendOnlyClaimed: true })],
    drill: { everyMs: 20 * dayMs, host: "drill1", bootCheck: null },
  });
  const proof = {
    plan: "shop-data",
    place: "office",
    at: stampAt(startMs),
    result: "deletable",
    tried: [{ way: "delete", answer: "200", intact: false }],
  } as const;
  const made = await bench(plan, { runs: runsOf(sets), copies: [copyOf(sets, { proof })] });
  assert.deepEqual(made.open(), ["deletable@office critical", "drill-overdue@null warning"]);
  made.watch.stop();
});

test("adopted copies without a commit record are watched for their age", async () => {
  const foreign = [{ id: "f".repeat(64), atMs: startMs - 30 * hourMs, host: "web1", paths: [], tags: [], name: null }];
  const plan = planOf({ to: [targetOf({ adopt: true })], loseAtMostMs: 26 * hourMs });
  const made = await bench(plan, { copies: [copyOf([], { foreign, readAt: stampNow(createFakeClock(startMs)) })] });
  assert.deepEqual(made.open(), ["stale@office critical"]);
  made.watch.stop();
});

test("every trouble has its sentence and what to do, in both languages, without a hole", async () => {
  const { backupTroubles } = await import("./finding.ts");
  for (const trouble of backupTroubles)
    for (const lang of ["ja", "en"] as const) {
      const facts = {
        trouble,
        plan: "shop-data",
        place: "office",
        reasons: ["pinned", "future"],
        offMs: 600_000,
        times: 2,
        text: "why",
      };
      const text = backupSignalText({ kind: "backup", facts }, "Asia/Tokyo", lang);
      assert.ok(text !== null && text.fix.length > 10, trouble);
      assert.match(text.sentence, /shop-data/);
      assert.doesNotMatch(text.sentence + text.fix, /undefined|NaN|null|\[object/);
    }
});

test("a place to which nothing was ever copied is not called damaged; one that lost its repository is", async () => {
  const gone: Verification = {
    ...look(1, 0, false),
    findings: [{ code: "no-repository", severity: "broken", facts: {} }],
  };
  const empty = copyOf([], { verified: [gone] });
  const fresh = await bench(planOf(), { copies: [empty] }, { firstSeenMs: startMs });
  assert.deepEqual(fresh.open(), []);
  fresh.watch.stop();
  const lost = await bench(planOf(), { runs: runsOf(daily(1)), copies: [empty] });
  assert.ok(lost.open().includes("damaged@office critical"));
  lost.watch.stop();
});
