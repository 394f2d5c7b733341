import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { openCatalogue } from "../../src/diagnose/index.ts";
import type { HabitBook } from "../../src/diagnose/habits/book.ts";
import { openLearning, type LearningDeps } from "../../src/diagnose/learned/learning.ts";
import { createPictureKeeper } from "../../src/diagnose/pictures/keeper.ts";
import { later, stampNow } from "../../src/kernel/clock.ts";
import type { ComponentId } from "../../src/kernel/model/component.ts";
import type { ConfirmedCase } from "../../src/kernel/model/diagnosis.ts";
import type { Incident } from "../../src/kernel/model/incident.ts";
import type { HostLook, HostWatch, Site } from "../../src/kernel/model/site.ts";
import { seenAs } from "../doubles/diagnosis-seen.ts";
import { deskOf, hostStatus, readingOf } from "../doubles/host-readings.ts";
import { noLogs } from "../doubles/no-logs.ts";
import { quietSources } from "../doubles/quiet-sources.ts";
import { watchedSite } from "../doubles/watched-site.ts";
import { engines } from "./ledger/engines.ts";
import * as sample from "./ledger/samples.ts";
import { withLedger, type Bench } from "./ledger/suite.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const sketch = watchedSite({
  hosts: { web1: {}, web2: {} },
  services: { shop: { on: "web1" }, mail: { on: "web2" }, stock: { on: "web2" } },
});
const watch: HostWatch = {
  diskRatio: null,
  inodesRatio: null,
  memoryRatio: null,
  swapRatio: null,
  loadPerCore: null,
  clockMs: null,
  units: [],
};
const looked: HostLook = { by: "ssh", readKey: null, sudo: "none", watch };
const site: Site = {
  ...sketch,
  hosts: new Map([...sketch.hosts].map(([key, host]) => [key, { ...host, look: looked }])),
};
const { catalogue } = openCatalogue(null);

const unknown = async (): Promise<readonly never[]> => [];

function jpeg(mark: number, size = 60_000): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, mark]), Buffer.alloc(size)]);
}

/** A hub that looks into two machines, both with a disk that is nearly full: 3 % are left. */
function learning({ ledger, clock: real }: Bench) {
  // frames are taken by hand
  const clock = { ...real, after: () => ({ cancel: () => {} }) };
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const desk = deskOf([]);
  const status = (key: string) =>
    hostStatus({ key, reading: readingOf(clock.nowMs()), readAt: stampNow(clock), silence: null, state: "warning" });
  const inside: LearningDeps["inside"] = {
    logs: noLogs(),
    metrics: async () => [],
    hosts: { ...desk, host: status, hosts: () => ["web1", "web2"].map(status) },
  };
  const sources = quietSources({ clock, site });
  return openLearning({ clock, log, ledger, catalogue, sources, inside, usual: unknown, site: () => site });
}

/** Frames for so long, fewer of them than in life. */
async function lives({ clock }: Bench, habits: HabitBook, ms: number): Promise<void> {
  const everyMs = ms > 6 * hourMs ? 2 * hourMs : 20 * minuteMs;
  for (let gone = 0; gone < ms; gone += everyMs) {
    await clock.advance(everyMs);
    await habits.frame();
  }
}

function opened({ clock }: Bench, change: Partial<Incident> = {}): Omit<Incident, "id"> {
  const now = stampNow(clock);
  return {
    ...sample.incident,
    state: "investigating",
    quiet: false,
    subject: "host:web1",
    services: ["shop"],
    affected: [],
    startedAt: now,
    detectedAt: now,
    resolvedAt: null,
    resolvedBy: null,
    ...change,
  };
}

const web1 = { target: "host:web1" as ComponentId, vantage: null };

