import { isAlias, isMap as isYamlMap, isScalar, isSeq, type Node } from "yaml";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Path } from "../finding.ts";
import type { EditProblem } from "./edit.ts";
import {
  entryStart,
  isEmpty,
  isFlow,
  lastStep,
  lineEnd,
  lineStart,
  nextLine,
  nodeEnd,
  openEnd,
  entryEnd,
  splice,
  walkTo,
  type Editing,
  type Holder,
  type Step,
} from "./place.ts";
import {
  entryLines,
  isCollection,
  pairLines,
  renderBlock,
  renderFlow,
  renderKey,
  renderScalar,
  type Quoting,
} from "./render.ts";
import type { Plain } from "./value.ts";

type Written = Result<string, EditProblem>;

/** Writes `value` at the path: over the value there, or as a new entry of what holds it. */
export function setIn(editing: Editing, path: Path, value: Plain): Written {
  const walked = walkTo(editing, path);
  if (!walked.ok) return walked;
  const { steps, missing } = walked.value;
  const [name, ...rest] = missing;
  if (name === undefined) {
    const step = steps.at(-1);
    return step === undefined ? err("unsupported") : replace(editing, step, value);
  }
  return put(editing, steps, { name, value: nested(rest, value) });
}

/** Writes `value` as the last item of the list at the path. */
export function addTo(editing: Editing, path: Path, value: Plain): Written {
  const walked = walkTo(editing, path);
  if (!walked.ok) return walked;
  const { steps, missing } = walked.value;
  const [name, ...rest] = missing;
  if (name !== undefined) return put(editing, steps, { name, value: nested(rest, [value]) });
  return put(editing, steps, { name: null, value });
}

/** The value with maps and lists around it for the part of a path that is not written yet. */
function nested(path: Path, value: Plain): Plain {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  return typeof name === "number" ? [nested(rest, value)] : { [name]: nested(rest, value) };
}

interface Entry {
  /** null: one more item of a list */
  readonly name: string | number | null;
  readonly value: Plain;
}

function put(editing: Editing, steps: readonly Step[], entry: Entry): Written {
  const step = steps.at(-1);
  const node: unknown = step === undefined ? editing.document.contents : step.node;
  if (isAlias(node)) return err("shared");
  if (isEmpty(node)) {
    const { name, value } = entry;
    const whole: Plain = typeof name === "string" ? { [name]: value } : [value];
    return step === undefined ? err("unreadable") : replace(editing, step, whole);
  }
  if (!isYamlMap(node) && !isSeq(node)) return err("not-a-holder");
  return isFlow(node) ? putFlow(editing, node, entry) : putBlock(editing, node, entry);
}

function flowEntry({ name, value }: Entry): string {
  return typeof name === "string" ? `${renderKey(name, true)}: ${renderFlow(value)}` : renderFlow(value);
}

function putFlow({ text }: Editing, holder: Holder, entry: Entry): Written {
  const range = holder.range;
  if (range === null || range === undefined) return err("unsupported");
  const close = range[1] - 1;
  const last = lastStep(holder);
  if (last === null) {
    const inside = isSeq(holder) ? flowEntry(entry) : ` ${flowEntry(entry)} `;
    if (text.slice(range[0] + 1, close).trim() !== "") return err("unsupported"); // a comment
    return ok(splice(text, [range[0] + 1, close], inside));
  }
  const end = entryEnd(last);
  if (end === null) return err("unsupported");
  const comma = /^\s*,/.exec(text.slice(end, close));
  if (comma !== null) return ok(splice(text, [end + comma[0].length, end + comma[0].length], ` ${flowEntry(entry)}`));
  return ok(splice(text, [end, end], `, ${flowEntry(entry)}`));
}

