import { z } from "zod";
import type { Edit } from "../edit/edit.ts";
import type { Plain } from "../edit/value.ts";
import type { Path } from "../finding.ts";
import { isMap, unwrap, valueAt } from "../walk.ts";
import { formSchemaAt } from "./schema-at.ts";

/** One input as it came back. */
export interface Answer {
  readonly path: Path;
  /** what stood there when the form was opened */
  readonly was: string;
  readonly is: string;
  readonly list: boolean;
}

type Values = Readonly<Record<string, unknown>>;

/** The edits that answers to a form mean: only what was changed in it, an emptied input as a removal. */
export function editsOf(values: Values, answers: readonly Answer[]): Edit[] {
  return answers
    .filter(({ was, is }) => normal(was) !== normal(is))
    .map(({ path, is, list }): Edit => {
      if (normal(is) === "") return { op: "remove", path };
      return { op: "set", path, value: list ? listOf(values, path, is) : valueOf(values, path, is.trim()) };
    });
}

/** Browsers send line ends of their own. */
function normal(text: string): string {
  return text.replaceAll("\r\n", "\n").trim();
}

function listOf(values: Values, path: Path, text: string): Plain {
  const lines = normal(text)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const [only = ""] = lines;
  // one entry may stand without brackets where the language lets it, and stays so
  const asOne = lines.length === 1 && !Array.isArray(valueAt(values, path)) && accepts(values, path, only);
  if (asOne) return valueOf(values, path, only);
  return lines.map((line) => valueOf(values, [...path, 0], line));
}

function accepts(values: Values, path: Path, value: Plain): boolean {
  return formSchemaAt(values, path)?.schema.safeParse(value).success === true;
}

/** The text as the language wants it: a number where only a number may stand. */
function valueOf(values: Values, path: Path, text: string): Plain {
  const schema = formSchemaAt(values, path)?.schema;
  const number = /^-?\d+(?:\.\d+)?$/.test(text) ? [Number(text)] : [];
  const truth = text === "true" ? [true] : text === "false" ? [false] : [];
  const meant = [text, ...number, ...truth].find((value) => schema?.safeParse(value).success === true);
  if (meant !== undefined) return meant;
  return schema !== undefined && unwrap(schema) instanceof z.ZodNumber ? (number[0] ?? text) : text;
}

/** One more check of a service; a service written as its address alone becomes one with a list. */
export function addCheck(values: Values, service: string, check: { kind: string; target: string }): Edit {
  const path = ["services", service];
  const written = valueAt(values, path);
  const value = { [check.kind]: check.target };
  if (isMap(written)) return { op: "add", path: [...path, "checks"], value };
  return { op: "set", path, value: { checks: typeof written === "string" ? [written, value] : [value] } };
}
