import { err, ok, type Result } from "../../kernel/result.ts";
import type { Path } from "../finding.ts";
import type { EditProblem } from "./edit.ts";
import {
  entryEnd,
  entryStart,
  isFlow,
  lineStart,
  nextLine,
  openEnd,
  splice,
  stepAt,
  walkTo,
  type Editing,
  type Step,
} from "./place.ts";
import { isSeq } from "yaml";

type Written = Result<string, EditProblem>;

/** Takes an entry out with its own lines, or out of its `{ }`; comments above it stay. */
export function removeFrom(editing: Editing, path: Path): Written {
  const walked = walkTo(editing, path);
  if (!walked.ok) return walked;
  const { steps, missing } = walked.value;
  const step = steps.at(-1);
  // what is not written here came by an alias or a merge
  if (missing.length > 0 || step === undefined) return err("shared");
  if (isFlow(step.holder)) return removeFlow(editing.text, step);
  if (step.holder.items.length === 1) return removeLast(editing.text, step, steps.at(-2) ?? null);
  return removeBlock(editing.text, step);
}

function removeFlow(text: string, step: Step): Written {
  const [start, end] = [flowStart(step), entryEnd(step)];
  const range = step.holder.range;
  if (start === null || end === null || range === null || range === undefined) return err("unsupported");
  const [before, after] = [stepAt(step.holder, step.index - 1), stepAt(step.holder, step.index + 1)];
  if (after !== null) {
    const next = flowStart(after);
    return next === null ? err("unsupported") : ok(splice(text, [start, next], ""));
  }
  if (before !== null) {
    const from = entryEnd(before);
    return from === null ? err("unsupported") : ok(splice(text, [from, end], ""));
  }
  const inside = text.slice(range[0] + 1, start) + text.slice(end, range[1] - 1);
  return /^[\s,]*$/.test(inside)
    ? ok(splice(text, [range[0] + 1, range[1] - 1], ""))
    : ok(splice(text, [start, end], ""));
}

function flowStart(step: Step): number | null {
  return step.pair === null ? (step.node?.range?.[0] ?? null) : entryStart(step);
}

function removeBlock(text: string, step: Step): Written {
  const [start, end] = [entryStart(step), entryEnd(step)];
  if (start === null || end === null) return err("unsupported");
  const from = lineStart(text, start);
  if (text.slice(from, start).trim() === "") return ok(splice(text, [from, nextLine(text, end)], ""));
  // the first key stands beside a dash: the next one takes its place
  const after = stepAt(step.holder, step.index + 1);
  const next = after === null ? null : entryStart(after);
  return next === null ? err("unsupported") : ok(splice(text, [start, next], ""));
}

/** The only entry of a collection: an empty one stands beside the key instead. */
function removeLast(text: string, step: Step, holder: Step | null): Written {
  if (holder === null) return err("last-entry");
  const [opened, end] = [openEnd(holder), entryEnd(step)];
  const start = entryStart(step);
  if (opened === null || end === null || start === null) return err("unsupported");
  const empty = isSeq(step.holder) ? "[]" : "{}";
  const from = lineStart(text, start);
  if (opened > from) return ok(splice(text, [start, end], empty)); // beside a dash
  return ok(splice(splice(text, [from, nextLine(text, end)], ""), [opened, opened], ` ${empty}`));
}
