import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { createLog } from "../../src/app/log.ts";
import { foldSignals } from "../../src/detect/index.ts";
import { judgeScope } from "../../src/diagnose/index.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import { siteGraph } from "../../src/kernel/graph.ts";
import type { ComponentId } from "../../src/kernel/model/component.ts";
import type { Signal, SignalChange } from "../../src/kernel/model/signal.ts";
import type { Window } from "../../src/kernel/model/window.ts";
import type { HoldBook } from "../../src/kernel/ports-prevent.ts";
import { createIncidents } from "../../src/respond/index.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const site = watchedSite({
  hosts: { web1: {} },
  services: { shop: { needs: ["db"] }, db: { on: "web1" }, mail: { on: "web1" }, blog: {} },
});
const graph = siteGraph(site);

function opened(signal: Signal): SignalChange {
  return { change: "opened", signal };
}

/** @param holding which alarms wait; left out: none does */
async function bench(t: TestContext, holding?: HoldBook) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-incidents-"));
  const clock = createFakeClock();
  const ledger = await openLedger({ folder, clock, log: createLog("silent") });
  t.after(async () => {
    await ledger.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const said: string[] = [];
  const incidents = createIncidents({
    ledger,
    clock,
    site: () => site,
    board: { checks: () => [] },
    folder: { fold: (input) => foldSignals({ ...input, graph }) },
    judge: { judge: (input) => judgeScope({ ...input, graph, site, cells: [] }) },
    ...(holding && { holding }),
    queue: async (_tx, { incident, kind }) => {
      said.push(`#${incident.id} ${kind} ${incident.subject}`);
    },
  });
  const signal = (service: string, fields: Partial<Signal> = {}): Signal => ({
    id: service,
    kind: "down",
    subject: `service:${service}`,
    checkId: `${service}/1`,
    severity: "critical",
    openedAt: stampNow(clock),
    startedAt: stampNow(clock),
    closedAt: null,
    layer: "connect",
    error: { code: "refused", text: "" },
    failingFrom: ["here"],
    workingFrom: [],
    facts: {},
    ...fields,
  });
  const closed = (one: Signal): SignalChange => ({ change: "closed", signal: { ...one, closedAt: stampNow(clock) } });
  return { ledger, clock, incidents, said, signal, closed };
}

test("an outage and its end: one incident, and its signals stand in its timeline before it", async (t) => {
  const { ledger, incidents, said, signal, closed } = await bench(t);
  const blog = signal("blog");
  await incidents.take([opened(blog)]);
  await incidents.take([closed(blog)]);
  assert.deepEqual(said, ["#1 opened service:blog", "#1 resolved service:blog"]);
  assert.deepEqual(
    (await ledger.read.timeline(1)).map(({ kind }) => kind),
    ["signal.opened", "incident.opened", "signal.closed", "incident.resolved"],
  );
});

test("what opened and closed before it was written leaves its events and no incident", async (t) => {
  const { ledger, incidents, said, signal, closed } = await bench(t);
  const blog = signal("blog");
  await incidents.take([opened(blog), closed(blog)]);
  assert.deepEqual(said, []);
  assert.deepEqual(await ledger.read.incidents({ limit: 10 }), []);
  assert.equal(await ledger.read.lastSeq(), 2);
});

test("the cause that is confirmed later becomes the subject, without another message", async (t) => {
  const { clock, incidents, said, signal, ledger } = await bench(t);
  await incidents.take([opened(signal("shop"))]);
  await clock.advance(20_000);
  await incidents.take([opened(signal("db"))]);
  const [incident] = await ledger.read.incidents({ state: "open", limit: 10 });
  assert.equal(incident?.subject, "service:db");
  assert.deepEqual(incident.affected, [{ component: "service:shop", because: "service:db" }]);
  assert.deepEqual(said, ["#1 opened service:shop"]);
});

test("what begins while its neighbour ends carries on the neighbour's incident", async (t) => {
  const { clock, incidents, said, signal, closed: over, ledger } = await bench(t);
  const shop = signal("shop");
  await incidents.take([opened(shop)]);
  await clock.advance(20_000);
  await incidents.take([over(shop), opened(signal("db"))]);
  const [incident, other] = await ledger.read.incidents({ state: "open", limit: 10 });
  assert.deepEqual([incident?.id, incident?.subject, other], [1, "service:db", undefined]);
  assert.deepEqual(said, ["#1 opened service:shop"]);
});

test("a quiet incident that becomes loud calls, as if it had just begun", async (t) => {
  const { incidents, said, signal, ledger } = await bench(t);
  const alone = signal("blog", { kind: "partial", severity: "info", failingFrom: ["office"], workingFrom: ["here"] });
  await incidents.take([opened(alone)]);
  assert.equal((await ledger.read.incident(1))?.quiet, true);
  await incidents.take([{ change: "changed", signal: signal("blog", { failingFrom: ["here", "office"] }) }]);
  assert.equal((await ledger.read.incident(1))?.quiet, false);
  assert.deepEqual(said, ["#1 opened service:blog", "#1 opened service:blog"]);
});

test("two incidents that turn out to be one go on as the older, and everyone hears of it", async (t) => {
  const { clock, ledger, incidents, said, signal } = await bench(t);
  await incidents.take([opened(signal("shop"))]);
  await clock.advance(60_000);
  await incidents.take([opened(signal("mail"))]);
  assert.equal((await ledger.read.incidents({ state: "open", limit: 10 })).length, 2);
  await incidents.take([opened(signal("db"))]);
  const open = await ledger.read.incidents({ state: "open", limit: 10 });
  assert.equal(open.length, 1);
  const [kept] = open;
  const [ended] = await ledger.read.incidents({ state: "ended", limit: 10 });
  assert.equal(ended?.resolvedBy, `merged:${kept?.id}`);
  assert.deepEqual(said.at(-1), `#${kept?.id} updated ${kept?.subject}`);
  const signals = await ledger.read.signalsOf(kept?.id ?? 0);
  assert.deepEqual(signals.map(({ id }) => id).toSorted(), ["db", "mail", "shop"]);
});

test("ended by a person it stays silent until it has recovered; what fails then is new", async (t) => {
  const { ledger, incidents, said, signal, closed } = await bench(t);
  const blog = signal("blog");
  await incidents.take([opened(blog)]);
  const refused = await incidents.verbs.resolve({
    incidentId: 1,
    actor: "person:aiko",
    reason: null,
    falseAlarm: false,
  });
  assert.equal(refused.ok ? null : refused.error.code, "KB1003");
  const reason = "moved to another server";
  assert.ok((await incidents.verbs.resolve({ incidentId: 1, actor: "person:aiko", reason, falseAlarm: false })).ok);
  await incidents.take([{ change: "changed", signal: { ...blog, failingFrom: ["here", "office"] } }]);
  await incidents.take([closed(blog)]);
  assert.deepEqual(said, ["#1 opened service:blog", "#1 resolved service:blog"]);
  await incidents.take([opened(signal("blog", { id: "again" }))]);
  assert.equal(said.at(-1), "#2 opened service:blog");
  assert.equal((await ledger.read.incident(1))?.resolvedBy, "aiko");
});

test("the first to take an incident stays its owner; an ended one can no longer be taken", async (t) => {
  const { incidents, signal, closed } = await bench(t);
  const blog = signal("blog");
  await incidents.take([opened(blog)]);
  await incidents.verbs.acknowledge({ incidentId: 1, actor: "person:aiko" });
  const second = await incidents.verbs.acknowledge({ incidentId: 1, actor: "person:ben" });
  assert.equal(second.ok ? second.value.acknowledgedBy : null, "aiko");
  await incidents.take([closed(blog)]);
  const late = await incidents.verbs.acknowledge({ incidentId: 1, actor: "person:ben" });
  assert.equal(late.ok ? null : late.error.code, "KB9001");
  const missing = await incidents.verbs.note({ incidentId: 7, actor: "person:ben", text: "?" });
  assert.equal(missing.ok ? null : missing.error.code, "KB1002");
});

test("a step of the clock is an event and no incident", async (t) => {
  const { ledger, incidents, said, signal } = await bench(t);
  const jump = signal("here", {
    kind: "clock-jumped",
    subject: "vantage:here",
    checkId: null,
    facts: { jumpedMs: 10_800_000 },
  });
  await incidents.take([{ change: "opened", signal: jump }]);
  assert.deepEqual(said, []);
  assert.deepEqual(
    (await ledger.read.eventsAfter(0, 10)).map(({ kind, data }) => [kind, data["jumpedMs"]]),
    [["clock.jumped", 10_800_000]],
  );
});

/** A window on `target` that holds everything until it is over, and counts what it held. */
function windowOn(target: ComponentId): HoldBook & { isOver: boolean; readonly held: string[] } {
  const window = { id: 1, targets: [target] } as unknown as Window;
  const book = {
    isOver: false,
    held: [] as string[],
    heldBy: () => (book.isOver ? null : window.id),
    holding: () => (book.isOver ? [] : [window]),
    noteHeld: async (signals: readonly Signal[]) => void book.held.push(...signals.map(({ id }) => id)),
  };
  return book;
}

test("while we work on a host its alarms wait, and what is still so at the end is told then", async (t) => {
  const window = windowOn("host:web1");
  const { ledger, incidents, said, signal } = await bench(t, window);
  await incidents.take([opened(signal("db"))]);
  assert.deepEqual([await ledger.read.incidents({ limit: 10 }), said, window.held], [[], [], ["db"]]);
  window.isOver = true;
  await incidents.refold();
  assert.deepEqual(said, ["#1 opened service:db"]);
});

test("while a provider works, what is down is a quiet incident that can be looked into, and loud when it outlasts the work", async (t) => {
  const window = windowOn("provider:p1");
  const { ledger, clock, incidents, signal, closed } = await bench(t, window);
  const [db, mail] = [signal("db"), signal("mail")];
  await incidents.take([opened(db)]);
  await clock.advance(1_000);
  await incidents.take([opened(mail)]);
  const quiet = async (): Promise<unknown> =>
    (await ledger.read.incidents({ limit: 10 })).map((one) => [one.id, one.state, one.quiet]);
  assert.deepEqual(await quiet(), [[1, "investigating", true]]);
  assert.deepEqual(window.held, ["db", "mail"]);
  await incidents.take([closed(mail)]);
  window.isOver = true;
  await incidents.refold();
  assert.deepEqual(await quiet(), [[1, "investigating", false]]);
  await incidents.take([closed(db)]);
  assert.deepEqual(await quiet(), [[1, "resolved", false]]);
});

test("what a person reports is an incident of its own that ends when a person says so", async (t) => {
  const { clock, incidents, said, ledger } = await bench(t);
  const asked = {
    subject: "service:shop",
    actor: "person:aiko",
    text: " two people cannot pay ",
    severity: "warning",
  } as const;
  const opening = await incidents.verbs.open(asked);
  assert.ok(opening.ok);
  assert.deepEqual(
    [opening.value.subject, opening.value.severity, opening.value.quiet],
    ["service:shop", "warning", false],
  );
  assert.deepEqual(said, ["#1 opened service:shop"]);
  await clock.advance(600_000);
  await incidents.take([]);
  await incidents.refold();
  assert.equal((await ledger.read.incident(1))?.state, "investigating");
  const done = await incidents.verbs.resolve({ incidentId: 1, actor: "person:ben", reason: null, falseAlarm: false });
  assert.ok(done.ok, "a person who ends it needs to give no reason");
  assert.deepEqual(await ledger.read.openSignals(), []);
  const kinds = (await ledger.read.timeline(1)).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["signal.opened", "incident.opened", "signal.closed", "incident.resolved"]);
  await incidents.refold();
  assert.deepEqual(said, ["#1 opened service:shop", "#1 resolved service:shop"]);
});

