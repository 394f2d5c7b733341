import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../src/app/clock.ts";
import type { Ledger } from "../src/storage/ledger/ledger.ts";
import { openLedger } from "../src/storage/ledger/open.ts";
import { pause } from "./process.ts";
import type { Row } from "./row.ts";

const writers = 64;
const measuredMs = 5_000;
const eventsOfTransaction = 10;
const steadyPerSecond = 20_000;
const log = { debug() {}, info() {}, warn() {}, error() {} };

/** Events on disk a second while many write at once, ten in a transaction; and how long the slowest wait at a steady rate. */
export async function ledger(): Promise<readonly Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
  const book = await openLedger({ folder, clock: createSystemClock(), log });
  const eventsPerSecond = await flooded(book);
  const p99Ms = await paced(book);
  await book.close();
  fs.rmSync(folder, { recursive: true, force: true });
  return [
    { name: "ledger: events on disk", ours: eventsPerSecond, peer: "goal", theirs: steadyPerSecond, unit: "1/s" },
    { name: "ledger: wait of a transaction at 20,000/s, p99", ours: p99Ms, peer: "goal", theirs: 10, unit: "ms" },
  ];
}

async function write(book: Ledger): Promise<void> {
  await book.transaction(async (tx) => {
    for (let nth = 0; nth < eventsOfTransaction; nth++) {
      await tx.append({ kind: "change.noted", actor: "koboshi", incidentId: null, data: { text: "bench", nth } });
    }
  });
}

/** @returns events a second */
async function flooded(book: Ledger): Promise<number> {
  const began = performance.now();
  let written = 0;
  const writer = async (): Promise<void> => {
    for (; performance.now() - began < measuredMs; written += eventsOfTransaction) await write(book);
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return (written * 1_000) / (performance.now() - began);
}

/** Asks at a fixed rate, whatever the answers take. @returns ms */
async function paced(book: Ledger): Promise<number> {
  const everyMs = (eventsOfTransaction * 1_000) / steadyPerSecond;
  const waits: number[] = [];
  const open: Promise<void>[] = [];
  const began = performance.now();
  for (let index = 0; index < measuredMs / everyMs; index++) {
    while (performance.now() < began + index * everyMs) await pause(1);
    const asked = performance.now();
    open.push(write(book).then(() => void waits.push(performance.now() - asked)));
  }
  await Promise.all(open);
  return waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Number.NaN;
}
