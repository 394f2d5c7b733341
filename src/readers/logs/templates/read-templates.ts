import fs from "node:fs";
import { createGunzip } from "node:zlib";
import { errorText, KoboshiError } from "../../../kernel/errors.ts";
import { decoderOf, recogniseEncoding } from "../encoding.ts";
import { scanStream } from "../report/read-stream.ts";
import { readCsv } from "./csv.ts";
import { findHeader, type LineHeader } from "./header.ts";
import { createTemplates, type TemplateId, type Templates } from "./templates.ts";

export interface ReadTemplates {
  readonly templates: Templates;
  /** of every line, in order, as given when it was read */
  readonly ids: readonly TemplateId[];
}

const sampleLines = 200;
const gzipFirst = 0x1f;

/**
 * Groups the lines of a file, of standard input (`-`), or of one column of a CSV file; what every line begins with is left out.
 * @throws KoboshiError KB2201 unreadable, KB2205 no such column
 */
export async function readTemplates(file: string, column: string | null): Promise<ReadTemplates> {
  const templates = createTemplates();
  try {
    if (column !== null) return { templates, ids: await addColumn(templates, file, column) };
    return { templates, ids: await addLines(templates, file) };
  } catch (cause) {
    if (cause instanceof KoboshiError) throw cause;
    throw new KoboshiError("KB2201", { file, why: errorText(cause) }, cause);
  }
}

/** Lines wait until the header is found in the first of them. */
async function addLines(templates: Templates, file: string): Promise<readonly TemplateId[]> {
  const ids: TemplateId[] = [];
  const waiting: string[] = [];
  let header: LineHeader | null = null;
  let decode: ((bytes: Uint8Array) => string) | null = null;
  const take = (line: string, known: LineHeader): void => {
    ids.push(templates.add(line.slice(known.contentStart(line))));
  };
  const release = (): void => {
    header = findHeader(waiting);
    for (const line of waiting.splice(0)) take(line, header);
  };
  await scanStream(openSource(file), ({ bytes, from, to }) => {
    const block = bytes.subarray(from, to);
    decode ??= decoderOf(recogniseEncoding(block));
    for (const line of decode(block).split("\n").slice(0, -1)) {
      const whole = line.endsWith("\r") ? line.slice(0, -1) : line;
      if (header !== null) take(whole, header);
      else if (waiting.push(whole) >= sampleLines) release();
    }
  });
  if (header === null) release();
  return ids;
}

async function addColumn(templates: Templates, file: string, column: string): Promise<readonly TemplateId[]> {
  const parts: Buffer[] = [];
  for await (const chunk of openSource(file)) parts.push(Buffer.from(chunk));
  const bytes = Buffer.concat(parts);
  const [names = [], ...rows] = readCsv(decoderOf(recogniseEncoding(bytes))(bytes));
  const at = names.indexOf(column);
  if (at < 0) throw new KoboshiError("KB2205", { file, field: column, columns: names.join(", ").slice(0, 200) });
  return rows.map((row) => templates.add(row[at] ?? ""));
}

function openSource(file: string): AsyncIterable<Uint8Array> {
  if (file === "-") return process.stdin;
  const stream = fs.createReadStream(file, { highWaterMark: 1_048_576 });
  if (!isGzip(file)) return stream;
  const gunzip = createGunzip();
  stream.on("error", (error) => gunzip.destroy(error));
  return stream.pipe(gunzip);
}

function isGzip(file: string): boolean {
  const descriptor = fs.openSync(file, "r");
  try {
    const start = Buffer.alloc(2);
    return fs.readSync(descriptor, start, 0, 2, 0) === 2 && start[0] === gzipFirst && start[1] === 0x8b;
  } finally {
    fs.closeSync(descriptor);
  }
}
