import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { checkConfigText } from "../../src/config/index.ts";
import type { WindowPlan } from "../../src/kernel/model/site.ts";
import type { KeptNotice } from "../../src/kernel/ports-feeds.ts";
import { timesOf } from "../../src/prevent/windows/from-file.ts";
import { watchedSite } from "../doubles/watched-site.ts";
import { withWindows, type WindowBench } from "../doubles/window-bench.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function plan(over: Partial<WindowPlan> = {}): WindowPlan {
  const startWallMs = Date.UTC(2026, 10, 26, 2);
  return {
    key: "定期メンテナンス",
    title: "定期メンテナンス",
    startWallMs,
    endWallMs: startWallMs + 3 * hourMs,
    timeZone: "Asia/Tokyo",
    repeat: null,
    targets: ["host:web1"],
    alternate: null,
    checksWanted: [],
    graceMs: 900_000,
    isPublic: true,
    ...over,
  };
}

async function shown(bench: WindowBench): Promise<readonly string[]> {
  const windows = await bench.windows().windows({ states: null, limit: 200 });
  return windows
    .map(({ state, startMs, version }) => `${new Date(startMs).toISOString().slice(0, 16)} ${state} ${version}`)
    .sort();
}

test("an entry of the file is one window: moved with it, moved by hand until it says something else, gone with it", () =>
  withWindows(async (bench) => {
    await bench.use({ windows: [plan()] });
    await bench.use({ windows: [plan()] });
    assert.deepEqual(await shown(bench), ["2026-11-25T17:00 planned 1"]);
    await bench.use({ windows: [plan({ startWallMs: plan().startWallMs + hourMs })] });
    assert.deepEqual(await shown(bench), ["2026-11-25T18:00 planned 2"]);
    const [window] = await bench.windows().windows({ states: null, limit: 1 });
    const { id = 0, startMs = 0, endMs = 0 } = window ?? {};
    await bench.windows().move({ id, startMs: startMs + dayMs, endMs: endMs + dayMs, actor: "person:yamada" });
    await bench.use({ windows: [plan({ startWallMs: plan().startWallMs + hourMs, title: "定期" })] });
    assert.deepEqual(await shown(bench), ["2026-11-26T18:00 planned 3"]);
    assert.equal((await bench.windows().window(id))?.title, "定期");
    await bench.use({ windows: [] });
    assert.deepEqual(await shown(bench), ["2026-11-26T18:00 cancelled 3"]);
  }));

test("repeated work is written down ahead, and a time of it that a person cancelled does not come back", () =>
  withWindows(async (bench) => {
    const weekly = plan({ repeat: "FREQ=WEEKLY;BYDAY=TH;COUNT=3" });
    await bench.use({ windows: [weekly] });
    const planned = ["2026-11-25T17:00 planned 1", "2026-12-02T17:00 planned 1", "2026-12-09T17:00 planned 1"];
    assert.deepEqual(await shown(bench), planned);
    const windows = await bench.windows().windows({ states: null, limit: 10 });
    await bench.windows().cancel({ id: windows[1]?.id ?? 0, reason: "", actor: "person:yamada" });
    await bench.use({ windows: [{ ...weekly }] });
    assert.deepEqual(await shown(bench), [planned[0], "2026-12-02T17:00 cancelled 1", planned[2]]);
  }));

test("what is past in the file is not made up for", () =>
  withWindows(async (bench) => {
    const startWallMs = Date.UTC(2025, 10, 26, 2);
    await bench.use({ windows: [plan({ startWallMs, endWallMs: startWallMs + hourMs })] });
    assert.deepEqual(await shown(bench), []);
  }));

function notice(over: {
  readonly hours?: number;
  readonly state?: string;
  readonly decided?: "proposed" | "confirmed" | "rejected";
  readonly receivedMs?: number;
}): KeptNotice {
  const startMs = Date.UTC(2026, 10, 25, 17) + (over.hours ?? 0) * hourMs;
  return {
    id: 3,
    provider: "sakura",
    newest: {
      title: "さくらのVPS メンテナンス",
      receivedAt: { atMs: over.receivedMs ?? 0, monotonicMs: 0, bootId: "b" },
      read: { state: over.state ?? "scheduled" },
    },
    matches: [],
    proposal: {
      state: over.decided ?? "confirmed",
      windows: [{ startMs, endMs: startMs + 3 * hourMs }],
      hosts: ["web1"],
      decidedBy: "person:yamada",
    },
  } as unknown as KeptNotice;
}

