import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import { siteGraph, type Graph } from "../kernel/graph.ts";
import type { Log } from "../kernel/log.ts";
import type { Observation } from "../kernel/model/observation.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus, SiteStatus } from "../kernel/model/status.ts";
import type { CheckBoard, Folder, IncidentVerbs, ScopeJudge } from "../kernel/ports.ts";
import { readStatus } from "../api/status.ts";
import { createDetector, foldSignals, watchedServices, type Detector } from "../detect/index.ts";
import { judgeScope } from "../diagnose/index.ts";
import {
  createHereVantage,
  createVantageDesk,
  type HereVantage,
  type Sight,
  type VantageDesk,
} from "../observe/index.ts";
import { channels, createEscalation, createIncidents, createOutbox, queueNotices } from "../respond/index.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { gatherAttentions } from "./attentions.ts";
import { every, type Repeating } from "./every.ts";
import { createLive, type Live } from "./live.ts";
import { createPageKeeper, type PageKeeper } from "./page-keeper.ts";
import { createPump, type Pump } from "./pump.ts";
import { createUndeliveredWatch } from "./undelivered.ts";
import { watchUnwritten } from "./unwritten.ts";

export interface Engine {
  site(): Site;
  status(): Promise<SiteStatus>;
  readonly verbs: IncidentVerbs;
  readonly desk: VantageDesk;
  readonly live: Live;
  readonly page: PageKeeper;
  /** Takes a new configuration over; what it does not touch keeps running. */
  apply(site: Site): Promise<void>;
  /** A newer configuration was refused with this many findings; the one before stays in force. */
  refused(findings: number): void;
  start(): Promise<void>;
  /** Ends what is under way; what was accepted is in the ledger. */
  stop(): Promise<void>;
}

export interface EngineDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
}

/** What changes while the hub runs. */
interface Held {
  site: Site;
  graph: Graph;
  refusedFindings: number;
  sight: Sight | null;
  /** the newest step of this machine's clock that the ledger tells of */
  lastJump: LedgerEvent | null;
}

const sightEveryMs = 5_000;
const newestEvents = 5_000;

/** Joins the stages into one running hub: what is seen is judged, written down, told, published and shown. */
export async function createEngine(deps: EngineDeps, first: Site): Promise<Engine> {
  const { ledger, clock, log } = deps;
  const held: Held = { site: first, graph: siteGraph(first), refusedFindings: 0, sight: null, lastJump: null };
  const site = (): Site => held.site;
  await rememberJumps(ledger, held);
  const eyes = await openEyes(deps, held);
  const { live, pump, desk, here, detector } = eyes;
  const status = (): Promise<SiteStatus> => statusNow(deps, held, { ...eyes, page });
  const page: PageKeeper = createPageKeeper({ ledger, clock, log, live, site, status });
  const undelivered = createUndeliveredWatch({ ledger, clock, log, take: (changes) => pump.take(changes) });
  const outbox = createOutbox({ ledger, clock, log, site, channels, onGivenUp: undelivered.givenUp });
  const checks = (): readonly CheckStatus[] => detector.checks();
  const blockedBy = (): string | null => pump.blockedBy();
  const escalation = createEscalation({ ledger, clock, log, site, checks });
  let watching: readonly Repeating[] = [];

  return {
    site,
    status,
    desk,
    live,
    page,
    verbs: eyes.verbs,
    async apply(next) {
      held.site = next;
      held.graph = siteGraph(next);
      held.refusedFindings = 0;
      void pump.take(detector.reconfigure(next, held.graph));
      here.use(next);
      await desk.siteChanged();
      await page.use(next);
    },
    refused(findings) {
      held.refusedFindings = findings;
    },
    async start() {
      here.use(held.site);
      here.start();
      pump.start();
      await outbox.start();
      escalation.start();
      watching = [watchSight(eyes, held, deps), watchUnwritten({ clock, log, site, channels, blockedBy, checks })];
      await page.use(held.site);
    },
    async stop() {
      for (const watch of watching) watch.stop();
      await here.stop();
      await pump.stop();
      escalation.stop();
      undelivered.stop();
      await outbox.stop();
      await page.stop();
      live.stop();
    },
  };
}

