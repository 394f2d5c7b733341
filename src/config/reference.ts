import { z } from "zod";
import type { Lang } from "../kernel/lang.ts";
import { everyCheckKeys } from "../observe/index.ts";
import { configWords } from "../words/config.ts";
import { defaultText, formOf } from "./explain.ts";
import { RootConfig } from "./schema.ts";
import { isRequired, optionsOf, shapeOf, textOf, unwrap, type KeyText } from "./walk.ts";

/** One key of the language. */
export interface KeyEntry {
  /** `services.*.checks.*.every` */
  readonly path: string;
  readonly schema: z.ZodType;
  readonly text: KeyText;
  /** the form of check it belongs to */
  readonly check: z.ZodType | null;
}

/** Every key of the language, outer before inner; a key of several checks once for each. */
export function allKeys(schema: z.ZodType = RootConfig, at = "", check: z.ZodType | null = null): KeyEntry[] {
  const form = unwrap(schema);
  if (form instanceof z.ZodUnion) {
    return optionsOf(form).flatMap((option) => allKeys(option, at, textOf(option).kind === undefined ? check : option));
  }
  if (form instanceof z.ZodArray) return allKeys(form.element as z.ZodType, `${at}.*`, check);
  if (form instanceof z.ZodRecord) return allKeys(form.valueType as z.ZodType, `${at}.*`, check);
  if (!(form instanceof z.ZodObject)) return [];
  return Object.entries(shapeOf(form)).flatMap(([name, child]) => {
    const path = at === "" ? name : `${at}.${name}`;
    return [{ path, schema: child, text: textOf(child), check }, ...allKeys(child, path, check)];
  });
}

/** Paths of keys without a text in one of the languages. */
export function untoldKeys(): string[] {
  return allKeys()
    .filter(({ text }) => text.ja === undefined || text.en === undefined)
    .map(({ path }) => path);
}

/** The page of all keys, in Markdown. */
export function configReference(lang: Lang): string {
  const words = configWords(lang);
  const sections = Object.entries(shapeOf(RootConfig)).map(([name, schema]) => section(name, schema, lang));
  return `# ${words.referenceTitle}\n\n${words.referenceLead}\n\n${sections.join("\n")}`;
}

function section(name: string, schema: z.ZodType, lang: Lang): string {
  const keys = allKeys(schema, name);
  const own = keys.filter(({ check }) => check === null);
  const { form, defaultIs } = configWords(lang);
  const fallback = defaultText(schema);
  const lines = [`## ${name}`, "", `${sentence(schema, lang)}  `, `${form}: ${formOf(schema, lang)}`];
  if (fallback !== null) lines.push(`(${defaultIs(cellText(fallback))})`);
  const parts = [lines.join("\n"), ...(own.length === 0 ? [] : [table(own, lang)]), ...checkSections(keys, lang)];
  return `${parts.join("\n\n")}\n`;
}

/** The keys every check has, then those of each kind. */
function checkSections(keys: readonly KeyEntry[], lang: Lang): string[] {
  const inChecks = keys.filter(({ check }) => check !== null);
  if (inChecks.length === 0) return [];
  const common = inChecks.filter(
    ({ path, text }) => text.ofKind !== true && everyCheckKeys.some((name) => path.endsWith(`checks.*.${name}`)),
  );
  const once = [...new Map(common.map((entry) => [entry.path, entry])).values()];
  const kinds = [...new Set(inChecks.map(({ check }) => check))].map((check) => {
    const own = inChecks.filter((entry) => entry.check === check && !common.includes(entry));
    const { kind = "", later, ...text } = check === null ? {} : textOf(check);
    const note = later === true ? ` — ${configWords(lang).isLater}` : "";
    return `### ${kind}\n\n${text[lang] ?? ""}${note}\n\n${table(own, lang)}`;
  });
  return [`### ${configWords(lang).everyCheck}\n\n${table(once, lang)}`, ...kinds];
}

function table(keys: readonly KeyEntry[], lang: Lang): string {
  const { form, keys: name, meaning } = configWords(lang);
  const rows = keys.map((entry) => row(entry, lang));
  return [`| ${name} | ${form} | ${meaning} |`, "|---|---|---|", ...rows].join("\n");
}

function row({ path, schema }: KeyEntry, lang: Lang): string {
  return `| \`${path}\` | ${cellText(formOf(schema, lang))} | ${cellText(sentence(schema, lang))} |`;
}

function sentence(schema: z.ZodType, lang: Lang): string {
  const words = configWords(lang);
  const { later, ...text } = textOf(schema);
  const fallback = defaultText(schema);
  const extras = [
    ...(isRequired(schema) ? [words.required] : []),
    ...(fallback === null || fallback.length > 40 ? [] : [words.defaultIs(fallback)]),
    ...(later === true ? [words.isLater] : []),
  ];
  return `${text[lang] ?? ""}${extras.length === 0 ? "" : ` — ${extras.join(lang === "ja" ? "。" : "; ")}`}`;
}

function cellText(text: string): string {
  return text.replaceAll("|", "\\|");
}
