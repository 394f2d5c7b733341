import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import { partsNamed } from "../gather/notes.ts";
import { situationOf } from "../gather/situation.ts";
import type { PartGraph } from "../model.ts";

export interface ChangesFrom {
  readonly sources: Pick<DiagnosisSources, "notes">;
  site(): Site;
  graph(): PartGraph;
}

const countedHours = 28 * 24;
/** Fewer than these in four weeks are rarer than the catalogue takes changes to be, and a rate of a few says little. */
const leastChanges = 20;
const hourMs = 3_600_000;
const hub = componentId("vantage", "here");

/** How often parts are changed that are changed often, by the book of changes: there a change just before is no evidence. */
export async function changesPerHour(
  { sources, site, graph }: ChangesFrom,
  nowMs: number,
): Promise<ReadonlyMap<ComponentId, number>> {
  const notes = (await sources.notes("change")).filter(({ at }) => nowMs - at.atMs < countedHours * hourMs);
  if (notes.length < leastChanges) return new Map();
  const situation = situationOf({
    subject: hub,
    startedAtMs: nowMs,
    nowMs,
    site: site(),
    cells: [],
    graph: graph(),
  });
  const counts = new Map<ComponentId, number>();
  for (const note of notes)
    for (const part of partsNamed(note, situation)) counts.set(part, (counts.get(part) ?? 0) + 1);
  return new Map([...counts].flatMap(([part, count]) => (count < leastChanges ? [] : [[part, count / countedHours]])));
}
