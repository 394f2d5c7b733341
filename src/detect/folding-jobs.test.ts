import assert from "node:assert/strict";
import { test } from "node:test";
import { siteGraph } from "../kernel/graph.ts";
import type { SignalKind } from "../kernel/model/signal.ts";
import type { PlacedSignal } from "../kernel/ports.ts";
import { at, minuteMs, only, placedSignal, signalLedger } from "../../test/doubles/signal-ledger.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";

const site = watchedSite({
  places: { dc1: "p1" },
  hosts: { web1: { at: "dc1" }, web2: { at: "dc1" }, batch1: { at: "dc1" } },
  services: { shop: { on: "web1" }, mail: { on: "web1" }, blog: { on: "web2" } },
});
const jobs = new Map(
  Object.entries({ report: "web1", billing: "web1", export: "batch1", elsewhere: null }).map(([key, on]) => [
    key,
    { on },
  ]),
);

function ledger(): ReturnType<typeof signalLedger> {
  return signalLedger(siteGraph(site), { jobs });
}

/** A job told as late `openedMs`, that was due `dueMs`. */
function late(job: string, openedMs: number, dueMs = openedMs - 30_000): PlacedSignal {
  return placedSignal(`job:${job}`, openedMs, { kind: "late", checkId: null, startedAt: at(dueMs) });
}

function inside(host: string, openedMs: number, fields: Partial<PlacedSignal>): PlacedSignal {
  const kind: SignalKind = fields.kind ?? "vital";
  return placedSignal(`host:${host}`, openedMs, { checkId: null, severity: "warning", ...fields, kind });
}

/** Told in the morning, of the night. */
function ofBackup(facts: PlacedSignal["facts"]): PlacedSignal {
  return inside("web1", 9 * 60 * minuteMs, { kind: "backup", facts: { plan: "shop-data", ...facts } });
}

const cronDead = { facts: { finding: "unit-failed", item: "cron" } };

test("the cron daemon stops and its job is late: one incident, in whichever order they are told", () => {
  const first = ledger();
  first.comes(inside("web1", 0, cronDead));
  assert.equal(only(first.comes(late("report", 90_000))).subject, "host:web1");
  const second = ledger();
  assert.equal(only(second.comes(late("report", 0))).subject, "job:report");
  assert.equal(only(second.comes(inside("web1", 20_000, cronDead))).subject, "host:web1");
  assert.deepEqual([first.open(), second.open()], [["#1 host:web1"], ["#1 host:web1"]]);
});

test("the clock is hours off, a service fails by it, and the job misses its time: one incident about the service", () => {
  const told = ledger();
  told.comes(placedSignal("mail", 0));
  told.comes(inside("web1", 1_000, { kind: "clock-off", severity: "critical" }));
  assert.equal(only(told.comes(late("report", 2 * minuteMs))).subject, "service:mail");
});

test("a nightly job is late hours after cron stopped, and after the clock was put wrong: still the one fault", () => {
  for (const cause of [cronDead, { kind: "clock-off", severity: "critical" } as const]) {
    const told = ledger();
    told.comes(inside("web1", 0, cause));
    assert.equal(only(told.comes(late("report", 9 * 60 * minuteMs))).subject, "host:web1");
  }
});

test("a job with a long grace is told late of what began when it was due", () => {
  const told = ledger();
  told.comes(placedSignal("shop", minuteMs));
  assert.equal(only(told.comes(late("report", 4 * 60 * minuteMs, 0))).subject, "service:shop");
});

test("a disk that has been filling up for days is not why tonight's job is late", () => {
  const told = ledger();
  told.comes(inside("web1", 0, { facts: { finding: "disk-full", item: "/" } }));
  told.comes(late("report", 3 * 24 * 60 * minuteMs));
  told.comes(placedSignal("shop", 3 * 24 * 60 * minuteMs + 60 * minuteMs));
  assert.deepEqual(told.open(), ["#1 host:web1", "#2 job:report", "#3 service:shop"]);
});

test("jobs of one host that are late together are that host's; of other hosts, of none, or failed by their own word they stay apart", () => {
  const together = ledger();
  together.comes(late("report", 0));
  assert.equal(only(together.comes(late("billing", minuteMs))).subject, "host:web1");
  const apart = ledger();
  apart.comes(late("report", 0));
  apart.comes(late("export", 1_000));
  apart.comes(late("elsewhere", 2_000));
  apart.comes(placedSignal("job:billing", 3_000, { kind: "failed", checkId: null }));
  assert.deepEqual(apart.open(), ["#1 job:report", "#2 job:export", "#3 job:elsewhere", "#4 job:billing"]);
});

test("a place is down as a whole: jobs of its hosts are part of it however long it lasts, those due before it are not", () => {
  const told = ledger();
  const silent = { error: { code: "timeout", text: "" } };
  for (const [nth, name] of ["shop", "mail", "blog"].entries()) told.comes(placedSignal(name, nth * 1_000, silent));
  assert.equal(only(told.comes(late("export", 8 * 60 * minuteMs))).subject, "place:dc1");
  const before = ledger();
  before.comes(late("export", 0));
  for (const [nth, name] of ["shop", "mail", "blog"].entries())
    before.comes(placedSignal(name, 60 * minuteMs + nth * 1_000, silent));
  assert.deepEqual(before.open(), ["#1 job:export", "#2 place:dc1"]);
});

test("a backup that was not made because cron or its host is down is told with that; a copy that is in danger is told by itself", () => {
  for (const cause of [[inside("web1", 0, cronDead)], [placedSignal("shop", 0), placedSignal("mail", 1_000)]]) {
    const told = ledger();
    for (const one of cause) told.comes(one);
    told.comes(ofBackup({ trouble: "missed" }));
    assert.equal(told.open().length, 1);
    told.comes({
      ...ofBackup({ trouble: "stale" }),
      id: "stale",
      severity: "critical",
      openedAt: at(15 * 60 * minuteMs),
    });
    assert.equal(told.open().length, 2);
  }
});

test("the job ran again while its host is still down: the incident goes on under its number", () => {
  const told = ledger();
  told.comes(late("report", 0));
  told.comes(placedSignal("shop", minuteMs));
  assert.deepEqual(told.open(), ["#1 service:shop"]);
  assert.equal(only(told.goes("job:report@0", 2 * minuteMs)).incidentId, 1);
});
