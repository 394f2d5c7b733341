import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { syncFolder } from "./folder.ts";
import { WireObservation } from "./wire.ts";

const Stamp = z.object({ atMs: z.number(), monotonicMs: z.number(), bootId: z.string() });
const Item = z.object({ n: z.int(), at: Stamp, observation: WireObservation });
/** One observation in the buffer, with its number and the moment it was made. */
export type Item = z.infer<typeof Item>;

/** One append-only file of lines; numbers rise within it and from one to the next. */
export interface Segment {
  readonly file: string;
  lastN: number;
  count: number;
  bytes: number;
}

/** Append-only files of one folder, oldest first. Everything `append` has resolved for is on disk. */
export interface Segments {
  readonly list: readonly Segment[];
  bytes(): number;
  lastN(): number;
  /** All of `items` or, when it rejects, none of them. */
  append(items: readonly Item[]): Promise<void>;
  read(segment: Segment): readonly Item[];
  /** Removes the oldest. */
  shift(): Segment | undefined;
  close(): Promise<void>;
}

export function openSegments(folder: string, segmentBytes: number): Segments {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".ndjson"));
  const list = names.sort().map((name) => openSegment(path.join(folder, name)));
  let handle: FileHandle | null = null;

  async function active(firstN: number): Promise<{ segment: Segment; file: FileHandle }> {
    const last = list.at(-1);
    if (handle !== null && last !== undefined && last.bytes < segmentBytes) return { segment: last, file: handle };
    await handle?.close();
    const file = path.join(folder, `${String(firstN).padStart(16, "0")}.ndjson`);
    handle = await fs.promises.open(file, "a", 0o600);
    syncFolder(folder);
    const segment = { file, lastN: firstN - 1, count: 0, bytes: 0 };
    list.push(segment);
    return { segment, file: handle };
  }

  return {
    list,
    bytes: () => list.reduce((sum, { bytes }) => sum + bytes, 0),
    lastN: () => list.at(-1)?.lastN ?? 0,
    async append(items) {
      const { segment, file } = await active(items[0]?.n ?? 1);
      const lines = Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(""));
      try {
        await file.appendFile(lines);
        await file.datasync();
      } catch (thrown) {
        await file.truncate(segment.bytes); // half a line must not stand before the next one
        throw thrown;
      }
      segment.bytes += lines.length;
      segment.count += items.length;
      segment.lastN = items.at(-1)?.n ?? segment.lastN;
    },
    read: ({ file }) => readItems(fs.readFileSync(file)),
    shift() {
      const oldest = list.shift();
      if (oldest === undefined) return undefined;
      fs.rmSync(oldest.file, { force: true });
      return oldest;
    },
    async close() {
      await handle?.close();
      handle = null;
    },
  };
}

/** A kill may have left half a line at the end: it was never accepted, and is cut off. */
function openSegment(file: string): Segment {
  const bytes = fs.readFileSync(file);
  const whole = bytes.lastIndexOf("\n") + 1;
  if (whole < bytes.length) fs.truncateSync(file, whole);
  const items = readItems(bytes.subarray(0, whole));
  const firstN = Number.parseInt(path.basename(file), 10);
  return { file, lastN: items.at(-1)?.n ?? firstN - 1, count: items.length, bytes: whole };
}

/** A line that a bad disk has spoilt is passed over. */
function readItems(bytes: Buffer): readonly Item[] {
  const lines = bytes.toString("utf8").split("\n");
  return lines.flatMap((line) => {
    const item = readLine(line);
    return item === null ? [] : [item];
  });
}

function readLine(line: string): Item | null {
  try {
    return line === "" ? null : (Item.safeParse(JSON.parse(line)).data ?? null);
  } catch {
    return null; // not JSON: the caller goes on with the next line
  }
}
