import { bareName, columnNames, readColumn } from "./columns.ts";
import type { StreamCounter, StreamWanted } from "./stream-rows.ts";
import { createTally, type DumpedColumn, type Tally } from "./tally.ts";

const [quote, backslash, open, close, comma, semicolon, newline] = [39, 92, 40, 41, 44, 59, 10];
/** Longer values are counted as rows, their text is not. */
const maxValueBytes = 16_777_216;
/** the S of VALUES */
const lastOfValues = 83;
const maxLineChars = 262_144;
const statement = "INSERT INTO `";

interface Table {
  readonly name: string;
  readonly columns: DumpedColumn[];
}

/**
 * Reads a dump of MySQL or MariaDB as it flows by: the tuples of its INSERT statements, by table. Bodies of routines and
 * triggers lie between DELIMITER lines and are passed over.
 */
export function countInsertRows(wanted: StreamWanted): StreamCounter {
  const reader = createLineReader(wanted);
  let head = "";
  let rows: TupleReader | null = null;

  /** one character outside of rows */
  function outside(byte: number): void {
    const inserts = isInsert(head) && !reader.isForeign();
    if (byte === newline && !inserts) {
      reader.line(head);
      head = "";
      return;
    }
    if (head.length < maxLineChars) head += String.fromCharCode(byte);
    if (byte !== lastOfValues || !inserts || !endsHeader(head)) return;
    rows = reader.begin(Buffer.from(head, "latin1").toString("utf8"));
    head = "";
  }
  return {
    take(chunk) {
      for (let at = 0; at < chunk.length;) {
        if (rows === null) outside(chunk[at++] ?? 0);
        else at = rows.take(chunk, at);
        if (rows?.done === true) rows = null;
      }
    },
    tallies: reader.tallies,
    charset: reader.charset,
  };
}

interface LineReader {
  line(text: string): void;
  /** the body of a routine goes by: it is none of the dump's own statements */
  isForeign(): boolean;
  /** @param text an INSERT up to its VALUES */
  begin(text: string): TupleReader;
  readonly tallies: () => readonly Tally[];
  readonly charset: () => string | null;
}

/** What a dump says between its rows: tables with their columns, and in which characters it is written. */
function createLineReader(wanted: StreamWanted): LineReader {
  const tables = new Map<string, Table>();
  const tallies = new Map<string, Tally>();
  let charset: string | null = null;
  let creating: Table | null = null;
  let foreign = false;

  function tallyOf(name: string): Tally {
    let tally = tallies.get(name);
    if (tally === undefined) tallies.set(name, (tally = createTally({ ...wanted, table: name })));
    return tally;
  }
  function describe(table: Table, text: string): void {
    const column = /^\s+`/.test(text) ? readColumn(Buffer.from(text, "latin1").toString("utf8")) : null;
    if (column !== null) table.columns.push(column);
    if (text.startsWith(")")) creating = null;
  }
  return {
    line(text) {
      if (text.startsWith("DELIMITER ")) foreign = text.trim() !== "DELIMITER ;";
      if (foreign) return;
      if (creating !== null) return describe(creating, text);
      charset ??= /SET NAMES (\w+)/.exec(text)?.[1] ?? null;
      const create = /^CREATE TABLE (?:IF NOT EXISTS )?(`(?:[^`]|``)+`) \($/.exec(
        Buffer.from(text, "latin1").toString("utf8"),
      );
      if (create === null) return;
      const name = bareName(create[1] ?? "");
      tables.set(name, (creating = { name, columns: [] }));
      tallyOf(name); // a table without rows is one with zero rows
    },
    isForeign: () => foreign,
    begin(text) {
      const match = /^INSERT INTO (`(?:[^`]|``)+`)\s*(\(.*\))?\s*VALUES$/s.exec(text.trim());
      const name = bareName(match?.[1] ?? "");
      const known = tables.get(name)?.columns ?? [];
      const named =
        match?.[2] === undefined
          ? known
          : columnNames(match[2]).map((each) => known.find((column) => column.name === each));
      return createTupleReader(
        tallyOf(name),
        named.map((column) => column ?? { name: "", kind: "other" }),
      );
    },
    tallies: () => [...tallies.values()],
    charset: () => charset,
  };
}

function isInsert(head: string): boolean {
  return head.startsWith(statement);
}

/** ` VALUES` that is no part of a quoted name. */
function endsHeader(head: string): boolean {
  return /[\s)]VALUES$/.test(head.slice(-7)) && head.split("`").length % 2 === 1;
}

interface TupleReader {
  /** set when the statement's semicolon was read */
  done: boolean;
  /** @returns where it stopped reading */
  take(chunk: Buffer, from: number): number;
}

/** Reads `(…),(…);` byte by byte: quotes hold together what belongs together. */
function createTupleReader(tally: Tally, columns: readonly DumpedColumn[]): TupleReader {
  let depth = 0;
  let column = 0;
  let inText = false;
  let escaped = false;
  let parts: Buffer[] = [];
  let kept = 0;
  const wants = (): DumpedColumn["kind"] => columns[column]?.kind ?? "other";

  function keep(piece: Buffer): void {
    if (kept <= maxValueBytes) parts.push(Buffer.from(piece));
    kept += piece.length;
  }
  function endOfValue(): void {
    const kind = wants();
    if (kind !== "other" && kept > 0 && kept <= maxValueBytes) {
      const value = Buffer.concat(parts).toString("utf8");
      if (kind === "text") tally.text(columns[column]?.name ?? "", value.includes("\\") ? unescape(value) : value);
      else if (kind === "key") tally.key(value);
      else tally.stamp(value);
    }
    parts = [];
    kept = 0;
  }
  function inside(chunk: Buffer, from: number): number {
    let at = from;
    for (; at < chunk.length; at++) {
      if (escaped) escaped = false;
      else if (chunk[at] === backslash) escaped = true;
      else if (chunk[at] === quote) break;
    }
    if (at > from && (wants() === "text" || wants() === "stamp")) keep(chunk.subarray(from, at));
    if (at < chunk.length) inText = false;
    return at + 1;
  }
  function outside(byte: number): void {
    if (byte === quote) inText = true;
    else if (byte === open && depth++ === 0) column = 0;
    else if (byte === comma && depth === 1) {
      endOfValue();
      column++;
    } else if (byte === close && --depth === 0) {
      endOfValue();
      tally.row();
    } else if (byte === semicolon && depth === 0) reader.done = true;
    else if (depth === 1 && wants() === "key") keep(Buffer.from([byte]));
  }
  const reader: TupleReader = {
    done: false,
    take(chunk, from) {
      let at = from;
      while (at < chunk.length && !reader.done) {
        if (inText) at = inside(chunk, at);
        else outside(chunk[at++] ?? 0);
      }
      return Math.min(at, chunk.length);
    },
  };
  return reader;
}

/** Backslash sequences of a MySQL string. Source: MySQL manual, «String Literals», table 11.1. */
function unescape(value: string): string {
  const named: Readonly<Record<string, string>> = { 0: "\0", b: "\b", n: "\n", r: "\r", t: "\t", Z: "\u001A" };
  return value.replaceAll(/\\(.)/gs, (_, letter: string) => named[letter] ?? letter);
}
