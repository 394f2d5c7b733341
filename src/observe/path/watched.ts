import type { Clock, Stamp, Timer } from "../../kernel/clock.ts";
import type { PathStatus, Route } from "../../kernel/ports-paths.ts";
import { recent, summarise, type Burst } from "./packets.ts";
import type { Belief } from "./route.ts";
import { atTarget } from "./route.ts";
import type { PathTrouble } from "./signals.ts";
import type { Target } from "./targets.ts";

/** One target as it is watched: what is believed of it, and what is under way. */
export interface Watched {
  readonly vantage: string;
  target: Target;
  address: string | null;
  bursts: readonly Burst[];
  packetsBlind: string | null;
  routeBlind: string | null;
  belief: Belief | null;
  route: Route | null;
  before: Route | null;
  tracedAt: Stamp | null;
  readonly ending: AbortController;
  burstTimer: Timer | null;
  traceTimer: Timer | null;
  tracing: Promise<void> | null;
  bursting: Promise<void> | null;
}

/** @param routes the ways the ledger knows of it, newest first */
export function watchedOf(target: Target, routes: readonly Route[]): Watched {
  const [route = null, before = null] = routes;
  return {
    vantage: target.vantage,
    target,
    address: null,
    bursts: [],
    packetsBlind: null,
    routeBlind: null,
    belief: route === null ? null : { hops: route.hops, reached: route.reached, pending: null, strays: [] },
    route,
    before,
    tracedAt: null,
    ending: new AbortController(),
    burstTimer: null,
    traceTimer: null,
    tracing: null,
    bursting: null,
  };
}

export function statusOf(watched: Watched, troubles: readonly PathTrouble[], clock: Clock): PathStatus {
  const { vantage, target, address, bursts, packetsBlind, routeBlind, route, before, tracedAt } = watched;
  const packets = packetsBlind === null ? summarise(recent(bursts, clock.monotonicMs())) : null;
  return {
    vantage,
    target: target.host,
    address,
    subject: target.subject,
    services: target.services,
    packets,
    newest: packets === null ? null : newestOf(bursts, clock),
    route: named(route, address),
    before: named(before, address),
    tracedAt,
    unobserved: {
      ...(packetsBlind === null ? {} : { packets: packetsBlind }),
      ...(routeBlind === null ? {} : { route: routeBlind }),
    },
    troubles,
  };
}

function newestOf(bursts: readonly Burst[], clock: Clock): PathStatus["newest"] {
  const last = bursts.at(-1);
  if (last === undefined) return null;
  const agoMs = clock.monotonicMs() - last.atMonotonicMs;
  return { atMs: clock.nowMs() - agoMs, sent: last.sent, received: last.received };
}

/** A way with the target's address in its place. */
function named(route: Route | null, address: string | null): Route | null {
  if (route === null) return null;
  return { ...route, hops: route.hops.map((hop) => hop.map((one) => (one === atTarget ? (address ?? "●") : one))) };
}
