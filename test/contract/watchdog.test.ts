import assert from "node:assert/strict";
import { unlooked } from "../doubles/bare-site.ts";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { SignalChange } from "../../src/kernel/model/signal.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { createWatchdog } from "../../src/observe/watchdog/watchdog.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock, type FakeClock } from "../doubles/fake-clock.ts";
import { recordingLog } from "../doubles/scripted-probe.ts";
import { until } from "../doubles/vantage-bench.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const minuteMs = 60_000;

interface Outside {
  readonly url: string;
  calls: number;
  status: number;
  body: string;
  close(): Promise<void>;
}

/** Someone outside who counts how often they are called. */
async function outside(): Promise<Outside> {
  const server = http.createServer((_request, response) => {
    held.calls += 1;
    response.writeHead(held.status, { "content-type": "application/json" }).end(held.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const held: Outside = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: 0,
    status: 200,
    body: '{"status":"ok"}',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return held;
}

interface Bench {
  readonly clock: FakeClock;
  readonly ledger: Ledger;
  readonly changes: SignalChange[];
  readonly own: { well: boolean; sees: boolean };
  readonly watchdog: Awaited<ReturnType<typeof createWatchdog>>;
  /** lets a minute pass, and the call of that minute end */
  minute(calls: () => number): Promise<void>;
  events(): Promise<string[]>;
}

async function withWatchdog(
  over: (url: string) => Partial<Site>,
  body: (bench: Bench, other: Outside) => Promise<void>,
) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-watchdog-"));
  const clock = createFakeClock();
  const ledger = await openLedger({ folder, clock, log: recordingLog() });
  const other = await outside();
  const own = { well: true, sees: true };
  const changes: SignalChange[] = [];
  const site: Site = { ...watchedSite({ services: { shop: {} } }), ...over(other.url) };
  const watchdog = await createWatchdog({
    clock,
    ledger,
    log: recordingLog(),
    site: () => site,
    isWell: () => own.well,
    canSee: () => own.sees,
    take: async (news) => void changes.push(...news),
  });
  try {
    await body(
      {
        clock,
        ledger,
        changes,
        own,
        watchdog,
        async minute(calls) {
          const before = calls();
          await clock.advance(minuteMs);
          await until("the call of this minute", () => calls() > before, 5_000);
          for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
          await clock.advance(0);
        },
        events: async () => (await ledger.read.eventsAfter(0, 100)).map(({ kind }) => kind),
      },
      other,
    );
  } finally {
    watchdog.stop();
    await other.close();
    await ledger.close();
    fs.rmSync(folder, { recursive: true });
  }
}

const dogAt = (url: string): Partial<Site> => ({ watchdog: { ping: `${url}/ping/abc`, everyMs: minuteMs } });
const peerAt = (hub: string): Partial<Site> => ({ peers: [{ hub, token: null }] });
const codes = ({ watchdog }: Bench): string[] => watchdog.attentions().map(({ code }) => code);

test("the outside watchdog is called every minute while koboshi is well, and not at all while it is not", () =>
  withWatchdog(dogAt, async (bench, dog) => {
    await until("the first call", () => dog.calls === 1);
    await bench.minute(() => dog.calls);
    await until("its answer", () => bench.watchdog.status().watchdog === "ok");
    bench.own.well = false;
    await bench.clock.advance(3 * minuteMs);
    assert.equal(dog.calls, 2);
    assert.equal(bench.watchdog.status().watchdog, "withheld");
    bench.own.well = true;
    await bench.minute(() => dog.calls);
    await until("its answer", () => bench.watchdog.status().watchdog === "ok");
  }));

test("a watchdog that fails three times is told, and told again when it is reached", () =>
  withWatchdog(dogAt, async (bench, dog) => {
    await until("the first call", () => bench.watchdog.status().watchdog === "ok");
    dog.status = 500;
    for (let nth = 0; nth < 2; nth++) await bench.minute(() => dog.calls);
    assert.deepEqual(codes(bench), []);
    for (let nth = 0; nth < 3; nth++) await bench.minute(() => dog.calls);
    await until("the third miss", () => bench.watchdog.status().watchdog === "failing");
    assert.deepEqual(codes(bench), ["watchdog-failing"]);
    dog.status = 200;
    await bench.minute(() => dog.calls);
    await until("it works again", () => bench.watchdog.status().watchdog === "ok");
    await until("it is written down", () => bench.watchdog.attentions().length === 0);
    const events = await bench.events();
    assert.deepEqual(events, ["watchdog.failed", "watchdog.recovered"]);
  }));

test("another hub that is silent for five minutes is an incident, until it is heard; without a line of our own it is not", () =>
  withWatchdog(peerAt, async (bench, peer) => {
    await until("the first call", () => peer.calls === 1);
    peer.body = '{"status":"failing"}';
    bench.own.sees = false;
    for (let nth = 0; nth < 7; nth++) await bench.minute(() => peer.calls);
    assert.equal(bench.changes.length, 0);
    bench.own.sees = true;
    for (let nth = 0; nth < 4; nth++) await bench.minute(() => peer.calls);
    assert.equal(bench.changes.length, 0);
    for (let nth = 0; nth < 3; nth++) await bench.minute(() => peer.calls);
    await until("it is told", () => bench.changes.length === 1);
    const { change, signal } = bench.changes[0] ?? assert.fail();
    assert.deepEqual([change, signal.kind, signal.severity], ["opened", "late", "critical"]);
    assert.match(signal.subject, /^vantage:peer-127\.0\.0\.1:\d+$/);
    assert.ok(codes(bench).includes("peer-silent"));
    peer.body = '{"status":"ok"}';
    await bench.minute(() => peer.calls);
    await until("it is heard", () => bench.changes.length === 2);
    assert.equal(bench.changes[1]?.change, "closed");
    assert.deepEqual(await bench.events(), ["peer.silent", "peer.heard"]);
  }));

test("a koboshi that nobody watches says so, and so does one that would die with its patient", async () => {
  const host = {
    key: "web1",
    at: "dc",
    address: "127.0.0.1",
    segment: null,
    user: null,
    port: 22,
    hostKey: null,
    privateKey: null,
    ...unlooked,
  };
  const service = { key: "shop", name: "shop", on: "web1", needs: [], priority: 2 };
  const vantage = { name: "here", at: "dc", lan: null, isp: null, token: null };
  const place = { key: "dc", provider: "p1", account: null, region: null };
  const base = { services: new Map([["shop", service]]) };
  const sites: readonly (readonly [expected: string, site: Partial<Site>])[] = [
    ["hub-on-host", { ...base, hosts: new Map([["web1", host]]) }],
    [
      "hub-in-place",
      {
        ...base,
        hosts: new Map([["web1", { ...host, address: "203.0.113.1" }]]),
        vantages: new Map([["here", vantage]]),
      },
    ],
    [
      "hub-with-provider",
      {
        ...base,
        hosts: new Map([["web1", { ...host, address: null, at: "other" }]]),
        vantages: new Map([["here", vantage]]),
        places: new Map([
          ["dc", place],
          ["other", { ...place, key: "other" }],
        ]),
      },
    ],
  ];
  for (const [expected, site] of sites)
    await withWatchdog(
      () => site,
      async (bench) => assert.deepEqual(codes(bench), [expected, "nobody-watches-koboshi"]),
    );
});
