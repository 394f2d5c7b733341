import { siteGraph, type Graph } from "../kernel/graph.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import type { LogLines } from "../kernel/model/probe.ts";
import type { Observation } from "../kernel/model/observation.ts";
import type { SignalChange } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Attention } from "../kernel/model/status.ts";
import type { CheckBoard, Folder, IncidentVerbs, ScopeJudge } from "../kernel/ports.ts";
import type { HealthGate } from "../kernel/ports-health.ts";
import type { HoldBook } from "../kernel/ports-prevent.ts";
import {
  createDetector,
  createPauses,
  foldSignals,
  watchedServices,
  type Detector,
  type Pauses,
} from "../detect/index.ts";
import { judgeScope } from "../diagnose/index.ts";
import { createHereVantage, createVantageDesk, type VantageDesk } from "../observe/index.ts";
import { createIncidents, type createNotices } from "../respond/index.ts";
import { perfMetrics } from "../readers/perfdata-facts.ts";
import type { Telemetry } from "../storage/telemetry/telemetry.ts";
import type { EngineDeps } from "./engine.ts";
import { createLive, type Live } from "./live.ts";
import { createPump, type Pump, type PumpDeps } from "./pump.ts";

type HereVantage = ReturnType<typeof createHereVantage>;
type HereDeps = Parameters<typeof createHereVantage>[0];
/** What the hub's own vantage says of its eyes. */
export type Sight = Awaited<ReturnType<HereVantage["sight"]>>;

/** What changes while the hub runs. */
export interface Held {
  site: Site;
  graph: Graph;
  refusedFindings: number;
  sight: Sight | null;
  /** the newest step of this machine's clock that the ledger tells of */
  lastJump: LedgerEvent | null;
  /** alarms that wait while work is being done; null: none does, or nobody knows yet */
  holding: HoldBook | null;
  /** what keeps an incident from being ended; null: nothing, or nobody knows yet */
  health: HealthGate | null;
  /** what becomes of a picture of a page; null: nothing, or nobody knows yet */
  drawn: HereDeps["drawn"] | null;
  /** what the listeners have to say of themselves */
  alsoTold: () => readonly Attention[];
}

/** Whoever wants to know what was seen and what came of it. */
export interface Ears {
  observed(observation: Observation): void;
  /** once they are written down */
  heard(changes: readonly SignalChange[]): void;
  /** the lines of the logs that are followed */
  readonly logLines: LogLines;
}

/** Everything that looks, up to the incidents that come of it. */
export interface Eyes {
  readonly live: Live;
  readonly detector: Detector;
  readonly pauses: Pauses;
  readonly board: CheckBoard;
  readonly verbs: IncidentVerbs;
  readonly here: HereVantage;
  readonly desk: VantageDesk;
  readonly pump: Pump;
  /** asks every vantage that runs one of these checks to look now */
  probeNow(checkIds: readonly string[]): void;
  /** takes another site over: what it does not touch keeps running */
  use(site: Site): Promise<void>;
  /** tells what was held and is not any more */
  refold(): Promise<void>;
  /** there is one listener */
  listen(ears: Ears): void;
}

interface EyesDeps extends EngineDeps {
  readonly notices: ReturnType<typeof createNotices>;
}