interface Eyes {
  readonly live: Live;
  readonly detector: Detector;
  readonly board: CheckBoard;
  readonly verbs: IncidentVerbs;
  readonly here: HereVantage;
  readonly desk: VantageDesk;
  readonly pump: Pump;
}

/** From the probes to the ledger: everything that looks, and the incidents that come of it. */
async function openEyes({ ledger, clock, log }: EngineDeps, held: Held): Promise<Eyes> {
  const site = (): Site => held.site;
  const live = createLive(ledger, clock);
  const openSignals = await ledger.read.openSignals();
  const detector = createDetector({ site: held.site, graph: held.graph, clock, log, openSignals });
  const board = { checks: () => detector.checks() };
  const incidents = createIncidents({
    ledger,
    clock,
    site,
    board,
    ...judges(held, board),
    queue: async (tx, notice) => {
      await queueNotices(tx, { clock, site }, notice);
    },
  });
  const observed = (observation: Observation): void => {
    pump.observe(observation);
    live.observed(observation);
  };
  const here = createHereVantage({ clock, log, site, report: observed });
  const desk = await createVantageDesk({
    ledger,
    clock,
    log,
    site,
    hereSight: () => held.sight,
    onIntake: ({ fresh }) => fresh.forEach(observed),
  });
  const pump: Pump = createPump({
    clock,
    log,
    detector,
    keep: (changes) => incidents.take(changes),
    probeNow: (checkIds) => {
      here.probeNow(checkIds);
      desk.probeNow(checkIds);
    },
  });
  return { live, detector, board, verbs: incidents.verbs, here, desk, pump };
}

/** The incidents' ports, answered by the detection and the diagnosis with the site as it is now. */
function judges(held: Held, board: CheckBoard): { folder: Folder; judge: ScopeJudge } {
  return {
    folder: {
      fold: (input) => foldSignals({ ...input, graph: held.graph, watched: watchedServices(held.site) }),
    },
    judge: {
      judge: (input) => {
        const lineChecked = new Set(held.sight?.state === "ok" ? ["here"] : []);
        return judgeScope({ ...input, graph: held.graph, site: held.site, cells: board.checks(), lineChecked });
      },
    },
  };
}

/** Steps of the clock from before a restart are looked for in the newest events; later ones are heard of as they come. */
async function rememberJumps(ledger: Ledger, held: Held): Promise<void> {
  const note = (events: readonly LedgerEvent[]): void => {
    held.lastJump = events.findLast(({ kind }) => kind === "clock.jumped") ?? held.lastJump;
  };
  const last = await ledger.read.lastSeq();
  note(await ledger.read.eventsAfter(Math.max(0, last - newestEvents), newestEvents));
  ledger.onCommit(note);
}

/** Tells the detector what every vantage says of its own eyes, the hub's first. */
function watchSight({ here, desk, detector, pump }: Eyes, held: Held, { clock, log }: EngineDeps): Repeating {
  return every(clock, sightEveryMs, {
    work: async () => {
      held.sight = await here.sight();
      for (const { name, state } of desk.statuses()) void pump.take(detector.vantage(name, { state }));
    },
    failed: (thrown) => log.error("own sight not read", { error: errorText(thrown) }),
  });
}

function statusNow(
  { ledger, clock }: EngineDeps,
  held: Held,
  { board, desk, here, pump, page }: Eyes & { page: PageKeeper },
): Promise<SiteStatus> {
  const { site, refusedFindings } = held;
  return readStatus({
    site: () => site,
    clock,
    ledger,
    checks: (): readonly CheckStatus[] => board.checks(),
    vantages: () => desk.statuses(),
    pulseAgeMs: () => clock.monotonicMs() - (here.pulse() ?? clock.monotonicMs()),
    attentions: () =>
      gatherAttentions({
        site,
        clock,
        lastJump: held.lastJump,
        vantages: desk.statuses(),
        sight: held.sight,
        page: page.attentions(),
        refusedFindings,
        ledgerBlockedBy: pump.blockedBy(),
      }),
  });
}
