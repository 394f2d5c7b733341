import { stampNow } from "../../kernel/clock.ts";
import { nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { LogEntry } from "../../kernel/ports-logs.ts";
import { apCliff } from "../evidence/ap-cliff.ts";
import { apEconf } from "../evidence/ap-econf.ts";
import { apEcrash } from "../evidence/ap-ecrash.ts";
import { apEref } from "../evidence/ap-eref.ts";
import { apEtime } from "../evidence/ap-etime.ts";
import { hsAuth } from "../evidence/hs-auth.ts";
import { hsKern } from "../evidence/hs-kern.ts";
import { hsSmart } from "../evidence/hs-smart.ts";
import type { HostInside } from "../evidence/inside.ts";
import type { BackendTrouble } from "../evidence/log-lines.ts";
import { backendErrorsIn } from "../lines/backend-errors.ts";
import { cliffIn } from "../lines/cliff.ts";
import { withPoolEnds } from "../lines/fpm-errors.ts";
import { limitFor } from "../lines/limits.ts";
import { isFailure } from "../lines/requests.ts";
import type { Timed } from "../lines/rates.ts";
import { showing } from "../lines/signs.ts";
import { verdictOf } from "../lines/verdict.ts";
import type { Offer } from "../model.ts";
import { poolTimeouts, poolWorkers } from "./fpm.ts";
import { nothing, together, type Gathered, type Gatherer } from "./gatherer.ts";
import { hostId, lookInside } from "./host-inside.ts";
import { hostLines } from "./host-logs.ts";
import { heardFrom, serviceOf, servicesOn, type HostedService } from "./host-services.ts";
import { oomEvidence, spaceEvidence, withKernelLines } from "./machine-lines.ts";
import { noted } from "./noted.ts";
import { needsOf, type Situation } from "./situation.ts";
import { toldByLines } from "./told-lines.ts";
import { webLines, type WebLines } from "./web-lines.ts";

const ofHosts = [hsKern, hsSmart, hsAuth];
const ofWeb = [apEtime, apEref, apEconf, apCliff];
const sections = ["kern", "smart", "auth", "web", "fpm"] as const;

/** What was written down: by the kernel, the disks, the login service, and the web servers. */
export function createLogGatherer(sources: InsideSources): Gatherer {
  return {
    id: "log",
    bundle: "log",
    offers: (situation) =>
      heardFrom(situation).map((host) => {
        const target = hostId(host);
        const { web, app } = frontOf(servicesOn(situation, host));
        const tells = [...told(ofHosts, target), ...told(ofWeb, web?.id), ...told([apEcrash], web?.id)];
        const apps = app === null || app.id === web?.id ? [] : told([apEcrash], app.id);
        return { bundle: "log", target, tells: [...tells, ...apps], expectedSeconds: 4 };
      }),
    gather: (offer, situation, signal) =>
      offer.target === null
        ? Promise.resolve(nothing)
        : look(sources, { host: nameOf(offer.target), situation, signal }),
  };
}

function told(kinds: readonly { id: string }[], target: ComponentId | undefined): Offer["tells"] {
  return target === undefined ? [] : kinds.map(({ id }) => ({ evidence: id, target, vantage: null }));
}

/** The web server in front and the program behind it, as far as they are services of this machine. */
export function frontOf(services: readonly HostedService[]): {
  readonly web: HostedService | null;
  readonly app: HostedService | null;
} {
  const web = serviceOf(services, ["web", "app"]);
  return { web, app: serviceOf(services, ["app"]) ?? web };
}

/** Machines that what this service needs runs on. */
export function machinesBehind(situation: Situation, web: HostedService | null, host: string): readonly string[] {
  if (web === null) return [];
  const needs = [...needsOf(situation, web.id)].filter((id) => id.startsWith("service:"));
  const on = needs.flatMap((id) => situation.site.services.get(nameOf(id))?.on ?? []);
  return [...new Set(on)].filter((key) => key !== host).slice(0, mostBehind);
}

const mostBehind = 2;

interface Asked {
  readonly host: string;
  readonly situation: Situation;
  readonly signal: AbortSignal;
}

async function look(sources: InsideSources, asked: Asked): Promise<Gathered> {
  const { host, situation, signal } = asked;
  const { web, app } = frontOf(servicesOn(situation, host));
  const aheadMs = Math.round((sources.hosts.host(host)?.clock?.offsetSeconds ?? 0) * 1_000);
  const others = machinesBehind(situation, web, host);
  const [inside, lines] = await Promise.all([
    lookInside(sources, { host, situation, sections, wantsReading: false, signal }),
    web === null ? null : webLines(sources, { host, others, situation, aheadMs, signal }),
  ]);
  const at = stampNow(sources.clock);
  const heard = withKernelLines(inside, lines?.entries ?? (await ownLines(sources, asked, aheadMs)));
  const own = ofHosts.map((kind) =>
    noted({ evidence: kind.id, target: hostId(host), vantage: null, at }, kind.read(heard)),
  );
  if (web === null || lines === null) return together(own);
  own.push(...spaceEvidence(sources, hostId(host), lines.entries ?? []), ...oomEvidence(sources, heard, hostId(host)));
  const story: Story = { sources, inside, lines, web: web.id, app: app?.id ?? web.id };
  return together([...own, ...backendEvidence(story), ...signEvidence(story)]);
}

async function ownLines(
  sources: InsideSources,
  { host, situation, signal }: Asked,
  aheadMs: number,
): Promise<readonly LogEntry[]> {
  const toMs = sources.clock.nowMs() + 1;
  const { entries } = await hostLines(sources, { host, fromMs: situation.fromMs, toMs, aheadMs, signal });
  return entries ?? [];
}

interface Story {
  readonly sources: InsideSources;
  readonly inside: HostInside;
  readonly lines: WebLines;
  readonly web: ComponentId;
  readonly app: ComponentId;
}

/** Timeouts and refusals of the program behind, with the limit that applies and what to make of it. */
function backendEvidence({ sources, inside, lines, web }: Story): readonly Gathered[] {
  const { clock } = sources;
  const { entries, traffic, behind } = lines;
  const missing = (id: string): Gathered =>
    noted({ evidence: id, target: web, vantage: null, at: stampNow(clock) }, "not-configured");
  if (entries === null) return [apEtime, apEref, apCliff].map(({ id }) => missing(id));
  const pools = poolTimeouts(inside.answers.fpm);
  const errors = withPoolEnds(backendErrorsIn(entries), { requests: traffic.requests, timeouts: pools });
  const timeouts = errors.filter(({ kind }) => kind === "timeout");
  const cutSeconds = traffic.requests.filter(isFailure).flatMap(({ seconds }) => seconds ?? []);
  const written = [...(inside.answers.web?.timeouts ?? []), ...pools];
  const limit = limitFor(written, timeouts, cutSeconds);
  const cliff = cliffIn({ requests: traffic.requests, usual: traffic.usual, backend: behind, limit });
  const isPoolFull = poolWorkers(inside.answers.fpm)?.idle === 0;
  const verdict = verdictOf(errors, { cliff, isFull: isPoolFull || showing(entries, "workers").length > 0 });
  const trouble: BackendTrouble = { errors, requests: traffic.requests.length, limit, verdict };
  const refusals = errors.filter(({ kind }) => kind !== "timeout");
  const isRestart = wasRestart(refusals, { requests: traffic.requests, nowMs: clock.nowMs() });
  return [
    toldByLines(clock, { evidence: apEtime, target: web, reading: apEtime.read(trouble), lines: timeouts }),
    toldByLines(clock, {
      evidence: apEref,
      target: web,
      reading: isRestart ? apEref.read({ ...trouble, errors: timeouts }) : apEref.read(trouble),
      lines: isRestart ? [] : refusals,
    }),
    toldByLines(clock, {
      evidence: apCliff,
      target: web,
      reading: apCliff.read({ cliff, limit, errors: timeouts, verdict }),
      lines: timeouts,
    }),
  ];
}

/** A start takes no longer, and is over when nothing was refused for so long. */
const [startMs, startedMs] = [10_000, 15_000];
const [leastRefusals, leastRequests] = [3, 5];

/** Refusals of one moment, few or followed by requests that were not refused, are a program that was started anew. */
function wasRestart(
  refusals: readonly Timed[],
  { requests, nowMs }: { readonly requests: readonly Timed[]; readonly nowMs: number },
): boolean {
  if (refusals.length === 0) return false;
  const times = refusals.map(({ atMs }) => atMs);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  if (nowMs - last <= startedMs || last - first > startMs) return false;
  return refusals.length < leastRefusals || requests.filter(({ atMs }) => atMs > last).length >= leastRequests;
}

/** Web servers write of their own children and of what runs inside them; all else is the program's behind. */
const ofWebServer = /\b(?:apache|httpd|nginx)\b/i;

export function isOfWebServer({ source, program }: LogEntry): boolean {
  return ofWebServer.test(`${source} ${program ?? ""}`);
}

function signEvidence({ sources, inside, lines, web, app }: Story): readonly Gathered[] {
  const { clock } = sources;
  const { entries } = lines;
  const configuration = entries === null ? null : showing(entries, "configuration");
  const configured = apEconf.read({ lines: configuration, web: inside.answers.web });
  const found = { evidence: apEconf, target: web, reading: configured, lines: configuration ?? [] };
  const isFaultNow = [inside.answers.web?.apache, inside.answers.web?.nginx].some((test) => test?.isFine === false);
  // a configuration that is wrong now is no matter of the past
  const econf = toldByLines(clock, isFaultNow ? { ...found, lines: [] } : found);
  const targets = [...new Set([web, app])];
  if (entries === null) {
    const at = stampNow(clock);
    return [
      econf,
      ...targets.map((target) => noted({ evidence: apEcrash.id, target, vantage: null, at }, "not-configured")),
    ];
  }
  const crashes = showing(entries, "crash");
  return [
    econf,
    ...targets.map((target) => {
      const mine = crashes.filter((entry) => web === app || isOfWebServer(entry) === (target === web));
      return toldByLines(clock, { evidence: apEcrash, target, reading: apEcrash.read({ lines: mine }), lines: mine });
    }),
  ];
}
