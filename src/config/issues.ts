import { z } from "zod";
import type { FieldProblem } from "../kernel/fields.ts";
import type { Bilingual } from "../kernel/lang.ts";
import { holderName, inBoth, type ConfigWords } from "../words/config.ts";
import { dotted, prefix, type Draft, type Path } from "./finding.ts";
import { isSecretPath, quoted } from "./mask.ts";
import { suggest } from "./suggest.ts";
import { entryOf, isMap, optionsOf, pickOption, schemaAt, shapeOf, textOf, unwrap } from "./walk.ts";

type Issue = z.core.$ZodIssue;
type Say = (words: ConfigWords) => string;

/** The file's values beside the language they are checked against. */
interface Checked {
  readonly root: z.ZodType;
  readonly value: unknown;
}

/** Checks plain values against the language: what is wrong with each entry, at its path. */
export function validate(root: z.ZodType, value: unknown): Draft[] {
  const result = root.safeParse(value);
  return result.success ? [] : result.error.issues.flatMap((issue) => draftsOf({ root, value }, issue, []));
}

/** The findings of an entry that has its own schema, such as a probe's own rules. */
export function validateEntry(input: { schema: z.ZodType; value: unknown; at: Path }): Draft[] {
  const result = input.schema.safeParse(input.value);
  if (result.success) return [];
  const checked = { root: input.schema, value: input.value };
  return result.error.issues.flatMap((issue) =>
    draftsOf(checked, issue, []).map((draft) => ({ ...draft, path: [...input.at, ...draft.path] })),
  );
}

function pathOf(issue: Issue, at: Path): Path {
  return [...at, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
}

function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const name of path) here = entryOf(here, name);
  return here;
}

function draftsOf(checked: Checked, issue: Issue, at: Path): Draft[] {
  const path = pathOf(issue, at);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((name) => unknownKey(checked, path, name));
    case "invalid_union":
      return unionDrafts(checked, path);
    case "invalid_key":
      return [badName(path)];
    case "custom":
      return [fieldDraft(checked, path, issue)];
    case "invalid_type":
      return [typeDraft(checked, path)];
    case "invalid_value":
      return [choiceDraft(checked, path, issue.values.map(String))];
    case "too_small":
    case "too_big":
      return [rangeDraft(checked, path, issue)];
    case "invalid_format":
    case "invalid_element":
    case "not_multiple_of":
      return [plainDraft(checked, path, null)];
  }
}

interface Said {
  readonly code: string;
  readonly path: Path;
  readonly part?: "key" | "value";
  readonly say: Say;
  readonly hint: Say | null;
}

function error({ code, path, part = "value", say, hint }: Said): Draft {
  return { severity: "error", code, path, part, message: inBoth(say), hint: hint === null ? null : inBoth(hint) };
}

function unknownKey({ root, value }: Checked, path: Path, name: string): Draft {
  const schema = schemaAt(root, value, path);
  const known = schema === null ? [] : knownKeys(schema, valueAt(value, path));
  const written = valueAt(value, path);
  const free = known.filter((key) => !isMap(written) || !Object.hasOwn(written, key));
  const meant = suggest(name, free) ?? suggest(name, known);
  const holder = holderName(dotted(path));
  const hint = meant === null ? (w: ConfigWords) => w.knownKeys(free.slice(0, 12).join(", ")) : (w: ConfigWords) => w.thatIs(meant);
  return {
    severity: "error",
    code: "unknown-key",
    path: [...path, name],
    part: "key",
    message: inBoth((w, lang) => w.unknownKey(name, holder[lang], meant)),
    hint: free.length === 0 && meant === null ? null : inBoth(hint),
  };
}

/** The keys an entry may have, in the order of the schema. */
function knownKeys(schema: z.ZodType, value: unknown): string[] {
  const form = unwrap(schema);
  if (form instanceof z.ZodObject) return Object.keys(shapeOf(form));
  if (!(form instanceof z.ZodUnion)) return [];
  const option = pickOption(form, value);
  return option === null ? [] : knownKeys(option, value);
}

