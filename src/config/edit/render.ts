import { isDeepStrictEqual } from "node:util";
import { isMap } from "../walk.ts";
import { parseYaml } from "../parse.ts";
import type { Plain } from "./value.ts";

/** Collections that fit into so many characters stand on one line. */
const inlineChars = 72;

/** `double` and `single` keep the quotes a text had; anything that quotes cannot hold falls back to `double`. */
export type Quoting = "plain" | "single" | "double";

/** One scalar on one line; in quotes when it would be read as something else without. */
export function renderScalar(value: string | number | boolean | null, quoting: Quoting, inFlow: boolean): string {
  if (typeof value !== "string") return JSON.stringify(value);
  if (quoting === "plain" && isPlain(value, inFlow)) return value;
  return quoting === "single" && !unprintable.test(value) ? `'${value.replaceAll("'", "''")}'` : inDouble(value);
}

const unprintable = /[^\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/** A text that means itself without quotes, beside whatever follows it. */
function isPlain(text: string, inFlow: boolean): boolean {
  if (text === "" || text !== text.trim() || unprintable.test(text)) return false;
  const parsed = parseYaml(inFlow ? `{ k: ${text}, z: 1 }` : `k: ${text}\nz: 1\n`);
  return isDeepStrictEqual(parsed.value, { k: text, z: 1 });
}

function inDouble(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export function renderKey(name: string, inFlow: boolean): string {
  return renderScalar(name, "plain", inFlow);
}

export function isCollection(value: Plain): value is readonly Plain[] | { readonly [key: string]: Plain } {
  return Array.isArray(value) || isMap(value);
}

/** The value on one line, as it may stand anywhere. */
export function renderFlow(value: Plain, inFlow = true): string {
  if (!isCollection(value)) return renderScalar(value, "plain", inFlow);
  if (isList(value)) return `[${value.map((entry) => renderFlow(entry)).join(", ")}]`;
  const entries = Object.entries(value).map(([name, entry]) => `${renderKey(name, true)}: ${renderFlow(entry)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** The lines of a collection, the first without indentation, the rest with `indent` spaces before their own. */
export function renderBlock(value: readonly Plain[] | { readonly [key: string]: Plain }, indent: number): string[] {
  const [first = "", ...rest] = isList(value)
    ? value.flatMap((entry) => entryLines("- ", entry, indent))
    : Object.entries(value).flatMap(([name, entry]) => pairLines(renderKey(name, false), entry, indent));
  return [first.slice(indent), ...rest];
}

/** `key: value`, or the key with its entries below it. */
export function pairLines(key: string, value: Plain, indent: number): string[] {
  const pad = " ".repeat(indent);
  // a section of the file has its entries below it, however few they are
  const section = indent === 0 && isMap(value) && Object.keys(value).length > 0;
  if (!section && isInline(value)) return [`${pad}${key}: ${renderFlow(value, false)}`];
  const below = indent + 2;
  const [first = "", ...rest] = renderBlock(value as readonly Plain[], below);
  return [`${pad}${key}:`, " ".repeat(below) + first, ...rest];
}

/** `- value`, or a map whose first key stands beside the dash. */
export function entryLines(dash: string, value: Plain, indent: number): string[] {
  const pad = " ".repeat(indent);
  const [first = "", ...rest] =
    isCollection(value) && !isList(value) && Object.keys(value).length > 0
      ? renderBlock(value, indent + dash.length)
      : [renderFlow(value, false)];
  return [`${pad}${dash}${first}`, ...rest];
}

function isInline(value: Plain): boolean {
  if (!isCollection(value)) return true;
  const entries: readonly Plain[] = Object.values(value);
  if (entries.length === 0) return true;
  const flat = isList(value) ? !entries.some(isMap) : entries.every((entry) => !isCollection(entry));
  return flat && renderFlow(value).length <= inlineChars;
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
