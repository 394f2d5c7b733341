import { z } from "zod";
import type { Bilingual } from "../../kernel/lang.ts";
import { defaultText, formOf } from "../explain.ts";
import type { Path } from "../finding.ts";
import { RootConfig } from "../schema.ts";
import { isMap, isRequired, optionsOf, shapeOf, textOf, unwrap, valueAt } from "../walk.ts";
import { holdsSecret } from "../mask.ts";
import { formSchemaAt } from "./schema-at.ts";

/** One input of a form. */
export interface FormField {
  readonly path: Path;
  readonly name: string;
  readonly label: Bilingual;
  /** `lines`: a list, one entry a line; `secret`: never shown, empty leaves it as it is */
  readonly kind: "text" | "number" | "choice" | "lines" | "secret";
  /** as written in the file; empty when it is not */
  readonly value: string;
  /** for `choice` */
  readonly options: readonly string[];
  /** what may be written, with its unit */
  readonly hint: Bilingual;
  /** what holds when nothing is written; null: nothing */
  readonly fallback: string | null;
  readonly required: boolean;
}

/** A part with a form of its own. */
export interface FormPart {
  readonly path: Path;
  readonly name: string;
  readonly label: Bilingual | null;
  /** entries in it; null for a single value */
  readonly count: number | null;
}

/** The form of one entry of the configuration, made from the language itself. */
export interface ConfigForm {
  readonly path: Path;
  readonly label: Bilingual | null;
  /** it is written in the file; otherwise the form is of a new one */
  readonly written: boolean;
  readonly fields: readonly FormField[];
  readonly parts: readonly FormPart[];
  /** what can be added here: an entry by its name, one more item, or a check by its kind */
  readonly adds: "entry" | "item" | null;
}

type Values = Readonly<Record<string, unknown>>;

/** @returns null when the language has nothing at the path */
export function formAt(values: Values, path: Path): ConfigForm | null {
  const found = formSchemaAt(values, path);
  if (found === null) return null;
  const value = valueAt(values, path);
  const base = { path, label: labelOf(found.schema), written: value !== undefined, fields: [], parts: [], adds: null };
  const form = found.form;
  if (form instanceof z.ZodObject) {
    const entries = Object.entries(shapeOf(form));
    return {
      ...base,
      fields: entries.flatMap(([name, schema]) => fieldOf({ schema, value, path: [...path, name] }, name)),
      parts: entries.flatMap(([name, schema]) => partOf({ schema, value, path: [...path, name] }, name)),
    };
  }
  if (form instanceof z.ZodRecord) return { ...base, parts: entriesOf(value, path), adds: "entry" };
  if (form instanceof z.ZodArray && !isScalarForm(form.element as z.ZodType)) {
    return { ...base, parts: entriesOf(value, path), adds: "item" };
  }
  const holder = valueAt(values, path.slice(0, -1));
  return { ...base, fields: fieldOf({ schema: found.schema, value: holder, path }, String(path.at(-1) ?? "")) };
}

interface Keyed {
  readonly schema: z.ZodType;
  /** of what holds the key */
  readonly value: unknown;
  readonly path: Path;
}

function entry({ value, path }: Keyed): unknown {
  return valueAt(value, path.slice(-1));
}

function labelOf(schema: z.ZodType): Bilingual | null {
  const { ja, en } = textOf(schema);
  return ja === undefined || en === undefined ? null : { ja, en };
}

/** A value that fits into one input. */
function isScalarForm(schema: z.ZodType): boolean {
  const form = unwrap(schema);
  if (form instanceof z.ZodUnion) return optionsOf(form).every(isScalarForm);
  return !(form instanceof z.ZodObject || form instanceof z.ZodRecord || form instanceof z.ZodArray);
}

function isListForm(schema: z.ZodType): boolean {
  const form = unwrap(schema);
  if (form instanceof z.ZodArray) return isScalarForm(form.element as z.ZodType);
  return (
    form instanceof z.ZodUnion &&
    optionsOf(form).every((option) => isListForm(option) || isScalarForm(option)) &&
    optionsOf(form).some(isListForm)
  );
}

