import assert from "node:assert/strict";
import { test } from "node:test";
import { gatherers } from "../../src/diagnose/gather/index.ts";
import { together, type Gathered } from "../../src/diagnose/gather/gatherer.ts";
import { situationOf, type Situation } from "../../src/diagnose/gather/situation.ts";
import { stampNow, type Stamp } from "../../src/kernel/clock.ts";
import type { ComponentId } from "../../src/kernel/model/component.ts";
import type { BundleId } from "../../src/kernel/model/diagnosis.ts";
import type { BackupPlan } from "../../src/kernel/model/backup.ts";
import type { JobStatus } from "../../src/kernel/model/job.ts";
import type { BackupRun } from "../../src/kernel/model/recovery.ts";
import type { Signal } from "../../src/kernel/model/signal.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import type { DiagnosisNote, DiagnosisSources } from "../../src/kernel/ports-diagnosis-sources.ts";
import type { FeedStatus, KeptNotice, ProviderAnnouncement } from "../../src/kernel/ports-feeds.ts";
import type { PathStatus } from "../../src/kernel/ports-paths.ts";
import type { PeopleReport } from "../../src/kernel/ports-people.ts";
import { readNotice } from "../../src/readers/notices/notice.ts";
import { statesOf } from "../doubles/diagnosis-bench.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { quietSources } from "../doubles/quiet-sources.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const clock = createFakeClock();
const nowMs = clock.nowMs();
const sketch = watchedSite({
  hosts: { web1: { at: "dc1" }, web2: { at: "dc1" }, web3: { at: "dc1" }, own1: {} },
  places: { dc1: "p1" },
  services: { shop: { on: "web1", needs: ["db"] }, db: { on: "web1" }, mail: { on: "web2" }, inside: { on: "own1" } },
});
const site: Site = {
  ...sketch,
  places: new Map([["dc1", { key: "dc1", provider: "p1", account: "contract-7", region: null }]]),
  backupNames: ["nightly", "weekly"],
  backupHosts: new Map([["nightly", "web1"]]),
};

function situation(subject: ComponentId = "service:shop"): Situation {
  return situationOf({ subject, startedAtMs: nowMs - 2 * minuteMs, nowMs, site, cells: [] });
}

async function gather(bundle: BundleId, over: Partial<DiagnosisSources>, at = situation()): Promise<Gathered> {
  const asked = gatherers(quietSources({ clock, site }, over)).filter((one) => one.bundle === bundle);
  const { signal } = new AbortController();
  const parts = asked.flatMap((one) => one.offers(at).map((offer) => one.gather(offer, at, signal)));
  return together(await Promise.all(parts));
}

function ago(ms: number): Stamp {
  return { ...stampNow(clock), atMs: nowMs - ms };
}

function book(
  written: Readonly<Partial<Record<"change" | "window" | "restore", readonly [number, string][]>>>,
): Partial<DiagnosisSources> {
  return {
    notes: async (kind) => (written[kind] ?? []).map(([agoMs, text]): DiagnosisNote => ({ text, at: ago(agoMs) })),
  };
}

test("a book that nobody writes into says nothing", async () => {
  const { seen, missing } = await gather("chg", {});
  assert.deepEqual(seen, []);
  assert.ok(missing.length > 8 && missing.every(({ reason }) => reason === "not-configured"));
});

test("a change that names a machine is one of what runs there, and of nothing else", async () => {
  const states = statesOf(
    await gather("chg", book({ change: [[20 * minuteMs, "httpd.conf on web1: ProxyTimeout 5"]] })),
    "ch.conf",
  );
  assert.equal(states["ch.conf host:web1"], "yes");
  assert.equal(states["ch.conf service:shop"], "yes");
  assert.equal(states["ch.conf service:db"], "yes");
  assert.equal(states["ch.conf service:mail"], "no");
  assert.equal(states["ch.conf host:web2"], "no");
});

