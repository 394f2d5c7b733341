import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { siteWithPage } from "../../test/doubles/page-facts.ts";
import type { NewEvent } from "../kernel/event.ts";
import type { Check } from "../kernel/model/check.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { createPauses, type Pauses } from "./pauses.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const minuteMs = 60_000;

function checkOf(id: string): Check {
  const one = { id, service: "shop", kind: "tcp", name: id, target: "x", everyMs: minuteMs, timeoutMs: 10_000 };
  return { ...one, attempts: 3, vantages: ["here"], namedVantages: [], spec: {} };
}

/** A ledger of one setting and a list of events: what a pause touches. */
function smallLedger(): { ledger: Ledger; events: NewEvent[] } {
  const settings = new Map<string, string>();
  const events: NewEvent[] = [];
  const tx = {
    putSetting: async (key: string, value: string) => void settings.set(key, value),
    append: async (event: NewEvent) => void events.push(event),
  };
  const ledger = {
    read: { setting: async (key: string) => settings.get(key) ?? null },
    transaction: (work: (given: typeof tx) => Promise<unknown>) => work(tx),
  };
  return { ledger: ledger as unknown as Ledger, events };
}

async function start(): Promise<{
  pauses: Pauses;
  again(): Promise<Pauses>;
  clock: ReturnType<typeof createFakeClock>;
  events: NewEvent[];
  changes: () => number;
  site: ReturnType<typeof siteWithPage>;
}> {
  const clock = createFakeClock();
  const { ledger, events } = smallLedger();
  const site = { ...siteWithPage(), checks: [checkOf("shop/a"), checkOf("shop/b")] };
  let changes = 0;
  const open = (): Promise<Pauses> =>
    createPauses({ ledger, clock, log: silent, site: () => site, changed: () => void (changes += 1) });
  return { pauses: await open(), again: open, clock, events, changes: () => changes, site };
}

const actor = "person:yamada" as const;

test("a paused check does not run, is shown as paused, and begins again when its time is over", async () => {
  const { pauses, clock, events, changes, site } = await start();
  assert.equal(pauses.unpaused(site), site);
  const made = await pauses.pause({ checkIds: ["shop/a"], reason: "入れ替え", forMs: 30 * minuteMs, actor });
  assert.ok(made.ok);
  const running = pauses.unpaused(site);
  assert.deepEqual(
    running.checks.map(({ id }) => id),
    ["shop/b"],
  );
  assert.equal(pauses.unpaused(site), running, "the same object while nothing changes");
  assert.deepEqual(
    pauses.shown([]).map(({ id, state }) => [id, state]),
    [["shop/a", "paused"]],
  );
  await clock.advance(29 * minuteMs);
  assert.equal(pauses.pauses().size, 1);
  await clock.advance(2 * minuteMs);
  assert.equal(pauses.pauses().size, 0);
  assert.equal(pauses.unpaused(site), site);
  assert.equal(changes(), 2);
  assert.deepEqual(
    events.map(({ kind, actor: who }) => [kind, who]),
    [
      ["check.paused", actor],
      ["check.resumed", "koboshi"],
    ],
  );
  pauses.stop();
});

test("a pause outlives a restart, and ends at the start when its time is over by then", async () => {
  const { pauses, again, clock } = await start();
  await pauses.pause({ checkIds: ["shop/a"], reason: "x", forMs: 30 * minuteMs, actor });
  pauses.stop();
  assert.equal((await again()).pauses().size, 1);
  clock.stepWall(10 * 60 * minuteMs);
  assert.equal((await again()).pauses().size, 1, "a step of the wall clock ends nothing");
  await clock.advance(31 * minuteMs);
  assert.equal((await again()).pauses().size, 0);
});

test("it needs a reason, an end within 30 days, and a check that is there", async () => {
  const { pauses, events } = await start();
  const tries = [
    { checkIds: ["shop/a"], reason: "  ", forMs: minuteMs, actor },
    { checkIds: ["shop/a"], reason: "x", forMs: Number.NaN, actor },
    { checkIds: ["shop/a"], reason: "x", forMs: 31 * 86_400_000, actor },
    { checkIds: ["shop/zzz"], reason: "x", forMs: minuteMs, actor },
  ];
  for (const input of tries) assert.equal((await pauses.pause(input)).ok, false);
  assert.equal((await pauses.resume({ checkIds: ["zzz"], actor })).ok, false);
  const none = await pauses.resume({ checkIds: ["shop/a"], actor });
  assert.ok(none.ok && none.value.length === 0);
  assert.equal(events.length, 0);
});
