import { isAscii } from "node:buffer";
import { decoderOf, recogniseEncoding } from "../../readers/logs/encoding.ts";
import type { LogContext, LogFormat, LogRecord } from "../../readers/logs/formats/format.ts";
import { formatOf, recogniseFormat, sampleLines } from "../../readers/logs/formats/registry.ts";
import { createTemplates, type Templates } from "../../readers/logs/templates/templates.ts";
import type { StoredRecord } from "../../storage/spool/record.ts";
import type { NumberedLine } from "../../storage/telemetry/telemetry.ts";
import { eachFrame } from "./frames.ts";
import { maskFields, maskSecrets, mayNeedTidying } from "./mask.ts";
import type { Meta } from "./meta.ts";

/** What templates leave behind. */
export type SavedTemplates = ReturnType<Templates["save"]>;

/** How the lines of one source are read: its format, its encoding, and the shapes its lines have. */
export interface SourceReader {
  readonly key: string;
  readonly templates: Templates;
  formatId(): string | null;
  /** The lines of one record, in order. */
  read(record: StoredRecord, meta: Meta): NumberedLine[];
}

/** As much as is stored of a line. */
const longestText = 8_192;
const dayMs = 86_400_000;
/** A sender whose clock is further off than this has no clock: its lines get the time they came. */
const believedPastMs = 31 * dayMs;
/** When most lines do not fit the format any more, it is recognised anew. */
const recogniseAgainAfter = 200;

interface Held {
  readonly key: string;
  readonly context: LogContext;
  readonly templates: Templates;
  format: LogFormat | null;
  decode: ((bytes: Uint8Array) => string) | null;
  unread: number;
  lastAtMs: number | null;
}

export function createSourceReader(key: string, context: LogContext, saved: SavedTemplates | null): SourceReader {
  const templates = createTemplates(saved === null ? {} : { saved });
  const held: Held = { key, context, templates, format: null, decode: null, unread: 0, lastAtMs: null };
  return {
    key,
    templates,
    formatId: () => held.format?.id ?? null,
    read: (record, meta) => (meta.kind === "read" ? readLines(held, record) : readBytes(held, record, meta)),
  };
}

interface RawLine {
  readonly text: string;
  /** of its first byte in the body */
  readonly at: number;
  /** nothing in it has to be taken out */
  readonly isClean: boolean;
}

function readBytes(held: Held, record: StoredRecord, meta: Meta): NumberedLine[] {
  const lines = rawLines(held, record.body, meta.kind);
  // a record read again after a kill must give the same lines, whatever was read before it
  held.lastAtMs = null;
  held.format ??= meta.format === null ? null : formatOf(meta.format);
  if (held.format === null || held.unread >= recogniseAgainAfter) recognise(held, lines, meta);
  const isFrame = meta.kind === "frames";
  return lines.map(({ text, at, isClean }, nth) => {
    const isCut = (meta.cut === true && nth === lines.length - 1) || text.length > longestText;
    return lineOf(held, { record, at, host: meta.host, isFrame, isCut, text: isClean ? bounded(text) : tidy(text) });
  });
}

/** Of few lines the answer is not final: it is asked again until there were enough. */
function recognise(held: Held, lines: readonly RawLine[], meta: Meta): void {
  if (meta.format !== null || lines.length === 0) return;
  const format = recogniseFormat(
    lines.slice(0, sampleLines).map(({ text }) => text),
    held.context,
  );
  held.format = format;
  held.unread = 0;
}

function rawLines(held: Held, body: Buffer, kind: Meta["kind"]): RawLine[] {
  const lines: RawLine[] = [];
  const read = textReader(held, body);
  const isAsciiBased = held.decode === null || held.decode === utf8;
  const add = (start: number, end: number): void => {
    const isClean = isAsciiBased && !mayNeedTidying(body, start, end);
    lines.push({ text: read(start, end), at: start, isClean });
  };
  if (kind === "frames") {
    eachFrame(body, add);
    return lines;
  }
  for (let at = 0; at < body.length;) {
    const found = body.indexOf(10, at);
    const end = found < 0 ? body.length : found;
    const last = body[end - 1] === 13 ? end - 1 : end;
    if (last > at) add(at, last);
    at = end + 1;
  }
  return lines;
}

/** The text of a part of the body. ASCII alone decides no encoding; the first bytes beyond it do. */
function textReader(held: Held, body: Buffer): (start: number, end: number) => string {
  if (held.decode !== utf8 && held.decode !== null) return partsBy(held.decode, body);
  if (isAscii(body)) {
    const whole = body.toString("latin1");
    return (start, end) => whole.slice(start, end);
  }
  if (held.decode === null) {
    const encoding = recogniseEncoding(body);
    held.decode = encoding === "utf-8" ? utf8 : decoderOf(encoding);
  }
  return partsBy(held.decode, body);
}

