import {
  isAlias,
  isMap as isYamlMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Path } from "../finding.ts";
import type { ParsedDocument } from "../parse.ts";
import type { EditProblem } from "./edit.ts";

/** A text and the tree read from it. */
export interface Editing {
  readonly text: string;
  readonly document: ParsedDocument;
}

export type Holder = YAMLMap | YAMLSeq;

/** Where an entry hangs: in `holder`, as a pair of a map or an item of a list. */
export interface Step {
  readonly holder: Holder;
  readonly index: number;
  /** null for an item of a list */
  readonly pair: Pair | null;
  readonly node: Node | null;
}

/** How far a path leads: all entries on the way, and the part of the path that is not written. */
export interface Walked {
  readonly steps: readonly Step[];
  readonly missing: Path;
}

/** Follows a path through what is written here itself; an alias on the way belongs to others as well. */
export function walkTo({ document }: Editing, path: Path): Result<Walked, EditProblem> {
  const steps: Step[] = [];
  let node: unknown = document.contents;
  for (const [depth, name] of path.entries()) {
    if (isAlias(node)) return err("shared");
    if (isEmpty(node)) return ok({ steps, missing: path.slice(depth) });
    if (!isYamlMap(node) && !isSeq(node)) return err("not-a-holder");
    const step = stepTo(node, name);
    if (step === null) return ok({ steps, missing: path.slice(depth) });
    steps.push(step);
    node = step.node;
  }
  return ok({ steps, missing: [] });
}

export function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function stepTo(holder: Holder, name: string | number): Step | null {
  if (isSeq(holder)) {
    const item: unknown = holder.items[Number(name)];
    // `[a: 1]` is a list of a map written without braces
    if (item === undefined || isPair(item)) return null;
    return { holder, index: Number(name), pair: null, node: item as Node | null };
  }
  const index = holder.items.findIndex(({ key }) => isScalar(key) && keyText(key.value) === String(name));
  const pair = holder.items[index];
  return pair === undefined ? null : { holder, index, pair, node: pair.value as Node | null };
}

function keyText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

interface Token {
  readonly type: string;
  readonly offset: number;
  readonly source: string;
}
interface ItemToken {
  readonly start: readonly Token[];
  readonly sep?: readonly Token[];
}

const blank: ReadonlySet<string> = new Set(["space", "newline", "comment", "comma"]);

/** The offset behind the last thing written of some tokens; null when they are only spaces and comments. */
function tokensEnd(tokens: readonly Token[] = []): number | null {
  const last = tokens.findLast(({ type }) => !blank.has(type));
  return last === undefined ? null : last.offset + last.source.length;
}

function itemToken({ holder, index, pair }: Pick<Step, "holder" | "index" | "pair">): ItemToken | null {
  if (pair !== null) return (pair.srcToken as ItemToken | undefined) ?? null;
  const token = holder.srcToken as { items?: readonly ItemToken[] } | undefined;
  return token?.items?.[index] ?? null;
}

/** Behind the colon or the dash of an entry, its anchor and tag included: where its value goes. */
export function openEnd(step: Step): number | null {
  const token = itemToken(step);
  return tokensEnd(step.pair === null ? token?.start : token?.sep);
}

/** Where an entry begins: its key, its dash, or in `[…]` its value. */
export function entryStart(step: Step): number | null {
  if (step.pair !== null) return (step.pair.key as Node).range?.[0] ?? null;
  const dash = itemToken(step)?.start.find(({ type }) => type === "seq-item-ind");
  return dash?.offset ?? step.node?.range?.[0] ?? null;
}

export function isFlow(holder: Holder): boolean {
  return holder.flow === true;
}

/** Behind the last character that belongs to an entry; a block text's own line end included. */
export function entryEnd(step: Step): number | null {
  const { node, pair } = step;
  const opened = openEnd(step);
  if (
    node === null ||
    (isScalar(node) && node.range !== null && node.range !== undefined && node.range[0] === node.range[1])
  ) {
    return opened ?? (pair?.key as Node | undefined)?.range?.[1] ?? null;
  }
  return nodeEnd(node);
}

export function nodeEnd(node: Node): number | null {
  if ((isYamlMap(node) || isSeq(node)) && !isFlow(node)) {
    const last = lastStep(node);
    return last === null ? null : entryEnd(last);
  }
  return node.range?.[1] ?? null;
}

export function lastStep(holder: Holder): Step | null {
  return stepAt(holder, holder.items.length - 1);
}

export function stepAt(holder: Holder, index: number): Step | null {
  const item: unknown = holder.items[index];
  if (item === undefined) return null;
  if (isPair(item)) return { holder, index, pair: item, node: item.value as Node | null };
  return { holder, index, pair: null, node: item as Node | null };
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line after the one of the last written character begins; the text's length when there is none. */
export function nextLine(text: string, end: number): number {
  if (text[end - 1] === "\n") return end;
  const at = text.indexOf("\n", end);
  return at < 0 ? text.length : at + 1;
}

export function splice(text: string, [from, to]: readonly [number, number], put: string): string {
  return text.slice(0, from) + put + text.slice(to);
}

/** The line end this text uses. */
export function lineEnd(text: string): "\r\n" | "\n" {
  return text.includes("\r\n") ? "\r\n" : "\n";
}
