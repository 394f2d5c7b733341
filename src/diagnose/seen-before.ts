import type { Diagnosis, Seen } from "../kernel/model/diagnosis.ts";
import type { Catalogue } from "./model.ts";

/** What was found longer ago is looked for anew. */
const freshMs = 2 * 60_000;

/**
 * What an earlier look at the same incident found out of order: an incident that grows is looked at again, by when a host may
 * have no time left to answer.
 */
export function foundBefore(before: Diagnosis | null, { evidence }: Catalogue, nowMs: number): readonly Seen[] {
  const seen = before?.seen ?? [];
  return seen.filter(
    (one) => nowMs - one.at.atMs <= freshMs && (evidence.get(one.evidence)?.states.indexOf(one.state) ?? -1) > 0,
  );
}
