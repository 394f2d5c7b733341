import { err, ok, type Result } from "../../kernel/result.ts";
import { isMap } from "../walk.ts";
import type { Edit, EditProblem } from "./edit.ts";

/** What a configuration can hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

type Changed = Result<unknown, EditProblem>;

/** The values after a change, without a thought for the text. */
export function changed(value: unknown, edit: Edit): Changed {
  const [name, ...rest] = edit.path;
  if (name === undefined) return atEnd(value, edit);
  const inner: Edit = { ...edit, path: rest };
  if (value === undefined || value === null) {
    if (edit.op === "remove") return err("not-found");
    return changed(typeof name === "number" ? [] : {}, edit);
  }
  if (Array.isArray(value)) return inList(value, Number(name), inner);
  return isMap(value) ? inMap(value, String(name), inner) : err("not-a-holder");
}

function inMap(value: Readonly<Record<string, unknown>>, key: string, inner: Edit): Changed {
  const known = Object.hasOwn(value, key);
  if (inner.op === "remove" && inner.path.length === 0) {
    if (!known) return err("not-found");
    return ok(Object.fromEntries(Object.entries(value).filter(([other]) => other !== key)));
  }
  const done = changed(known ? value[key] : undefined, inner);
  return done.ok ? ok({ ...value, [key]: done.value }) : done;
}

function atEnd(value: unknown, edit: Edit): Changed {
  if (edit.op === "set") return ok(edit.value);
  if (edit.op === "remove") return err("last-entry");
  if (value === undefined || value === null) return ok([edit.value]);
  return Array.isArray(value) ? ok([...(value as unknown[]), edit.value]) : err("not-a-holder");
}

function inList(value: readonly unknown[], index: number, inner: Edit): Changed {
  const known = Number.isInteger(index) && index >= 0 && index < value.length;
  if (inner.op === "remove" && inner.path.length === 0) {
    return known ? ok(value.filter((_, other) => other !== index)) : err("not-found");
  }
  if (!known && !(inner.op === "set" && index === value.length)) return err("not-found");
  const done = changed(value[index], inner);
  return done.ok ? ok([...value.slice(0, index), done.value, ...value.slice(index + 1)]) : done;
}
