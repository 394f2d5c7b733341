import type { BothLangs } from "../../kernel/ports-diagnosis.ts";
import { inBothLangs, type CauseFileWords } from "../../words/diagnosis-catalogue.ts";
import { nearest } from "./nearest.ts";

/** One thing wrong with a file of the catalogue, where it stands. */
export interface CatalogueProblem {
  /** the file as it was named */
  readonly file: string;
  /** from 1, both; 0 when it is about the file as a whole */
  readonly line: number;
  /** counts characters */
  readonly column: number;
  /** lower-case words joined by `-`, stable */
  readonly code: string;
  readonly message: BothLangs;
  readonly hint: BothLangs;
}

/** A problem whose place is still an offset into the text; null: the file as a whole. */
export interface Flaw {
  readonly code: string;
  readonly offset: number | null;
  readonly message: BothLangs;
  readonly hint: BothLangs;
}

type Say = (words: CauseFileWords, lang: "ja" | "en") => string;

export function flaw(code: string, offset: number | null, [say, hint]: readonly [Say, Say]): Flaw {
  return { code, offset, message: inBothLangs(say), hint: inBothLangs(hint) };
}

/** Names the word most likely meant, or all there are when they are few. */
export function choiceHint(written: string, known: Iterable<string>, otherwise?: Say): Say {
  const names = [...known];
  const meant = nearest(written, names);
  if (meant !== null) return (w) => w.meant(meant);
  return otherwise ?? ((w) => w.oneOf(names.join(" ")));
}

export function place({ offset, ...told }: Flaw, file: string, text: string): CatalogueProblem {
  if (offset === null) return { file, line: 0, column: 0, ...told };
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  return { file, line, column: Array.from(before.slice(start)).length + 1, ...told };
}
