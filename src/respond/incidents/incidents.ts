import type { IncidentVerbs } from "../../kernel/ports.ts";
import { createIncidentKeeper, type IncidentDeps, type IncidentKeeper } from "./keep.ts";
import { createIncidentVerbs } from "./verbs.ts";

/** Incidents from both sides: what the detection confirms (`take`) and what people do (`verbs`). */
export function createIncidents(deps: IncidentDeps): IncidentKeeper & { readonly verbs: IncidentVerbs } {
  return { ...createIncidentKeeper(deps), verbs: createIncidentVerbs(deps) };
}
