import { stampNow } from "../../kernel/clock.ts";
import { componentId, kindOf, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import { apDirect } from "../evidence/ap-direct.ts";
import { apExt } from "../evidence/ap-ext.ts";
import { apRate } from "../evidence/ap-rate.ts";
import { apThr } from "../evidence/ap-thr.ts";
import { apWork } from "../evidence/ap-work.ts";
import type { Tried } from "../evidence/attempts.ts";
import type { Reading } from "../evidence/evidence.ts";
import { showing } from "../lines/signs.ts";
import type { Offer } from "../model.ts";
import { nothing, together, type Gathered, type Gatherer } from "./gatherer.ts";
import { hostId, lookInside } from "./host-inside.ts";
import { isAimedAt, lookedInto, servicesOn, type HostedService } from "./host-services.ts";
import { frontOf, machinesBehind } from "./log.ts";
import { noted } from "./noted.ts";
import { nearest, type Situation } from "./situation.ts";
import { toldByLines } from "./told-lines.ts";
import { triedOf } from "./tried.ts";
import { webLines } from "./web-lines.ts";

const mostExternal = 4;

/** How much a web server has to do, how the program behind it answers, and whether what it needs elsewhere does. */
export function createServiceGatherer(sources: InsideSources): Gatherer {
  return {
    id: "svc",
    bundle: "svc",
    offers: (situation) => [...ownOffers(situation), ...externalOffers(situation)],
    gather(offer, situation, signal) {
      if (offer.target === null) return Promise.resolve(nothing);
      if (kindOf(offer.target) === "service") return external(sources, situation, offer.target);
      return look(sources, { host: nameOf(offer.target), situation, signal });
    },
  };
}

function ownOffers(situation: Situation): readonly Offer[] {
  return lookedInto(situation).flatMap((host): Offer[] => {
    const { web, app } = frontOf(servicesOn(situation, host));
    if (web === null) return [];
    const own = [apWork, apThr, apRate].map(({ id }) => ({ evidence: id, target: web.id, vantage: null }));
    const tells = [...own, { evidence: apDirect.id, target: (app ?? web).id, vantage: null }];
    return [{ bundle: "svc", target: hostId(host), tells, expectedSeconds: 3 }];
  });
}

function externalOffers(situation: Situation): readonly Offer[] {
  const { graph } = situation;
  return nearest(situation, "service", situation.near.length)
    .map((key) => componentId("service", key))
    .filter((id) => graph.parts.get(id)?.kinds.includes("extdep") === true && situation.concerned.has(id))
    .slice(0, mostExternal)
    .map((target) => ({
      bundle: "svc",
      target,
      tells: [{ evidence: apExt.id, target, vantage: null }],
      expectedSeconds: 0.2,
    }));
}

async function external(sources: InsideSources, situation: Situation, target: ComponentId): Promise<Gathered> {
  const key = nameOf(target);
  const own = situation.cells.filter((check) => check.service === key && check.state !== "paused");
  const tried = await triedOf(sources, situation, own);
  return noted({ evidence: apExt.id, target, vantage: null, at: stampNow(sources.clock) }, apExt.read(tried));
}

interface Asked {
  readonly host: string;
  readonly situation: Situation;
  readonly signal: AbortSignal;
}

async function look(sources: InsideSources, { host, situation, signal }: Asked): Promise<Gathered> {
  const { web, app } = frontOf(servicesOn(situation, host));
  if (web === null) return nothing;
  const { clock } = sources;
  const aheadMs = Math.round((sources.hosts.host(host)?.clock?.offsetSeconds ?? 0) * 1_000);
  const [inside, lines, tried] = await Promise.all([
    lookInside(sources, { host, situation, sections: ["web"], wantsReading: false, signal }),
    webLines(sources, { host, others: machinesBehind(situation, web, host), situation, aheadMs, signal }),
    directly(sources, situation, { host, app }),
  ]);
  const at = stampNow(clock);
  const tell = (id: string, target: ComponentId, reading: Reading | MissingReason): Gathered =>
    noted({ evidence: id, target, vantage: null, at }, reading);
  const said = lines.entries === null ? null : showing(lines.entries, "workers");
  const workers = inside.answers.web?.workers ?? null;
  const work = apWork.read({ workers, lines: said });
  const isFullNow = workers !== null && workers.idle === 0;
  const { behind: requests, behindBefore: usual } = lines;
  return together([
    toldByLines(clock, { evidence: apWork, target: web.id, reading: work, lines: isFullNow ? [] : (said ?? []) }),
    tell(apThr.id, web.id, apThr.read(lines.traffic)),
    tell(apRate.id, web.id, apRate.read(lines.traffic)),
    tell(apDirect.id, (app ?? web).id, apDirect.read({ tried, requests, usual })),
  ]);
}

/** The worst of the checks that speak to the program itself; null: none does. */
async function directly(
  sources: InsideSources,
  situation: Situation,
  { host, app }: { readonly host: string; readonly app: HostedService | null },
): Promise<Tried | null> {
  if (app === null || !app.kinds.includes("app")) return null;
  const aimed = situation.cells.filter(
    (check) =>
      check.service === app.key &&
      check.state !== "paused" &&
      check.kind === "http" &&
      isAimedAt(situation, host, check),
  );
  const tried = await triedOf(sources, situation, aimed);
  return tried.find(({ result }) => result.outcome === "down") ?? tried[0] ?? null;
}
