import type { Bilingual, Lang } from "../kernel/lang.ts";
import { inBoth, type ConfigWords } from "../words/config.ts";

export type FindingSeverity = "error" | "warning" | "note";
export type Path = readonly (string | number)[];

/** One thing to know about the configuration file, with the place it is about. */
export interface Finding {
  readonly severity: FindingSeverity;
  /** lower-case words joined by `-`, stable */
  readonly code: string;
  /** the file it stands in, as it was named */
  readonly file: string;
  /** from 1; column and length count characters, not cells */
  readonly line: number;
  readonly column: number;
  readonly length: number;
  /** `services.shop.checks.0.every`; empty for the file itself */
  readonly path: string;
  readonly message: Bilingual;
  readonly hint: Bilingual | null;
}

/** A finding whose place is still a path. */
export interface Draft extends Omit<Finding, "file" | "line" | "column" | "length" | "path"> {
  readonly path: Path;
  /** which half of the pair the caret stands under */
  readonly part: "key" | "value";
  /** advice for a finished file: only a note while the file has errors */
  readonly advice?: true;
}

/** A sentence of the catalogue with its facts. */
export type Sentence = (words: ConfigWords, lang: Lang) => string;

export interface Told {
  readonly severity?: FindingSeverity;
  readonly code: string;
  readonly path: Path;
  readonly part?: "key" | "value";
  readonly say: Sentence;
  readonly hint?: Sentence | null;
}

/** A finding in both languages: an error below a value, unless said otherwise. */
export function draft({ severity = "error", code, path, part = "value", say, hint = null }: Told): Draft {
  return { severity, code, path, part, message: inBoth(say), hint: hint === null ? null : inBoth(hint) };
}

/** A warning that only a finished file earns: a note while the file has errors. */
export function advice(told: Omit<Told, "severity">): Draft {
  return { ...draft({ ...told, severity: "warning" }), advice: true };
}

/** Something a careful reader would say; it never refuses a file. */
export function note(code: string, path: Path, [say, hint]: readonly [Sentence, Sentence]): Draft {
  return draft({ severity: "note", code, path, part: "key", say, hint });
}

export function dotted(path: Path): string {
  return path.join(".");
}

/** `services.shop.needs: ` as it stands before a message; the number of a list's entry is left to the caret. */
export function prefix(path: Path): string {
  const named = typeof path.at(-1) === "number" ? path.slice(0, -1) : path;
  return named.length === 0 ? "" : `${dotted(named)}: `;
}
