import { z } from "zod";
import type { Lang } from "../kernel/lang.ts";
import { writeDuration } from "../kernel/units.ts";
import { configWords, type ConfigWords } from "../words/config.ts";
import { RootConfig } from "./schema.ts";
import { suggest } from "./suggest.ts";
import { defaultOf, isRequired, optionsOf, shapeOf, textOf, unwrap } from "./walk.ts";

const units: Readonly<Record<string, (words: ConfigWords) => string>> = {
  duration: (w) => w.exampleDuration,
  percent: (w) => w.examplePercent,
  rate: (w) => w.exampleRate,
  time: (w) => w.exampleTime,
  moment: (w) => w.exampleMoment,
  schedule: (w) => w.exampleSchedule,
  zone: (w) => w.exampleZone,
  address: (w) => w.exampleAddress,
  url: (w) => w.exampleUrl,
  fingerprint: (w) => w.exampleFingerprint,
};

/** What may be written for a key, in a few words: `a duration (30s, 5m, 2h, 21d)`. */
export function formOf(schema: z.ZodType, lang: Lang): string {
  const words = configWords(lang);
  const { unit, secret } = textOf(schema);
  if (secret === true) return words.exampleSecret;
  const said = unit === undefined ? undefined : units[unit];
  if (said !== undefined) return said(words);
  const form = unwrap(schema);
  if (form instanceof z.ZodUnion) return words.or([...new Set(optionsOf(form).map((option) => formOf(option, lang)))]);
  if (form instanceof z.ZodRecord) return `${words.byName} ${formOf(form.valueType as z.ZodType, lang)}`;
  if (form instanceof z.ZodArray) return `${words.listOf} ${formOf(form.element as z.ZodType, lang)}`;
  return simpleForm(form, words);
}

function simpleForm(form: z.ZodType, words: ConfigWords): string {
  if (form instanceof z.ZodObject) return words.typeMap;
  if (form instanceof z.ZodEnum) return form.options.map(String).join(" | ");
  if (form instanceof z.ZodLiteral) return [...form.values].map((value) => JSON.stringify(value)).join(" | ");
  if (form instanceof z.ZodNumber) return form.format === "safeint" ? words.typeWhole : words.typeNumber;
  return form instanceof z.ZodBoolean ? words.typeBoolean : words.typeText;
}

/** A default as it would be written in the file; null when there is none. */
export function defaultText(schema: z.ZodType): string | null {
  const value = defaultOf(schema);
  const empty = value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  if (empty) return null;
  if (typeof value === "number" && textOf(schema).unit === "duration") return writeDuration(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The forms at a path of the language, where a name or number of an entry may be `*`; several for a union. */
function schemasAt(path: readonly string[]): z.ZodType[] {
  let here: z.ZodType[] = [RootConfig];
  for (const name of path) here = here.flatMap((schema) => below(schema, name));
  return here;
}

function below(schema: z.ZodType, name: string): z.ZodType[] {
  const form = unwrap(schema);
  if (form instanceof z.ZodUnion) return optionsOf(form).flatMap((option) => below(option, name));
  if (form instanceof z.ZodRecord) return [form.valueType as z.ZodType];
  if (form instanceof z.ZodArray) {
    const element = form.element as z.ZodType;
    return /^(?:\*|\d+)$/.test(name) ? [element] : below(element, name);
  }
  if (!(form instanceof z.ZodObject)) return [];
  if (name === "*") return Object.values(shapeOf(form));
  const found = Object.hasOwn(form.shape, name) ? shapeOf(form)[name] : undefined;
  return found === undefined ? [] : [found];
}

/** Every key below a form, in the order of the language. */
function keysBelow(schema: z.ZodType): [string, z.ZodType][] {
  const form = unwrap(schema);
  if (form instanceof z.ZodUnion) return optionsOf(form).flatMap(keysBelow);
  if (form instanceof z.ZodRecord) return keysBelow(form.valueType as z.ZodType);
  if (form instanceof z.ZodArray) return keysBelow(form.element as z.ZodType);
  return form instanceof z.ZodObject ? Object.entries(shapeOf(form)) : [];
}

/** The text of `config explain services.*.checks.*.expect.within`; null when the language has no such key. */
export function explainKey(written: string, lang: Lang): string | null {
  const path = written.split(".").filter((name) => name !== "");
  const schemas = schemasAt(path);
  // what every check has stands before what one kind has instead
  const first = schemas.find((schema) => textOf(schema).ofKind !== true) ?? schemas[0];
  if (first === undefined) return null;
  const words = configWords(lang);
  const texts = [...new Set(schemas.map((schema) => textOf(schema)[lang] ?? ""))].filter((text) => text !== "");
  const fallback = defaultText(first);
  const keys = new Map(schemas.flatMap(keysBelow).map(([name, schema]) => [name, textOf(schema)[lang] ?? ""]));
  const width = Math.max(0, ...[...keys.keys()].map((name) => name.length));
  const lines = [
    written === "" ? "koboshi.yml" : written,
    ...texts.map((text) => `  ${text}`),
    `  ${words.form}: ${words.or([...new Set(schemas.map((schema) => formOf(schema, lang)))])}`,
    ...(isRequired(first) ? [`  ${words.required}`] : []),
    ...(fallback === null ? [] : [`  ${words.defaultIs(fallback)}`]),
    ...(textOf(first).secret === true ? [`  ${words.isSecret}`] : []),
    ...(textOf(first).later === true ? [`  ${words.isLater}`] : []),
    ...(keys.size > 0 ? [`  ${words.keys}:`] : []),
    ...[...keys].map(([name, text]) => `    ${name.padEnd(width)}  ${text}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** The key of the language most like one that does not exist: the nearest name at the place where the path breaks. */
export function nearestKey(written: string): string | null {
  const path = written.split(".").filter((name) => name !== "");
  for (const [index, name] of path.entries()) {
    if (schemasAt(path.slice(0, index + 1)).length > 0) continue;
    const known = schemasAt(path.slice(0, index))
      .flatMap(keysBelow)
      .map(([key]) => key);
    const meant = suggest(name, known);
    return meant === null ? null : [...path.slice(0, index), meant, ...path.slice(index + 1)].join(".");
  }
  return null;
}