test("a report about what is known is a note in that incident; one that names nothing of ours is refused", async (t) => {
  const { incidents, signal, said, ledger } = await bench(t);
  await incidents.take([opened(signal("db"))]);
  const by = { actor: "person:aiko", severity: "critical" } as const;
  const about = (subject: ComponentId, text = "it is slow"): ReturnType<typeof incidents.verbs.open> =>
    incidents.verbs.open({ ...by, subject, text });
  const known = await about("service:db");
  assert.equal(known.ok && known.value.id, 1);
  assert.ok(
    (await ledger.read.timeline(1)).some(
      ({ kind, data }) => kind === "incident.noted" && data["text"] === "it is slow",
    ),
  );
  assert.deepEqual(said, ["#1 opened service:db"]);
  const codeOf = async (asked: ReturnType<typeof about>): Promise<string> => {
    const answer = await asked;
    return answer.ok ? "ok" : answer.error.code;
  };
  assert.equal(await codeOf(about("service:nosuch")), "KB1002");
  assert.equal(await codeOf(about("job:web1/x")), "KB1002");
  assert.equal(await codeOf(about("service:blog", "  ")), "KB1001");
});

test("an outage of what was reported moments before carries the report's incident on, and outlives it", async (t) => {
  const { clock, incidents, signal, closed, said, ledger } = await bench(t);
  const report = { subject: "service:blog", actor: "person:aiko", text: "blank page", severity: "warning" } as const;
  await incidents.verbs.open(report);
  await clock.advance(60_000);
  const blog = signal("blog");
  await incidents.take([opened(blog)]);
  assert.deepEqual(said, ["#1 opened service:blog", "#1 updated service:blog"]);
  await incidents.take([closed(blog)]);
  const [going, ...others] = await ledger.read.incidents({ state: "open", limit: 10 });
  assert.deepEqual([going?.id, others.length], [1, 0]);
});
