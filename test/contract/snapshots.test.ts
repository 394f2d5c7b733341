import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { err, ok } from "../../src/kernel/result.ts";
import type { Check } from "../../src/kernel/model/check.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import type { CheckStatus } from "../../src/kernel/model/status.ts";
import type { Window } from "../../src/kernel/model/window.ts";
import { createOutsideViewer } from "../../src/prevent/snapshot/outside.ts";
import { quickSections, type ScriptLine } from "../../src/prevent/snapshot/read-host.ts";
import { createSnapshots, type Snapshots } from "../../src/prevent/snapshot/snapshots.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { agentHost } from "../doubles/host-bench.ts";
import { until } from "../doubles/hub-process.ts";
import { recordingLog } from "../doubles/scripted-probe.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const clock = createSystemClock();
const log = recordingLog();

function siteOf(): Site {
  const agent = agentHost("agent");
  const look = { ...agent.look, by: "ssh" } as NonNullable<typeof agent.look>;
  const hosts = [agent, { ...agentHost("web1"), look }, { ...agentHost("shared"), look: null }];
  return {
    ...watchedSite({ services: { shop: { on: "shared" } } }),
    hosts: new Map(hosts.map((host) => [host.key, host])),
  };
}

async function withLedger(body: (ledger: Ledger) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-snapshots-"));
  const ledger = await openLedger({ folder, clock, log });
  try {
    await body(ledger);
  } finally {
    await ledger.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** A host that says this of every part it is asked for. */
function saying(rows: Readonly<Record<string, string>>, orders: string[] = []): ScriptLine {
  return (_, { command }) => {
    orders.push(command);
    const asked = (command.split(" ").at(-1) ?? "").split(",").filter((word) => word.startsWith("snap"));
    const parts = asked.map((name) => `@@${name}\n${rows[name.slice(4)] ?? ""}\n\n@@/${name} 10.00 10.01`);
    return Promise.resolve(
      ok({ text: `@@koboshi-host 1 1795325080 +0900 JST\n${parts.join("\n")}\n@@end 1795325081\n` }),
    );
  };
}

const noWindows = (): Promise<readonly Window[]> => Promise.resolve([]);

function desk(
  ledger: Ledger,
  line: ScriptLine,
  over: Partial<Parameters<typeof createSnapshots>[0]> = {},
): Promise<Snapshots> {
  return createSnapshots({
    clock,
    log,
    ledger,
    site: siteOf(),
    line,
    windows: noWindows,
    keepOutside: () => Promise.resolve(),
    ...over,
  });
}

test("who cannot be looked into is refused, who does not answer is seen as nothing, and nothing is kept of that", () =>
  withLedger(async (ledger) => {
    const snapshots = await desk(ledger, () => Promise.resolve(err({ reason: "auth-refused" })));
    const code = async (host: string): Promise<string> => {
      const taken = await snapshots.take(host, ["os"]);
      return taken.ok ? `${taken.value.unobserved.os} ${taken.value.isComplete}` : taken.error.code;
    };
    assert.deepEqual(
      [await code("nobody"), await code("agent"), await code("shared"), await code("web1")],
      ["KB1002", "KB4204", "KB4204", "auth-refused false"],
    );
    assert.deepEqual([await snapshots.list("web1", 5), await snapshots.newestBefore("web1", Infinity)], [[], null]);
  }));

test("the newest word on each part is put together, and what is as before is kept once", () =>
  withLedger(async (ledger) => {
    let rows: Record<string, string> = { os: "kernel 6.1", units: "init cron\nname cron" };
    const snapshots = await desk(ledger, (host, order) => saying(rows)(host, order));
    await snapshots.take("web1", ["os", "units", "pkgs"]);
    const bytes = await ledger.read.snapshotBytes("web1");
    await snapshots.take("web1", ["os", "units", "pkgs"]);
    assert.equal(await ledger.read.snapshotBytes("web1"), bytes);
    rows = { os: "kernel 6.2", units: "init cron" };
    const quick = await snapshots.take("web1", ["units"]);
    assert.ok(quick.ok);
    const newest = await snapshots.newestBefore("web1", clock.nowMs() + 1_000);
    assert.deepEqual(newest?.sections.os, { kernel: "6.1" });
    assert.deepEqual(newest?.sections.units, quick.value.sections.units);
    assert.deepEqual(
      [newest?.unobserved.pkgs, newest?.unobserved.fw, newest?.isComplete],
      [undefined, "not-asked", true],
    );
    assert.deepEqual(newest?.takenAt, quick.value.takenAt);
    assert.equal((await snapshots.list("web1", 10)).length, 3);
  }));

test("what is not complete is kept as it is, and never taken for what was there before", () =>
  withLedger(async (ledger) => {
    const whole = saying({ os: "kernel 6.1" });
    const snapshots = await desk(ledger, async (host, order) => {
      const said = await whole(host, order);
      return said.ok ? ok({ text: said.value.text.replace(/@@\/snapunits[^]*$/, "") }) : said;
    });
    await snapshots.take("web1", ["os", "units"]);
    assert.deepEqual(
      (await snapshots.list("web1", 5)).map(({ isComplete }) => isComplete),
      [false],
    );
    assert.equal(await snapshots.newestBefore("web1", Infinity), null);
  }));

test("what changes in two of five comparisons is noise, also after a restart, until it is forgotten", () =>
  withLedger(async (ledger) => {
    const line = saying({});
    const first = await desk(ledger, line);
    const change = { section: "net", key: "route x", before: null, after: "", class: "matters" } as const;
    const alarm = {
      section: "ports",
      key: "port tcp 0.0.0.0:80",
      before: "nginx",
      after: null,
      class: "alarm",
    } as const;
    const [a, b] = [await first.take("web1", ["net", "ports"]), await first.take("web1", ["net", "ports"])];
    assert.ok(a.ok && b.ok);
    const before = { ...a.value, sections: { net: {}, ports: { [alarm.key]: "nginx" } } };
    const after = { ...b.value, sections: { net: { [change.key]: "" }, ports: {} } };
    const classes = (snapshots: Snapshots): readonly string[] =>
      snapshots.compare(before, after).map((one) => one.class);
    await first.learn("web1", [change, alarm]);
    assert.deepEqual(classes(first), ["alarm", "matters"]);
    await first.learn("web1", []);
    await first.learn("web1", [change, alarm]);
    assert.deepEqual(classes(first), ["alarm", "noise"]);
    const second = await desk(ledger, line);
    assert.deepEqual(classes(second), ["alarm", "noise"]);
    await second.forgetNoise("web1");
    assert.deepEqual(classes(second), ["alarm", "matters"]);
    for (const differences of [[change], [], [], [], [change], []]) await second.learn("web1", differences);
    assert.deepEqual(classes(second), ["alarm", "matters"], "one of the two is more than five comparisons ago");
  }));

test("rounds take a whole one first, then quick ones, and look from outside where nobody logs in", () =>
  withLedger(async (ledger) => {
    const orders: string[] = [];
    const outside: string[] = [];
    const keepOutside = (host: string): Promise<void> => {
      outside.push(host);
      return Promise.resolve();
    };
    const snapshots = await desk(ledger, saying({ ident: "boot-id a" }, orders), { everyMs: 20, keepOutside });
    snapshots.start();
    await until("three rounds", () => Promise.resolve(orders.length >= 3));
    await snapshots.stop();
    assert.match(orders[0] ?? "", /snappkgs/);
    assert.equal(orders[1], `sh -s -- ${quickSections.map((name) => `snap${name}`).join(",")}`);
    assert.deepEqual(new Set(outside), new Set(["agent", "web1", "shared"]));
    const taken = orders.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(orders.length, taken, "nothing after the stop");
  }));

test("a machine that was started anew is looked at whole at once", () =>
  withLedger(async (ledger) => {
    const orders: string[] = [];
    let boot = "a";
    const snapshots = await desk(ledger, (host, order) => saying({ ident: `boot-id ${boot}` }, orders)(host, order), {
      everyMs: 20,
    });
    snapshots.start();
    await until("a quick one", () => Promise.resolve(orders.length >= 2));
    boot = "b";
    const full = (): number => orders.filter((one) => one.includes("snappkgs")).length;
    await until("a second whole one", () => Promise.resolve(full() === 2));
    await snapshots.stop();
    assert.equal(full(), 2);
  }));

function httpCheck(port: number, over: Partial<Check> & { method?: string; path?: string } = {}): Check {
  const { method = "GET", path: at = "/", ...check } = over;
  const common = {
    service: "shop",
    kind: "http",
    name: "",
    target: "",
    everyMs: 60_000,
    timeoutMs: 5_000,
    attempts: 1,
  };
  const spec = { http: `http://127.0.0.1:${port}${at}`, method, redirects: "follow" };
  return { id: "shop/1", ...common, vantages: ["here"], namedVantages: [], spec, ...check };
}

function statusOf(check: Check): CheckStatus {
  const { id, service, kind, name, target, everyMs } = check;
  const last = {
    checkId: id,
    vantage: "here",
    attempt: 1,
    atMs: clock.nowMs(),
    monotonicMs: clock.monotonicMs(),
    outcome: "up",
    layer: null,
    timings: { totalMs: 100 },
    address: null,
    facts: { certificateFingerprint: "AB:CD", dateOffsetSeconds: 7_200 },
    error: null,
  } as const;
  const cells = [{ vantage: "here", state: "ok", last, stale: false }] as const;
  return { id, service, kind, name, target, everyMs, state: "ok", since: null, confirming: false, cells };
}

test("what a host shows to the world is seen now and kept for later", () =>
  withLedger(async (ledger) => {
    const asked: string[] = [];
    let body = "<title>Shop</title><h1>Welcome 1</h1>";
    const server = http.createServer((request, response) => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const checks = [
      httpCheck(port),
      httpCheck(port, { id: "shop/2", method: "POST" }),
      httpCheck(port, { id: "shop/3", vantages: ["osaka"] }),
      httpCheck(1, { id: "shop/4" }),
    ];
    const viewer = createOutsideViewer({
      clock,
      ledger,
      site: { ...siteOf(), checks },
      checks: () => checks.map(statusOf),
      hostClock: () => null,
      isHubClockSure: () => true,
    });
    try {
      const view = await viewer.now("shared");
      assert.deepEqual(asked, ["GET /"], "only what the hub asks for by GET");
      assert.deepEqual([view.pages["shop/1"]?.title, view.pages["shop/1"]?.status], ["Shop", 200]);
      assert.deepEqual([view.pages["shop/2"], view.pages["shop/4"]], [undefined, null]);
      const { at, ...seen } = view.clock ?? assert.fail("no clock was seen");
      assert.ok(at.atMs <= clock.nowMs());
      assert.deepEqual(
        [view.certificates["shop/1"], seen, view.isHubClockSure],
        ["AB:CD", { offsetSeconds: 7_200, uncertaintySeconds: 1.1 }, true],
      );
      assert.equal(await viewer.before("shared", clock.nowMs()), null);
      await viewer.keep("shared");
      body = "<title>Shop</title><h1>Welcome 22</h1>";
      const kept = await viewer.before("shared", clock.nowMs());
      const later = await viewer.now("shared");
      assert.deepEqual(kept?.pages["shop/1"], later.pages["shop/1"]);
      assert.deepEqual(kept?.checks.length, 4);
      body = "<title>Apache2 Debian Default Page: It works</title>";
      assert.notDeepEqual((await viewer.now("shared")).pages["shop/1"], kept?.pages["shop/1"]);
      assert.deepEqual((await viewer.now("web1")).checks, [], "the service is on another host");
    } finally {
      viewer.stop();
      server.close();
    }
  }));

test("night by night is learnt what changes by itself; what changed around a window is not, and old ones go", () =>
  withLedger(async (ledger) => {
    const fake = createFakeClock();
    const hourMs = 3_600_000;
    let windows: readonly Window[] = [];
    const orders: string[] = [];
    const line: ScriptLine = (host, order) => {
      const route = `r4 default via 192.0.2.${orders.length + 1} dev eth0`;
      return saying({ net: route, ident: "boot-id a" }, orders)(host, order);
    };
    const over = { clock: fake, everyMs: 28 * hourMs, keptDays: 3, windows: () => Promise.resolve(windows) };
    const snapshots = await desk(ledger, line, over);
    const comparisons = async (): Promise<readonly (readonly string[])[]> =>
      (await ledger.read.snapshotNoise()).get("web1") ?? [];
    const nights = (count: number): Promise<unknown> =>
      until(`night ${count}`, async () => {
        if (orders.length < count) await fake.advance(7 * hourMs);
        return orders.length === count;
      });
    snapshots.start();
    await nights(3);
    await until("two lessons", async () => (await comparisons()).length === 2);
    assert.deepEqual((await comparisons()).flat(), [
      "net route default via 192.0.2.1 dev eth0",
      "net route default via 192.0.2.2 dev eth0",
      "net route default via 192.0.2.2 dev eth0",
      "net route default via 192.0.2.3 dev eth0",
    ]);
    const base = { state: "closed", hosts: ["web1"], startMs: fake.nowMs(), endMs: fake.nowMs() + 60_000 } as const;
    windows = [{ ...base, closedAt: null, course: { startedAt: null } } as unknown as Window];
    await nights(5);
    await until("the third lesson", async () => (await comparisons()).length === 3);
    assert.deepEqual((await comparisons())[2], [
      "net route default via 192.0.2.4 dev eth0",
      "net route default via 192.0.2.5 dev eth0",
    ]);
    await until("the oldest gone", async () => (await snapshots.list("web1", 9)).length <= 4);
    await snapshots.stop();
  }));
