import { z } from "zod";
import { holderName } from "../words/config.ts";
import { dotted, draft, type Draft, type Path, type Sentence } from "./finding.ts";
import { suggest } from "./suggest.ts";
import { choiceDraft, fieldDraft, plainDraft, rangeDraft, typeDraft, type Checked } from "./values.ts";
import { isMap, optionsOf, pickOption, schemaAt, shapeOf, textOf, unwrap, valueAt } from "./walk.ts";

type Issue = z.core.$ZodIssue;

/** A file with more unknown keys than this in one place is no configuration; looking for likenesses would only take long. */
const maxSuggestions = 50;

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
    draftsOf(checked, issue, []).map((found) => ({ ...found, path: [...input.at, ...found.path] })),
  );
}

function pathOf(issue: Issue, at: Path): Path {
  return [...at, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
}

function draftsOf(checked: Checked, issue: Issue, at: Path): Draft[] {
  const path = pathOf(issue, at);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((name, index) => unknownKey(checked, [...path, name], index < maxSuggestions));
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
      break;
  }
  return [plainDraft(checked, path, null)];
}

function unknownKey({ root, value }: Checked, at: Path, withSuggestion: boolean): Draft {
  const [path, name] = [at.slice(0, -1), String(at.at(-1))];
  const schema = withSuggestion ? schemaAt(root, value, path) : null;
  const written = valueAt(value, path);
  const known = schema === null ? [] : knownKeys(schema, written);
  const free = known.filter((key) => !isMap(written) || !Object.hasOwn(written, key));
  const meant = suggest(name, free) ?? suggest(name, known);
  const holder = holderName(dotted(path));
  const hint: Sentence = (w) => (meant === null ? w.knownKeys(free.slice(0, 12).join(", ")) : w.thatIs(meant));
  return draft({
    code: "unknown-key",
    path: at,
    part: "key",
    say: (w, lang) => w.unknownKey(name, holder[lang], meant),
    hint: free.length === 0 && meant === null ? null : hint,
  });
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
    return draft({
      code: "unknown-key",
      path: [...path, name],
      part: "key",
      say: (w) => w.unknownKey(name, "", meant),
      hint: (w) => w.thatIs(meant),
    });
  }
  return draft({ code: "no-check-kind", path, say: (w) => w.noCheckKind, hint: (w) => w.checkKinds(kinds.join(" ")) });
}

function twoKinds(path: Path, used: readonly string[]): Draft {
  const second = used[1] ?? "";
  return draft({
    code: "two-check-kinds",
    path: [...path, second],
    part: "key",
    say: (w) => w.twoCheckKinds(used.join(", ")),
    hint: (w) => w.twoCheckKindsHint,
  });
}

function badName(path: Path): Draft {
  const name = String(path.at(-1));
  return draft({
    code: "bad-name",
    path,
    part: "key",
    say: (w) => w.badName(name.slice(0, 64)),
    hint: (w) => w.badNameHint,
  });
}
