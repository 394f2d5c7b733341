import type { z } from "zod";
import { causeKeyWords } from "../../words/diagnosis-catalogue.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Path, Written } from "./document.ts";
import { nearest } from "./nearest.ts";
import { choiceHint, flaw, type Flaw } from "./problem.ts";
import { CauseFile, causeKeys } from "./schema.ts";

type Issue = z.core.$ZodIssue;

/** Checks the form of a file: its keys and what may stand at each. */
export function readShape(written: Written): Result<CauseFile, readonly Flaw[]> {
  const result = CauseFile.safeParse(written.value);
  if (result.success) return ok(result.data);
  const { issues } = result.error;
  const misspelt = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  const meant = new Set(misspelt.map((name) => nearest(name, causeKeys)));
  // what is there under a misspelt key is not missing as well
  const flaws = issues
    .filter(({ path }) => !(path.length === 1 && meant.has(String(path[0])) && !hasKey(written.value, path[0])))
    .flatMap((issue) => flawsOf(issue, written));
  return err(flaws.toSorted((a, b) => (a.offset ?? Infinity) - (b.offset ?? Infinity)));
}

function hasKey(value: unknown, key: PropertyKey | undefined): boolean {
  return typeof value === "object" && value !== null && key !== undefined && Object.hasOwn(value, key);
}

function flawsOf(issue: Issue, written: Written): Flaw[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  const place = written.locate(path, "value");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => unknownKey([...path, name], written));
  }
  const value = valueAt(written.value, path);
  const [top = ""] = path;
  if (value === undefined && path.length === 1) {
    const expected = expectedAt(String(top));
    return [
      flaw("missing-key", null, [(w) => w.missingKey(String(top)), (w, lang) => w.missingKeyHint(expected[lang])]),
    ];
  }
  if (issue.code === "invalid_value" && typeof value === "string") {
    const hint = choiceHint(value, issue.values.map(String));
    return [flaw("unknown-choice", place, [(w) => w.unknownChoice(String(top), value.slice(0, 64)), hint])];
  }
  const expected = expectedAt(String(top));
  return [
    flaw("wrong-value", place, [(w) => w.wrongValue(path.join(".")), (w, lang) => w.wrongValueHint(expected[lang])]),
  ];
}

function unknownKey(path: Path, written: Written): Flaw {
  const name = String(path.at(-1));
  const known = path.length === 1 ? causeKeys : (innerKeys[String(path[0])] ?? ["ja", "en"]);
  const at = written.locate(path, "key");
  return flaw("unknown-key", at, [(w) => w.unknownKey(name.slice(0, 64)), choiceHint(name, known)]);
}

const innerKeys: Readonly<Record<string, readonly string[]>> = { likelihood: ["sees", "why"] };

/** What may stand at a key of the file; the five texts have the same form. */
function expectedAt(key: string): Readonly<Record<"ja" | "en", string>> {
  return causeKeyWords[key] ?? causeKeyWords["title"] ?? { ja: key, en: key };
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, name) : undefined),
    value,
  );
}
