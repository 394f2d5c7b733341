import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { pageEdition } from "../../src/inform/edition.ts";
import { createPublisher, readPage, type PagePublisher } from "../../src/inform/index.ts";
import type { PageModel } from "../../src/inform/page.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import type { LedgerEvent } from "../../src/kernel/event.ts";
import type { PublishTarget } from "../../src/kernel/model/site.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { incidentOf, pageCases, siteStatus, siteWithPage } from "../doubles/page-facts.ts";

const clock = createSystemClock();
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let root: string;
let ledger: Ledger;
let publisher: PagePublisher | null = null;
let incidentId = 0;

/** The outage, as the incident this ledger has. */
function down(): PageModel {
  const model = pageCases.down();
  return { ...model, notices: model.notices.slice(0, 1).map((notice) => ({ ...notice, id: incidentId })) };
}

beforeEach(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-page-"));
  ledger = await openLedger({ folder: path.join(root, "ledger"), clock, log: silent });
  const { id: _, ...incident } = incidentOf(["shop"]);
  ({ id: incidentId } = await ledger.transaction((tx) => tx.insertIncident(incident)));
});
afterEach(async () => {
  await publisher?.stop();
  await ledger.close();
  fs.rmSync(root, { recursive: true, force: true });
});

function folder(key: string): PublishTarget {
  return { kind: "folder", key, at: null, path: path.join(root, key) };
}

async function publishing(...targets: readonly PublishTarget[]): Promise<PagePublisher> {
  publisher = await createPublisher({ ledger, clock, site: siteWithPage({}, targets), log: silent });
  return publisher;
}

