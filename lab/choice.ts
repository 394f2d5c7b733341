import { createHash } from "node:crypto";
import type { Collection } from "./reading.ts";
import type { Scenario } from "./scenario.ts";

/** A release plays each scenario once and a third of the variants; another seed, another third. */
const oneIn = 3;

export interface Wanted {
  /** ids of scenarios, each with its variants where those are played, or of variants; empty: all scenarios */
  readonly only: readonly string[];
  readonly vary: boolean;
  readonly seed: number;
}

/** @returns a sentence when an id is asked for that is not there */
export function choose({ scenarios }: Collection, { only, vary, seed }: Wanted): readonly Scenario[] | string {
  const everything = scenarios.flatMap(({ base, variants }) => [base, ...variants]);
  const unknown = only.find((id) => !everything.some((scenario) => scenario.id === id));
  if (unknown !== undefined)
    return `no scenario "${unknown}"; there are ${scenarios.map(({ base }) => base.id).join(", ")}`;
  const isWanted = (id: string): boolean => only.length === 0 || only.includes(id);
  const drawn = vary ? drawnBy(seed, scenarios) : new Set();
  return scenarios.flatMap(({ base, variants }) => [
    ...(isWanted(base.id) ? [base] : []),
    ...variants.filter(({ id }) => only.includes(id) || (isWanted(base.id) && drawn.has(id))),
  ]);
}

/** Every third of all in a row, each scenario's own shuffled: of every scenario a third is drawn, to one more or less. */
function drawnBy(seed: number, scenarios: Collection["scenarios"]): ReadonlySet<string> {
  const inRow = scenarios.flatMap(({ variants }) =>
    variants.map(({ id }) => id).toSorted((a, b) => lot(seed, a) - lot(seed, b)),
  );
  const first = lot(seed, "") % oneIn;
  return new Set(inRow.filter((_, index) => index % oneIn === first));
}

function lot(seed: number, id: string): number {
  return createHash("sha256").update(`${seed} ${id}`).digest().readUInt32BE(0);
}
