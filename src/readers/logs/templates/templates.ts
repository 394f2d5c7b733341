import { createFastTable } from "./fast-table.ts";
import { fineKey } from "./fine-key.ts";
import { createLearner } from "./learner.ts";
import { rootOf, type Node } from "./nodes.ts";
import { bare, longestLineBytes, templateText } from "./signature.ts";

/** Twelve hexadecimal digits made of the template itself, so that the same template has the same id everywhere. */
export type TemplateId = string;

export interface Template {
  readonly id: TemplateId;
  /** variables as `<*>` */
  readonly text: string;
  /** lines since the templates were made or loaded, of every id that became this one */
  readonly count: number;
}

/** Groups the lines of one source by what stays the same in them, as they stream in. */
export interface Templates {
  /** One line, without its header. The id is the template's at this moment; `find` follows it later. */
  add(line: string): TemplateId;
  /** The same for UTF-8 bytes from `start` to before `end`, without making a string of a line of a known shape. */
  addBytes(bytes: Uint8Array, start: number, end: number): TemplateId;
  /** What an id ever given has become; null: it was not given here, or forgotten long ago. */
  find(id: TemplateId): Template | null;
  /** Every template that is not part of another. */
  list(): readonly Template[];
  save(): SavedTemplates;
  state(): TemplatesState;
}

export interface TemplatesState {
  readonly shapes: number;
  readonly buckets: number;
  readonly templates: number;
  /** Lines too varied to group came in faster than old shapes could be let go: some are grouped by first word and length only. */
  readonly isDegraded: boolean;
  /** lines grouped so */
  readonly coarseLines: number;
  readonly evicted: number;
}

/** What `save` gives and `createTemplates` takes: plain values, fit for JSON. */
export interface SavedTemplates {
  readonly version: 1;
  readonly shapes: readonly { readonly key: string; readonly count: number }[];
  /** places known to be variable, and the template that stands for whatever comes there */
  readonly variable: readonly (readonly [string, string])[];
  /** id → what it became */
  readonly aliases: readonly (readonly [TemplateId, TemplateId])[];
}
const defaultNodes = 4_096;
const scratchBytes = longestLineBytes + 4;

/** @param saved what an earlier one of this source left: its ids stay valid */
export function createTemplates({
  maxNodes = defaultNodes,
  saved,
}: { readonly maxNodes?: number; readonly saved?: SavedTemplates } = {}): Templates {
  const fast = createFastTable();
  const learner = createLearner(maxNodes, () => fast.clear());
  const { nodes } = learner;
  if (saved !== undefined) learner.load(saved);
  const key = { first: 0, second: 0 };
  const scratch = new Uint8Array(scratchBytes);
  const encoder = new TextEncoder();
  let lines = 0;

  function addBytes(bytes: Uint8Array, start: number, end: number): TemplateId {
    const cut = Math.min(end, start + longestLineBytes);
    fineKey(bytes, [start, cut], key);
    lines++;
    const known = nodes.at(fast.get(key));
    const node = known ?? learner.learn(bytes.subarray(start, cut), lines);
    if (known === null && !node.isCoarse) fast.set(key, node.index);
    const root = rootOf(node);
    root.count++;
    root.lastLine = lines;
    return root.shape.id;
  }

  return {
    add: (line) => addBytes(scratch, 0, encoder.encodeInto(line, scratch).written),
    addBytes,
    find(id) {
      const node = nodes.byId(id);
      return node === null ? null : templateOf(node);
    },
    list: () => nodes.roots().map(templateOf),
    save: learner.save,
    state: learner.state,
  };
}

function templateOf({ shape, count, isCoarse }: Node): Template {
  if (!isCoarse) return { id: shape.id, text: templateText(shape.tokens), count };
  return { id: shape.id, text: [...shape.tokens.map(bare), "<*>"].join(" "), count };
}
