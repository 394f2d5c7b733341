import { writeNamed } from "./cause.ts";
import type { DiagnosisStep } from "./watch.ts";

/** The first step from which on the scope of that incident never changed. */
export function scopeStoodFrom(steps: readonly DiagnosisStep[], last: DiagnosisStep): DiagnosisStep {
  const own = steps.filter(({ incident }) => incident === last.incident);
  const otherAt = own.findLastIndex(({ scope }) => scope !== last.scope);
  return own[otherAt + 1] ?? last;
}

/**
 * The first final answer of an incident that all later final ones only confirmed: the same cause first, in the same scope.
 * @returns one step; none without a final answer
 */
export function answerStoodFrom(steps: readonly DiagnosisStep[], incident: number): readonly DiagnosisStep[] {
  const finals = steps.filter((step) => step.incident === incident && step.isFinal);
  const last = finals.at(-1);
  if (last === undefined) return [];
  const otherAt = finals.findLastIndex(
    (step) => step.scope !== last.scope || firstCauseOf(step) !== firstCauseOf(last),
  );
  return finals.slice(otherAt + 1, otherAt + 2);
}

function firstCauseOf({ causes }: DiagnosisStep): string | null {
  const first = causes[0];
  return first === undefined ? null : writeNamed(first);
}
