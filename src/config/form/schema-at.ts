import { z } from "zod";
import type { Path } from "../finding.ts";
import { RootConfig } from "../schema.ts";
import { isMap, optionsOf, pickOption, shapeOf, unwrap, valueAt } from "../walk.ts";

export interface SchemaAt {
  readonly schema: z.ZodType;
  /** the form meant here: of several the one that fits what is written, or for something new the first with keys */
  readonly form: z.ZodType;
}

/** The language at a path, where entries that are not written yet have a form, too. */
export function formSchemaAt(values: unknown, path: Path): SchemaAt | null {
  let schema: z.ZodType = RootConfig;
  let here = values;
  for (const name of path) {
    const next = below(meant(schema, here), name);
    if (next === null) return null;
    schema = next;
    here = valueAt(here, [name]);
  }
  return { schema, form: meant(schema, here) };
}

function meant(schema: z.ZodType, value: unknown): z.ZodType {
  const form = unwrap(schema);
  if (!(form instanceof z.ZodUnion)) return form;
  const picked = value === undefined || value === null ? null : pickOption(form, value);
  if (picked !== null) return unwrap(picked);
  const options = optionsOf(form).map((option) => unwrap(option));
  return options.find((option) => option instanceof z.ZodString) ?? options[0] ?? form;
}

function below(form: z.ZodType, name: string | number): z.ZodType | null {
  if (form instanceof z.ZodObject) {
    return typeof name === "string" && Object.hasOwn(form.shape, name) ? (shapeOf(form)[name] ?? null) : null;
  }
  if (form instanceof z.ZodRecord) return form.valueType as z.ZodType;
  return form instanceof z.ZodArray && typeof name === "number" ? (form.element as z.ZodType) : null;
}

/** Reads `services.shop.checks.0`; a name that holds a dot is told by what is written. */
export function readPath(values: unknown, written: string): Path {
  const path: (string | number)[] = [];
  let here = values;
  let rest = written;
  while (rest !== "") {
    const name = nameAt(here, rest);
    path.push(Array.isArray(here) && /^\d{1,5}$/.test(name) ? Number(name) : numbered(path, name));
    here = valueAt(here, path.slice(-1));
    rest = rest.slice(name.length + 1);
  }
  return path;
}

function nameAt(here: unknown, rest: string): string {
  const known = isMap(here) ? Object.keys(here) : [];
  const longest = known
    .filter((name) => name !== "" && (rest === name || rest.startsWith(`${name}.`)))
    .toSorted((a, b) => b.length - a.length)[0];
  return longest ?? rest.split(".")[0] ?? rest;
}

/** A list that is not written yet is known by the language. */
function numbered(path: Path, name: string): string | number {
  const list = formSchemaAt({}, path)?.form;
  return list instanceof z.ZodArray && /^\d{1,5}$/.test(name) ? Number(name) : name;
}
