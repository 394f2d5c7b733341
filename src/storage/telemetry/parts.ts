import fs from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import { dayName, dayNumbered, type DayNumber } from "./days.ts";
import { fileNames, type FileName } from "./tables.ts";

/**
 * What is kept of one day: a DuckDB file while rows come in, and after that a folder of Parquet files. Rows that come later
 * still make a further part, so a finished one is never written again. `2026-11-22.duckdb` is the first part of its day,
 * `2026-11-22.2.duckdb` the second; the folder has the same name without the ending.
 */
export interface Part {
  readonly day: DayNumber;
  readonly generation: number;
  /** `2026-11-22.2` */
  readonly stem: string;
  /** `sealed`: a DuckDB file that takes no more rows because it is being made into Parquet */
  readonly form: "open" | "sealed" | "parquet";
  /** of a folder: which files there are */
  readonly files: ReadonlySet<FileName>;
}

export interface Found {
  readonly parts: readonly Part[];
  /** leftovers of an end in the middle of closing a day, as paths */
  readonly leftovers: readonly string[];
  /** files set aside as damaged */
  readonly aside: readonly { readonly day: DayNumber; readonly generation: number; readonly path: string }[];
}

const asideMark = ".aside-";

export function stemOf(day: DayNumber, generation: number): string {
  return generation === 1 ? dayName(day) : `${dayName(day)}.${generation}`;
}

/** The SQL name a part's database is attached under. */
export function databaseOf({ stem }: Part): string {
  return `"day ${stem}"`;
}

export function duckdbPath(folder: string, { stem }: Pick<Part, "stem">): string {
  return path.join(folder, `${stem}.duckdb`);
}

export function closingPath(folder: string, { stem }: Pick<Part, "stem">): string {
  return path.join(folder, `${stem}.closing`);
}

export function parquetFolder(folder: string, { stem }: Pick<Part, "stem">): string {
  return path.join(folder, stem);
}

export function parquetPath(folder: string, part: Pick<Part, "stem">, file: FileName): string {
  return path.join(parquetFolder(folder, part), `${file}.parquet`);
}

/** Reads the folder. What is not ours by its name is left alone. */
export async function findParts(folder: string): Promise<Found> {
  const parts = new Map<string, Part>();
  const leftovers: string[] = [];
  const aside: Found["aside"][number][] = [];
  // a folder sorts before the DuckDB file of its name: `2026-11-22` < `2026-11-22.duckdb`
  for (const entry of (await fs.readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const place = placeOf(entry.name);
    if (place === null) continue;
    const whole = path.join(folder, entry.name);
    const { day, generation, ending } = place;
    const part = { day, generation, stem: stemOf(day, generation) };
    if (ending.includes(asideMark)) aside.push({ day, generation, path: whole });
    else if (ending === ".closing") leftovers.push(whole);
    else if (ending === "" && entry.isDirectory()) {
      const names = await fs.readdir(whole);
      parts.set(part.stem, { ...part, form: "parquet", files: filesAmong(names) });
      for (const name of names.filter((one) => one.includes(asideMark)))
        aside.push({ day, generation, path: path.join(whole, name) });
    } else if (ending === ".duckdb" && !entry.isDirectory()) {
      if (parts.has(part.stem)) leftovers.push(whole, `${whole}.wal`);
      else parts.set(part.stem, { ...part, form: "open", files: new Set() });
    }
  }
  return { parts: [...parts.values()], leftovers, aside };
}

function placeOf(name: string): { day: DayNumber; generation: number; ending: string } | null {
  const [, date = "", generation, ending = ""] = /^(\d{4}-\d\d-\d\d)(?:\.(\d{1,9}))?(|\.[a-z].*)$/.exec(name) ?? [];
  const day = dayNumbered(date);
  return day === null ? null : { day, generation: generation === undefined ? 1 : Number(generation), ending };
}

function filesAmong(names: readonly string[]): Set<FileName> {
  return new Set(fileNames.filter((file) => names.includes(`${file}.parquet`)));
}

/** Renames what cannot be read, so that nothing is lost and nothing stumbles over it again. @returns the new path */
export async function setAside(file: string, clock: Clock): Promise<string> {
  const aside = `${file}${asideMark}${clock.nowMs()}`;
  await fs.rename(file, aside);
  return aside;
}
