import { readSync } from "node:fs";
import fs from "node:fs/promises";
import { createLineFeeder, type Block } from "./line-feeder.ts";

export interface FileRange {
  readonly file: string;
  /** lines that begin at `from` or later … */
  readonly from: number;
  /** … and before `to` */
  readonly to: number;
}

const tailBytes = 65_536;
/** Of so many pieces one is read in the background, so that others, and a signal to stop, get their turn. */
const turnPieces = 64;

/** Scans the lines that begin within a range of a file. @returns lines left out for their length */
export async function scanRange({ file, from, to }: FileRange, scan: (block: Block) => void): Promise<number> {
  const handle = await fs.open(file, "r");
  try {
    const feeder = createLineFeeder(scan);
    let position = from === 0 ? 0 : await lineStart(handle, from, to);
    for (let nth = 0; position < to; nth++) {
      const { buffer, offset, length } = feeder.room();
      const most = Math.min(length, to - position);
      // read here and scanned at once, its bytes are still in this processor's cache
      const count =
        nth % turnPieces === 0
          ? (await handle.read(buffer, offset, most, position)).bytesRead
          : readSync(handle.fd, buffer, offset, most, position);
      if (count === 0) break;
      position += count;
      feeder.filled(count);
    }
    if (feeder.isMidLine()) await finishLine(handle, feeder, position);
    feeder.end();
    return feeder.tooLong();
  } finally {
    await handle.close();
  }
}

/** The first line that begins at `from` or later; `to` or beyond when there is none before. */
async function lineStart(handle: fs.FileHandle, from: number, to: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(tailBytes);
  let position = from - 1;
  while (position < to) {
    const { bytesRead } = await handle.read(buffer, 0, tailBytes, position);
    const at = buffer.subarray(0, bytesRead).indexOf(10);
    if (at >= 0) return position + at + 1;
    if (bytesRead === 0) break;
    position += bytesRead;
  }
  return position;
}

/** The line that begins within the range and ends beyond it. */
async function finishLine(
  handle: fs.FileHandle,
  feeder: ReturnType<typeof createLineFeeder>,
  from: number,
): Promise<void> {
  for (let position = from; feeder.isMidLine();) {
    const { buffer, offset, length } = feeder.room();
    const { bytesRead } = await handle.read(buffer, offset, Math.min(tailBytes, length), position);
    if (bytesRead === 0) return;
    const end = buffer.subarray(offset, offset + bytesRead).indexOf(10);
    feeder.filled(end < 0 ? bytesRead : end + 1);
    position += bytesRead;
    if (end >= 0) return;
  }
}
