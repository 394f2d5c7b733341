import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { LedgerEvent } from "../../src/kernel/event.ts";
import { isOpen } from "../../src/kernel/model/incident.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { open, start, withFolder } from "./ledger-programs/bench.ts";

const kills = 20;

test(`${kills} kills at random moments: every acknowledged event is there, without gaps, state and events agree`, (t) =>
  withFolder(async (folder) => {
    let checked = 0;
    for (let round = 0; round < kills; round++) {
      const acknowledged = await appendUntilKilled(folder);
      const { ledger, complaints } = await open(folder);
      const lastSeq = await ledger.read.lastSeq();
      assert.ok(lastSeq >= acknowledged, `event ${acknowledged} was acknowledged, the last one kept is ${lastSeq}`);
      assert.deepEqual(complaints, []);
      await checkAgreement(ledger, lastSeq);
      await ledger.close();
      checked = lastSeq;
    }
    assert.ok(checked > kills);
    t.diagnostic(`${kills} kills, ${checked} events kept`);
  }));

/** @returns the last number the program said it had been promised */
async function appendUntilKilled(folder: string): Promise<number> {
  const { child, lines, ended } = start("append", [folder]);
  let acknowledged = 0;
  const first = await lines.next();
  assert.equal(first.value, "0", "the program did not open the ledger");
  const killed = delay(randomInt(1, 250)).then(() => child.kill("SIGKILL"));
  for await (const line of lines) acknowledged = Number(line);
  await killed;
  assert.equal((await ended).signal, "SIGKILL");
  return acknowledged;
}

async function checkAgreement({ read }: Ledger, lastSeq: number): Promise<void> {
  const events = await read.eventsAfter(0, lastSeq + 10);
  assert.equal(events.length, lastSeq);
  assert.ok(events.every(({ seq }, nth) => seq === nth + 1));
  const told = (kind: LedgerEvent["kind"]): (number | null)[] =>
    events.filter((event) => event.kind === kind).map(({ incidentId }) => incidentId);
  const incidents = (await read.incidents({ limit: lastSeq + 10 })).toSorted((a, b) => a.id - b.id);
  assert.deepEqual(
    told("incident.opened"),
    incidents.map(({ id }) => id),
  );
  assert.deepEqual(
    told("incident.resolved"),
    incidents.filter((incident) => !isOpen(incident)).map(({ id }) => id),
  );
  const unsent = await read.unsentDeliveries();
  assert.deepEqual(
    unsent.map(({ incidentId }) => incidentId),
    incidents.filter(isOpen).map(({ id }) => id),
  );
}