test("a confirmed notice is a window, confirmed anew with other times it is moved, and cancelled it is cancelled", () =>
  withWindows(async (bench) => {
    const told = async (one: KeptNotice, kind: "confirmed" | "changed" | "rejected"): Promise<readonly string[]> => {
      bench.notices.splice(0, 1, one);
      const event = { actor: "person:yamada", incidentId: null, data: { notice: 3 } } as const;
      await bench.ledger().transaction((tx) => tx.append({ ...event, kind: `provider-notice.${kind}` }));
      await bench.minutes(0.5);
      return shown(bench);
    };
    assert.deepEqual(await told(notice({ decided: "proposed" }), "changed"), []);
    assert.deepEqual(await told(notice({}), "confirmed"), ["2026-11-25T17:00 planned 1"]);
    assert.deepEqual(await told(notice({}), "confirmed"), ["2026-11-25T17:00 planned 1"]);
    assert.deepEqual(await told(notice({ hours: 2 }), "confirmed"), ["2026-11-25T19:00 planned 2"]);
    assert.deepEqual(await told(notice({ hours: 4 }), "confirmed"), ["2026-11-25T21:00 planned 3"]);
    await bench.restart(1_000);
    const gone = ["2026-11-25T21:00 cancelled 3"];
    assert.deepEqual(await told(notice({ hours: 4, state: "cancelled" }), "changed"), gone);
    assert.deepEqual(await told(notice({ hours: 4, state: "cancelled" }), "changed"), gone);
    const [window] = await bench.windows().windows({ states: null, limit: 1 });
    assert.deepEqual([window?.origin, window?.reference, window?.createdBy], ["notice", "3", "person:yamada"]);
  }));

test("a notice that says it is over ends its window early once the checks pass, and not the next night of the same notice", () =>
  withWindows(async (bench) => {
    const { clock } = bench;
    const startMs = clock.nowMs() + 20 * 60_000;
    const nights = [startMs, startMs + dayMs].map((from) => ({ startMs: from, endMs: from + 3 * hourMs }));
    const said = (state: string): KeptNotice => {
      const told = notice({ state, receivedMs: clock.nowMs() });
      return { ...told, proposal: { ...told.proposal, windows: nights } } as KeptNotice;
    };
    const tell = async (state: string): Promise<void> => {
      bench.notices.splice(0, 1, said(state));
      const event = { actor: "koboshi", incidentId: null, data: { notice: 3 } } as const;
      await bench.ledger().transaction((tx) => tx.append({ ...event, kind: "provider-notice.changed" }));
      await bench.minutes(1);
    };
    await tell("scheduled");
    await bench.minutes(30);
    bench.failing = [{ host: "web1", check: "units-running", weight: "critical" }];
    await tell("completed");
    const states = async (): Promise<readonly unknown[]> => {
      const found = await bench.windows().windows({ states: null, limit: 9 });
      return found.toReversed().map(({ state }) => state);
    };
    assert.deepEqual(await states(), ["verifying", "planned"], "the checks still keep it shut");
    bench.failing = [];
    await bench.minutes(1);
    assert.deepEqual(await states(), ["closed", "planned"]);
    await bench.restart(dayMs);
    await bench.minutes(1);
    assert.deepEqual(await states(), ["closed", "open"], "that word was of the night before");
  }));

test("a planned window comes to what the file says: a place gains a host, and one that is gone is gone", () =>
  withWindows(async (bench) => {
    const wanted = bench.plan({ targets: ["place:sakura", "host:web1"] });
    const made = await bench.windows().add({ wanted, actor: "person:yamada" });
    assert.ok(made.ok);
    const hosts = async (): Promise<readonly string[]> =>
      (await bench.windows().window(made.value.id))?.hosts ?? assert.fail("no window");
    assert.deepEqual(await hosts(), ["web1", "web2"]);
    const site = watchedSite({
      places: { sakura: null },
      hosts: { web1: { at: "sakura" }, web2: {}, web3: { at: "sakura" } },
      services: { shop: { on: "web1" } },
    });
    await bench.use(site);
    assert.deepEqual(await hosts(), ["web1", "web3"]);
    assert.deepEqual((await bench.kinds()).slice(-1), ["changed"]);
    await bench.windows().done({ id: made.value.id, actor: "person:yamada" });
  }));

test("a notice confirmed while koboshi was away is found at the start", () =>
  withWindows(async (bench) => {
    bench.notices.push(notice({}));
    await bench.restart(1_000);
    assert.deepEqual(await shown(bench), ["2026-11-25T17:00 planned 1"]);
  }));

