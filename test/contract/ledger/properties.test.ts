import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Stamp } from "../../../src/kernel/clock.ts";
import { componentId, componentKinds } from "../../../src/kernel/model/component.ts";
import { incidentStates, isOpen, type Incident } from "../../../src/kernel/model/incident.ts";
import { deliveryStates, noticeKinds, type Delivery } from "../../../src/kernel/model/notice.ts";
import { layers } from "../../../src/kernel/model/observation.ts";
import { reaches, scopeIds } from "../../../src/kernel/model/scope.ts";
import { severities, signalKinds, type Signal } from "../../../src/kernel/model/signal.ts";
import { engines } from "./engines.ts";
import * as sample from "./samples.ts";
import { withLedger } from "./suite.ts";
import { kindsOfText, text } from "./texts.ts";

const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });
const texts = fc.array(kindsOfText, { maxLength: 4 });
const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));
const stamp: fc.Arbitrary<Stamp> = fc.record({
  atMs: fc.integer({ min: 0, max: 4e12 }),
  monotonicMs: fc.double({ min: 0, max: 1e12, noNaN: true }).map((ms) => ms + 0),
  bootId: fc.uuid(),
});
const subject = fc.tuple(fc.constantFrom(...componentKinds), text).map(([kind, name]) => componentId(kind, name));

const incidents: fc.Arbitrary<Omit<Incident, "id">> = fc.record({
  state: fc.constantFrom(...incidentStates),
  severity: fc.constantFrom(...severities),
  quiet: fc.boolean(),
  flapping: fc.boolean(),
  subject,
  services: texts,
  affected: fc.array(fc.record({ component: subject, because: subject }), { maxLength: 3 }),
  scope: fc.record({
    id: fc.constantFrom(...scopeIds),
    reach: fc.constantFrom(...reaches),
    failingFrom: texts,
    workingFrom: texts,
    reasons: fc.array(
      fc.record({ code: text, facts: fc.dictionary(text, fc.oneof(kindsOfText, fc.integer(), texts), { maxKeys: 3 }) }),
      { maxLength: 3 },
    ),
  }),
  startedAt: stamp,
  detectedAt: stamp,
  acknowledgedAt: orNull(stamp),
  acknowledgedBy: orNull(text),
  assignedTo: orNull(text),
  resolvedAt: orNull(stamp),
  resolvedBy: orNull(text),
});

const signals: fc.Arbitrary<Signal> = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom(...signalKinds),
  subject,
  checkId: orNull(text),
  severity: fc.constantFrom(...severities),
  openedAt: stamp,
  startedAt: stamp,
  closedAt: orNull(stamp),
  layer: orNull(fc.constantFrom(...layers)),
  error: orNull(fc.record({ code: text, text: kindsOfText })),
  failingFrom: texts,
  workingFrom: texts,
  facts: fc.dictionary(text, fc.oneof(kindsOfText, fc.integer(), fc.boolean(), fc.constant(null), texts), {
    maxKeys: 4,
  }),
});

const deliveries: fc.Arbitrary<Omit<Delivery, "incidentId">> = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom(...noticeKinds),
  channel: text,
  recipient: text,
  state: fc.constantFrom(...deliveryStates),
  attempts: fc.nat(),
  createdAt: stamp,
  dueAt: stamp,
  sentAt: orNull(stamp),
  lastError: orNull(text),
  snapshot: json,
});

/** Objects out of JSON, compared without their prototypes. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

for (const engine of engines) {
  test(`${engine.name}: any incident comes back equal, listed by whether it is open`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      await fc.assert(
        fc.asyncProperty(incidents, incidents, async (first, second) => {
          const { id } = await transaction((tx) => tx.insertIncident(first));
          assert.deepEqual(plain(await read.incident(id)), plain({ ...first, id }));
          await transaction((tx) => tx.updateIncident({ ...second, id }));
          assert.deepEqual(plain(await read.incident(id)), plain({ ...second, id }));
          const listed = await read.incidents({ state: isOpen(second) ? "open" : "ended", limit: 1 });
          assert.equal(listed[0]?.id, id);
        }),
        { numRuns: 150 },
      );
    }));

  test(`${engine.name}: any signal comes back equal, and is listed as open until it is closed`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      await transaction((tx) => tx.insertIncident(sample.incident));
      let open = 0;
      await fc.assert(
        fc.asyncProperty(signals, fc.boolean(), async (signal, inIncident) => {
          const incidentId = inIncident ? 1 : null;
          await transaction((tx) => tx.insertSignal(signal, incidentId));
          if (signal.closedAt === null) open++;
          const listed = await read.openSignals();
          assert.equal(listed.length, open);
          if (signal.closedAt === null) assert.deepEqual(plain(listed.at(-1)), plain({ ...signal, incidentId }));
          if (inIncident) assert.deepEqual(plain((await read.signalsOf(1)).at(-1)), plain({ ...signal, incidentId }));
        }),
        { numRuns: 150 },
      );
    }));

  test(`${engine.name}: any delivery comes back equal, and the outbox lists exactly the unsettled ones`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      await transaction((tx) => tx.insertIncident(sample.incident));
      const unsettled: string[] = [];
      await fc.assert(
        fc.asyncProperty(deliveries, async (of) => {
          const row: Delivery = { ...of, incidentId: 1 };
          assert.equal(await transaction((tx) => tx.enqueue(row)), true);
          assert.deepEqual(plain(await read.delivery(row.id)), plain(row));
          if (["pending", "sending", "held"].includes(row.state)) unsettled.push(row.id);
          assert.deepEqual(
            (await read.unsentDeliveries()).map(({ id }) => id),
            unsettled,
          );
        }),
        { numRuns: 150 },
      );
    }));

  test(`${engine.name}: any event's facts and any setting come back equal`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      await fc.assert(
        fc.asyncProperty(fc.dictionary(kindsOfText, json), text, async (data, setting) => {
          const { seq } = await transaction(async (tx) => {
            await tx.putSetting("any", setting);
            return tx.append({ ...sample.event(null), data });
          });
          assert.deepEqual(plain((await read.eventsAfter(seq - 1, 1))[0]?.data), plain(data));
          assert.equal(await read.setting("any"), setting);
        }),
        { numRuns: 150 },
      );
    }));

  test(`${engine.name}: a NUL or a broken character in a plain text becomes a replacement sign, the rest stays`, () =>
    withLedger(engine, async ({ ledger: { transaction, read } }) => {
      await transaction((tx) => tx.putSetting("banner", "220 mail\0不正な応答\uD800 end"));
      assert.equal(await read.setting("banner"), "220 mail\uFFFD不正な応答\uFFFD end");
    }));
}
