import { stampNow } from "../../kernel/clock.ts";
import { nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import { apRate } from "../evidence/ap-rate.ts";
import { apSrc } from "../evidence/ap-src.ts";
import { apThr } from "../evidence/ap-thr.ts";
import { apUrl } from "../evidence/ap-url.ts";
import type { Reading } from "../evidence/evidence.ts";
import type { HostInside } from "../evidence/inside.ts";
import { noAnswers } from "../../readers/host/read-answers.ts";
import type { Offer } from "../model.ts";
import { nothing, together, type Gathered, type Gatherer } from "./gatherer.ts";
import { hostId } from "./host-inside.ts";
import { heardFrom, servicesOn, type HostedService } from "./host-services.ts";
import { oomEvidence, spaceEvidence, withKernelLines } from "./machine-lines.ts";
import { frontOf, machinesBehind } from "./log.ts";
import { noted } from "./noted.ts";
import { pathsOf } from "./pages.ts";
import type { Situation } from "./situation.ts";
import { webLines } from "./web-lines.ts";

const ofTraffic = [apRate, apUrl, apSrc];

/** What the followed access logs tell that are here already: a machine that is too busy to be asked is not waited for. */
export function createLinesGatherer(sources: InsideSources): Gatherer {
  return {
    id: "lines",
    bundle: "lines",
    offers: (situation) => heardFrom(situation).flatMap((host) => offerOf(situation, host)),
    gather: (offer, situation, signal) =>
      offer.target === null
        ? Promise.resolve(nothing)
        : look(sources, { host: nameOf(offer.target), situation, signal }),
  };
}

function offerOf(situation: Situation, host: string): readonly Offer[] {
  const { web, app } = frontOf(servicesOn(situation, host));
  if (web === null) return [];
  const tells = [
    ...ofTraffic.map(({ id }) => ({ evidence: id, target: web.id, vantage: null })),
    ...[web.id, ...programBehind(web, app)].map((target) => ({ evidence: apThr.id, target, vantage: null })),
  ];
  return [{ bundle: "lines", target: hostId(host), tells, expectedSeconds: 0.3 }];
}

/** Empty: it is no service of its own. */
function programBehind(web: HostedService, app: HostedService | null): readonly ComponentId[] {
  return app === null || app.id === web.id ? [] : [app.id];
}

async function look(
  sources: InsideSources,
  { host, situation, signal }: { readonly host: string; readonly situation: Situation; readonly signal: AbortSignal },
): Promise<Gathered> {
  const { web, app } = frontOf(servicesOn(situation, host));
  if (web === null) return nothing;
  const aheadMs = Math.round((sources.hosts.host(host)?.clock?.offsetSeconds ?? 0) * 1_000);
  const others = machinesBehind(situation, web, host);
  const pagesBehind = app === null ? [] : pathsOf(situation, app);
  const { entries, traffic, behindPace } = await webLines(sources, {
    host,
    others,
    situation,
    aheadMs,
    pagesBehind,
    signal,
  });
  const at = stampNow(sources.clock);
  const isCut = isCutOff(situation, [web.key, ...(app === null ? [] : [app.key])]);
  const pace = (of: typeof behindPace): Reading | MissingReason => (isCut ? "unreachable" : apThr.read(of));
  const tell = (evidence: string, target: ComponentId, reading: Reading | MissingReason): Gathered =>
    noted({ evidence, target, vantage: null, at }, reading);
  const machine = withKernelLines(unasked(sources, situation, aheadMs), entries ?? []);
  return together([
    ...spaceEvidence(sources, hostId(host), entries ?? []),
    ...oomEvidence(sources, machine, hostId(host)),
    ...ofTraffic.map((kind) => {
      const found = kind.read(traffic);
      // lines that do not come are no calm
      const isSilence = isCut && typeof found !== "string" && found.state === kind.states[0];
      return tell(kind.id, web.id, isSilence ? "unreachable" : found);
    }),
    tell(apThr.id, web.id, pace(traffic)),
    ...programBehind(web, app).map((program) => tell(apThr.id, program, pace(behindPace))),
  ]);
}

/** The machine, as far as nobody asked it anything. */
function unasked({ clock }: InsideSources, { fromMs, startedAtMs }: Situation, aheadMs: number): HostInside {
  const nowMs = clock.nowMs();
  return { fromMs, startedAtMs, nowMs, aheadMs, answers: noAnswers("not-asked", nowMs), reading: null, usual: null };
}

/** Who cannot get there asks nothing: how little is completed then says nothing of the server. */
function isCutOff({ cells, startedAtMs }: Situation, services: readonly string[]): boolean {
  const own = cells.filter(
    ({ service, kind, state }) => services.includes(service) && kind === "http" && state !== "paused",
  );
  const tries = own
    .flatMap((check) => check.cells.flatMap(({ last }) => last ?? []))
    .filter(({ atMs }) => atMs >= startedAtMs);
  return tries.length > 0 && tries.every(stopsOnTheWay);
}

/** A refusal is the machine's own answer; whoever distrusts a certificate turns back. */
function stopsOnTheWay({ layer, error }: ProbeResult): boolean {
  if (layer === "connect") return error?.code !== "refused";
  return layer === "dns" || layer === "route" || (layer === "tls" && error?.code.startsWith("certificate") === true);
}
