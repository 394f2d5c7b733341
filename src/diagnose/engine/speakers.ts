import { componentId, kindOf, type ComponentId } from "../../kernel/model/component.ts";
import type { Catalogue, Relation } from "../model.ts";
import type { Hypothesis } from "./hypotheses.ts";
import type { Reach } from "./reach.ts";

/** Something that can be looked at, seen already or not. */
export interface Look {
  readonly evidence: string;
  readonly target: ComponentId;
  readonly vantage: string | null;
}

/** P(at most x | that cause alone) by state, of every hypothesis that says something of one look, by its position. */
export type Speakers = ReadonlyMap<number, Float64Array>;

export interface SpeakerBook {
  /** the answer does not hang on what was seen, and is kept */
  of(look: Look): Speakers;
  /** what one hypothesis says when its failure is felt as `effect` tells; null: nothing */
  lineOf(position: number, look: Look, effect: Float64Array): Float64Array | null;
}

export function createSpeakerBook(
  hypotheses: readonly Hypothesis[],
  { reach, catalogue }: { reach: Reach; catalogue: Catalogue },
): SpeakerBook {
  const placeOf = createPlaces(reach, catalogue);
  const byEvidence = new Map<string, { position: number; relations: Spoken }[]>();
  for (const [position, { lines }] of hypotheses.entries()) {
    for (const [evidence, relations] of lines) {
      const list = byEvidence.get(evidence) ?? [];
      list.push({ position, relations: [...relations] });
      byEvidence.set(evidence, list);
    }
  }
  const kept = new Map<string, Speakers>();

  function of(look: Look): Speakers {
    const key = `${look.evidence} ${look.target} ${look.vantage ?? ""}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const place = placeOf(look);
    const speakers = new Map<number, Float64Array>();
    for (const { position, relations } of byEvidence.get(look.evidence) ?? []) {
      const part = hypotheses[position]?.part ?? -1;
      const line = lineAt(place, relations, { part, effect: part < 0 ? null : reach.effectOf(part) });
      if (line !== null) speakers.set(position, line);
    }
    kept.set(key, speakers);
    return speakers;
  }

  function lineOf(position: number, look: Look, effect: Float64Array): Float64Array | null {
    const hypothesis = hypotheses[position];
    const relations = hypothesis?.lines.get(look.evidence);
    if (hypothesis === undefined || relations === undefined) return null;
    return lineAt(placeOf(look), [...relations], { part: hypothesis.part, effect });
  }

  return { of, lineOf };
}

/** Lines of one evidence, the nearest relation first. */
type Spoken = readonly (readonly [Relation, Float64Array])[];

interface Failure {
  readonly part: number;
  /** what is felt of it; null: it sits nowhere in particular */
  readonly effect: Float64Array | null;
}

interface Place {
  readonly target: number;
  readonly vantage: number;
  readonly isHost: boolean;
  /** what is felt of the target's own failure; null: it is not in the graph */
  readonly felt: Float64Array | null;
  /** programs whose troubles the look shows beside the target's */
  readonly behind: readonly number[];
}

function createPlaces(reach: Reach, catalogue: Catalogue): (look: Look) => Place {
  return ({ evidence, target, vantage }) => {
    const position = reach.indexOf(target);
    return {
      target: position,
      vantage: vantage === null ? -1 : reach.indexOf(componentId("vantage", vantage)),
      isHost: kindOf(target) === "host",
      felt: position < 0 ? null : reach.effectOf(position),
      behind: catalogue.evidence.get(evidence)?.tellsOfBehind === true ? reach.behind(position) : [],
    };
  };
}

/** The nearest relation that the cause has a line for decides, weakened by how much is felt of it. */
function lineAt(place: Place, relations: Spoken, cause: Failure): Float64Array | null {
  for (const [relation, line] of relations) {
    const share = relation === "any" ? 1 : shareOf(relation, place, cause);
    if (share >= 1) return line;
    if (share > 0) return line.map((upTo) => 1 - share * (1 - upTo));
  }
  return null;
}

/** How strongly a relation holds between cause and look; 0: it does not. */
function shareOf(relation: Exclude<Relation, "any">, place: Place, { part, effect }: Failure): number {
  if (effect === null) return 0;
  if (relation === "behind") return effect[place.vantage] ?? 0;
  // what is said of dependents holds for the machine itself, too: its ping, its SSH, its controller
  if (place.target === part) return relation === "own" || place.isHost ? 1 : 0;
  if (relation === "own") return 0;
  if (relation === "needs") return place.felt?.[part] ?? 0;
  return Math.max(effect[place.target] ?? 0, ...place.behind.map((program) => effect[program] ?? 0));
}
