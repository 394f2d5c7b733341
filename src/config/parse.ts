import {
  Composer,
  isAlias,
  isMap as isYamlMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  Parser,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import type { Path } from "./finding.ts";

/** Deeper than any configuration; the library's own recursion would exhaust the stack far below that of a hostile file. */
const maxDepth = 100;

export interface Span {
  /** UTF-16 index into the text */
  readonly offset: number;
  readonly length: number;
}

export type YamlProblem =
  | { readonly kind: "too-deep" | "alias-bomb" | "not-a-map" | "empty"; readonly offset: number }
  | { readonly kind: "alias" | "duplicate"; readonly offset: number; readonly name: string }
  | { readonly kind: "syntax"; readonly offset: number; readonly code: string; readonly text: string };

export interface Parsed {
  /** plain values; null when the text is no YAML */
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly problems: readonly YamlProblem[];
  /** the tree the value was read from; null when there is none */
  readonly document: ParsedDocument | null;
  /** where an entry stands: its key or its value; the nearest outer entry when it is not written */
  locate(path: Path, part: "key" | "value"): Span;
}

/**
 * Reads YAML 1.2 (core schema, anchors and `<<`) and keeps where everything stands. Never throws.
 * @param keepTokens for whoever edits the text: each dash, comma and colon, too
 */
export function parseYaml(text: string, keepTokens = false): Parsed {
  const composed = compose(text, keepTokens);
  if ("kind" in composed)
    return { value: null, problems: [composed], document: null, locate: () => ({ offset: 0, length: 1 }) };
  const [document, others] = composed.documents;
  const locate = (path: Path, part: "key" | "value"): Span => spanOf(document, path, part);
  const refused = (problems: readonly YamlProblem[]): Parsed => ({ value: null, problems, document: null, locate });
  if (document === undefined || document.contents === null) {
    return { ...refused([{ kind: "empty", offset: 0 }]), locate: () => ({ offset: 0, length: 1 }) };
  }
  const syntax = syntaxProblems(document);
  if (others !== undefined) {
    const offset = others.range[0];
    syntax.push({ kind: "syntax", offset, code: "MULTIPLE_DOCS", text: "" });
  }
  syntax.push(...structureProblems(document));
  if (syntax.length > 0) return refused(syntax);
  if (isScalar(document.contents) && document.contents.value === null) return refused([{ kind: "empty", offset: 0 }]);
  if (!isYamlMap(document.contents)) return refused([{ kind: "not-a-map", offset: offsetOf(document.contents) }]);
  try {
    const value = document.toJS({ maxAliasCount: 100 }) as Readonly<Record<string, unknown>>;
    return { value, problems: [], document, locate };
  } catch {
    // what is left to go wrong here is the library's own limit on what aliases expand to
    return refused([{ kind: "alias-bomb", offset: 0 }]);
  }
}

export type ParsedDocument = Document.Parsed;

function compose(text: string, keepSourceTokens: boolean): { documents: ParsedDocument[] } | YamlProblem {
  const parser = new Parser();
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    merge: true,
    uniqueKeys: false,
    keepSourceTokens,
  });
  const tokens = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maxDepth) return { kind: "too-deep", offset: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  try {
    return { documents: [...composer.compose(tokens, true, text.length)] };
  } catch (thrown) {
    if (thrown instanceof RangeError) return { kind: "too-deep", offset: 0 };
    throw thrown;
  }
}

/** Only the first, since what follows it is mostly its echo. */
function syntaxProblems(document: ParsedDocument): YamlProblem[] {
  const all = [...document.errors, ...document.warnings].map(({ code, message, pos }): YamlProblem => {
    const offset = pos[0];
    if (code === "MISSING_CHAR")
      return { kind: "syntax", offset: openQuote(document, offset) ?? offset, code, text: "" };
    return {
      kind: "syntax",
      offset,
      code,
      text: message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "",
    };
  });
  return all.slice(0, 1);
}

/** More than these say nothing new. */
const maxProblems = 20;

/**
 * Aliases whose anchor does not stand before them, and keys written twice. One pass, so that a hostile file costs no
 * more than its length; the library's own search for repeated keys takes the square of it.
 */
