import fs from "node:fs";
import { createGunzip } from "node:zlib";
import { errorText, KoboshiError } from "../../../kernel/errors.ts";
import { decoderOf, recogniseEncoding } from "../encoding.ts";
import { sampleLines } from "../formats/registry.ts";
import type { Block } from "./line-feeder.ts";
import { scanStream } from "./read-stream.ts";
import { createScanner, mergeTally, shapeOf, type LogShape, type Place, type Tally } from "./tally.ts";
import { tallyFile } from "./threads.ts";

export interface ReportInput {
  /** paths; `-` is standard input; `.gz` or what begins as gzip is unpacked */
  readonly files: readonly string[];
  readonly place: Place;
  readonly threads: number;
  /** only status and time */
  readonly isBrief: boolean;
}

export interface Gathered {
  readonly tally: Tally;
  readonly files: readonly { readonly file: string; readonly bytes: number; readonly tooLong: number }[];
}

const headBytes = 262_144;

/** Counts every file into one tally. @throws KoboshiError KB2201 unreadable, KB2202 not a log of this kind, KB2203 of two kinds */
export async function gather({ files, place, threads, isBrief }: ReportInput): Promise<Gathered> {
  let whole: Tally | null = null;
  const read: { file: string; bytes: number; tooLong: number }[] = [];
  for (const file of files) {
    const { tally, bytes, tooLong } = await tallyOne(file, { place, threads, isBrief });
    read.push({ file, bytes, tooLong });
    if (whole === null) whole = tally;
    else if (!mergeTally(whole, tally)) throw new KoboshiError("KB2203", { file });
  }
  if (whole === null) throw new KoboshiError("KB2201", { file: "—", why: "no file" });
  return { tally: whole, files: read };
}

type Ways = Omit<ReportInput, "files">;

async function tallyOne(file: string, ways: Ways): Promise<{ tally: Tally; bytes: number; tooLong: number }> {
  try {
    const isPlain = file !== "-" && fs.statSync(file).isFile() && !isGzip(file);
    return isPlain ? await tallyPlain(file, ways) : await tallyStream(file, ways);
  } catch (cause) {
    if (cause instanceof KoboshiError) throw cause;
    throw new KoboshiError("KB2201", { file, why: errorText(cause) }, cause);
  }
}

async function tallyPlain(file: string, ways: Ways): Promise<{ tally: Tally; bytes: number; tooLong: number }> {
  const bytes = fs.statSync(file).size;
  const shape = recognised(file, head(file, headBytes), ways);
  const { tally, tooLong } = await tallyFile({ file, bytes, shape, threads: ways.threads });
  return { tally, bytes, tooLong };
}

/** The shape is found in the first whole lines, which are then counted with the rest. */
async function tallyStream(file: string, ways: Ways): Promise<{ tally: Tally; bytes: number; tooLong: number }> {
  let scanner: ReturnType<typeof createScanner> | null = null;
  const scan = (block: Block): void => {
    scanner ??= createScanner(recognised(file, block.bytes.subarray(block.from, block.to), ways));
    scanner.scan(block);
  };
  const source = file === "-" ? process.stdin : fs.createReadStream(file, { highWaterMark: 1_048_576 });
  const { bytes, tooLong } = await scanStream(file === "-" || !isGzip(file) ? source : unpacked(source), scan);
  const made = scanner as ReturnType<typeof createScanner> | null;
  if (made === null) throw new KoboshiError("KB2202", { file });
  return { tally: made.tally, bytes, tooLong };
}

function unpacked(source: NodeJS.ReadableStream): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 1_048_576 });
  source.on("error", (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
}

function recognised(file: string, bytes: Buffer, { place, isBrief }: Ways): LogShape {
  const sample = bytes.subarray(0, headBytes);
  const text = decoderOf(recogniseEncoding(sample))(sample);
  const lines = text.split("\n").slice(0, sampleLines);
  const shape = shapeOf(lines, place, isBrief);
  if (shape === null) throw new KoboshiError("KB2202", { file });
  return shape;
}

function head(file: string, bytes: number): Buffer {
  const descriptor = fs.openSync(file, "r");
  try {
    const buffer = Buffer.alloc(bytes);
    return buffer.subarray(0, fs.readSync(descriptor, buffer, 0, bytes, 0));
  } finally {
    fs.closeSync(descriptor);
  }
}

function isGzip(file: string): boolean {
  if (file === "-") return false;
  const start = head(file, 2);
  return start[0] === 0x1f && start[1] === 0x8b;
}