/** Forms that are either one value or a map of several are one input until they are a map. */
function hasScalarOption(schema: z.ZodType): boolean {
  const form = unwrap(schema);
  return form instanceof z.ZodUnion && optionsOf(form).some(isScalarForm);
}

function fieldOf(keyed: Keyed, name: string): FormField[] {
  const { schema } = keyed;
  const written = entry(keyed);
  const fits = isListForm(schema) || isScalarForm(schema) || (hasScalarOption(schema) && !isCollection(written));
  if (!fits) return [];
  const { kind, options } = inputOf(schema, written);
  return [
    {
      path: keyed.path,
      name,
      label: labelOf(schema) ?? { ja: name, en: name },
      kind,
      value: kind === "secret" ? "" : textOfValue(written),
      options,
      hint: { ja: formOf(schema, "ja"), en: formOf(schema, "en") },
      fallback: defaultText(schema),
      required: isRequired(schema),
    },
  ];
}

function inputOf(schema: z.ZodType, written: unknown): Pick<FormField, "kind" | "options"> {
  const secret = textOf(schema).secret === true || (typeof written === "string" && holdsSecret(schema, written));
  if (secret) return { kind: "secret", options: [] };
  if (isListForm(schema)) return { kind: "lines", options: [] };
  const options = optionTexts(schema);
  if (options.length > 0) return { kind: "choice", options };
  return { kind: numeric(schema) ? "number" : "text", options };
}

function partOf(keyed: Keyed, name: string): FormPart[] {
  if (fieldOf(keyed, name).length > 0) return [];
  const written = entry(keyed);
  return [{ path: keyed.path, name, label: labelOf(keyed.schema), count: countOf(written) }];
}

function entriesOf(value: unknown, path: Path): FormPart[] {
  const names = Array.isArray(value) ? [...value.keys()] : isMap(value) ? Object.keys(value) : [];
  return names.map((name) => {
    const inner = valueAt(value, [name]);
    return { path: [...path, name], name: entryName(name, inner), label: null, count: null };
  });
}

/** Items of a list have no name: their first value says most. */
function entryName(name: string | number, value: unknown): string {
  if (typeof name === "string") return name;
  if (!isMap(value)) return `${name + 1}. ${textOfValue(value)}`;
  const [key = "", first] = Object.entries(value)[0] ?? [];
  return `${name + 1}. ${key}${isCollection(first) ? "" : ` ${textOfValue(first)}`}`;
}

function isCollection(value: unknown): boolean {
  return Array.isArray(value) || isMap(value);
}

function countOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : 0;
}

function textOfValue(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(textOfValue).join("\n");
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function optionTexts(schema: z.ZodType): string[] {
  const form = unwrap(schema);
  if (form instanceof z.ZodEnum) return form.options.map(String);
  if (form instanceof z.ZodBoolean) return ["true", "false"];
  if (form instanceof z.ZodUnion) {
    const options = optionsOf(form).map((option) => unwrap(option));
    return options.every((option) => option instanceof z.ZodLiteral)
      ? options.flatMap((option) => [...option.values].map(String))
      : [];
  }
  return [];
}

function numeric(schema: z.ZodType): boolean {
  return unwrap(schema) instanceof z.ZodNumber;
}

/** The kinds of check a form can add, by the language. */
export function checkKinds(): readonly { readonly kind: string; readonly label: Bilingual }[] {
  const found = formSchemaAt({ services: { x: { checks: [] } } }, ["services", "x", "checks"]);
  if (found === null || !(found.form instanceof z.ZodArray)) return [];
  const union = unwrap(found.form.element as z.ZodType);
  if (!(union instanceof z.ZodUnion)) return [];
  return optionsOf(union).flatMap((option) => {
    const { kind, later, ja, en } = textOf(option);
    return kind === undefined || later === true || ja === undefined || en === undefined
      ? []
      : [{ kind, label: { ja, en } }];
  });
}

/** The parts of the whole file. */
export function formSections(values: Values): readonly FormPart[] {
  return Object.entries(shapeOf(RootConfig)).flatMap(([name, schema]) =>
    partOf({ schema, value: values, path: [name] }, name),
  );
}
