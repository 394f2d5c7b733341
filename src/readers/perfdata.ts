/**
 * What a Monitoring Plugin prints. Source: Monitoring Plugins Development Guidelines, «Plugin Output for Nagios»,
 * «Threshold and Ranges», «Performance data».
 */
export interface PluginOutput {
  /** the first line, without performance data */
  readonly summary: string;
  /** the lines below it */
  readonly details: string;
  readonly perfdata: string;
}

/** The first line's `|` begins performance data; so does the first one in the lines below, up to the end. */
export function splitPluginOutput(text: string): PluginOutput {
  const [first = "", ...below] = text.trim().split(/\r?\n/);
  const [summary = "", ...firstPerf] = first.split("|");
  const [details = "", ...morePerf] = below.join("\n").split("|");
  return {
    summary: summary.trim(),
    details: details.trim(),
    perfdata: [...firstPerf, ...morePerf].join(" ").replaceAll(/\s+/g, " ").trim(),
  };
}

/** A threshold: an alarm is due outside of it, or inside where `isInside`. */
export interface PerfRange {
  /** null: no lower end */
  readonly from: number | null;
  /** null: no upper end */
  readonly to: number | null;
  readonly isInside: boolean;
}

export interface PerfValue {
  readonly label: string;
  /** in `unit`; null when the plugin could not tell (`U`) */
  readonly value: number | null;
  /** base units: `s`, `B`, `%`, `c` (a counter), nothing, or a word of the plugin's own */
  readonly unit: string;
  readonly warning: PerfRange | null;
  readonly critical: PerfRange | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** More than this is a plugin gone wild. */
const maxValues = 200;
const maxChars = 16_384;
/** `label=` or `'quoted ''label'''=`, then everything up to the next space */
const entry = /(?:'((?:[^']|'')*)'|([^\s'=]+))=(\S*)/g;
const reading = /^(U|[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[-+]?\d+)?)([^\d;]*)$/i;

/** Reads performance data; what is broken is left out, never an error. A label counts once. */
export function readPerfdata(text: string): readonly PerfValue[] {
  const values = new Map<string, PerfValue>();
  for (const [, quoted, bare, written = ""] of text.slice(0, maxChars).matchAll(entry)) {
    const label = (quoted?.replaceAll("''", "'") ?? bare ?? "").trim();
    const value = readValue(label, written);
    if (value !== null && !values.has(label)) values.set(label, value);
    if (values.size === maxValues) break;
  }
  return [...values.values()];
}

function readValue(label: string, written: string): PerfValue | null {
  const [first = "", warning = "", critical = "", min = "", max = ""] = written.split(";");
  const match = reading.exec(first);
  if (match === null || label === "") return null;
  const { unit, factor } = baseUnit(match[2] ?? "");
  const scaled = (text: string): number | null => {
    const number = readNumber(text);
    return number === null ? null : number * factor;
  };
  const range = (text: string): PerfRange | null => readRange(text, factor);
  return {
    label,
    value: scaled(match[1] ?? ""),
    unit,
    warning: range(warning),
    critical: range(critical),
    min: scaled(min),
    max: scaled(max),
  };
}

/** Some plugins write numbers in the machine's language. */
function readNumber(text: string): number | null {
  const written = text.trim().replace(",", ".");
  const number = Number(written);
  return written === "" || !Number.isFinite(number) ? null : number;
}

const seconds: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9, min: 60, h: 3_600 };
const bytePowers = ["b", "k", "m", "g", "t", "p"];

/** The plugins count in steps of 1024 where they write KB and MB. */
function baseUnit(written: string): { readonly unit: string; readonly factor: number } {
  const time = seconds[written];
  if (time !== undefined) return { unit: "s", factor: time };
  const power = /^(?:b|([kmgtp])i?b)$/i.test(written) ? bytePowers.indexOf(written[0]?.toLowerCase() ?? "") : -1;
  if (power >= 0) return { unit: "B", factor: 1_024 ** power };
  return { unit: written.slice(0, 16), factor: 1 };
}

/** `10`, `10:`, `~:10`, `10:20`, `@10:20`; null when there is none or it cannot be read. */
export function readRange(text: string, factor = 1): PerfRange | null {
  const match = /^(@?)(?:([^:]*):)?([^:]*)$/.exec(text.trim());
  if (match === null || text.trim() === "") return null;
  const [, at, start = "", end = ""] = match;
  const from = readEnd(start === "" ? "0" : start, "~", factor);
  const to = readEnd(end, "", factor);
  return from === undefined || to === undefined ? null : { from, to, isInside: at === "@" };
}

/** @returns null for `open`, which means no end; undefined for what is no number */
function readEnd(text: string, open: string, factor: number): number | null | undefined {
  if (text === open) return null;
  const number = readNumber(text);
  return number === null ? undefined : number * factor;
}

/** Whether a value calls for the alarm of its range. */
export function isAlarming(value: number | null, range: PerfRange | null): boolean {
  if (value === null || range === null) return false;
  const isWithin = (range.from === null || value >= range.from) && (range.to === null || value <= range.to);
  return isWithin === range.isInside;
}