/** Joins probes, vantages, detection and incidents. What is paused is looked at by nobody. */
export async function openEyes(deps: EyesDeps, held: Held): Promise<Eyes> {
  const { ledger, clock, log, telemetry } = deps;
  const live = createLive(ledger, clock);
  const pauses = await createPauses({ ledger, clock, log, site: () => held.site, changed: () => void look() });
  const running = (): Site => pauses.unpaused(held.site);
  const openSignals = await ledger.read.openSignals();
  const detector = createDetector({ site: running(), graph: held.graph, clock, log, openSignals });
  const board = { checks: () => pauses.shown(detector.checks()) };
  const incidents = openIncidents(deps, held, board);
  const relay = createRelay();
  const observed = (observation: Observation): void => {
    pump.observe(observation);
    live.observed(observation);
    relay.observed(observation);
    measured(telemetry, observation);
  };
  const here = openHere(deps, held, { report: observed, logs: relay.logLines });
  const desk = await createVantageDesk({
    ledger,
    clock,
    log,
    site: running,
    hereSight: () => held.sight,
    onIntake: ({ fresh }) => fresh.forEach(observed),
  });
  const probeNow = (checkIds: readonly string[]): void => {
    here.probeNow(checkIds);
    desk.probeNow(checkIds);
  };
  const keep = relay.after(incidents.take);
  const pump: Pump = createPump({ clock, log, detector, keep, probeNow });

  async function look(): Promise<void> {
    void pump.take(detector.reconfigure(running(), held.graph));
    here.use(running());
    await desk.siteChanged();
  }

  return {
    live,
    detector,
    pauses,
    board,
    verbs: incidents.verbs,
    refold: incidents.refold,
    here,
    desk,
    pump,
    probeNow,
    async use(site) {
      held.site = site;
      held.graph = siteGraph(site);
      await look();
    },
    listen: relay.listen,
  };
}

/** Pictures of pages go to whoever keeps them by then. */
function openHere(
  { clock, log }: EyesDeps,
  held: Held,
  told: Pick<HereDeps, "report" | "logs">,
): ReturnType<typeof createHereVantage> {
  return createHereVantage({
    clock,
    log,
    site: () => held.site,
    drawn: (picture) => held.drawn?.(picture),
    ...told,
  });
}

interface Relay extends Pick<Ears, "observed" | "logLines">, Pick<Eyes, "listen"> {
  /** tells of changes once they are kept */
  after(keep: PumpDeps["keep"]): PumpDeps["keep"];
}

/** Hands on what happens to whoever listens; before that nobody hears it. */
function createRelay(): Relay {
  let ears: Ears | null = null;
  return {
    observed: (observation) => ears?.observed(observation),
    logLines: { count: (query) => ears?.logLines.count(query) ?? Promise.resolve(null) },
    after: (keep) => async (changes) => {
      await keep(changes);
      ears?.heard(changes);
    },
    listen(listener) {
      ears = listener;
    },
  };
}

function openIncidents(
  { ledger, clock, notices }: EyesDeps,
  held: Held,
  board: CheckBoard,
): ReturnType<typeof createIncidents> {
  const site = (): Site => held.site;
  const holding: HoldBook = {
    heldBy: (signal) => held.holding?.heldBy(signal) ?? null,
    holding: (component) => held.holding?.holding(component) ?? [],
    noteHeld: async (signals) => held.holding?.noteHeld(signals),
  };
  const health: HealthGate = { blockers: async (id) => (await held.health?.blockers(id)) ?? [] };
  return createIncidents({ ledger, clock, site, board, ...judges(held, board), queue: notices.queue, holding, health });
}

/** The incidents' ports, answered by the detection and the diagnosis with the site as it is now. */
function judges(held: Held, board: CheckBoard): { folder: Folder; judge: ScopeJudge } {
  return {
    folder: {
      fold: (input) =>
        foldSignals({
          ...input,
          graph: held.graph,
          watched: watchedServices(held.site),
          ways: held.site.vantages,
          jobs: held.site.jobs,
        }),
    },
    judge: {
      judge: (input) => {
        const lineChecked = new Set(held.sight?.state === "ok" ? ["here"] : []);
        return judgeScope({ ...input, graph: held.graph, site: held.site, cells: board.checks(), lineChecked });
      },
    },
  };
}

/** Every attempt is kept, and the values a command reported are series of their own. */
function measured({ append }: Telemetry, observation: Observation): void {
  append.observation(observation);
  const { checkId, vantage, atMs, facts } = observation;
  for (const { label, unit, value } of perfMetrics(facts)) {
    append.metric({ name: "koboshi_perf", subject: `check:${checkId}`, labels: { label, unit, vantage }, value, atMs });
  }
}