function structureProblems(document: ParsedDocument): YamlProblem[] {
  const found: YamlProblem[] = [];
  const anchors = new Set<string>();
  const look = (node: unknown): void => {
    if (isAlias(node)) {
      if (!anchors.has(node.source)) found.push({ kind: "alias", offset: offsetOf(node), name: node.source });
      return;
    }
    if (isPair(node)) [node.key, node.value].forEach(look);
    if (!isYamlMap(node) && !isSeq(node) && !isScalar(node)) return;
    if (isYamlMap(node)) found.push(...repeatedKeys(node));
    if (!isScalar(node)) node.items.forEach(look);
    if (node.anchor !== undefined) anchors.add(node.anchor);
  };
  look(document.contents);
  return found.slice(0, maxProblems);
}

function repeatedKeys(map: YAMLMap): YamlProblem[] {
  const seen = new Set<string>();
  return map.items.flatMap((pair) => {
    const name = keyText(pair);
    if (isMerge(pair) || !isScalar(pair.key) || !seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ kind: "duplicate" as const, offset: offsetOf(pair.key), name: name.slice(0, 64) }];
  });
}

/** Where a quote was opened that is still open at `end`: there it is mended, not at the end of the file. */
function openQuote(document: ParsedDocument, end: number): number | null {
  let found: number | null = null;
  visit(document, {
    Scalar(_, node) {
      const quotes = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
      if (!quotes || node.range === null || node.range === undefined || node.range[1] !== end) return undefined;
      found = node.range[0];
      return visit.BREAK;
    },
  });
  return found;
}

function offsetOf(node: unknown): number {
  return rangeOf(node)?.[0] ?? 0;
}

function rangeOf(node: unknown): readonly [number, number] | null {
  const range = (node as Node | null | undefined)?.range;
  return range === null || range === undefined ? null : [range[0], range[1]];
}

function spanOf(document: ParsedDocument | undefined, path: Path, part: "key" | "value"): Span {
  let node: unknown = document?.contents;
  let span: Span = { offset: offsetOf(node), length: 1 };
  for (const [index, name] of path.entries()) {
    const entry = entryAt(document, node, name);
    if (entry === null) return span;
    const last = index === path.length - 1;
    const range = rangeOf((last && part === "value" ? entry.value : entry.key) ?? entry.key) ?? rangeOf(entry.key);
    if (range !== null) span = { offset: range[0], length: Math.max(1, range[1] - range[0]) };
    node = entry.value;
  }
  return span;
}

interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}

/** One entry of a map or list; for a list its key is the entry itself. Follows aliases and `<<`. */
function entryAt(document: ParsedDocument | undefined, node: unknown, name: string | number): Entry | null {
  const here = isAlias(node) && document !== undefined ? node.resolve(document) : node;
  if (isSeq(here)) {
    const value = here.items[Number(name)];
    return value === undefined ? null : { key: value, value };
  }
  if (!isYamlMap(here)) return null;
  const pair = pairsOf(here).get(String(name));
  if (pair !== undefined) return { key: pair.key, value: pair.value };
  return mergedEntry(document, here, name);
}

function mergedEntry(document: ParsedDocument | undefined, map: YAMLMap, name: string | number): Entry | null {
  for (const merged of map.items.filter(isMerge)) {
    const sources = isSeq(merged.value) ? merged.value.items : [merged.value];
    for (const source of sources) {
      const found = isAlias(source) || isYamlMap(source) ? entryAt(document, source, name) : null;
      if (found !== null) return found;
    }
  }
  return null;
}

const pairTables = new WeakMap<object, ReadonlyMap<string, Pair>>();

/** The pairs of a map by key, the first of a name; kept, since a file of many findings asks often. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = pairTables.get(map);
  if (known !== undefined) return known;
  const table = new Map(map.items.toReversed().map((pair) => [keyText(pair), pair]));
  pairTables.set(map, table);
  return table;
}

function isMerge(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.source === "<<";
}

function keyText(pair: Pair): string {
  if (!isScalar(pair.key)) return "";
  const { value } = pair.key;
  return typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
}