/** New lines below the last entry, in the way of writing its neighbours have. */
function putBlock({ text }: Editing, holder: Holder, { name, value }: Entry): Written {
  const last = lastStep(holder);
  const start = last === null ? null : entryStart({ ...last, ...first(holder) });
  const end = last === null ? null : entryEnd(last);
  if (last === null || start === null || end === null) return err("unsupported");
  const indent = start - lineStart(text, start);
  const likeNeighbours = isCollection(value) && isHolder(last.node) && isFlow(last.node);
  const lines =
    typeof name === "string"
      ? likeNeighbours
        ? [`${" ".repeat(indent)}${renderKey(name, false)}: ${renderFlow(value, false)}`]
        : pairLines(renderKey(name, false), value, indent)
      : likeNeighbours
        ? [`${" ".repeat(indent)}- ${renderFlow(value, false)}`]
        : entryLines("- ", value, indent);
  return ok(insertLines(text, nextLine(text, end), lines));
}

function first(holder: Holder): Pick<Step, "index" | "pair" | "node"> {
  if (isSeq(holder)) return { index: 0, pair: null, node: (holder.items[0] as Node | undefined) ?? null };
  const pair = holder.items[0];
  return { index: 0, pair: pair ?? null, node: (pair?.value as Node | undefined) ?? null };
}

function insertLines(text: string, at: number, lines: readonly string[]): string {
  const end = lineEnd(text);
  const block = lines.join(end);
  const open = at > 0 && text[at - 1] !== "\n"; // the text's last line has no end of its own
  return splice(text, [at, at], open ? end + block : block + end);
}

function isHolder(node: unknown): node is Holder {
  return isYamlMap(node) || isSeq(node);
}

function replace(editing: Editing, step: Step, value: Plain): Written {
  const { text } = editing;
  const { node } = step;
  if (isEmpty(node) && !isWritten(node)) return fillIn(text, step, value);
  const range = rangeOf(node);
  if (node === null || range === null) return err("unsupported");
  const inFlow = isFlow(step.holder);
  if (isHolder(node) && !isFlow(node)) return replaceBlock(text, { step, node }, value);
  if (isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED")) {
    return ok(splice(text, range, `${renderFlow(value, inFlow)}${lineEnd(text)}`));
  }
  if (isCollection(value) || !isScalar(node)) return ok(splice(text, range, renderFlow(value, inFlow)));
  return ok(splice(text, range, renderScalar(value, quotingOf(node.type), inFlow)));
}

function rangeOf(node: Node | null): readonly [number, number] | null {
  const range = node?.range;
  return range === null || range === undefined ? null : [range[0], range[1]];
}

/** `null` and `~` are written; nothing at all is not. */
function isWritten(node: Node | null): boolean {
  const range = rangeOf(node);
  return range !== null && range[0] < range[1];
}

function quotingOf(type: unknown): Quoting {
  if (type === "QUOTE_DOUBLE") return "double";
  return type === "QUOTE_SINGLE" ? "single" : "plain";
}

/** A key or dash without a value gets one: beside it, or as lines below. */
function fillIn(text: string, step: Step, value: Plain): Written {
  const opened = openEnd(step);
  const start = entryStart(step);
  if (opened === null || start === null) return err("unsupported");
  if (isFlow(step.holder) || !isCollection(value) || step.pair === null || Object.keys(value).length === 0) {
    return ok(splice(text, [opened, opened], ` ${renderFlow(value, isFlow(step.holder))}`));
  }
  const indent = start - lineStart(text, start);
  const [, ...below] = pairLines("key", value, indent);
  if (below.length === 0) return ok(splice(text, [opened, opened], ` ${renderFlow(value, false)}`));
  return ok(insertLines(text, nextLine(text, opened), below));
}

/** The lines of a collection give way to others at the same indentation, or to one value beside the key. */
function replaceBlock(text: string, { step, node }: { step: Step; node: Holder }, value: Plain): Written {
  const opened = openEnd(step);
  const begin = entryStart({ ...step, holder: node, ...first(node) });
  const end = nodeEnd(node);
  if (opened === null || begin === null || end === null) return err("unsupported");
  const stop = text[end - 1] === "\n" ? end - (text[end - 2] === "\r" ? 2 : 1) : end;
  if (!isCollection(value) || Object.keys(value).length === 0) {
    return ok(splice(text, [opened, stop], ` ${renderFlow(value, false)}`));
  }
  const indent = begin - lineStart(text, begin);
  return ok(splice(text, [begin, stop], renderBlock(value, indent).join(lineEnd(text))));
}
