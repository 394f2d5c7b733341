import { parseArgs } from "node:util";

const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: "string" },
    "large-mb": { type: "string" },
    "database-mb": { type: "string" },
    link: { type: "string" },
    rounds: { type: "string" },
    healthy: { type: "string" },
  },
});

/** Names of the benches that were asked for; none: all. */
export const names: readonly string[] = named;

/** How much is copied and brought back. A small first try unless asked otherwise; the whole is 100,000 files, 700 MB and 500 MB. */
export interface Size {
  /** of about 8 kB each */
  readonly files: number;
  /** of four large files together */
  readonly largeMegabytes: number;
  /** of the dump */
  readonly databaseMegabytes: number;
  /** megabits per second between repository and machine; null: the repository lies on the machine's own disk */
  readonly linkMegabits: number | null;
  readonly rounds: number;
}

/** @throws RangeError for an option that is no number */
export function sizeOf(rounds: number): Size {
  const { link = "none" } = values;
  return {
    files: numberOf("files", 2_000),
    largeMegabytes: numberOf("large-mb", 32),
    databaseMegabytes: numberOf("database-mb", 16),
    linkMegabits: link === "none" ? null : numberOf("link", 0),
    rounds: Math.max(1, numberOf("rounds", rounds)),
  };
}

/**
 * How many healthy starts of a host are played after each other instead of what else aftercare measures; 0: none.
 * @throws RangeError for an option that is no number
 */
export function healthyStarts(): number {
  return numberOf("healthy", 0);
}

function numberOf(name: keyof typeof values, usual: number): number {
  const written = values[name];
  const number = written === undefined ? usual : Number(written);
  if (!Number.isInteger(number) || number < 0) throw new RangeError(`--${name} is no number: ${written}`);
  return number;
}
