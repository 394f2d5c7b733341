import type { Trace } from "../../clients/traceroute.ts";
import type { Hop } from "../../kernel/ports-paths.ts";

/** Stands for the target's own address, which a name may change while the way stays the same. */
export const atTarget = "*target*";

/** What is believed of one way, and what was seen once and may be a change. */
export interface Belief {
  readonly hops: readonly Hop[];
  readonly reached: boolean;
  /** differs from what is known; a change when it is seen again at once */
  readonly pending: readonly Hop[] | null;
  /** what was seen in between and went away again: routers that take turns */
  readonly strays: readonly (readonly Hop[])[];
}

export interface Learned {
  readonly belief: Belief;
  /** `first`: nothing was known; `better`: the same way, known more fully; `changed`: another way, seen twice */
  readonly news: "first" | "same" | "better" | "pending" | "changed";
}

const mostStrays = 8;
/** A hop of more routers than this is not shown whole: a wide balancer. */
const mostRouters = 16;

/** The hops of a trace with the target's own address taken out. */
export function hopsOf(trace: Trace, address: string): readonly Hop[] {
  return trace.hops.map((hop) => hop.map((one) => (one === address ? atTarget : one)));
}

/**
 * Holds a new trace against what is known. Silent hops fit everything; a trace that ends early fits as far as it goes, since
 * a target that does not answer is no other way to it.
 */
export function learn(known: Belief | null, hops: readonly Hop[]): Learned {
  const reached = hops.at(-1)?.includes(atTarget) === true;
  if (known === null) return { belief: { hops, reached, pending: null, strays: [] }, news: "first" };
  if (fits(known.hops, hops)) return sameWay(known, hops);
  if (known.pending !== null && fits(known.pending, hops)) {
    const now = merge(known.pending, hops);
    return { belief: { hops: now, reached: endsAtTarget(now), pending: null, strays: [] }, news: "changed" };
  }
  return { belief: { ...known, pending: hops }, news: "pending" };
}

/** The way is the known one again. What came and went twice takes turns with it. */
function sameWay(known: Belief, hops: readonly Hop[]): Learned {
  const { pending } = known;
  const alternates = pending !== null && known.strays.some((stray) => fits(stray, pending));
  const merged = alternates && pending !== null ? merge(merge(known.hops, hops), pending) : merge(known.hops, hops);
  const strays = pending === null || alternates ? known.strays : [...known.strays, pending].slice(-mostStrays);
  const belief = { hops: merged, reached: known.reached || endsAtTarget(merged), pending: null, strays };
  return { belief, news: JSON.stringify(merged) === JSON.stringify(known.hops) ? "same" : "better" };
}

/** Could both be the same way? At each distance they share a router, or one of them knows none. */
export function fits(known: readonly Hop[], seen: readonly Hop[]): boolean {
  if (endsAtTarget(known) && endsAtTarget(seen) && known.length !== seen.length) return false;
  return seen.every((hop, at) => {
    const other = known[at] ?? [];
    return hop.length === 0 || other.length === 0 || hop.some((one) => other.includes(one));
  });
}

function endsAtTarget(hops: readonly Hop[]): boolean {
  return hops.at(-1)?.includes(atTarget) === true;
}

function merge(one: readonly Hop[], other: readonly Hop[]): readonly Hop[] {
  const length = Math.max(one.length, other.length);
  return Array.from({ length }, (_, at) =>
    [...new Set([...(one[at] ?? []), ...(other[at] ?? [])])].toSorted().slice(0, mostRouters),
  );
}

/** `10.0.1.1 > * > 10.0.3.1|10.0.3.5 > ●` for facts and logs. */
export function routeText(hops: readonly Hop[]): string {
  return hops
    .map((hop) => (hop.length === 0 ? "*" : hop.map((one) => (one === atTarget ? "●" : one)).join("|")))
    .join(" > ")
    .slice(0, 1_000);
}
