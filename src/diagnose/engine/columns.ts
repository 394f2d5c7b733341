import { componentId, kindOf } from "../../kernel/model/component.ts";
import type { Seen } from "../../kernel/model/diagnosis.ts";
import type { Catalogue, EvidenceKind, Habits, PartGraph } from "../model.ts";
import type { Reach } from "./reach.ts";

/** One piece of evidence, placed among the parts, with what it looks like while nothing is broken. */
export interface Column {
  readonly seen: Seen;
  readonly kind: EvidenceKind;
  /** position of the target */
  readonly target: number;
  /** position of the vantage; -1: none, or not in the graph */
  readonly vantage: number;
  /** position of the LAN through which the vantage looks, whose address others see; its own where it shares none */
  readonly line: number;
  /** index among the evidence's states, 0 is normal */
  readonly state: number;
  /** P(at most this state | nothing broken), by state */
  readonly leak: Float64Array;
}

/** An older, worse reading still counts when it is no older than this than the newest: the incident's window. */
const windowMs = 15 * 60_000;

/** Changes of these in so many hours before count as evidence; the base rate of the part divides them. */
const changeWindowHours: Readonly<Record<string, number>> = { "ch.conf": 1, "ch.dep": 2 };

/** Evidence that came twice counts once: the worst of its window, marked past when a newer look was better. Unknown words and parts are left out. */
export function columnsOf(
  seen: readonly Seen[],
  { catalogue, graph, reach, habits }: { catalogue: Catalogue; graph: PartGraph; reach: Reach; habits: Habits | null },
): readonly Column[] {
  const kept = new Map<string, Column>();
  for (const one of seen) {
    const kind = catalogue.evidence.get(one.evidence);
    const state = kind?.states.indexOf(one.state) ?? -1;
    if (kind === undefined || state < 0) continue;
    const target = reach.indexOf(one.target);
    if (target < 0) continue;
    const key = `${one.evidence} ${one.target} ${one.vantage ?? ""}`;
    const column = {
      seen: one,
      kind,
      target,
      ...placeOf(one.vantage, { graph, reach }),
      state,
      leak: isFresh(one) ? freshLeak(kind) : leakOf(kind, one, habits),
    };
    const other = kept.get(key);
    kept.set(key, other === undefined ? column : worseOf(column, other));
  }
  return [...kept].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, column]) => column);
}

function placeOf(
  name: string | null,
  { graph, reach }: { graph: PartGraph; reach: Reach },
): Pick<Column, "vantage" | "line"> {
  if (name === null) return { vantage: -1, line: -1 };
  const vantage = componentId("vantage", name);
  const lan = graph.parts.get(vantage)?.dependsOn.find(({ to }) => kindOf(to) === "lan")?.to;
  return { vantage: reach.indexOf(vantage), line: reach.indexOf(lan ?? vantage) };
}

/**
 * What is often not as it should be is so for weeks. That it turned so within this very window by chance is a tenth as likely, and a
 * rare thing is not made rarer than its reading can be trusted.
 */
const freshShare = 0.1;

function isFresh({ at, changedAtMs }: Seen): boolean {
  return changedAtMs !== null && at.atMs - changedAtMs <= windowMs;
}

function freshLeak(kind: EvidenceKind): Float64Array {
  return cumulative(kind.leak.map((leak) => bounded(Math.min(leak, Math.max(leak * freshShare, leastLeak)))));
}

const leastLeak = 0.001;

function worseOf(one: Column, other: Column): Column {
  const [newer, older] = isNewer(one, other) ? [one, other] : [other, one];
  const inWindow = newer.seen.at.atMs - older.seen.at.atMs <= windowMs;
  if (older.state <= newer.state || !inWindow) return newer;
  return { ...older, seen: { ...older.seen, past: true } };
}

function isNewer(one: Column, other: Column): boolean {
  const byTime = one.seen.at.atMs - other.seen.at.atMs;
  if (byTime !== 0) return byTime > 0;
  if (one.state !== other.state) return one.state > other.state;
  return !one.seen.past || other.seen.past;
}

/** P(at most x) while nothing is broken: what this target is known for, else what the catalogue says. */
export function leakOf(
  kind: EvidenceKind,
  look: Pick<Seen, "target" | "vantage">,
  habits: Habits | null,
): Float64Array {
  const hours = changeWindowHours[kind.id];
  const rate = hours === undefined ? null : (habits?.changesPerHour(look.target) ?? null);
  if (hours !== undefined && rate !== null) return cumulative([bounded(1 - Math.exp(-rate * hours))]);
  return cumulative((habits?.leak(kind.id, look) ?? kind.leak).map(bounded));
}

function bounded(probability: number): number {
  return Math.min(0.97, Math.max(1e-4, probability));
}

/** P(at most x) by state, from the probabilities of the states after the first; more than one in all is scaled down. */
export function cumulative(abnormal: readonly number[]): Float64Array {
  const total = abnormal.reduce((sum, value) => sum + value, 0);
  const scale = total > 0.999 ? 0.999 / total : 1;
  const row = new Float64Array(abnormal.length + 1);
  let sum = 1 - total * scale;
  row[0] = sum;
  for (const [index, value] of abnormal.entries()) {
    sum += value * scale;
    row[index + 1] = sum;
  }
  row[abnormal.length] = 1;
  return row;
}
