import { bareName, columnNames, readColumn } from "./columns.ts";
import type { StreamCounter, StreamWanted } from "./stream-rows.ts";
import { createTally, type DumpedColumn, type Tally } from "./tally.ts";

/** A row longer than this is counted, its text is not. */
const maxLineBytes = 16_777_216;
const newline = 10;

/**
 * Reads a plain dump of PostgreSQL as it flows by: its COPY blocks, by table `schema.name`. A block begins only after
 * pg_dump's own heading, so that the body of a function cannot be taken for one.
 */
export function countCopyRows(wanted: StreamWanted): StreamCounter {
  const types = new Map<string, Map<string, DumpedColumn>>();
  const tallies: Tally[] = [];
  let creating: Map<string, DumpedColumn> | null = null;
  let headed = false;
  let block: {
    readonly tally: Tally;
    readonly columns: readonly (DumpedColumn | null)[];
    readonly looks: boolean;
  } | null = null;

  function outside(line: string): void {
    if (creating !== null) return describe(line);
    const copy = headed ? /^COPY (.+?) \((.*)\) FROM stdin;$/.exec(line) : null;
    if (copy !== null) return begin(bareName(copy[1] ?? ""), columnNames(copy[2] ?? ""));
    headed = line.startsWith("-- Data for Name: ") || (headed && (line === "" || line === "--"));
    const create = /^CREATE (?:UNLOGGED )?TABLE (.+) \($/.exec(line);
    if (create !== null) types.set(bareName(create[1] ?? ""), (creating = new Map()));
  }
  function describe(line: string): void {
    const column = line.startsWith(")") ? null : readColumn(line);
    if (column !== null) creating?.set(column.name, column);
    if (line.startsWith(")")) creating = null;
  }
  function begin(table: string, names: readonly string[]): void {
    const known = types.get(table);
    const columns = names.map((name) => {
      const column = known?.get(name);
      return column?.kind === "text" ? column : null;
    });
    const tally = createTally({ ...wanted, table });
    tallies.push(tally);
    block = { tally, columns, looks: columns.some((column) => column !== null) };
    headed = false;
  }
  function inside(line: Buffer, isWhole: boolean): void {
    if (block === null) return;
    if (line.length === 2 && line[0] === 92 && line[1] === 46) {
      block = null; // \.
      return;
    }
    block.tally.row();
    if (!block.looks || !isWhole) return;
    const values = line.toString("utf8").split("\t");
    for (const [at, column] of block.columns.entries()) {
      const value = values[at];
      if (column !== null && value !== undefined && value !== String.raw`\N`) {
        block.tally.text(column.name, value.includes("\\") ? unescape(value) : value);
      }
    }
  }
  return {
    take: eachLineOf(maxLineBytes, (line, isWhole) => {
      if (block === null) outside(line.subarray(0, 65_536).toString("utf8"));
      else inside(line, isWhole);
    }),
    tallies: () => tallies,
    charset: () => null,
  };
}

/** Backslash sequences of COPY's text format. Source: PostgreSQL documentation, «COPY», File Formats. */
function unescape(value: string): string {
  const named: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
  return value.replaceAll(/\\(.)/gs, (_, letter: string) => named[letter] ?? letter);
}

/** Cuts a stream into lines. What is longer than `maxBytes` comes cut, as not whole. */
export function eachLineOf(maxBytes: number, take: (line: Buffer, isWhole: boolean) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let kept = 0;
  let isWhole = true;
  return (chunk) => {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      const piece = chunk.subarray(from, end);
      take(parts.length === 0 ? piece : Buffer.concat([...parts, piece]), isWhole);
      parts = [];
      [kept, isWhole] = [0, true];
      from = end + 1;
    }
    const rest = chunk.subarray(from);
    if (rest.length === 0) return;
    if (kept + rest.length > maxBytes) isWhole = false;
    else parts.push(Buffer.from(rest)); // the stream may use the chunk again
    kept += rest.length;
  };
}
