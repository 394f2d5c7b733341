import { z } from "zod";
import type { FieldProblem } from "../kernel/fields.ts";
import type { Bilingual } from "../kernel/lang.ts";
import type { ConfigWords } from "../words/config.ts";
import { draft, prefix, type Draft, type Path, type Sentence } from "./finding.ts";
import { isSecretPath, quoted } from "./mask.ts";
import { suggest } from "./suggest.ts";
import { isMap, optionsOf, pickOption, schemaAt, textOf, unwrap, valueAt } from "./walk.ts";

type Issue = z.core.$ZodIssue;

/** The file's values beside the language they are checked against. */
export interface Checked {
  readonly root: z.ZodType;
  readonly value: unknown;
}

/** What a field of the language says of its text, or what a probe says in words of its own. */
export function fieldDraft(checked: Checked, path: Path, issue: Extract<Issue, { code: "custom" }>): Draft {
  const problem = issue.params as FieldProblem | undefined;
  if (problem?.finding === undefined)
    return plainDraft(checked, path, issue.message === "Invalid input" ? null : issue.message);
  const value = shown(checked, path);
  const at = prefix(path);
  const { finding, form } = problem;
  const [say, hint] = fieldWords({ finding, form, whole: problem.whole ?? "whole" }, at, value);
  return draft({ code: finding, path, say, hint });
}

function fieldWords(problem: Required<FieldProblem>, at: string, value: string): readonly [Sentence, Sentence] {
  const as: Sentence = (w) => w.writeAs(problem.form);
  const table: Record<FieldProblem["finding"], readonly [Sentence, Sentence]> = {
    "no-unit": [(w) => w.noUnit(at, value), as],
    "bad-duration": [(w) => w.badDuration(at, value), (w) => w.badDurationHint],
    "bad-percent": [(w) => w.badPercent(at, value), (w) => w.percentHint],
    "over-whole": [(w) => w.overWhole(at, value, problem.whole), (w) => w.percentHint],
    "bad-rate": [(w) => w.badRate(at, value), as],
    "bad-address": [(w) => w.badAddress(at, value), as],
    "bad-url": [(w) => w.badUrl(at, value), as],
    "bad-time": [(w) => w.badTime(at, value), as],
    "bad-moment": [(w) => w.badMoment(at, value), as],
    "bad-zone": [(w) => w.badZone(at, value), as],
    "bad-schedule": [(w) => w.badSchedule(at, value), as],
    "bad-recurrence": [(w) => w.badRecurrence(at, value), as],
    "bad-pattern": [(w) => w.badPattern(at, value), as],
    "bad-fingerprint": [(w) => w.badFingerprint(at, value), (w) => w.badFingerprintHint],
  };
  return table[problem.finding];
}

/** An entry's value as a message may show it; a secret's never is. */
function shown({ root, value }: Checked, path: Path): string {
  const schema = schemaAt(root, value, path);
  return quoted(valueAt(value, path), isSecretPath(path) || (schema !== null && textOf(schema).secret === true));
}

const unitForms: Readonly<Record<string, (value: string) => string>> = {
  duration: (value) => `${value}s`,
  percent: (value) => `${value}%`,
  rate: (value) => `${value} per 1m`,
};

export function typeDraft(checked: Checked, path: Path): Draft {
  const schema = schemaAt(checked.root, checked.value, path);
  const value = valueAt(checked.value, path);
  const expected = (w: ConfigWords): string =>
    schema === null ? w.typeOther : w.or([...new Set(typeNames(schema, w))]);
  if (value === undefined) return missing(path, schema, expected);
  if (value === null) return nothingWritten(path, "key", expected);
  const form = schema === null ? undefined : unitForms[textOf(schema).unit ?? ""];
  if (typeof value === "number" && form !== undefined) {
    const text = String(value);
    return draft({
      code: "no-unit",
      path,
      say: (w) => w.noUnit(prefix(path), text),
      hint: (w) => w.writeAs(form(text)),
    });
  }
  const quotable = schema !== null && unwrap(schema) instanceof z.ZodString && !isMap(value) && !Array.isArray(value);
  const hint: Sentence = quotable ? (w) => w.quoteIt : (w) => w.wrongTypeHint(typeName(value, w));
  return draft({ code: "wrong-type", path, say: (w) => w.wrongType(prefix(path), expected(w)), hint });
}

