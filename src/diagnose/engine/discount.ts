import type { PartGraph } from "../model.ts";
import type { Column } from "./columns.ts";
import type { Tuning } from "./tuning.ts";

/** Each further vantage with the same view adds this share of the first. */
const furtherVantage = 0.35;
/** Each further evidence of the same group, in the same place and on the same side, adds this share of the first. */
const furtherOfGroup = 0.5;
const pastShare = 0.8;
/** What became abnormal so long after the symptoms is likelier their effect than their cause. */
const lateAfterMs = 60_000;
const lateShare = 0.3;

/** How much each observation counts, by position; repeated tellings of one fact count together little more than one. */
export function weightsOf(columns: readonly Column[], graph: PartGraph, tuning: Tuning): Float64Array {
  const views = new Map<string, number>();
  const groups = new Map<string, Set<string>>();
  const keys = columns.map((column) => keysOf(column, graph));
  for (const [index, { view, group }] of keys.entries()) {
    views.set(view, (views.get(view) ?? 0) + 1);
    if (group === null) continue;
    const members = groups.get(group) ?? new Set<string>();
    groups.set(group, members.add(columns[index]?.kind.id ?? ""));
  }
  const startedAtMs = symptomsAtMs(columns);
  return Float64Array.from(columns, (column, index) => {
    const key = keys[index];
    const timing = timingShare(column, startedAtMs) / tuning.temperature;
    if (key === undefined || !tuning.discounts) return timing;
    const vantages = views.get(key.view) ?? 1;
    const members = key.group === null ? 1 : (groups.get(key.group)?.size ?? 1);
    return timing * shared(vantages, furtherVantage) * shared(members, furtherOfGroup);
  });
}

/** Share of its weight that each of so many vantages with one view keeps. */
export function sharedWeight(vantages: number): number {
  return shared(vantages, furtherVantage);
}

function shared(count: number, further: number): number {
  return (1 + further * (count - 1)) / count;
}

/** Groups are told apart by the machine the target lives on: a slow disk is felt by all its evidence, not by a neighbour's. */
function keysOf({ seen, kind, state }: Column, graph: PartGraph): { view: string; group: string | null } {
  const view = `${seen.evidence} ${seen.target} ${state}`;
  if (kind.group === null) return { view, group: null };
  const home = graph.parts
    .get(seen.target)
    ?.dependsOn.find(({ to }) => graph.parts.get(to)?.kinds.includes("host") === true);
  return { view, group: `${kind.group} ${home?.to ?? seen.target} ${state === 0}` };
}

function timingShare({ seen, state }: Column, startedAtMs: number | null): number {
  const past = seen.past ? pastShare : 1;
  // vantages look in turn: one that sees it a minute later is not an effect
  if (state === 0 || seen.vantage !== null || seen.changedAtMs === null || startedAtMs === null) return past;
  return seen.changedAtMs - startedAtMs > lateAfterMs ? past * lateShare : past;
}

/** When the first abnormal view from outside began; null: not known. */
function symptomsAtMs(columns: readonly Column[]): number | null {
  let first: number | null = null;
  for (const { seen, state } of columns) {
    if (state === 0 || seen.vantage === null || seen.changedAtMs === null) continue;
    first = first === null ? seen.changedAtMs : Math.min(first, seen.changedAtMs);
  }
  return first;
}
