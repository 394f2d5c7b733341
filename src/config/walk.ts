import { z } from "zod";
import type { Path } from "./finding.ts";

/** What the schema says of a key beside its form. */
export interface KeyText {
  readonly ja?: string;
  readonly en?: string;
  readonly later?: true;
  readonly secret?: true;
  readonly unit?: string;
  /** a key of every check that this kind of check has with another default */
  readonly ofKind?: true;
  /** the kind of check this form is */
  readonly kind?: string;
}

/** A schema never changes once it is made, so what is read off it is kept: a file has tens of thousands of entries. */
function kept<T>(read: (schema: z.ZodType) => T): (schema: z.ZodType) => T {
  const known = new WeakMap<z.ZodType, { readonly value: T }>();
  return (schema) => {
    const found = known.get(schema);
    if (found !== undefined) return found.value;
    const value = read(schema);
    known.set(schema, { value });
    return value;
  };
}

/** The form itself, without «may be left out» and «is read into». */
export const unwrap = kept((schema: z.ZodType): z.ZodType => {
  const inner = innerOf(schema);
  return inner === null ? schema : unwrap(inner);
});

const innerOf = kept((schema: z.ZodType): z.ZodType | null => {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  ) {
    return schema.unwrap() as z.ZodType;
  }
  return schema instanceof z.ZodPipe ? (schema.in as z.ZodType) : null;
});

/** The outermost text wins, so a key's own text stands before that of its form. */
export const textOf = kept((schema: z.ZodType): KeyText => {
  const inner = innerOf(schema);
  return { ...(inner === null ? {} : textOf(inner)), ...(schema.meta() as KeyText | undefined) };
});

export function isRequired(schema: z.ZodType): boolean {
  return !schema.safeParse(undefined).success;
}

/** The default as it would be written; undefined when there is none. */
export function defaultOf(schema: z.ZodType): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return schema.def.defaultValue;
  const inner = innerOf(schema);
  return inner === null ? undefined : defaultOf(inner);
}

const optionsRead = kept((union: z.ZodType) => (union as z.ZodUnion).options as readonly z.ZodType[]);

export function optionsOf(union: z.ZodUnion): readonly z.ZodType[] {
  return optionsRead(union);
}

const shapeRead = kept((schema: z.ZodType): Readonly<Record<string, z.ZodType>> => (schema as z.ZodObject).shape);

/** The keys of an object's form. */
export function shapeOf(schema: z.ZodObject): Readonly<Record<string, z.ZodType>> {
  return shapeRead(schema);
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The form of a union that `value` was meant to have: by its type, and for maps by the keys it has. */
export function pickOption(union: z.ZodUnion, value: unknown): z.ZodType | null {
  const options = optionsOf(union).flatMap((option) => {
    const form = unwrap(option);
    return form instanceof z.ZodUnion ? [pickOption(form, value) ?? option] : [option];
  });
  const fitting = options.filter((option) => accepts(unwrap(option), value));
  if (!isMap(value)) return fitting[0] ?? null;
  const kinds = fitting.filter((option) => textOf(option).kind !== undefined);
  if (kinds.length > 0) return kinds.find((option) => Object.hasOwn(value, textOf(option).kind ?? "")) ?? null;
  return fitting.sort((a, b) => fit(b, value) - fit(a, value))[0] ?? null;
}

function accepts(form: z.ZodType, value: unknown): boolean {
  if (form instanceof z.ZodObject || form instanceof z.ZodRecord) return isMap(value);
  if (form instanceof z.ZodArray) return Array.isArray(value);
  if (form instanceof z.ZodString) return typeof value === "string";
  if (form instanceof z.ZodNumber) return typeof value === "number";
  if (form instanceof z.ZodBoolean) return typeof value === "boolean";
  return form.safeParse(value).success;
}

function fit(option: z.ZodType, value: Readonly<Record<string, unknown>>): number {
  const form = unwrap(option);
  return form instanceof z.ZodObject
    ? Object.keys(value).filter((name) => Object.hasOwn(shapeOf(form), name)).length
    : 0;
}

/** The form `value` is read by: of a union, the one it was meant to have; null when the language has none. */
function formFor(schema: z.ZodType, value: unknown): z.ZodType | null {
  const form = unwrap(schema);
  if (!(form instanceof z.ZodUnion)) return form;
  const option = pickOption(form, value);
  return option === null ? null : formFor(option, value);
}

/** The schema of one entry below `form`; null when the language has none there. */
function childOf(form: z.ZodType | null, name: string | number): z.ZodType | null {
  if (form instanceof z.ZodObject) return Object.hasOwn(shapeOf(form), name) ? (shapeOf(form)[name] ?? null) : null;
  if (form instanceof z.ZodRecord) return form.valueType as z.ZodType;
  return form instanceof z.ZodArray ? (form.element as z.ZodType) : null;
}

/** The schema at a path of `value`. */
export function schemaAt(root: z.ZodType, value: unknown, path: Path): z.ZodType | null {
  let schema: z.ZodType | null = root;
  let here = value;
  for (const name of path) {
    if (schema === null) return null;
    schema = childOf(formFor(schema, here), name);
    here = entryOf(here, name);
  }
  return schema;
}

function entryOf(value: unknown, name: string | number): unknown {
  if (Array.isArray(value)) return value[Number(name)];
  return isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The value at a path; undefined when there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const name of path) here = entryOf(here, name);
  return here;
}

export interface Visit {
  readonly path: Path;
  readonly value: unknown;
  /** null where the language has nothing: below an unknown key */
  readonly schema: z.ZodType | null;
}

/** Every entry of the file, outer before inner, beside its schema. `visit` answers false to stay out of an entry. */
export function walk(at: Visit, visit: (at: Visit) => boolean): void {
  if (!visit(at)) return;
  const names = Array.isArray(at.value) ? at.value.keys() : isMap(at.value) ? Object.keys(at.value) : [];
  const form = at.schema === null ? null : formFor(at.schema, at.value);
  for (const name of names) {
    walk({ path: [...at.path, name], value: entryOf(at.value, name), schema: childOf(form, name) }, visit);
  }
}
