import { stampNow, type Clock } from "../../kernel/clock.ts";
import { componentId, kindOf, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HostAnswers } from "../../kernel/model/host-answers.ts";
import type { HostWeb } from "../../kernel/model/host-service-answers.ts";
import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { LogEntry } from "../../kernel/ports-logs.ts";
import { apDirect, type AskedOnHost } from "../evidence/ap-direct.ts";
import { apExt } from "../evidence/ap-ext.ts";
import { apWork } from "../evidence/ap-work.ts";
import type { Tried } from "../evidence/attempts.ts";
import type { Reading } from "../evidence/evidence.ts";
import { backendErrorsIn } from "../lines/backend-errors.ts";
import { commonest } from "../lines/rates.ts";
import { showing } from "../lines/signs.ts";
import type { Offer } from "../model.ts";
import { fullerOf, poolWorkers } from "./fpm.ts";
import { nothing, together, type Gathered, type Gatherer } from "./gatherer.ts";
import { hostId, lookInside } from "./host-inside.ts";
import { isAimedAt, lookedInto, servicesOn, type HostedService } from "./host-services.ts";
import { frontOf, isOfWebServer, machinesBehind } from "./log.ts";
import { noted } from "./noted.ts";
import { checkedPages, type CheckedPage } from "./pages.ts";
import { nearest, type Situation } from "./situation.ts";
import { toldByLines } from "./told-lines.ts";
import { triedOf } from "./tried.ts";
import { webLines, type WebLines } from "./web-lines.ts";

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
    const program = (app ?? web).id;
    const workplaces = [...new Set([web.id, program])];
    const tells = [
      ...workplaces.map((target) => ({ evidence: apWork.id, target, vantage: null })),
      { evidence: apDirect.id, target: program, vantage: null },
    ];
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
  const pages = await checkedPages(sources, situation, app === null || app.id === web.id ? [web] : [app, web]);
  const asking = { host, situation, pages: pages.map(({ path }) => path), wantsReading: false, signal };
  const [inside, lines, tried] = await Promise.all([
    lookInside(sources, { ...asking, sections: ["web", "fpm", "direct"] }),
    webLines(sources, { host, others: machinesBehind(situation, web, host), situation, aheadMs, signal }),
    directly(sources, situation, { host, app }),
  ]);
  const at = stampNow(clock);
  const tell = (id: string, target: ComponentId, reading: Reading | MissingReason): Gathered =>
    noted({ evidence: id, target, vantage: null, at }, reading);
  const { behind: requests, behindBefore: usual } = lines;
  return together([
    ...workOf({ web, app, answers: inside.answers, lines: lines.entries }).map((one) => work(clock, one)),
    tell(
      apDirect.id,
      (app ?? web).id,
      apDirect.read({ tried, asked: askedOnHost(inside.answers, { lines, pages }), requests, usual }),
    ),
  ]);
}

interface Workplace {
  readonly target: ComponentId;
  readonly workers: HostWeb["workers"];
  /** its own; null: no log of it is followed */
  readonly lines: readonly LogEntry[] | null;
}

interface Pools {
  readonly web: HostedService;
  readonly app: HostedService | null;
  readonly answers: Pick<HostAnswers, "web" | "fpm">;
  readonly lines: readonly LogEntry[] | null;
}

/** The web server's workers, and those of the program behind it where its own log is followed or its pools are seen. */
function workOf({ web, app, answers, lines }: Pools): readonly Workplace[] {
  const workers = answers.web?.workers ?? null;
  const pool = poolWorkers(answers.fpm);
  if (app === null || app.id === web.id) return [{ target: web.id, workers: fullerOf(workers, pool), lines }];
  const ofApp = lines?.filter((entry) => !isOfWebServer(entry)) ?? [];
  const ofWeb = { target: web.id, workers, lines: lines?.filter(isOfWebServer) ?? null };
  return ofApp.length === 0 && pool === null ? [ofWeb] : [ofWeb, { target: app.id, workers: pool, lines: ofApp }];
}

/** The program behind that the web server complains of, else the one whose checked page was asked for, else the only one. */
function askedOnHost(
  { direct, fpm }: Pick<HostAnswers, "direct" | "fpm">,
  { lines, pages }: { readonly lines: WebLines; readonly pages: readonly CheckedPage[] },
): AskedOnHost | null {
  const named = commonest(backendErrorsIn(lines.entries ?? []).map((one) => one.backend));
  if (fpm?.some(({ listen, door }) => door === "closed" && listen === named) === true) return { closed: named ?? "" };
  const asked = direct ?? [];
  const found =
    asked.find(({ backend }) => backend === named) ??
    asked.find(({ isCheckedPage }) => isCheckedPage) ??
    (asked.length === 1 ? asked[0] : undefined);
  if (found === undefined) return null;
  const page = pages.find(({ path }) => path.endsWith(found.page) || found.page.endsWith(path));
  return { ...found, usualP95Ms: page?.usualP95Ms ?? null };
}

/** What the server's status shows of its workers, and what whoever has none left writes. */
function work(clock: Clock, { target, workers, lines }: Workplace): Gathered {
  const said = lines === null ? null : showing(lines, "workers");
  const isFullNow = workers !== null && workers.idle === 0;
  const reading = apWork.read({ workers, lines: said });
  return toldByLines(clock, { evidence: apWork, target, reading, lines: isFullNow ? [] : (said ?? []) });
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
