import { hasAnswered } from "../../kernel/answer.ts";
import { stampNow } from "../../kernel/clock.ts";
import { componentId, nameOf } from "../../kernel/model/component.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import type { Entry } from "../evidence/books.ts";
import { pvCrowd, type PlaceSeen } from "../evidence/pv-crowd.ts";
import { mostProviders } from "./controls.ts";
import { nothing, type Gathered, type Gatherer } from "./gatherer.ts";
import { noted } from "./noted.ts";
import { names } from "./notes.ts";
import { nearest, needsOf, type Situation } from "./situation.ts";

/** Whether a provider's trouble is felt elsewhere, too: in our own places there that the subject does without, and by people who name it. */
export function createCrowdGatherer(sources: DiagnosisSources): Gatherer {
  return {
    id: "crowd",
    bundle: "prov",
    offers: (situation) =>
      nearest(situation, "provider", mostProviders)
        .filter((key) => placesBeside(situation, key).length > 0 || situation.site.statusPage !== null)
        .map((key) => {
          const target = componentId("provider", key);
          const tells = [{ evidence: pvCrowd.id, target, vantage: null }];
          return { bundle: "prov", target, tells, expectedSeconds: 0.1 };
        }),
    gather: (offer, situation) =>
      offer.target === null ? Promise.resolve(nothing) : look(sources, nameOf(offer.target), situation),
  };
}

async function look(sources: DiagnosisSources, key: string, situation: Situation): Promise<Gathered> {
  const checks = sources.checks();
  const places = placesBeside(situation, key).flatMap((place) => placeSeen(situation, place, checks) ?? []);
  const voices = await voicesOf(sources, key, situation);
  const about = {
    evidence: pvCrowd.id,
    target: componentId("provider", key),
    vantage: null,
    at: stampNow(sources.clock),
  };
  return noted(about, pvCrowd.read({ places, voices }));
}

/** Places of ours at this provider that what failed does not stand in: their own power and lines are others. */
function placesBeside(situation: Situation, provider: string): readonly string[] {
  const needed = needsOf(situation, situation.subject);
  return [...situation.site.places.values()]
    .filter((place) => place.provider === provider && !needed.has(componentId("place", place.key)))
    .map(({ key }) => key);
}

/** Null: nobody looks there. One answer shows that the place stands. */
function placeSeen({ site }: Situation, place: string, checks: readonly CheckStatus[]): PlaceSeen | null {
  const here = checks.filter(({ service, state }) => {
    const host = site.services.get(service)?.on ?? null;
    return state !== "paused" && state !== "maintenance" && host !== null && site.hosts.get(host)?.at === place;
  });
  const last = here.flatMap(({ cells }) =>
    cells.flatMap((cell) => (cell.stale || cell.last === null ? [] : [cell.last])),
  );
  const told = last.filter(({ outcome }) => outcome !== "unknown");
  if (told.length === 0) return null;
  return { place, isSilent: told.every((one) => one.outcome === "down" && !hasAnswered(one)) };
}

async function voicesOf(
  sources: DiagnosisSources,
  key: string,
  { site, fromMs }: Situation,
): Promise<readonly Entry[]> {
  const words = [key, ...(site.providers.get(key)?.links ?? []).map(({ title }) => title)];
  const bySender = new Map<string, Entry>();
  for (const { canReach, comment, isp, source, at } of await sources.reports(fromMs)) {
    const text = [comment, isp].filter((part) => part !== null).join(" ");
    if (!canReach && words.some((word) => names(text, word))) bySender.set(source, { text, atMs: at.atMs });
  }
  return [...bySender.values()];
}