async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + 15_000;
  while (!(await isTrue())) {
    assert.ok(Date.now() < untilMs, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function events(): Promise<readonly LedgerEvent[]> {
  return ledger.read.eventsAfter(0, 1_000);
}

function shown(key: string): string {
  return fs.readFileSync(path.join(root, key, "index.html"), "utf8");
}

test("every target gets the page, the ledger says so, and the hub holds the same files", async () => {
  const pages = await publishing(folder("one"), folder("two"));
  pages.request(down());
  await until("both current", () => pages.status().current === 2);
  assert.equal(pages.status().total, 2);
  assert.deepEqual(pages.status().attentions, []);
  for (const [name, file] of pages.currentFiles())
    assert.deepEqual(fs.readFileSync(path.join(root, "one", name)), file.body);
  await until("recorded", async () => (await ledger.read.publications()).length === 2);
  for (const one of await ledger.read.publications()) {
    assert.equal(one.verifiedState, "down");
    assert.equal(one.verifiedHash, pageEdition(down()).hash);
    assert.equal(one.lastError, null);
  }
  const told = (await events()).filter((event) => event.kind === "page.published");
  assert.deepEqual(new Set(told.map((event) => event.data["target"])), new Set(["one", "two"]));
  for (const event of told) assert.deepEqual([event.incidentId, event.actor], [incidentId, "koboshi"]);
});

test("a target that refuses holds up no other, and Home hears that its page is too green", async () => {
  const pages = await publishing(folder("one"), folder("two"));
  pages.request(pageCases.ok());
  await until("both current", () => pages.status().current === 2);
  fs.rmSync(path.join(root, "two", "status.json"));
  fs.mkdirSync(path.join(root, "two", "status.json"));
  await pages.publishNow(down());
  assert.match(shown("one"), /ご利用いただけません/);
  assert.match(shown("two"), /すべて正常に/);
  const { current, total, attentions, targets } = pages.status();
  assert.deepEqual([current, total], [1, 2]);
  assert.deepEqual([targets[1]?.verifiedState, targets[1]?.greener], ["ok", true]);
  assert.deepEqual(
    attentions.map(({ code, facts }) => [code, facts["target"]]),
    [
      ["page-greener", "two"],
      ["page-not-published", "two"],
    ],
  );
  const stored = (await ledger.read.publications()).find((one) => one.target === "two");
  assert.deepEqual([stored?.verifiedState, stored?.lastError], ["ok", "KB6002 foreign-file: status.json"]);
  const failed = (await events()).filter((event) => event.kind === "page.publish-failed");
  assert.deepEqual(
    failed.map((event) => [event.data["target"], event.data["code"]]),
    [["two", "KB6002"]],
  );
  fs.rmdirSync(path.join(root, "two", "status.json"));
  const mended = await pages.publishNow(down());
  assert.deepEqual([mended.current, mended.attentions.length], [2, 0]);
  assert.match(shown("two"), /ご利用いただけません/);
});

test("after a restart nothing is believed until it was fetched back", async () => {
  const first = await publishing(folder("one"));
  await first.publishNow(pageCases.ok());
  await first.stop();
  const second = await publishing(folder("one"));
  assert.deepEqual([second.status().current, second.status().targets[0]?.verifiedState], [0, "ok"]);
  second.request(pageCases.ok());
  await until("current", () => second.status().current === 1);
});

test("what somebody else changed on the place is found and put right", async () => {
  const pages = await publishing(folder("one"));
  await pages.publishNow(down());
  fs.writeFileSync(path.join(root, "one", "index.html"), "all is well");
  await pages.publishNow(down());
  assert.match(shown("one"), /ご利用いただけません/);
});

test("a place that is rewritten while it is published is not believed: KB6001", async () => {
  const pages = await publishing(folder("one"));
  await pages.publishNow(pageCases.ok());
  // the place answers every write by putting its own page over it, as a cache or another tool would
  const file = path.join(root, "one", "index.html");
  const watcher = fs.watch(path.join(root, "one"), () => {
    if (fs.readFileSync(file, "utf8") !== "all is well") fs.writeFileSync(file, "all is well");
  });
  try {
    await until("differs", async () => (await pages.publishNow(down())).targets[0]?.error?.code === "KB6001");
  } finally {
    watcher.close();
  }
  const [target] = pages.status().targets;
  assert.deepEqual([target?.verifiedState, target?.current], [null, false]);
  const [stored] = await ledger.read.publications();
  assert.deepEqual([stored?.verifiedHash, stored?.lastError], [null, "KB6001 differs: index.html"]);
});

test("a burst of changes ends with the last one", async () => {
  const pages = await publishing(folder("one"));
  for (const name of ["ok", "down", "unknown", "ok", "down"] as const)
    pages.request(name === "down" ? down() : pageCases[name]());
  await until("current", () => pages.status().targets[0]?.verifiedState === "down");
  assert.match(shown("one"), /ご利用いただけません/);
});

test("a folder on the machine of another vantage is refused with the reason", async () => {
  const target: PublishTarget = { kind: "folder", key: "office", at: "office", path: path.join(root, "office") };
  const site = siteWithPage({}, [target]);
  const vantages = new Map([
    ["here", { name: "here", at: "cloud", lan: null, isp: null, token: null }],
    ["desk", { name: "desk", at: "office", lan: null, isp: null, token: null }],
  ]);
  publisher = await createPublisher({ ledger, clock, site: { ...site, vantages }, log: silent });
  const { targets } = await publisher.publishNow(pageCases.ok());
  assert.equal(targets[0]?.error?.facts["reason"], "on-vantage: desk");
  assert.ok(!fs.existsSync(path.join(root, "office")));
});

test("the page is made of the ledger's incidents and their states", async () => {
  await ledger.transaction(async (tx) => {
    const { id: _, ...incident } = incidentOf(["shop"], { startedAt: stampNow(clock), detectedAt: stampNow(clock) });
    const { id } = await tx.insertIncident(incident);
    await tx.append({ kind: "incident.updated", actor: "koboshi", incidentId: id, data: { state: "identified" } });
    await tx.append({ kind: "incident.updated", actor: "koboshi", incidentId: id, data: { severity: "critical" } });
  });
  const status = siteStatus({ shop: { state: "down" } });
  const model = await readPage({ ledger, clock, site: siteWithPage(), status });
  assert.deepEqual(
    model?.notices.map((notice) => notice.updates.map((update) => update.state)),
    [
      ["identified", "investigating"],
      ["investigating", "investigating"],
    ],
  );
  assert.equal(await readPage({ ledger, clock, site: { ...siteWithPage(), statusPage: null }, status }), null);
});

test("the last update is renewed by itself", async () => {
  let asked = 0;
  const renew = async (): Promise<PageModel> => {
    asked++;
    return pageCases.ok();
  };
  const fast = { ...clock, after: (delayMs: number, run: () => void) => clock.after(delayMs / 1_000, run) };
  publisher = await createPublisher({
    ledger,
    clock: fast,
    site: siteWithPage({}, [folder("one")]),
    log: silent,
    renew,
  });
  await until("renewed", () => asked > 1 && fs.existsSync(path.join(root, "one", "index.html")));
});
