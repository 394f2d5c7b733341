import { componentId } from "../../kernel/model/component.ts";
import type { Seen } from "../../kernel/model/diagnosis.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import type { Offer } from "../model.ts";
import { checksNear, watchedNear } from "./attempts.ts";
import { installationLooks } from "./content-looks.ts";
import { controlEvidence, mostProviders, neighboursOf } from "./controls.ts";
import { together, type Gathered, type Gatherer } from "./gatherer.ts";
import { hostEvidence, machinesNear } from "./host-looks.ts";
import { pageEvidence, pageTells } from "./page-looks.ts";
import { pinnedEvidence } from "./pinned-looks.ts";
import { reachEvidence } from "./reach.ts";
import { yieldsOf } from "./readings.ts";
import { within } from "./noted.ts";
import { nearest, type Situation } from "./situation.ts";
import { askable, vantageEvidence } from "./vantages.ts";

/** What can be seen from outside: the checks of all that stands near, and looks that no check asks for. */
export function createNetGatherer(sources: DiagnosisSources): Gatherer {
  return {
    id: "net",
    bundle: "net",
    offers: (situation) => [offerOf(sources, situation)],
    gather: (_offer, situation, signal) => look(sources, situation, signal),
  };
}

/** The first wave is to be over before the scope is told; what a slow vantage answers later is lost. */
const firstMs = 2_400;
const followMs = 1_000;

async function look(sources: DiagnosisSources, situation: Situation, signal: AbortSignal): Promise<Gathered> {
  const asking = { sources, situation, vantages: askable(sources) };
  const first = within(sources.clock, signal, firstMs);
  const watching = watchedNear(sources, situation, first.signal);
  const [watched, hosts, controls] = await Promise.all([
    watching,
    hostEvidence({ ...asking, signal: first.signal }, watching),
    controlEvidence({ ...asking, signal: first.signal }),
  ]);
  first.end();
  const follow = within(sources.clock, signal, followMs);
  const [looksDefault, pinned] = await Promise.all([
    installationLooks(sources, watched, follow.signal),
    pinnedEvidence({ ...asking, signal: follow.signal }, watched),
  ]);
  follow.end();
  const offsets = new Map(sources.vantages().map(({ name, clockOffsetMs }) => [name, (clockOffsetMs ?? 0) / 1_000]));
  const looker = {
    clock: sources.clock,
    situation,
    aheadSeconds: (name: string) => offsets.get(name) ?? 0,
    looksDefault,
  };
  const reach = reachEvidence(watched, looker);
  const pages = pageEvidence(watched, situation, sources.clock);
  return together([pinned.in(reach), pages, hosts, controls, vantageEvidence(sources, situation, watched)]);
}

const expectedSeconds = 3;

/** Everything it would tell; what a site has no check for is not among it. */
function offerOf(sources: DiagnosisSources, situation: Situation): Offer {
  const vantages = askable(sources);
  const tells: Pick<Seen, "evidence" | "target" | "vantage">[] = [
    ...checksNear(situation, situation.cells).flatMap((check) =>
      yieldsOf(check, { ...situation, asksResolver: false }).flatMap(({ evidence, target }) =>
        check.cells.map(({ vantage }) => ({ evidence: evidence.id, target, vantage })),
      ),
    ),
    ...pageTells(situation, checksNear(situation, situation.cells)),
    ...machinesNear(situation).flatMap(({ id, host }) => [
      ...vantages.map((vantage) => ({ evidence: "vp.icmp", target: id, vantage })),
      ...(host.look?.by === "ssh" ? [{ evidence: "vp.tcp", target: id, vantage: "here" }] : []),
    ]),
    ...nearest(situation, "provider", mostProviders).flatMap((key) =>
      neighboursOf(situation, key).length === 0
        ? []
        : vantages.map((vantage) => ({ evidence: "vp.ctrl", target: componentId("provider", key), vantage })),
    ),
    ...vantages.flatMap((vantage) =>
      ["vp.self", "mo.self"].map((evidence) => ({ evidence, target: componentId("vantage", vantage), vantage })),
    ),
  ];
  const once = new Map(tells.map((one) => [`${one.evidence} ${one.target} ${one.vantage}`, one]));
  return { bundle: "net", target: null, tells: [...once.values()], expectedSeconds };
}