test("a night in Berlin has three hours where the clocks go forward and five where they go back", () => {
  const startWallMs = Date.UTC(2026, 2, 28, 1);
  const night = plan({
    timeZone: "Europe/Berlin",
    startWallMs,
    endWallMs: startWallMs + 4 * hourMs,
    repeat: "FREQ=DAILY",
  });
  const lengths = (day: number): readonly number[] =>
    timesOf(night, { fromMs: day, toMs: day + 3 * dayMs }).map(({ startMs, endMs }) => (endMs - startMs) / hourMs);
  assert.deepEqual(lengths(Date.UTC(2026, 2, 28)).slice(0, 3), [4, 3, 4]);
  assert.ok(lengths(Date.UTC(2026, 9, 24)).includes(5));
});

test("times are the same whatever zone the process runs in", () => {
  const program = `
    import { timesOf } from "./src/prevent/windows/from-file.ts";
    const plan = { key: "k", timeZone: "Europe/Berlin", startWallMs: Date.UTC(2026, 2, 1, 2, 30),
      endWallMs: Date.UTC(2026, 2, 1, 5), repeat: "FREQ=WEEKLY;BYDAY=SU,WE;UNTIL=20261101" };
    console.log(JSON.stringify(timesOf(plan, { fromMs: 0, toMs: 2e12 })));`;
  const run = (zone: string): string =>
    execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
      cwd: path.resolve(import.meta.dirname, "../.."),
      env: { ...process.env, TZ: zone },
      encoding: "utf8",
    });
  const zones = ["UTC", "Asia/Tokyo", "Europe/Berlin", "America/Los_Angeles", "Pacific/Chatham"];
  const [first = "", ...rest] = zones.map(run);
  assert.equal((JSON.parse(first) as unknown[]).length, 71);
  for (const other of rest) assert.equal(other, first);
});

/** The windows of a file, with the errors of its entries left out. */
function compiled(text: string): { readonly plan: readonly WindowPlan[]; readonly findings: readonly string[] } {
  const outcome = checkConfigText(text, "koboshi.yml");
  const codes = outcome.findings.map(({ code }) => code).filter((code) => /window|recurrence/.test(code));
  return { plan: outcome.plan?.site.windows ?? [], findings: codes };
}

test("the file's maintenance is compiled with its zone, and what makes no sense is said with its place", () => {
  const text = `version: 1
services: { www: https://www.example.jp }
people: { me: you@example.jp }
hosts: { web1: { address: 203.0.113.10 } }
maintenance:
  - { title: 定期, from: "2026-11-26T02:00+09:00", to: "2026-11-26T05:00+09:00", affects: [web1], then: [clock] }
  - { title: 定期, from: "2026-03-29T01:00", to: "2026-03-29T05:00", timezone: Europe/Berlin, affects: "service:www", repeat: "FREQ=MONTHLY;BYDAY=-1SU", end_after: 30m, public: false }
  - { title: 暦だけ, from: "2026-11-26T05:00", to: "2026-11-26T06:00" }
`;
  const { plan: made, findings } = compiled(text);
  const facts = made.map(({ key, targets, timeZone, graceMs, isPublic }) => [
    key,
    targets,
    timeZone,
    graceMs,
    isPublic,
  ]);
  assert.deepEqual(facts, [
    ["定期", ["host:web1"], "Asia/Tokyo", 900_000, true],
    ["定期 2", ["service:www"], "Europe/Berlin", 1_800_000, false],
    ["暦だけ", [], "Asia/Tokyo", 900_000, true],
  ]);
  assert.deepEqual(
    made.map(({ startWallMs, repeat, checksWanted }) => [startWallMs, repeat, checksWanted]),
    [
      [Date.UTC(2026, 10, 26, 2), null, ["clock"]],
      [Date.UTC(2026, 2, 29, 1), "FREQ=MONTHLY;BYDAY=-1SU", []],
      [Date.UTC(2026, 10, 26, 5), null, []],
    ],
  );
  assert.deepEqual(findings, ["window-without-targets"]);
  const reversed = text.replace("2026-11-26T06:00", "2026-11-26T04:00");
  assert.ok(compiled(reversed).findings.includes("window-order"));
  const bad = text.replace("FREQ=MONTHLY;BYDAY=-1SU", "every last sunday");
  assert.ok(compiled(bad).findings.includes("bad-recurrence"));
});