/** Speaks of the one form the entry was meant to have; when none can be told, of what may stand here. */
function unionDrafts(checked: Checked, path: Path): Draft[] {
  const schema = schemaAt(checked.root, checked.value, path);
  const union = schema === null ? null : unwrap(schema);
  const value = valueAt(checked.value, path);
  if (!(union instanceof z.ZodUnion)) return [plainDraft(checked, path, null)];
  const kinds = optionsOf(union).flatMap((option) => textOf(option).kind ?? []);
  if (kinds.length > 0 && isMap(value)) {
    const used = kinds.filter((kind) => Object.hasOwn(value, kind));
    if (used.length === 0) return [noKind(path, value, kinds)];
    if (used.length > 1) return [twoKinds(path, used)];
  }
  const option = pickOption(union, value);
  const result = option?.safeParse(value);
  if (result === undefined) return [typeDraft(checked, path)];
  if (result.success) return [plainDraft(checked, path, null)];
  return result.error.issues.flatMap((issue) => draftsOf(checked, issue, path));
}

function noKind(path: Path, value: Readonly<Record<string, unknown>>, kinds: readonly string[]): Draft {
  for (const name of Object.keys(value)) {
    const meant = suggest(name, kinds);
    if (meant === null || name === "name") continue;
    return error({
      code: "unknown-key",
      path: [...path, name],
      part: "key",
      say: (w) => w.unknownKey(name, "", meant),
      hint: (w) => w.thatIs(meant),
    });
  }
  return error({ code: "no-check-kind", path, say: (w) => w.noCheckKind, hint: (w) => w.checkKinds(kinds.join(" ")) });
}

function twoKinds(path: Path, used: readonly string[]): Draft {
  const second = used[1] ?? "";
  return error({
    code: "two-check-kinds",
    path: [...path, second],
    part: "key",
    say: (w) => w.twoCheckKinds(used.join(", ")),
    hint: (w) => w.twoCheckKindsHint,
  });
}

function badName(path: Path): Draft {
  const name = String(path.at(-1));
  return error({ code: "bad-name", path, part: "key", say: (w) => w.badName(name.slice(0, 64)), hint: (w) => w.badNameHint });
}

/** What a field of the language says of its text, or what a probe says in words of its own. */
function fieldDraft(checked: Checked, path: Path, issue: Extract<Issue, { code: "custom" }>): Draft {
  const problem = issue.params as FieldProblem | undefined;
  if (problem?.finding === undefined) return plainDraft(checked, path, issue.message === "Invalid input" ? null : issue.message);
  const value = shown(checked, path);
  const at = prefix(path);
  const { finding, form } = problem;
  const [say, hint] = fieldWords({ finding, form, whole: problem.whole ?? "whole" }, at, value);
  return error({ code: finding, path, say, hint });
}

