import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { recordingLog, resultOf } from "../../../test/doubles/scripted-probe.ts";
import { openBuffer, type ObservationBuffer } from "./buffer.ts";
import { WireObservation } from "./wire.ts";

const seen = (checkId: string): WireObservation => WireObservation.parse({ checkId, attempt: 1, ...resultOf("up") });
const idsOf = (buffer: ObservationBuffer, limit = 1_000): string[] =>
  buffer.next(limit).map(({ observation }) => observation.checkId);

async function withFolder(
  body: (
    open: (sizes?: { maxBytes?: number; segmentBytes?: number }) => ObservationBuffer,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-buffer-"));
  const clock = createFakeClock();
  try {
    await body((sizes = {}) => openBuffer({ folder, clock, log: recordingLog(), ...sizes }), folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function drain(buffer: ObservationBuffer): Promise<string[]> {
  const ids: string[] = [];
  for (let items = buffer.next(500); items.length > 0; items = buffer.next(500)) {
    ids.push(...items.map(({ observation }) => observation.checkId));
    await buffer.taken(items.at(-1)?.n ?? 0);
  }
  return ids;
}

async function fill(buffer: ObservationBuffer, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++) await buffer.add(seen(`c${number}`));
}

test("what is added comes out in order until it is taken", () =>
  withFolder(async (open) => {
    const buffer = open();
    await buffer.taken(0);
    await fill(buffer, 1, 5);
    assert.deepEqual(idsOf(buffer, 2), ["c1", "c2"]);
    await buffer.taken(2);
    assert.deepEqual(idsOf(buffer), ["c3", "c4", "c5"]);
    assert.equal(buffer.depth(), 3);
    await buffer.close();
  }));

test("opened again after a kill it offers all that was not said to be taken; half a line is cut off", () =>
  withFolder(async (open, folder) => {
    const killed = open();
    await killed.taken(0);
    await fill(killed, 1, 4);
    await killed.taken(2);
    const [segment = ""] = fs
      .readdirSync(path.join(folder, killed.id()))
      .map((name) => path.join(folder, killed.id(), name));
    fs.appendFileSync(segment, '{"n":5,"at":{"atMs":1');
    const buffer = open();
    assert.equal(buffer.id(), killed.id());
    assert.deepEqual(idsOf(buffer), ["c1", "c2", "c3", "c4"], "taking is not written down each time: the hub knows");
    await buffer.taken(2);
    assert.deepEqual(idsOf(buffer), ["c3", "c4"]);
    await fill(buffer, 5, 5);
    assert.deepEqual(await drain(buffer), ["c3", "c4", "c5"]);
    await buffer.close();
    await killed.close();
  }));

test("before the hub has answered once, only what was there at the opening is offered", () =>
  withFolder(async (open) => {
    const before = open();
    await fill(before, 1, 2);
    await before.close();
    const buffer = open();
    await fill(buffer, 3, 4);
    assert.deepEqual(idsOf(buffer), ["c1", "c2"]);
    await buffer.taken(2);
    assert.deepEqual(idsOf(buffer), ["c3", "c4"]);
    await buffer.close();
  }));

test("an older copy of the folder: what is new is numbered anew and not taken for what the hub has", () =>
  withFolder(async (open) => {
    const before = open();
    await before.taken(0);
    await fill(before, 1, 3);
    await before.close();
    const buffer = open();
    await fill(buffer, 4, 5);
    const oldId = buffer.id();
    await buffer.taken(900);
    assert.notEqual(buffer.id(), oldId);
    assert.deepEqual(
      buffer.next(9).map(({ n, observation }) => [n, observation.checkId]),
      [
        [1, "c4"],
        [2, "c5"],
      ],
    );
    await buffer.close();
    const again = open();
    assert.deepEqual(idsOf(again), ["c4", "c5"]);
    await again.close();
  }));

test("full, it drops the oldest and counts them, also across a restart", () =>
  withFolder(async (open, folder) => {
    const sizes = { maxBytes: 8_000, segmentBytes: 1_000 };
    const buffer = open(sizes);
    await buffer.taken(0);
    await fill(buffer, 1, 120);
    const [left, dropped] = [buffer.depth(), buffer.dropped()];
    assert.equal(left + dropped, 120);
    assert.ok(dropped > 50);
    const files = fs.readdirSync(path.join(folder, buffer.id())).map((name) => path.join(folder, buffer.id(), name));
    const bytes = files.map((file) => fs.statSync(file).size).reduce((sum, size) => sum + size, 0);
    assert.ok(bytes < 10_000, `${bytes} bytes`);
    await buffer.close();
    const again = open(sizes);
    assert.equal(again.dropped(), dropped);
    const ids = await drain(again);
    assert.deepEqual([ids.length, ids[0], ids.at(-1)], [left, `c${dropped + 1}`, "c120"]);
    await again.close();
  }));

test("more than memory holds is read back from disk, in order and whole", () =>
  withFolder(async (open) => {
    const buffer = open({ segmentBytes: 200_000 });
    await buffer.taken(0);
    await Promise.all(Array.from({ length: 7_000 }, (_, index) => buffer.add(seen(`c${index + 1}`))));
    let taken = 0;
    while (taken < 7_000) {
      const items = buffer.next(500);
      assert.equal(items[0]?.n, taken + 1);
      assert.equal(items[0]?.observation.checkId, `c${taken + 1}`);
      taken = items.at(-1)?.n ?? Infinity;
      await buffer.taken(taken);
    }
    assert.equal(buffer.depth(), 0);
    await buffer.close();
  }));

test("numbers go on after everything was taken and the files are gone", () =>
  withFolder(async (open) => {
    const before = open({ segmentBytes: 500 });
    await before.taken(0);
    await fill(before, 1, 50);
    await before.taken(50);
    await before.close();
    const buffer = open({ segmentBytes: 500 });
    await buffer.taken(50);
    await fill(buffer, 51, 51);
    assert.equal(buffer.next(1)[0]?.n, 51);
    await buffer.close();
  }));
