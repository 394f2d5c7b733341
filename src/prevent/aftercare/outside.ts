import type { AftercareInput, OutsideView } from "../../kernel/model/aftercare.ts";
import type { CellStatus, CheckStatus } from "../../kernel/model/status.ts";

export type Answer = "answers" | "silent" | "not-seen";

/** What one vantage sees: its newest attempt, unless that is old. */
function cellAnswer({ last, stale, state }: CellStatus): Answer {
  if (state === "ok" || state === "warning") return stale ? "not-seen" : "answers";
  if (stale || last === null || last.outcome === "unknown") return "not-seen";
  return last.outcome === "down" ? "silent" : "answers";
}

/**
 * Whether a check's target does what it should. A state that the window itself gives (in maintenance, affected) says nothing
 * of it, so then the vantages' own readings decide: all that see anything have to agree that it answers.
 */
export function answerOf({ state, cells, confirming }: CheckStatus): Answer {
  if (!confirming && (state === "ok" || state === "warning")) return "answers";
  if (!confirming && state === "down") return "silent";
  const seen = cells.map(cellAnswer).filter((answer) => answer !== "not-seen");
  if (seen.length === 0) return "not-seen";
  return seen.includes("silent") ? "silent" : "answers";
}

export function watched(view: OutsideView): readonly CheckStatus[] {
  return view.checks.filter(({ state }) => state !== "paused");
}

export interface Compared {
  /** it answered before, or nothing is known of before */
  readonly silent: readonly CheckStatus[];
  readonly unseen: readonly CheckStatus[];
  /** it did not answer before either: not of this work */
  readonly silentBefore: readonly CheckStatus[];
  readonly answering: readonly CheckStatus[];
}

/** How the checks that `isMeant` picks answer now, beside how they answered before. */
export function compareChecks(
  { outsideBefore, outsideAfter }: AftercareInput,
  isMeant: (check: CheckStatus) => boolean,
): Compared {
  const before = new Map((outsideBefore?.checks ?? []).map((check) => [check.id, answerOf(check)]));
  const found = { silent: [], unseen: [], silentBefore: [], answering: [] } as Record<keyof Compared, CheckStatus[]>;
  for (const check of watched(outsideAfter).filter(isMeant)) {
    const answer = answerOf(check);
    if (answer === "answers") found.answering.push(check);
    else if (before.get(check.id) === "silent") found.silentBefore.push(check);
    else if (answer === "silent") found.silent.push(check);
    else found.unseen.push(check);
  }
  return found;
}

export function ofKinds(...kinds: readonly string[]): (check: CheckStatus) => boolean {
  return ({ kind }) => kinds.includes(kind);
}

/** Vantages that have a reading of this host which `is`. */
export function vantages(view: OutsideView, is: Answer): ReadonlySet<string> {
  return new Set(
    watched(view)
      .flatMap(({ cells }) => cells)
      .filter((cell) => cellAnswer(cell) === is)
      .map(({ vantage }) => vantage),
  );
}
