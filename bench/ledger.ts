import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../src/app/clock.ts";
import { openLedger } from "../src/storage/ledger/open.ts";
import type { Row } from "./row.ts";

const writers = 64;
const measuredMs = 5_000;
const eventsOfTransaction = 10;
const log = { debug() {}, info() {}, warn() {}, error() {} };

/** Events on disk a second while many write at once, ten in a transaction, and how long the slowest wait. */
export async function ledger(): Promise<readonly Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
  const book = await openLedger({ folder, clock: createSystemClock(), log });
  const waits: number[] = [];
  const began = performance.now();
  const write = async (): Promise<void> => {
    while (performance.now() - began < measuredMs) {
      const asked = performance.now();
      await book.transaction(async (tx) => {
        for (let nth = 0; nth < eventsOfTransaction; nth++) {
          await tx.append({ kind: "change.noted", actor: "koboshi", incidentId: null, data: { text: "bench", nth } });
        }
      });
      waits.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  const seconds = (performance.now() - began) / 1_000;
  await book.close();
  fs.rmSync(folder, { recursive: true, force: true });
  const p99 = waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Number.NaN;
  const eventsPerSecond = (waits.length * eventsOfTransaction) / seconds;
  return [
    { name: "ledger: events on disk", ours: eventsPerSecond, peer: "goal", theirs: 20_000, unit: "1/s" },
    { name: "ledger: wait of a transaction, p99", ours: p99, peer: "goal", theirs: 10, unit: "ms" },
  ];
}