for (const engine of engines) {
  test(`${engine.name}: a disk that is nearly full on healthy days becomes usual there, is kept, shown, and can be taken back`, () =>
    withLedger(engine, async (bench) => {
      const { habits } = learning(bench);
      await habits.start();
      await lives(bench, habits, 4.5 * dayMs);
      await habits.stop();
      const again = learning(bench);
      await again.habits.start();
      const shown = (await again.learned.faces.learned()).habits.filter(({ evidence }) => evidence === "hs.disk");
      assert.deepEqual(
        shown.map(({ target, isChronic, withdrawn }) => [target, isChronic, withdrawn]),
        [
          ["host:web1", true, false],
          ["host:web2", true, false],
        ],
      );
      const [high] = (await again.learned.now()).habits.leak("hs.disk", web1) ?? [];
      assert.ok((high ?? 0) > 0.95, String(high));
      const habit = { evidence: "hs.disk", ...web1 };
      assert.ok((await again.learned.faces.setHabit({ habit, withdrawn: true, actor: "person:aiko" })).ok);
      assert.equal((await again.learned.now()).habits.leak("hs.disk", web1), null);
      await again.habits.stop();
      const third = learning(bench);
      await third.habits.start();
      assert.equal((await third.learned.now()).habits.leak("hs.disk", web1), null, "also after a restart");
      assert.ok((await third.learned.faces.setHabit({ habit, withdrawn: false, actor: "person:aiko" })).ok);
      assert.ok(((await third.learned.now()).habits.leak("hs.disk", web1)?.[0] ?? 0) > 0.95);
      const refused = await third.learned.faces.setHabit({
        habit: { ...habit, evidence: "hs.nothing" },
        withdrawn: true,
        actor: "person:aiko",
      });
      assert.ok(!refused.ok && refused.error.code === "KB1002");
      const events = await bench.ledger.read.eventsAfter(0, 100);
      assert.deepEqual(
        events.map(({ kind }) => kind),
        ["habit.withdrawn", "habit.restored"],
      );
      assert.deepEqual(bench.complaints, []);
      await third.habits.stop();
    }));

  test(`${engine.name}: what is seen while something is wrong, and half an hour before and after, is no habit of healthy days`, () =>
    withLedger(engine, async (bench) => {
      const { habits } = learning(bench);
      await habits.start();
      await lives(bench, habits, 20 * minuteMs);
      const { ledger, clock } = bench;
      const incident = await ledger.transaction((tx) => tx.insertIncident(opened(bench)));
      await lives(bench, habits, 5 * hourMs);
      const ended = { ...incident, state: "resolved", resolvedAt: stampNow(clock), resolvedBy: "auto" } as const;
      await ledger.transaction((tx) => tx.updateIncident(ended));
      await lives(bench, habits, 20 * minuteMs);
      const of = (target: string) => habits.all().filter((one) => one.target === target);
      assert.deepEqual(of("host:web1"), [], "the incident's machine");
      assert.ok(of("host:web2").length > 5, "another one");
      await lives(bench, habits, 2 * hourMs);
      assert.ok(of("host:web1").length > 5, "and it is learned from again");
      await habits.stop();
    }));

  test(`${engine.name}: what nobody is woken for and stands for days is how things are`, () =>
    withLedger(engine, async (bench) => {
      const { habits } = learning(bench);
      await habits.start();
      await bench.ledger.transaction((tx) => tx.insertIncident(opened(bench, { quiet: true })));
      await lives(bench, habits, 20 * hourMs);
      assert.ok(!habits.all().some(({ target }) => target === "host:web1"));
      await lives(bench, habits, 12 * hourMs);
      assert.ok(habits.all().some(({ target }) => target === "host:web1"));
      await habits.stop();
    }));

  test(`${engine.name}: a cause that was confirmed by mistake is taken back: nothing is learned from it, and the timeline says so`, () =>
    withLedger(engine, async (bench) => {
      const { learned } = learning(bench);
      const { ledger } = bench;
      const { id: incidentId } = await ledger.transaction((tx) => tx.insertIncident(opened(bench)));
      const caseId = await ledger.transaction((tx) => tx.insertCase(caseOf(bench, { incidentId })));
      assert.equal((await learned.now()).lessons.cases("disk-full"), 1);
      const withdraw = { caseId, withdrawn: true, actor: "person:aiko" } as const;
      assert.deepEqual(await learned.faces.withdraw(withdraw), { ok: true, value: { incidentId } });
      assert.ok((await learned.faces.withdraw(withdraw)).ok, "twice is not an error");
      assert.equal((await learned.now()).lessons.cases("disk-full"), 0);
      assert.deepEqual(
        (await learned.faces.casesOf(incidentId)).map(({ id, withdrawn }) => [id, withdrawn]),
        [[caseId, true]],
      );
      const [event, ...more] = await ledger.read.timeline(incidentId);
      assert.deepEqual([event?.kind, event?.actor, more.length], ["incident.cause-withdrawn", "person:aiko", 0]);
      await learned.faces.withdraw({ ...withdraw, withdrawn: false });
      assert.equal((await learned.now()).lessons.cases("disk-full"), 1);
      const missing = await learned.faces.withdraw({ ...withdraw, caseId: 99 });
      assert.ok(!missing.ok && missing.error.code === "KB1002");
    }));

  test(`${engine.name}: three incidents that no cause explains and that look alike propose one, as a file that can be added`, () =>
    withLedger(engine, async (bench) => {
      const { learned } = learning(bench);
      const { ledger } = bench;
      const proposals = async () => (await learned.faces.learned()).proposals;
      for (const extra of ["hs.swap host:web1 heavy", "hs.clk host:web1 off", "hs.cron host:web1 missed"]) {
        assert.deepEqual(await proposals(), []);
        const { id: incidentId } = await ledger.transaction((tx) => tx.insertIncident(opened(bench)));
        const cause = { id: "other-unknown", component: "host:web1" as const };
        const seen = ["hs.lim host:web1 hit", "vp.http service:shop c503 here", "hs.disk host:web1 ok", extra].map(
          (sighting) => seenAs(sighting),
        );
        await ledger.transaction((tx) => tx.insertCase(caseOf(bench, { incidentId, cause, seen })));
      }
      const [proposal, ...more] = await proposals();
      assert.ok(proposal !== undefined && more.length === 0);
      assert.deepEqual(proposal.incidents, [1, 2, 3]);
      assert.deepEqual(
        proposal.signs.map(({ evidence, count }) => [evidence, count]),
        [
          ["vp.http", 3],
          ["hs.lim", 3],
        ],
      );
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-cause-"));
      const file = path.join(folder, `${proposal.id}.yaml`);
      fs.writeFileSync(file, proposal.yaml);
      const examined = openCatalogue(null).examine(file);
      assert.ok(examined.ok, JSON.stringify(examined));
      assert.deepEqual(
        examined.value.cause.likelihoods.map(({ evidence, relation }) => [evidence, relation]),
        [
          ["vp.http", "dependents"],
          ["hs.lim", "own"],
        ],
      );
      fs.rmSync(folder, { recursive: true });
    }));

  test(`${engine.name}: the first picture of a failing check is kept with its incident, whichever came first; others are not`, () =>
    withLedger(engine, async (bench) => {
      const { ledger, clock } = bench;
      const errors: string[] = [];
      const log = { debug: () => {}, info: () => {}, warn: () => {}, error: (text: string) => void errors.push(text) };
      const keeper = createPictureKeeper({ ledger, clock, log, site: () => site });
      keeper.start();
      const fails = (checkId: string, bytes: Buffer) => keeper.drawn({ checkId, isFailure: true, bytes });
      fails("shop/1", jpeg(1));
      fails("shop/1", jpeg(2));
      fails("mail/1", jpeg(3));
      const open = async (change: Partial<Incident>): Promise<number> => {
        const { id } = await ledger.transaction(async (tx) => {
          const incident = await tx.insertIncident(opened(bench, change));
          await tx.append({ kind: "incident.opened", actor: "koboshi", incidentId: incident.id, data: {} });
          return incident;
        });
        return id;
      };
      const shop = await open({});
      const stock = await open({ subject: "service:stock", services: ["stock"] });
      fails("stock/1", Buffer.from("<script>alert(1)</script>"));
      fails("stock/1", jpeg(4, 300_000));
      fails("stock/1", jpeg(5));
      await keeper.stop();
      const kept = await ledger.read.picturesOf(shop);
      assert.deepEqual(
        kept.map(({ checkId, media, bytes }) => [checkId, media, bytes]),
        [["shop/1", "image/jpeg", 60_004]],
      );
      assert.equal((await ledger.read.pictureBody(shop, kept[0]?.id ?? 0))?.[3], 1);
      const [late] = await ledger.read.picturesOf(stock);
      assert.equal(
        (await ledger.read.pictureBody(stock, late?.id ?? 0))?.[3],
        5,
        "neither a program nor one too large",
      );
      assert.equal(await ledger.read.pictureBody(stock, kept[0]?.id ?? 0), null, "not by another incident's address");
      assert.deepEqual(errors, []);
    }));
}

function caseOf({ clock }: Bench, change: Partial<ConfirmedCase>): ConfirmedCase {
  return {
    incidentId: 1,
    cause: { id: "disk-full", component: "host:web1" },
    seen: [],
    at: later(stampNow(clock), 0),
    actor: "person:aiko",
    trust: 1,
    note: "",
    ...change,
  };
}
