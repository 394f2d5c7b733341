import { Worker } from "node:worker_threads";
import type { RangeResult, RangeWork } from "./range-worker.ts";
import { scanRange } from "./read-range.ts";
import { createScanner, mergeTally, type LogShape } from "./tally.ts";

/** Smaller files are read sooner than a thread starts. */
const leastBytesAThread = 32 * 1_048_576;

export interface FileWork {
  readonly file: string;
  readonly bytes: number;
  readonly shape: LogShape;
  readonly threads: number;
}

/** Counts a whole file, in ranges on several threads when it is large: this thread takes the first. */
export async function tallyFile({ file, bytes, shape, threads }: FileWork): Promise<RangeResult> {
  const parts = Math.max(1, Math.min(threads, Math.floor(bytes / leastBytesAThread)));
  const bounds = Array.from({ length: parts + 1 }, (_, nth) => Math.floor((bytes * nth) / parts));
  const ranges = bounds.slice(1).map((to, nth) => ({ file, from: bounds[nth] ?? 0, to }));
  const others = ranges.slice(1).map((range) => inWorker({ range, shape }));
  // a failure here must not leave theirs unheard
  const results = Promise.all(others);
  results.catch(() => undefined);
  const { tally, scan } = createScanner(shape);
  let tooLong = await scanRange(ranges[0] ?? { file, from: 0, to: bytes }, scan);
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
