import { execFileSync } from "node:child_process";
import { unlooked } from "../test/doubles/bare-site.ts";
import fs from "node:fs";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { launchBrowser } from "../test/doubles/browser.ts";
import { ask, check, startWeb, testSite, type WebFixture } from "../test/integration/web-fixture.ts";
import type { Row } from "./row.ts";

const hosts = 300;
const checksPerHost = 10;
const requests = 300;
const warmUp = 50;
const ticks = 9;
const throttle = 4;

/** A phone-like browser on Home of a site of 300 hosts and 3,000 checks: the server's time, the bytes, a live update. */
export async function web(): Promise<readonly Row[]> {
  execFileSync(process.execPath, ["scripts/web.mjs"]);
  const fixture = await startWeb();
  try {
    large(fixture, false);
    const served = await serverTimes(fixture, "/");
    const services = await serverTimes(fixture, "/services");
    const html = await ask(fixture.url);
    const { all, one } = await updates(fixture);
    const scripts = fs
      .readdirSync("dist/assets")
      .map((name) => gzipSync(fs.readFileSync(`dist/assets/${name}`)).length);
    const scriptBytes = scripts.reduce((sum, bytes) => sum + bytes, 0);
    const ms = { peer: "limit", theirs: 50, unit: "ms" };
    const kB = { peer: "limit", unit: "kB" };
    return [
      { name: "web: Home, 300 hosts and 3,000 checks, server p99", ours: percentile(served, 0.99), ...ms },
      { name: "web: Home, server median", ours: percentile(served, 0.5), ...ms },
      { name: "web: Services, 200 of 300 with their past, server p99", ours: percentile(services, 0.99), ...ms },
      { name: "web: 300 rows changed, Chromium at 4x throttle, median", ours: percentile(all, 0.5), ...ms },
      { name: "web: 1 row changed, Chromium at 4x throttle, median", ours: percentile(one, 0.5), ...ms },
      { name: "web: JavaScript in all, gzip", ours: scriptBytes / 1_000, theirs: 15, ...kB },
      { name: "web: Home as sent, gzip", ours: gzipSync(html.text, { level: 4 }).length / 1_000, theirs: 30, ...kB },
    ];
  } finally {
    await fixture.close();
  }
}

/** @param confirming shown in each row: what makes every row another one */
function large({ world, clock }: WebFixture, confirming: boolean, only?: string): void {
  const keys = Array.from({ length: hosts }, (_, index) => `host-${String(index).padStart(3, "0")}`);
  if (world.site.services.size !== hosts) {
    const places = Array.from({ length: 6 }, (_, index) => `place-${index}`);
    world.site = testSite({
      places: new Map(places.map((key) => [key, { key, provider: null, account: null, region: null }])),
      hosts: new Map(
        keys.map((key, index) => {
          const at = places[index % places.length] ?? null;
          const none = {
            address: null,
            segment: null,
            user: null,
            port: 22,
            hostKey: null,
            privateKey: null,
            ...unlooked,
          };
          return [key, { key, at, ...none }] as const;
        }),
      ),
      services: new Map(keys.map((key) => [key, { key, name: key, on: key, needs: [], priority: 2 }])),
    });
  }
  world.checks = keys.flatMap((service) =>
    Array.from({ length: checksPerHost }, (_, index) => ({
      ...check(clock, { service, state: "ok" }),
      id: `${service}/http-${index}`,
      confirming: confirming && (only === undefined || only === service),
    })),
  );
}

async function serverTimes(fixture: WebFixture, path: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (let count = 0; count < warmUp + requests; count++) {
    const began = performance.now();
    await ask(fixture.url + path, { headers: { "accept-encoding": "gzip" } });
    if (count >= warmUp) times.push(performance.now() - began);
  }
  return times;
}

/** From the answer's arrival to the page laid out anew: parsing, replacing, layout. */
async function updates(fixture: WebFixture): Promise<{ all: readonly number[]; one: readonly number[] }> {
  const browser = await launchBrowser();
  const view = { width: 360, scheme: "light", lang: "ja", javaScript: true } as const;
  const page = await browser.open("about:blank", view);
  await page.addInitScript({ content: stopwatch });
  await page.goto(fixture.url);
  await fixture.listening();
  await page.$$eval("details", (all) => all.forEach((details) => (details.open = true)));
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: throttle });
  const all: number[] = [];
  const one: number[] = [];
  await tick(fixture, page);
  for (let count = 1; count <= ticks; count++) {
    large(fixture, count % 2 === 1);
    all.push(await tick(fixture, page));
  }
  large(fixture, false);
  await tick(fixture, page);
  for (let count = 1; count <= ticks; count++) {
    large(fixture, count % 2 === 1, "host-150");
    one.push(await tick(fixture, page));
  }
  await browser.close();
  return { all, one };
}

interface Watch {
  readonly times: number[];
}

/** Runs in the page before its scripts: from the answer's text to the page laid out anew. */
const stopwatch = `
  globalThis.watch = { times: [] };
  let beganMs = 0;
  Response.prototype.json = async function () {
    const text = await this.text();
    beganMs = performance.now();
    return JSON.parse(text);
  };
  new MutationObserver(() => {
    if (beganMs === 0) return;
    void document.body.offsetHeight;
    globalThis.watch.times.push(performance.now() - beganMs);
    beganMs = 0;
  }).observe(document, { subtree: true, childList: true });
`;

async function tick(fixture: WebFixture, page: Page): Promise<number> {
  const timesOf = (): Promise<readonly number[]> =>
    page.evaluate(() => (globalThis as unknown as { watch: Watch }).watch.times);
  const before = (await timesOf()).length;
  await fixture.ledger.transaction(async (tx) =>
    tx.append({ kind: "hub.started", actor: "koboshi", incidentId: null, data: {} }),
  );
  for (let tries = 0; tries < 200; tries++) {
    const times = await timesOf();
    if (times.length > before) return times.at(-1) ?? Number.NaN;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the page was not updated within 10 s");
}

function percentile(values: readonly number[], ratio: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * ratio) - 1)] ?? Number.NaN;
}
