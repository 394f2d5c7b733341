import { isAlias, isMap, isScalar, isSeq, parseDocument, visit, type Document, type YAMLError } from "yaml";
import type { Lang } from "../../kernel/lang.ts";
import { configFileWords } from "../../words/config-file.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { flaw, type Flaw } from "./problem.ts";

export type Path = readonly (string | number)[];

/** What a file says, and where each entry stands. */
export interface Written {
  readonly value: unknown;
  /** offset of an entry's key or value; of the nearest outer entry when it is not written */
  locate(path: Path, part: "key" | "value"): number;
  /** offset of a character of a text; its beginning when the text stands there with escapes or in several lines */
  locateIn(path: Path, index: number): number;
}

/** Reads YAML 1.2 without aliases. */
export function readDocument(text: string): Result<Written, Flaw> {
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: "silent" });
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) return err(syntaxFlaw(error, text));
    const alias = aliasIn(document);
    if (alias !== null) return err(flaw("alias", alias, [(w) => w.aliasHere, (w) => w.aliasHereHint]));
    if (!isMap(document.contents)) return err(flaw("not-a-map", 0, [(w) => w.notAMap, (w) => w.notAMapHint]));
    const locate: Written["locate"] = (path, part) => offsetOf(document, path, part);
    return ok({
      value: document.toJS() as unknown,
      locate,
      locateIn: (path, index) => offsetIn({ document, path, text }, index),
    });
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return err(plainFlaw("yaml-deep", 0, "yamlDeep"));
  }
}

/** `- *vp.user …` and `- @hs.load …` are what people write first, and the library's word for it helps nobody. */
function syntaxFlaw(error: YAMLError, text: string): Flaw {
  const offset = error.pos[0];
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const bare = /^[ \t]*(?:- |[\w-]+: )?[ \t]*([*@])/.exec(
    text.slice(start, text.indexOf("\n", offset) + 1 || undefined),
  );
  const mark = bare?.[1];
  if (mark !== undefined) {
    const at = start + (bare?.[0].length ?? 1) - 1;
    return flaw("quote-needed", at, [(w) => w.quoteNeeded(mark), (w) => w.quoteNeededHint]);
  }
  const known = plainSentences[error.code];
  if (known !== undefined) return plainFlaw(known[0], offset, known[1]);
  const duplicate = error.code === "DUPLICATE_KEY" ? /^[\w-]+/.exec(text.slice(offset))?.[0] : undefined;
  const say = (lang: Lang): string =>
    duplicate === undefined
      ? configFileWords(lang).yamlOther(error.message.replace(/[:"'`].*$/s, "").trim())
      : configFileWords(lang).yamlDuplicate(duplicate);
  const hint = (lang: Lang): string =>
    configFileWords(lang)[duplicate === undefined ? "yamlOtherHint" : "yamlDuplicateHint"];
  const code = duplicate === undefined ? "yaml" : "yaml-duplicate";
  return { code, offset, message: { ja: say("ja"), en: say("en") }, hint: { ja: hint("ja"), en: hint("en") } };
}

type PlainSentence =
  | "yamlTab"
  | "yamlIndent"
  | "yamlUnclosed"
  | "yamlUnexpected"
  | "yamlNested"
  | "yamlStart"
  | "yamlDeep";

/** The YAML library's codes in a person's words; the rest are told in its own. */
const plainSentences: Readonly<Record<string, readonly [code: string, sentence: PlainSentence]>> = {
  TAB_AS_INDENT: ["yaml-tab", "yamlTab"],
  BAD_INDENT: ["yaml-indent", "yamlIndent"],
  MISSING_CHAR: ["yaml-unclosed", "yamlUnclosed"],
  MULTILINE_IMPLICIT_KEY: ["yaml-unclosed", "yamlUnclosed"],
  UNEXPECTED_TOKEN: ["yaml-unexpected", "yamlUnexpected"],
  BLOCK_IN_FLOW: ["yaml-unexpected", "yamlUnexpected"],
  BLOCK_AS_IMPLICIT_KEY: ["yaml-nested", "yamlNested"],
  BAD_SCALAR_START: ["yaml-start", "yamlStart"],
  RESOURCE_EXHAUSTION: ["yaml-deep", "yamlDeep"],
};

function plainFlaw(code: string, offset: number, sentence: PlainSentence): Flaw {
  const [ja, en] = [configFileWords("ja"), configFileWords("en")];
  const hint = `${sentence}Hint` as const;
  return { code, offset, message: { ja: ja[sentence], en: en[sentence] }, hint: { ja: ja[hint], en: en[hint] } };
}

function aliasIn(document: Document.Parsed): number | null {
  let found: number | null = null;
  visit(document, {
    Alias(_, node) {
      found = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

function offsetOf(document: Document.Parsed, path: Path, part: "key" | "value"): number {
  let [node, offset] = [document.contents as unknown, 0];
  for (const [index, name] of path.entries()) {
    const wantsKey = part === "key" && index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
      if (pair === undefined) return offset;
      offset = startOf(wantsKey ? pair.key : pair.value) ?? startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(name)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

interface TextPlace {
  readonly document: Document.Parsed;
  readonly path: Path;
  readonly text: string;
}

function offsetIn({ document, path, text }: TextPlace, index: number): number {
  const start = offsetOf(document, path, "value");
  const node = document.getIn(path, true);
  if (!isScalar(node) || typeof node.value !== "string") return start;
  const quoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE" ? 1 : 0;
  return text.startsWith(node.value, start + quoted) ? start + quoted + index : start;
}

function startOf(node: unknown): number | null {
  if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return null;
  return node.range?.[0] ?? null;
}