test("a change that names nothing is one of the subject", async () => {
  const states = statesOf(await gather("chg", book({ change: [[5 * minuteMs, "設定を書き換えました"]] })), "ch.conf");
  assert.deepEqual(
    Object.keys(states).filter((key) => states[key] === "yes"),
    ["ch.conf service:shop", "ch.conf host:web1"],
  );
});

for (const [text, evidence] of [
  ["shop 2.4.1 deployed", "ch.dep"],
  ["shop を更新しました", "ch.dep"],
  ["shop の設定を変更", "ch.conf"],
] as const) {
  test(`«${text}» is told as ${evidence}`, async () => {
    const gathered = await gather("chg", book({ change: [[5 * minuteMs, text]] }));
    const yes = gathered.seen.filter(({ target, state }) => target === "service:shop" && state === "yes");
    assert.deepEqual(
      yes.map((one) => one.evidence),
      [evidence],
    );
    assert.equal(yes[0]?.raw, text);
  });
}

test("what was changed yesterday, or after it broke, is no reason", async () => {
  const states = statesOf(
    await gather(
      "chg",
      book({
        change: [
          [30 * hourMs, "shop: nginx.conf"],
          [-10 * minuteMs, "shop: repaired"],
        ],
      }),
    ),
  );
  assert.equal(states["ch.conf service:shop"], "no");
});

test("one change of several machines is told where they stand; a restore at its machine", async () => {
  const states = statesOf(
    await gather(
      "chg",
      book({
        change: [[10 * minuteMs, "cleanup.sh to web1, web2, web3"]],
        restore: [[20 * hourMs, "web1 を控えから復元"]],
      }),
    ),
  );
  assert.equal(states["ch.fan place:dc1"], "yes");
  assert.equal(states["ch.rest host:web1"], "yes");
  assert.equal(states["ch.rest host:web2"], "no");
});

// the clock stands at 02:12 in Tokyo
for (const [text, state] of [
  ["web1 02:00-05:00", "active"],
  ["VPSメンテナンス 11/22 00:00〜02:00", "ended"],
  ["web1 03:00-05:00", "none"],
  ["dc1 maintenance under way", "active"],
  ["メンテナンス終了", "ended"],
  ["web2 02:00-05:00", "active"],
  ["own1 02:00-05:00", "none"],
] as const) {
  test(`the window «${text}» is ${state} for the provider of the shop`, async () => {
    const gathered = await gather("chg", book({ window: [[40 * minuteMs, text]] }));
    assert.equal(statesOf(gathered, "pv.maint")["pv.maint provider:p1"], state);
  });
}

function notice(text: string, over: Partial<KeptNotice> = {}): KeptNotice {
  const received = ago(6 * hourMs);
  const read = readNotice({ text, receivedAtMs: received.atMs, zone: "Asia/Tokyo" });
  const [title = ""] = text.split("\n");
  const newest = { number: 1, receivedAt: received, title, text, link: null, publishedAtMs: null, read };
  const kept = { id: 1, provider: "p1", feed: "p1/0", firstSeenAt: received, versions: 1, newest };
  return { ...kept, confidence: 0.9, matches: [], proposal: null, ...over };
}

const feed: FeedStatus = {
  key: "p1/0",
  provider: "p1",
  kind: "feed",
  address: "https://p1.test/feed",
  state: "ok",
  lastTriedAt: null,
  lastSuccessAt: null,
  trouble: null,
  notices: 1,
  nextAtMs: null,
};

test("planned work the provider announced is a window; what was rejected is none", async () => {
  const text = "【メンテナンス】仮想サーバのメンテナンス\n日時: 2026年11月22日 01:00 〜 05:00";
  const proposal = { version: 1, windows: [], hosts: [], decidedBy: null, decidedAt: null, outdated: false };
  const rejected = { ...proposal, state: "rejected" as const };
  for (const [kept, state] of [
    [notice(text), "active"],
    [notice(text, { proposal: rejected }), "none"],
    [notice(text, { provider: "p2" }), "none"],
  ] as const) {
    const gathered = await gather("chg", { notices: async () => [kept], feeds: () => [feed] });
    assert.equal(statesOf(gathered)["pv.maint provider:p1"], state);
  }
});