function nothingWritten(path: Path, part: "key" | "value", expected: (w: ConfigWords) => string): Draft {
  return draft({
    code: "nothing-written",
    path,
    part,
    say: (w) => w.nothingWritten(prefix(path)),
    hint: (w) => w.nothingWrittenHint(expected(w)),
  });
}

function missing(path: Path, schema: z.ZodType | null, expected: (w: ConfigWords) => string): Draft {
  const name = String(path.at(-1));
  const holder = path.slice(0, -1);
  const text: Bilingual | null = describe(schema);
  const form = schema === null ? null : unwrap(schema);
  const example = form instanceof z.ZodLiteral ? String(form.value) : "…";
  return draft({
    code: "missing-key",
    path: holder,
    part: "key",
    say: (w) => w.missingKey(prefix(holder), name),
    hint: (w, lang) => w.missingKeyHint(`${name}: ${example}`, text === null ? expected(w) : text[lang]),
  });
}

function describe(schema: z.ZodType | null): Bilingual | null {
  const { ja, en } = schema === null ? {} : textOf(schema);
  return ja === undefined || en === undefined ? null : { ja, en };
}

function typeNames(schema: z.ZodType, words: ConfigWords): string[] {
  const form = unwrap(schema);
  if (form instanceof z.ZodUnion) return optionsOf(form).flatMap((option) => typeNames(option, words));
  if (form instanceof z.ZodObject || form instanceof z.ZodRecord) return [words.typeMap];
  if (form instanceof z.ZodArray) return [words.typeList];
  if (form instanceof z.ZodNumber) return [form.format === "safeint" ? words.typeWhole : words.typeNumber];
  if (form instanceof z.ZodBoolean) return [words.typeBoolean];
  if (form instanceof z.ZodLiteral) return [...form.values].map((value) => JSON.stringify(value));
  return [words.typeText];
}

function typeName(value: unknown, words: ConfigWords): string {
  if (Array.isArray(value)) return words.typeList;
  if (isMap(value)) return words.typeMap;
  if (typeof value === "string") return words.typeText;
  if (typeof value === "number") return words.typeNumber;
  return typeof value === "boolean" ? words.typeBoolean : words.typeOther;
}

export function choiceDraft(checked: Checked, path: Path, values: readonly string[]): Draft {
  const value = valueAt(checked.value, path);
  if (value === undefined || value === null) return typeDraft(checked, path);
  const meant = typeof value === "string" ? suggest(value, values) : null;
  const hint: Sentence = meant === null ? (w) => w.oneOf(values.join(", ")) : (w) => w.didYouMean(meant);
  return draft({ code: "not-one-of", path, say: (w) => w.notOneOf(prefix(path), shown(checked, path)), hint });
}

export function rangeDraft(
  checked: Checked,
  path: Path,
  issue: Extract<Issue, { code: "too_small" | "too_big" }>,
): Draft {
  const value = valueAt(checked.value, path);
  if (typeof value === "number") {
    const limit = String(issue.code === "too_small" ? issue.minimum : issue.maximum);
    const hint: Sentence = issue.code === "too_small" ? (w) => w.atLeast(limit) : (w) => w.atMost(limit);
    return draft({ code: "out-of-range", path, say: (w) => w.outOfRange(prefix(path), String(value)), hint });
  }
  if (Array.isArray(value)) return draft({ code: "too-few", path, say: (w) => w.tooFew(prefix(path)), hint: null });
  if (value === "") return nothingWritten(path, "value", (w) => w.typeText);
  return plainDraft(checked, path, null);
}

/** A value that does not fit, told by the text of its key. */
export function plainDraft(checked: Checked, path: Path, why: string | null): Draft {
  const schema = schemaAt(checked.root, checked.value, path);
  const form = schema === null ? null : unwrap(schema);
  const option = form instanceof z.ZodUnion ? pickOption(form, valueAt(checked.value, path)) : null;
  const text = describe(option ?? schema);
  const value = shown(checked, path);
  const say: Sentence = (w) =>
    why === null ? w.badValue(prefix(path), value) : w.badValueBecause(prefix(path), value, why);
  return { ...draft({ code: "bad-value", path, say, hint: null }), hint: text };
}
