import { stampNow, type Clock } from "../../kernel/clock.ts";
import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import { apUrl } from "../evidence/ap-url.ts";
import type { Offer } from "../model.ts";
import type { Watched } from "./attempts.ts";
import { together, type Gathered } from "./gatherer.ts";
import { noted } from "./noted.ts";
import type { Situation } from "./situation.ts";

/** What checks of several pages of one program say of it: some fail where others, asked from the same place, do not. */
export function pageEvidence(watched: readonly Watched[], situation: Situation, clock: Clock): Gathered {
  return together(
    [...pagesOf(situation, watched)].flatMap(([service, pages]) => {
      const stumbling = vantagesWhereFrontFails(situation, service, watched);
      const told = concentration(pages.filter(({ vantage }) => !stumbling.has(vantage)));
      if (told === null) return [];
      return [
        noted({ evidence: apUrl.id, target: service, vantage: null, at: stampNow(clock) }, apUrl.readPages(told)),
      ];
    }),
  );
}

/** Programs whose pages are compared. */
export function pageTells(situation: Situation, checks: readonly CheckStatus[]): Offer["tells"] {
  const services = pagesOf(
    situation,
    checks.map((check) => ({ check })),
  ).keys();
  return [...services].map((target) => ({ evidence: apUrl.id, target, vantage: null }));
}

/** A server in front of others has pages of several programs, and that one of those fails is no matter of a page. */
function pagesOf<One extends { readonly check: CheckStatus }>(
  { graph }: Situation,
  watched: readonly One[],
): ReadonlyMap<ComponentId, readonly One[]> {
  const all = watched.filter(({ check }) => check.kind === "http");
  const services = [...new Set(all.map(({ check }) => check.service))];
  const pages = services.flatMap((key): [ComponentId, readonly One[]][] => {
    const own = all.filter(({ check }) => check.service === key);
    const id = componentId("service", key);
    const isFront = (graph.behind?.get(id) ?? []).length > 0;
    const targets = new Set(own.map(({ check }) => check.target));
    return isFront || targets.size < 2 ? [] : [[id, own]];
  });
  return new Map(pages);
}

/** Where the server in front stumbles by itself, which of the pages behind it fail is chance. */
function vantagesWhereFrontFails(
  { graph }: Situation,
  program: ComponentId,
  watched: readonly Watched[],
): ReadonlySet<string> {
  const isFront = ({ check }: Watched): boolean =>
    (graph.behind?.get(componentId("service", check.service)) ?? []).includes(program);
  const failing = watched.filter(
    (one) => isFront(one) && (one.now?.outcome === "down" || one.now?.outcome === "degraded"),
  );
  return new Set(failing.map(({ vantage }) => vantage));
}

/** By page: which fail and which work, as far as the same vantage sees both sorts. */
export interface PageContrast {
  readonly failing: readonly string[];
  readonly working: readonly string[];
}

/** Null: nothing fails, or what works is seen from elsewhere. A page that was never well is no news. */
function concentration(pages: readonly Watched[]): PageContrast | null {
  const fresh = pages.filter(
    ({ now, usual }) => now !== null && now.outcome !== "unknown" && usual.totalP95Ms !== null,
  );
  const failing = fresh.filter(({ now }) => now?.outcome !== "up");
  if (failing.length === 0) return null;
  const from = new Set(failing.map(({ vantage }) => vantage));
  const beside = fresh.filter(({ vantage }) => from.has(vantage));
  const failingPages = new Set(failing.map(({ check }) => check.target));
  const working = beside.map(({ check }) => check.target).filter((target) => !failingPages.has(target));
  const isCompared = new Set(beside.map(({ check }) => check.target)).size > 1;
  return isCompared ? { failing: [...failingPages], working: [...new Set(working)] } : null;
}
