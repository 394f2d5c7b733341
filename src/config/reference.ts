import { z } from "zod";
import type { Lang } from "../kernel/lang.ts";
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
}

/** Every key of the language once, outer before inner. */
export function allKeys(schema: z.ZodType = RootConfig, at = ""): KeyEntry[] {
  const form = unwrap(schema);
  if (form instanceof z.ZodUnion) return unique(optionsOf(form).flatMap((option) => allKeys(option, at)));
  if (form instanceof z.ZodArray) return allKeys(form.element as z.ZodType, `${at}.*`);
  if (form instanceof z.ZodRecord) return allKeys(form.valueType as z.ZodType, `${at}.*`);
  if (!(form instanceof z.ZodObject)) return [];
  return Object.entries(shapeOf(form)).flatMap(([name, child]) => {
    const path = at === "" ? name : `${at}.${name}`;
    return [{ path, schema: child, text: textOf(child) }, ...allKeys(child, path)];
  });
}

function unique(entries: readonly KeyEntry[]): KeyEntry[] {
  return [...new Map(entries.toReversed().map((entry) => [entry.path, entry])).values()].toReversed();
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
  const rows = keys.map((entry) => row(entry, lang)).join("\n");
  const { form, defaultIs } = configWords(lang);
  const table = `| | ${form} | |\n|---|---|---|\n${rows}\n`;
  const fallback = defaultText(schema);
  const lines = [`## ${name}`, "", `${sentence(schema, lang)}  `, `${form}: ${formOf(schema, lang)}`];
  if (fallback !== null) lines.push(`(${defaultIs(cellText(fallback))})`);
  return `${lines.join("\n")}\n${keys.length === 0 ? "" : `\n${table}`}`;
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