function partsBy(decode: (bytes: Uint8Array) => string, body: Buffer): (start: number, end: number) => string {
  return (start, end) => decode(body.subarray(start, end));
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\u0000-\u0008\u000B-\u001F\u007F]/;
// oxlint-disable-next-line no-control-regex -- as above
const allControls = /\u001B\[[\d;]{0,20}[A-Za-z]|[\u0000-\u0008\u000B-\u001F\u007F]/g;

function bounded(line: string): string {
  return line.length > longestText ? line.slice(0, longestText) : line;
}

/** Bounded, without colours and control characters, without secrets. */
function tidy(line: string): string {
  const cut = bounded(line);
  return maskSecrets(
    controls.test(cut) ? cut.replace(allControls, (found) => (found.length > 1 ? "" : "\uFFFD")) : cut,
  );
}

interface Given {
  readonly record: StoredRecord;
  readonly at: number;
  readonly host: string | null;
  readonly isFrame: boolean;
  readonly isCut: boolean;
  readonly text: string;
}

/** What of a line is its header lies in columns of its own: it is not stored twice. */
const headed: ReadonlySet<string> = new Set(["syslog", "syslog-5424"]);

function lineOf(held: Held, { record, at, host, isFrame, isCut, text }: Given): NumberedLine {
  const read = parsed(held, text, isFrame);
  const { fields, severity, program } = read.record;
  const atMs = timeOf(held, read.record.atMs, { receivedAtMs: record.receivedAtMs, isFrame });
  const said = read.record.host;
  const hostname = said !== null && said !== host ? said : null;
  const line: { -readonly [K in keyof NumberedLine]: NumberedLine[K] } = {
    atMs,
    source: record.source,
    host,
    severity,
    text: headed.has(read.formatId) ? read.record.message : text,
    format: read.formatId,
    templateId: held.templates.add(read.record.message),
    seq: record.bodySeq + at,
  };
  if (program !== null) line.program = program;
  // most lines have just what their format found in them, which is taken as it is
  const allFields = hostname === null && !isCut ? fields : moreFields(fields, { hostname, isCut });
  if (hasAny(allFields)) line.fields = allFields;
  return line;
}

function moreFields(
  fields: LogRecord["fields"],
  { hostname, isCut }: { hostname: string | null; isCut: boolean },
): LogRecord["fields"] {
  const more: Record<string, string | number> = Object.assign({}, fields);
  if (hostname !== null) more["hostname"] = hostname;
  if (isCut) more["cut"] = 1;
  return more;
}

function hasAny(fields: LogRecord["fields"]): boolean {
  for (const name in fields) if (name !== "") return true;
  return false;
}

/** Syslog is what its sender makes of it: each message is read by the kind it is of. */
function parsed(held: Held, text: string, isFrame: boolean): { record: LogRecord; formatId: string } {
  const format = held.format ?? formatOf("plain");
  const first = format.parse(text, held.context);
  if (first !== null) return { record: first, formatId: format.id };
  held.unread += 1;
  if (isFrame) {
    for (const id of headed) {
      const record = id === format.id ? null : formatOf(id).parse(text, held.context);
      if (record !== null) return { record, formatId: id };
    }
  }
  return { record: format.read(text, held.context), formatId: format.id };
}

/** A line without a time continues the one before it. */
function timeOf(
  held: Held,
  saidMs: number | null,
  { receivedAtMs, isFrame }: { receivedAtMs: number; isFrame: boolean },
): number {
  const oldestMs = isFrame ? receivedAtMs - believedPastMs : 0;
  const atMs = saidMs ?? (isFrame ? null : held.lastAtMs);
  if (atMs === null || !(atMs >= oldestMs) || atMs > receivedAtMs + dayMs) return receivedAtMs;
  if (saidMs !== null) held.lastAtMs = saidMs;
  return atMs;
}

function readLines(held: Held, record: StoredRecord): NumberedLine[] {
  const lines: NumberedLine[] = [];
  for (const { text, at } of rawLines(held, record.body, "lines")) {
    const line = JSON.parse(text) as NumberedLine;
    const tidied = tidy(line.text);
    lines.push({
      ...line,
      text: tidied,
      templateId: held.templates.add(tidied),
      ...(line.fields === undefined ? {} : { fields: maskFields(line.fields) }),
      seq: record.bodySeq + at,
    });
  }
  return lines;
}