const fault: ProviderAnnouncement = {
  noticeId: 1,
  provider: "p1",
  title: "ネットワーク障害",
  phase: "ongoing",
  kind: "outage",
  startMs: null,
  endMs: null,
  certain: true,
  hosts: [{ host: "web1", confidence: 0.9 }],
  confidence: 0.9,
};
async function feedState(
  announced: readonly ProviderAnnouncement[],
  state: FeedStatus["state"] = "ok",
): Promise<string | undefined> {
  return statesOf(await gather("prov", { announcements: () => announced, feeds: () => [{ ...feed, state }] }))[
    "pv.feed provider:p1"
  ];
}

test("a fault the provider announces is ours when it names a machine of ours; a source that cannot be read is no silence", async () => {
  assert.equal(await feedState([fault]), "ours");
  assert.equal(await feedState([{ ...fault, hosts: [] }]), "other");
  assert.equal(await feedState([{ ...fault, kind: "maintenance" }]), "none");
  assert.equal(await feedState([], "down"), undefined);
});

test("a letter about the bill is one about the account", async () => {
  const unpaid = notice("【重要】ご利用料金のお支払いが確認できておりません\n利用停止の予定: 2026年11月20日");
  const gathered = await gather("prov", { notices: async () => [unpaid], feeds: () => [feed] });
  assert.equal(statesOf(gathered)["pv.notice account:contract-7"], "yes");
  const quiet = await gather("prov", { notices: async () => [notice("年末年始の営業について")], feeds: () => [feed] });
  assert.equal(statesOf(quiet)["pv.notice account:contract-7"], "none");
});

function said(service: string, source: string, over: Partial<PeopleReport> = {}): PeopleReport {
  const where = { device: "phone", network: "mobile", isp: null, comment: null, tried: null } as const;
  return { id: 1, at: ago(minuteMs), service, canReach: false, source, ...where, ...over };
}

async function userState(reports: readonly PeopleReport[]): Promise<string | undefined> {
  return statesOf(await gather("user", { reports: async () => reports }))["vp.user service:shop"];
}

test("people are counted once each, and only for what stands or falls with the subject", async () => {
  assert.equal(await userState([]), undefined, "without a page to say it on, nobody's silence counts");
  assert.equal(await userState([said("shop", "a"), said("shop", "a")]), "one");
  assert.equal(await userState([said("shop", "a"), said("db", "b")]), "many");
  assert.equal(await userState([said("inside", "a"), said("shop", "b", { canReach: true })]), undefined);
});

function jobOf(over: Partial<JobStatus>): JobStatus {
  return {
    key: "nightly",
    name: "nightly",
    on: "web1",
    state: "ok",
    lastPingAt: ago(hourMs),
    lastSuccessAt: ago(5 * hourMs),
    runningSince: null,
    lastDurationMs: null,
    expectedAtMs: null,
    lateAtMs: null,
    schedule: null,
    graceMs: 0,
    declared: true,
    trouble: null,
    ...over,
  };
}

test("a copy that others make is as its job is; of where it lies nothing is known", async () => {
  for (const [over, state] of [
    [{}, "ok"],
    [{ state: "down", trouble: "failed" }, "failed"],
    [{ state: "down", trouble: "late" }, "late"],
  ] as const) {
    const gathered = await gather("bak", { jobs: () => [jobOf(over)] });
    assert.equal(statesOf(gathered)["bk.last repository:nightly"], state);
    assert.equal(gathered.seen[0]?.value, 5);
    assert.deepEqual(
      gathered.missing.map(({ evidence, target }) => `${evidence} ${target}`),
      ["bk.copies repository:nightly", "bk.last repository:weekly", "bk.copies repository:weekly"],
    );
  }
});

