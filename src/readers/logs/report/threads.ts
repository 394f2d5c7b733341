import { Worker } from "node:worker_threads";
import type { RangeResult, RangeWork } from "./range-worker.ts";
import { scanPieces } from "./pieces.ts";
import { createScanner, mergeTally, type LogShape } from "./tally.ts";

/** Smaller files are read sooner than a thread starts. */
const leastBytesAThread = 32 * 1_048_576;
/** A thread that starts late, or on a busy processor, takes fewer of them, and nobody waits for it long. */
const pieceBytes = 8 * 1_048_576;

export interface FileWork {
  readonly file: string;
  readonly bytes: number;
  readonly shape: LogShape;
  readonly threads: number;
}

/** Counts a whole file, on several threads when it is large: each takes the next piece until none is left. */
export async function tallyFile({ file, bytes, shape, threads }: FileWork): Promise<RangeResult> {
  const readers = Math.max(1, Math.min(threads, Math.floor(bytes / leastBytesAThread)));
  const pieces = { file, bytes, pieceBytes: readers === 1 ? bytes : pieceBytes, taken: new SharedArrayBuffer(4) };
  const others = Array.from({ length: readers - 1 }, () => inWorker({ pieces, shape }));
  // a failure here must not leave theirs unheard
  const results = Promise.all(others);
  results.catch(() => undefined);
  const { tally, scan } = createScanner(shape);
  let tooLong = await scanPieces(pieces, scan);
  for (const other of await results) {
    mergeTally(tally, other.tally);
    tooLong += other.tooLong;
  }
  return { tally, tooLong };
}

function inWorker(work: RangeWork): Promise<RangeResult> {
  const worker = startWorker(work);
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`thread ended with ${code}`)));
  });
}

function startWorker(workerData: RangeWork): Worker {
  if (!import.meta.url.endsWith(".ts"))
    return new Worker(new URL("./range-worker.js", import.meta.url), { workerData });
  // run unbuilt, a thread has to be told how to load TypeScript: it does not take that over from the main one
  const entry = JSON.stringify(new URL("./range-worker.ts", import.meta.url).href);
  const code = `import("tsx/esm/api").then(({ register }) => { register(); return import(${entry}); })`;
  return new Worker(code, { eval: true, workerData });
}
