// What a thread does for a report: pieces of one file, then it ends.
import { parentPort, workerData } from "node:worker_threads";
import { scanPieces, type FilePieces } from "./pieces.ts";
import { createScanner, type LogShape, type Tally } from "./tally.ts";

export interface RangeWork {
  readonly pieces: FilePieces;
  readonly shape: LogShape;
}

export interface RangeResult {
  readonly tally: Tally;
  readonly tooLong: number;
}

const { pieces, shape } = workerData as RangeWork;
const { tally, scan } = createScanner(shape);
const tooLong = await scanPieces(pieces, scan);
tally.bytes = Buffer.alloc(0);
parentPort?.postMessage({ tally, tooLong } satisfies RangeResult, lightened(tally));

/** Leaves out what only further counting needs. @returns the memory that is handed over, not copied */
function lightened(counted: Tally): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const part of Object.values(counted) as unknown[]) {
    if (typeof part !== "object" || part === null) continue;
    if ("arena" in part) Object.assign(part, { bytes: new Uint8Array(0), slots: new Int32Array(0) });
    for (const array of [part, ...(Object.values(part) as unknown[])]) {
      const isHandedOver = ArrayBuffer.isView(array) && !Buffer.isBuffer(array);
      if (isHandedOver && array.buffer instanceof ArrayBuffer) buffers.add(array.buffer);
    }
  }
  return [...buffers];
}