function fieldWords(problem: Required<FieldProblem>, at: string, value: string): readonly [Say, Say] {
  const as: Say = (w) => w.writeAs(problem.form);
  const table: Record<FieldProblem["finding"], readonly [Say, Say]> = {
    "no-unit": [(w) => w.noUnit(at, value), as],
    "bad-duration": [(w) => w.badDuration(at, value), (w) => w.badDurationHint],
    "bad-percent": [(w) => w.badPercent(at, value), (w) => w.percentHint],
    "over-whole": [(w) => w.overWhole(at, value, problem.whole), (w) => w.percentHint],
    "bad-size": [(w) => w.badSize(at, value), as],
    "bad-rate": [(w) => w.badRate(at, value), as],
    "bad-address": [(w) => w.badAddress(at, value), as],
    "bad-url": [(w) => w.badUrl(at, value), as],
    "bad-time": [(w) => w.badTime(at, value), as],
    "bad-moment": [(w) => w.badMoment(at, value), as],
    "bad-zone": [(w) => w.badZone(at, value), as],
    "bad-schedule": [(w) => w.badSchedule(at, value), as],
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
  size: (value) => `${value}MB`,
  rate: (value) => `${value} per 1m`,
};

function typeDraft(checked: Checked, path: Path): Draft {
  const schema = schemaAt(checked.root, checked.value, path);
  const value = valueAt(checked.value, path);
  const expected: Say = (w) => (schema === null ? w.typeOther : w.or([...new Set(typeNames(schema, w))]));
  if (value === undefined) return missing(path, schema, expected);
  if (value === null) {
    const hint: Say = (w) => w.nothingWrittenHint(expected(w));
    return error({ code: "nothing-written", path, part: "key", say: (w) => w.nothingWritten(prefix(path)), hint });
  }
  const unit = schema === null ? undefined : textOf(schema).unit;
  const form = unit === undefined ? undefined : unitForms[unit];
  if (typeof value === "number" && form !== undefined) {
    const text = String(value);
    return error({ code: "no-unit", path, say: (w) => w.noUnit(prefix(path), text), hint: (w) => w.writeAs(form(text)) });
  }
  const scalar = typeof value === "number" || typeof value === "boolean";
  const wantsText = schema !== null && unwrap(schema) instanceof z.ZodString && scalar && textOf(schema).secret !== true && !isSecretPath(path);
  const hint: Say = wantsText ? (w) => w.quoteIt : (w) => w.wrongTypeHint(typeName(value, w));
  return error({ code: "wrong-type", path, say: (w) => w.wrongType(prefix(path), expected(w)), hint });
}

function missing(path: Path, schema: z.ZodType | null, expected: Say): Draft {
  const name = String(path.at(-1));
  const holder = path.slice(0, -1);
  const text: Bilingual | null = describe(schema);
  const form = schema === null ? null : unwrap(schema);
  const example = form instanceof z.ZodLiteral ? String(form.value) : "…";
  return {
    ...error({
      code: "missing-key",
      path: holder,
      part: "key",
      say: (w) => w.missingKey(prefix(holder), name),
      hint: null,
    }),
    hint: inBoth((w, lang) => w.missingKeyHint(`${name}: ${example}`, text === null ? expected(w) : text[lang])),
  };
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

function choiceDraft(checked: Checked, path: Path, values: readonly string[]): Draft {
  const value = valueAt(checked.value, path);
  if (value === undefined || value === null) return typeDraft(checked, path);
  const meant = typeof value === "string" ? suggest(value, values) : null;
  const hint: Say = meant === null ? (w) => w.oneOf(values.join(", ")) : (w) => w.didYouMean(meant);
  return error({ code: "not-one-of", path, say: (w) => w.notOneOf(prefix(path), shown(checked, path)), hint });
}

function rangeDraft(checked: Checked, path: Path, issue: Extract<Issue, { code: "too_small" | "too_big" }>): Draft {
  const value = valueAt(checked.value, path);
  if (typeof value === "number") {
    const limit = String(issue.code === "too_small" ? issue.minimum : issue.maximum);
    const hint: Say = issue.code === "too_small" ? (w) => w.atLeast(limit) : (w) => w.atMost(limit);
    return error({ code: "out-of-range", path, say: (w) => w.outOfRange(prefix(path), String(value)), hint });
  }
  if (Array.isArray(value)) return error({ code: "too-few", path, say: (w) => w.tooFew(prefix(path)), hint: null });
  if (value === "") {
    const hint: Say = (w) => w.nothingWrittenHint(w.typeText);
    return error({ code: "nothing-written", path, say: (w) => w.nothingWritten(prefix(path)), hint });
  }
  return plainDraft(checked, path, null);
}

/** A value that does not fit, told by the text of its key. */
function plainDraft(checked: Checked, path: Path, why: string | null): Draft {
  const schema = schemaAt(checked.root, checked.value, path);
  const form = schema === null ? null : unwrap(schema);
  const option = form instanceof z.ZodUnion ? pickOption(form, valueAt(checked.value, path)) : null;
  const text = describe(option ?? schema);
  const value = shown(checked, path);
  const say: Say = (w) => (why === null ? w.badValue(prefix(path), value) : w.badValueBecause(prefix(path), value, why));
  return { ...error({ code: "bad-value", path, say, hint: null }), hint: text };
}
