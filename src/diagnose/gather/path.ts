import { stampNow } from "../../kernel/clock.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import type { PathStatus } from "../../kernel/ports-paths.ts";
import { vpPath, type WayThere } from "../evidence/vp-path.ts";
import { together, type Gatherer } from "./gatherer.ts";
import { noted } from "./noted.ts";
import type { Situation } from "./situation.ts";

const mostPaths = 24;
/** Routers this near belong to the vantage's own line. */
const nearHops = 2;
const lossyRatio = 0.04;

/** Where packets get lost on the way from each vantage, by the ways that are looked at all the time. */
export function createPathGatherer(sources: DiagnosisSources): Gatherer {
  return {
    id: "path",
    bundle: "path",
    offers(situation) {
      const tells = pathsNear(sources, situation).map(({ subject, vantage }) => ({
        evidence: vpPath.id,
        target: subject as ComponentId,
        vantage,
      }));
      return tells.length === 0 ? [] : [{ bundle: "path", target: null, tells, expectedSeconds: 0.2 }];
    },
    async gather(_offer, situation) {
      const near = pathsNear(sources, situation);
      const at = stampNow(sources.clock);
      return together(
        near.map((path) => {
          const about = { evidence: vpPath.id, target: path.subject as ComponentId, vantage: path.vantage, at };
          const lossRatio = lossSince(path, situation);
          if (path.packets !== null && lossRatio === null) return noted(about, "timeout");
          return noted(about, vpPath.read(wayOf(path, lossRatio, near)));
        }),
      );
    },
  };
}

/** One way for each part and vantage: the most troubled. */
function pathsNear({ paths }: DiagnosisSources, { near }: Situation): readonly PathStatus[] {
  const rank = new Map(near.map((id, index): [string, number] => [id, index]));
  const bySubject = new Map<string, PathStatus>();
  for (const path of paths()) {
    const key = `${path.vantage} ${path.subject}`;
    const known = bySubject.get(key);
    if (rank.has(path.subject) && (known === undefined || lossOf(path) > lossOf(known))) bySubject.set(key, path);
  }
  return [...bySubject.values()]
    .toSorted((a, b) => (rank.get(a.subject) ?? 0) - (rank.get(b.subject) ?? 0))
    .slice(0, mostPaths);
}

function lossOf({ packets }: PathStatus): number {
  return packets?.lossRatio ?? -1;
}

/** One echo that is lost by chance is no news; more of a burst are. */
const lostOfBurst = 2;

/** What came back before the first symptom says nothing of now; null: nothing newer is known. */
function lossSince({ packets, newest }: PathStatus, { startedAtMs }: Situation): number | null {
  const before = packets?.lossRatio ?? 0;
  if (newest === null || newest.atMs < startedAtMs) return before >= lossyRatio ? before : null;
  const lost = newest.sent - newest.received;
  return lost >= lostOfBurst ? Math.max(before, lost / newest.sent) : before;
}

function wayOf(path: PathStatus, lossRatio: number | null, all: readonly PathStatus[]): WayThere {
  const { target, route, before } = path;
  const shown = route ?? before;
  return {
    target,
    lossRatio,
    where: whereLost(path, all),
    hops: (shown?.hops ?? []).map((hop, index) => `${index + 1} ${hop.length === 0 ? "*" : hop.join(" ")}`),
  };
}

/**
 * Between the last router that a way without loss goes through, too, and the first that none does. A way that ends early
 * is lost where it ends.
 */
function whereLost(path: PathStatus, all: readonly PathStatus[]): WayThere["where"] {
  const length = Math.max(hopsOf(path).length, path.before?.hops.length ?? 0);
  if (length === 0) return null;
  if (path.route !== null && !path.route.reached && path.before?.reached === true)
    return placeOf(hopsOf(path).length, length);
  const clean = all.filter((one) => one !== path && lossOf(one) >= 0 && lossOf(one) < lossyRatio);
  if (clean.length === 0) return null;
  const fine = new Set(clean.flatMap((one) => hopsOf(one).flat()));
  const shared = hopsOf(path).findLastIndex((hop) => hop.some((router) => fine.has(router)));
  return placeOf(shared + 1, length);
}

function hopsOf({ route, before }: PathStatus): readonly (readonly string[])[] {
  return (route ?? before)?.hops ?? [];
}

/** @param last how many hops are known to work */
function placeOf(last: number, length: number): WayThere["where"] {
  if (last >= length - nearHops) return "edge";
  return last < nearHops ? "lastmile" : "transit";
}
