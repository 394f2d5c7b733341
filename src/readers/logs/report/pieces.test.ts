import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import type { Block } from "./line-feeder.ts";
import { scanPieces } from "./pieces.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-pieces-"));
after(() => fs.rmSync(folder, { recursive: true }));

test("pieces taken by several readers at once hold each line once, however long the lines are", async () => {
  const file = path.join(folder, "lines.txt");
  const lines = Array.from({ length: 2_000 }, (_, nth) => `${nth} ${"x".repeat((nth * nth) % 331)}`);
  // longer than several pieces
  lines.splice(700, 0, "y".repeat(9_000));
  fs.writeFileSync(file, lines.join("\n"));
  const { size } = fs.statSync(file);
  for (const pieceBytes of [1_000, 4_096, size]) {
    const taken = new SharedArrayBuffer(4);
    const seen: string[] = [];
    const scan = ({ bytes, from, to }: Block): void => {
      seen.push(...bytes.toString("latin1", from, to).split("\n").slice(0, -1));
    };
    const pieces = { file, bytes: size, pieceBytes, taken };
    const tooLong = await Promise.all([scanPieces(pieces, scan), scanPieces(pieces, scan), scanPieces(pieces, scan)]);
    assert.deepEqual(seen.toSorted(), lines.toSorted(), String(pieceBytes));
    assert.deepEqual(tooLong, [0, 0, 0]);
  }
});
