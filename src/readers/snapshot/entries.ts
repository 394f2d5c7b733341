import { maskSecrets } from "../host/mask.ts";

/** One part of a snapshot in normal form. */
export type Entries = Readonly<Record<string, string>>;

const longestKey = 1_000;
const longestValue = 70_000;
const mostEntries = 20_000;

/** Keys and values of any length and number, cut to what is kept; of two with one key the last counts. */
export function entries(pairs: Iterable<readonly [key: string, value: string]>): Entries {
  const found = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (found.size >= mostEntries) break;
    found.set(clean(key).slice(0, longestKey), value.slice(0, longestValue));
  }
  return Object.fromEntries(found);
}

/** The same with `yes`/`no` and other single facts: those that are null are left out. */
export function facts(named: Readonly<Record<string, string | null>>): readonly (readonly [string, string])[] {
  return Object.entries(named).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
}

function clean(key: string): string {
  return key.replaceAll(/\s+/g, " ").trim();
}

export interface SentText {
  readonly path: string;
  /** `644 root 1700000000`; `- - -` when it could not be asked */
  readonly meta: string;
  /** null: it could not be read */
  readonly rows: readonly string[] | null;
}

/** Files among the lines: `g MODE USER MTIME PATH`, `f PATH` with the text below behind bars; secrets masked. */
export function textsIn(lines: readonly string[]): readonly SentText[] {
  const metas = new Map(lines.flatMap(metaIn));
  return lines.flatMap((line, at) => {
    const path = /^f (\/.*)$/.exec(line)?.[1];
    return path === undefined ? [] : [{ path, meta: metas.get(path) ?? "- - -", rows: textBelow(lines, at + 1) }];
  });
}

function metaIn(line: string): readonly (readonly [path: string, meta: string])[] {
  const [, meta, path] = /^g (\S+ \S+ \S+) (\/.*)$/.exec(line) ?? [];
  return meta === undefined || path === undefined ? [] : [[path, meta]];
}

function textBelow(lines: readonly string[], first: number): readonly string[] | null {
  if (lines[first] === "unread") return null;
  let end = first;
  while (lines[end]?.startsWith("|") === true) end += 1;
  return lines.slice(first, end).map((row) => maskSecrets(row.slice(1)));
}

export function fileEntry({ path, meta, rows }: SentText): readonly [string, string] {
  return [`file ${path}`, rows === null ? meta : `${meta}\n${rows.join("\n")}`];
}
