import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { stampNow } from "../../src/kernel/clock.ts";
import type { EscalationStep, Site } from "../../src/kernel/model/site.ts";
import { createEscalation, type Escalation } from "../../src/respond/escalation.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock, type FakeClock } from "../doubles/fake-clock.ts";
import { changeIncident, mailBy, noticeSite, openIncident, step, webhookTo } from "../doubles/notice-site.ts";
import { silentLog as log, temporaryFolder } from "./outbox-bench.ts";

const minuteMs = 60_000;
const steps = [
  step({ tell: "yamada", by: ["mail"] }),
  step({ afterMs: 5 * minuteMs, tell: "yamada", by: ["mail"], only: "critical" }),
  step({ afterMs: 15 * minuteMs, tell: "sato", by: ["mail"] }),
];

interface Bench {
  readonly clock: FakeClock;
  readonly ledger: Ledger;
  readonly escalation: Escalation;
  site(): Site;
  /** ids without the incident's number, in order */
  queued(): Promise<string[]>;
}

interface Given {
  readonly quiet?: Site["notify"]["quiet"];
  readonly steps?: readonly EscalationStep[];
}

async function bench(t: TestContext, given: Given = {}): Promise<Bench> {
  const clock = createFakeClock();
  const ledger = await openLedger({ folder: temporaryFolder(t), clock, log });
  const running = noticeSite({ channels: [mailBy(25), webhookTo(80)], steps: given.steps ?? steps, ...given });
  const site = (): Site => running;
  const escalation = createEscalation({ ledger, clock, site, log, checks: () => [] });
  t.after(async () => {
    escalation.stop();
    await ledger.close();
  });
  return {
    clock,
    ledger,
    escalation,
    site,
    async queued() {
      return (await ledger.read.deliveriesOf(1)).map(({ id }) => id.slice("1/".length));
    },
  };
}

const atOnce = ["opened/0s/mail/yamada", "opened/0s/hook/*"];
const after5 = ["escalated/300s/mail/yamada", "escalated/300s/hook/*"];
const after15 = ["escalated/900s/mail/sato", "escalated/900s/hook/*"];

test("while nobody takes it the next are called, each at their time and once", async (t) => {
  const { clock, escalation, queued, ledger, ...rest } = await bench(t);
  escalation.start();
  await openIncident({ clock, ledger, ...rest });
  await clock.advance(5 * minuteMs - 1_000);
  assert.deepEqual(await queued(), atOnce);
  await clock.advance(2_000);
  assert.deepEqual(await queued(), [...atOnce, ...after5]);
  await clock.advance(10 * minuteMs);
  assert.deepEqual(await queued(), [...atOnce, ...after5, ...after15]);
  const called = (await ledger.read.timeline(1)).filter(({ kind }) => kind === "incident.escalated");
  assert.deepEqual(
    called.map(({ data }) => [data["after"], data["tell"], data["by"]]),
    [
      ["300s", "yamada", "mail"],
      ["900s", "sato", "mail"],
    ],
  );
});

test("once someone takes it nobody else is called", async (t) => {
  const all = await bench(t);
  all.escalation.start();
  await openIncident(all);
  await all.clock.advance(minuteMs);
  const taken = { acknowledgedAt: stampNow(all.clock), acknowledgedBy: "yamada" };
  await changeIncident(all, 1, { kind: "acknowledged", given: taken, by: "yamada" });
  await all.clock.advance(29 * minuteMs - 1_000);
  assert.deepEqual(await all.queued(), [...atOnce, "acknowledged/once/hook/*"]);
});

test("a step for critical ones leaves a warning alone; a quiet one and a flapping one call nobody", async (t) => {
  const cases = [
    [{ severity: "warning" }, [...atOnce, ...after15]],
    [{ quiet: true }, ["opened/quiet/hook/*"]],
    [{ severity: "info" }, ["opened/0s/hook/*"]],
    [{ flapping: true }, atOnce],
  ] as const;
  for (const [given, expected] of cases) {
    const all = await bench(t);
    all.escalation.start();
    await openIncident(all, given);
    await all.clock.advance(20 * minuteMs);
    assert.deepEqual(await all.queued(), expected, JSON.stringify(given));
  }
});

