import { leakOf } from "./columns.ts";
import type { Inference, Scenario, World } from "./infer.ts";
import type { Look } from "./speakers.ts";

/** A sign of a cause is there more often than not … */
const usualFrom = 0.5;
/** … and so many times likelier than over all that could be wrong. */
const tellingFrom = 6;

/**
 * Whether an abnormal state there would be a sign of this explanation before others: what many causes show tells that something is
 * wrong, not what.
 */
export function isTelling(look: Look, { members }: Scenario, world: World): boolean {
  const kind = world.catalogue.evidence.get(look.evidence);
  if (kind === undefined) return false;
  const normal = leakOf(kind, look, world.habits)[0] ?? 1;
  const speakers = world.book.of(look);
  let left = normal;
  for (const member of members) left *= speakers.get(member)?.[0] ?? 1;
  const chance = 1 - left;
  if (chance < usualFrom) return false;
  let mixed = 1 - normal;
  for (const [position, line] of speakers)
    mixed += (world.hypotheses[position]?.prior ?? 0) * normal * (1 - (line[0] ?? 1));
  return chance >= tellingFrom * mixed;
}

/** Signs of the explanation that were found, each counted once however many saw it. */
export function signsFound(scenario: Scenario, { board }: Inference, world: World): number {
  const found = new Set<string>();
  for (const { seen, state } of board.columns)
    if (state !== 0 && isTelling(seen, scenario, world)) found.add(`${seen.evidence} ${seen.target}`);
  return found.size;
}