const [here, away] = ["store1", "store2"] as const;
const kept = { plan: "nightly", readAt: ago(minuteMs), trouble: null, sets: [], verified: [], proof: null };
const gone = { code: "KB8003", text: "unable to open config file" };
const away1 = { ...kept, place: away, readAt: null, trouble: { code: "KB8005", text: "connection refused" } };
const runs = [here, away].map((place): BackupRun => ({
  set: `set at ${place}`,
  plan: "nightly",
  place,
  state: "committed",
  startedAt: ago(6 * hourMs),
  endedAt: ago(5 * hourMs),
  doneBytes: 0,
  totalBytes: null,
  trouble: null,
  record: null,
}));

for (const [what, { copies, trouble, last, where }] of Object.entries({
  "copies as they should be": { copies: [], trouble: null, last: "ok", where: undefined },
  "a run that failed": { copies: [], trouble: "failed", last: "failed", where: undefined },
  "a run that did not come": { copies: [], trouble: "missed", last: "late", where: undefined },
  "one repository that is gone": {
    copies: [
      { ...kept, place: here, trouble: gone },
      { ...kept, place: away, trouble: gone, readAt: null },
    ],
    trouble: "failed",
    last: "failed",
    where: "none",
  },
  "a place that cannot be reached": { copies: [away1], trouble: null, last: "ok", where: undefined },
})) {
  test(`our own books tell of ${what}`, async () => {
    const { seen } = await gather("bak", {
      site: () => ({ ...site, backups: new Map([["nightly", {} as BackupPlan]]) }),
      copiesOf: async (plan) => (plan === "nightly" ? { runs, copies } : { runs: [], copies: [] }),
      openSignals: async () => (trouble === null ? [] : [backupSignal(trouble)]),
    });
    const states = statesOf({ seen });
    assert.equal(states["bk.last repository:nightly"], last);
    assert.equal(seen[0]?.value, 5);
    assert.equal(states["bk.copies repository:nightly"], where);
  });
}

function backupSignal(trouble: string): Signal {
  return {
    id: "b1",
    kind: "backup",
    subject: "host:web1",
    checkId: null,
    severity: "warning",
    openedAt: ago(minuteMs),
    startedAt: ago(minuteMs),
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: [],
    workingFrom: [],
    facts: { plan: "nightly", trouble, place: here },
  };
}

async function pathState(paths: readonly PathStatus[]): Promise<string | undefined> {
  return statesOf(await gather("path", { paths: () => paths }))["vp.path host:web1 here"];
}

test("packets are lost where the ways part that still work", async () => {
  const since = ago(hourMs);
  const path = (subject: string, lossRatio: number, last: readonly string[]): PathStatus => ({
    vantage: "here",
    target: subject,
    address: "203.0.113.1",
    subject,
    services: [],
    packets: { sent: 100, lossRatio, minMs: 1, meanMs: 1, maxMs: 1, jitterMs: 0 },
    newest: { atMs: Number.MAX_SAFE_INTEGER, sent: 5, received: lossRatio > 0.3 ? 1 : 5 },
    route: { hops: [["10.0.0.1"], ["10.9.0.1"], ...last.map((router) => [router])], reached: true, since },
    before: null,
    tracedAt: since,
    unobserved: {},
    troubles: [],
  });
  const clean = path("host:own1", 0, ["198.51.100.1", "198.51.100.9"]);
  assert.equal(await pathState([path("host:web1", 0.01, ["192.0.2.1"]), clean]), "ok");
  assert.equal(await pathState([path("host:web1", 0.2, ["192.0.2.1", "192.0.2.2"]), clean]), "edge");
  assert.equal(await pathState([path("host:web1", 0.2, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]), clean]), "transit");
  assert.equal(await pathState([path("host:web1", 0.2, ["192.0.2.1"])]), undefined, "nothing to compare with");
  const old = { ...path("host:web1", 0.01, ["192.0.2.1"]), newest: { atMs: 0, sent: 5, received: 5 } };
  assert.equal(await pathState([old, clean]), undefined, "what came back before the first symptom is no word of now");
});