test("a restart neither forgets nor repeats: what is due follows from the incident and what was queued", async (t) => {
  const all = await bench(t);
  all.escalation.start();
  await openIncident(all);
  await all.clock.advance(6 * minuteMs);
  all.escalation.stop();
  await all.clock.advance(10 * minuteMs);
  assert.deepEqual(await all.queued(), [...atOnce, ...after5]);
  const { clock, ledger, site } = all;
  const next = createEscalation({ ledger, clock, site, log, checks: () => [] });
  t.after(() => next.stop());
  next.start();
  await clock.advance(10);
  assert.deepEqual(await all.queued(), [...atOnce, ...after5, ...after15]);
});

test("a wall clock stepped by 3 h, either way, calls nobody early and keeps nobody back", async (t) => {
  for (const hours of [-3, 3]) {
    const all = await bench(t);
    all.escalation.start();
    await openIncident(all);
    await all.clock.advance(4 * minuteMs);
    all.clock.stepWall(hours * 60 * minuteMs);
    await all.clock.advance(50_000);
    assert.deepEqual(await all.queued(), atOnce);
    await all.clock.advance(11_000);
    assert.deepEqual(await all.queued(), [...atOnce, ...after5]);
    await all.clock.advance(10 * minuteMs);
    assert.deepEqual(await all.queued(), [...atOnce, ...after5, ...after15]);
  }
});

test("those who were told are reminded after 30 min and then every 2 h, also when it is taken, until it ends", async (t) => {
  const all = await bench(t, { steps: steps.slice(0, 1) });
  all.escalation.start();
  await openIncident(all);
  const taken = { acknowledgedAt: stampNow(all.clock), acknowledgedBy: "yamada", assignedTo: "yamada" };
  await changeIncident(all, 1, { kind: "acknowledged", given: taken, by: "yamada" });
  const reminders = async (): Promise<string[]> => (await all.queued()).filter((id) => /^still-down.*mail/.test(id));
  await all.clock.advance(30 * minuteMs + 1_000);
  assert.deepEqual(await reminders(), ["still-down/1800s/mail/yamada"]);
  await all.clock.advance(120 * minuteMs);
  assert.deepEqual((await reminders()).at(-1), "still-down/9000s/mail/yamada");
  const end = { state: "resolved", resolvedAt: stampNow(all.clock), resolvedBy: "auto" } as const;
  await changeIncident(all, 1, { kind: "resolved", given: end });
  await all.clock.advance(600 * minuteMs);
  assert.equal((await reminders()).length, 2);
});

test("an incident that was quiet at first has not been ignored since: its hours count from the first call", async (t) => {
  const all = await bench(t);
  all.escalation.start();
  await openIncident(all, { quiet: true });
  await all.clock.advance(60 * minuteMs);
  await changeIncident(all, 1, { kind: "opened", given: { quiet: false } });
  await all.clock.advance(minuteMs);
  assert.deepEqual(await all.queued(), ["opened/quiet/hook/*", ...atOnce]);
  await all.clock.advance(4 * minuteMs + 1_000);
  assert.deepEqual(await all.queued(), ["opened/quiet/hook/*", ...atOnce, ...after5]);
});

test("at night a reminder that would wait for the morning is not queued", async (t) => {
  const quiet = { fromMinute: 22 * 60, toMinute: 7 * 60, hold: ["info", "warning"] } as const; // it is 2:12
  const all = await bench(t, { quiet, steps: steps.slice(0, 1) });
  all.escalation.start();
  await openIncident(all, { severity: "warning" });
  await all.clock.advance(4 * 60 * minuteMs);
  assert.deepEqual(
    (await all.queued()).filter((id) => id.includes("/mail/")),
    ["opened/0s/mail/yamada"],
  );
  await all.clock.advance(150 * minuteMs);
  assert.equal((await all.queued()).filter((id) => /^still-down.*mail/.test(id)).length, 1);
});
