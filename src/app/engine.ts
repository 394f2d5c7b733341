import { stampNow, type Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import { siteGraph } from "../kernel/graph.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Attention, CheckStatus, SiteStatus } from "../kernel/model/status.ts";
import type { AvailabilityReader, ChannelDesk, IncidentVerbs, PauseVerbs } from "../kernel/ports.ts";
import { readStatus } from "../api/status.ts";
import { createAvailability } from "../detect/index.ts";
import { createDiagnoses, type Diagnoses } from "../diagnose/index.ts";
import { createSenses, type Senses, type VantageDesk } from "../observe/index.ts";
import type { Prevention } from "../prevent/index.ts";
import { backupAttentions, type Recovery } from "../recover/index.ts";
import { channels, createEscalation, createNotices, createOutbox } from "../respond/index.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { Telemetry } from "../storage/telemetry/telemetry.ts";
import { gatherAttentions } from "./attentions.ts";
import { createChannelTests, type ChannelTests } from "./channel-tests.ts";
import { createDiagnosisSources } from "./diagnosis-sources.ts";
import { every, type Repeating } from "./every.ts";
import { openEyes, type Eyes, type Held } from "./eyes.ts";
import type { Live } from "./live.ts";
import { createPageKeeper, type PageKeeper } from "./page-keeper.ts";
import { openPrevention, openRecovery } from "./upkeep.ts";
import { createUndeliveredWatch, type UndeliveredWatch } from "./undelivered.ts";
import { watchUnwritten } from "./unwritten.ts";

export interface Engine {
  site(): Site;
  status(): Promise<SiteStatus>;
  readonly verbs: IncidentVerbs;
  readonly pauses: PauseVerbs;
  readonly senses: Senses;
  readonly diagnoses: Diagnoses;
  readonly recovery: Recovery;
  readonly prevention: Prevention;
  readonly channels: ChannelDesk;
  readonly availability: AvailabilityReader;
  readonly desk: VantageDesk;
  readonly live: Live;
  readonly page: PageKeeper;
  /** asks every vantage that runs one of these checks to look now */
  probeNow(checkIds: readonly string[]): void;
  /** Takes a new configuration over; what it does not touch keeps running. */
  apply(site: Site): Promise<void>;
  /** Has more to say about the hub itself on every status; there is one source. */
  alsoTell(source: () => readonly Attention[]): void;
  /** A newer configuration was refused with this many findings; the one before stays in force. */
  refused(findings: number): void;
  start(): Promise<void>;
  /** Ends what is under way; what was accepted is in the ledger. */
  stop(): Promise<void>;
}

export interface EngineDeps {
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly log: Log;
  /** where a user's own causes lie */
  readonly causesFolder: string;
  /** the hub's own data; scratch places lie below it */
  readonly dataFolder: string;
}

const sightEveryMs = 5_000;
const newestEvents = 5_000;
/** The scheduler runs at least every five seconds; without it for this long nothing is watched. */
const latePulseMs = 30_000;

/** Joins the stages into one running hub: what is seen is judged, written down, told, published and shown. */
export async function createEngine(deps: EngineDeps, first: Site): Promise<Engine> {
  const { ledger, telemetry, clock, log } = deps;
  const held = heldOf(first);
  const site = (): Site => held.site;
  await rememberJumps(ledger, held);
  const checks = (): readonly CheckStatus[] => eyes.board.checks();
  const notices = createNotices({ ledger, clock, site, checks, wake: () => outbox.wake() });
  const eyes = await openEyes({ ...deps, notices }, held);
  const senses = await openSenses(deps, held, eyes);
  const channelTests = await createChannelTests({ ledger, clock, site, channels });
  const { live, pump } = eyes;
  const recovery = await openRecovery(deps, held, eyes);
  held.health = recovery.health;
  const prevention = await openPrevention(deps, held, { ...eyes, senses, notices });
  held.holding = prevention.windows;
  const status = (): Promise<SiteStatus> =>
    statusNow(deps, held, { ...eyes, senses, recovery, prevention, channelTests, page });
  const availability = createAvailability({ ledger, telemetry, clock, site });
  const page: PageKeeper = createPageKeeper({ ledger, clock, log, live, site, status, availability });
  const undelivered = createUndeliveredWatch({ ledger, clock, log, take: (changes) => pump.take(changes) });
  const outbox = createOutbox({ ledger, clock, log, site, channels, onGivenUp: undelivered.givenUp });
  const diagnoses = openDiagnoses(deps, held, { ...eyes, senses, notices });
  const escalation = createEscalation({ ledger, clock, log, site, checks });
  const stages = { senses, diagnoses, recovery, prevention, page };
  const parts: Parts = { ...eyes, ...stages, undelivered, outbox, escalation, watching: [] };
  const { desk, pauses, probeNow, verbs } = eyes;

  return {
    site,
    status,
    live,
    availability,
    desk,
    pauses,
    probeNow,
    verbs,
    ...stages,
    channels: channelTests,
    async apply(next) {
      held.refusedFindings = 0;
      await eyes.use(next);
      await senses.use(next);
      recovery.apply();
      await prevention.apply();
      await page.use(next);
    },
    alsoTell(source) {
      held.alsoTold = source;
    },
    refused(findings) {
      held.refusedFindings = findings;
    },
    async start() {
      await startParts(parts, held.site);
      const unwritten = watchUnwritten({ clock, log, site, channels, checks, blockedBy: pump.blockedBy });
      parts.watching = [watchSight(eyes, held, deps), unwritten];
      await page.use(held.site);
    },
    stop: () => stopParts(parts),
  };
}

function heldOf(site: Site): Held {
  return {
    site,
    graph: siteGraph(site),
    refusedFindings: 0,
    sight: null,
    lastJump: null,
    holding: null,
    health: null,
    drawn: null,
    alsoTold: () => [],
  };
}

interface Parts extends Eyes {
  readonly senses: Senses;
  readonly diagnoses: Diagnoses;
  readonly recovery: Recovery;
  readonly prevention: Prevention;
  readonly page: PageKeeper;
  readonly undelivered: UndeliveredWatch;
  readonly outbox: ReturnType<typeof createOutbox>;
  readonly escalation: ReturnType<typeof createEscalation>;
  watching: readonly Repeating[];
}

async function startParts(parts: Parts, site: Site): Promise<void> {
  const { use, here, pump, senses, diagnoses, recovery, prevention, outbox, escalation } = parts;
  await use(site);
  here.start();
  pump.start();
  await senses.start();
  await diagnoses.start();
  recovery.start();
  await prevention.start();
  await outbox.start();
  escalation.start();
}

/** What looks ends first, then what is made of it, so that nothing is seen that nobody takes down. */
async function stopParts(parts: Parts): Promise<void> {
  for (const watch of parts.watching) watch.stop();
  await parts.diagnoses.stop();
  await parts.recovery.stop();
  await parts.prevention.stop();
  await parts.here.stop();
  await parts.senses.stop();
  parts.pauses.stop();
  await parts.pump.stop();
  parts.escalation.stop();
  parts.undelivered.stop();
  await parts.outbox.stop();
  await parts.page.stop();
  parts.live.stop();
}

/** What tells the hub something without a probe of its own, and whoever watches the hub itself. */
async function openSenses({ ledger, telemetry, clock, log }: EngineDeps, held: Held, eyes: Eyes): Promise<Senses> {
  const { pump, here, desk } = eyes;
  const senses = await createSenses({
    ledger,
    telemetry,
    clock,
    log,
    site: () => held.site,
    take: pump.take,
    vantageOffsetMs: (vantage) => desk.statuses().find(({ name }) => name === vantage)?.clockOffsetMs ?? null,
    look: (vantage, wanted) => desk.look(vantage, wanted),
    isWell: () => pump.blockedBy() === null && clock.monotonicMs() - (here.pulse() ?? -Infinity) < latePulseMs,
    canSee: () => held.sight?.state !== "blind",
  });
  eyes.listen(senses);
  return senses;
}

interface Diagnosing extends Eyes {
  readonly senses: Senses;
  readonly notices: ReturnType<typeof createNotices>;
}

/** Every incident is diagnosed, and whoever is told of it hears what was found. */
function openDiagnoses(
  { ledger, telemetry, clock, log, causesFolder }: EngineDeps,
  held: Held,
  { board, here, desk, probeNow, senses, notices }: Diagnosing,
): Diagnoses {
  const site = (): Site => held.site;
  const checks = (): readonly CheckStatus[] => board.checks();
  const sources = createDiagnosisSources({ clock, ledger, telemetry, site, checks, here, desk, probeNow, senses });
  const inside = { hosts: senses.hosts, logs: senses.logs, metrics: telemetry.read.metrics };
  const diagnoses = createDiagnoses({ clock, log, ledger, site, checks, sources, inside, causesFolder });
  held.drawn = diagnoses.drawn;
  diagnoses.onStep((diagnosis) => {
    notices.diagnosed(diagnosis).catch((thrown: unknown) => {
      log.error("diagnosis not told", { incident: diagnosis.incidentId, error: errorText(thrown) });
    });
  });
  return diagnoses;
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

interface Told {
  readonly prevention: Prevention;
  readonly recovery: Recovery;
  readonly senses: Senses;
  readonly channelTests: ChannelTests;
  readonly page: PageKeeper;
}

async function statusNow(
  { ledger, telemetry, clock }: EngineDeps,
  held: Held,
  { board, desk, here, pump, page, senses, recovery, prevention, channelTests }: Eyes & Told,
): Promise<SiteStatus> {
  const { site, refusedFindings } = held;
  const status = await readStatus({
    site: () => site,
    clock,
    ledger,
    checks: (): readonly CheckStatus[] => board.checks(),
    vantages: () => desk.statuses(),
    isBeingWorkedOn: (component) =>
      // what was brought back is used while it is verified: that it may not end is the gate of its incident
      prevention.windows
        .holding(component)
        .some(({ state, origin }) => origin !== "recovery" && (state === "open" || state === "verifying")),
    pulseAgeMs: () => clock.monotonicMs() - (here.pulse() ?? clock.monotonicMs()),
    attentions: () =>
      gatherAttentions({
        site,
        clock,
        lastJump: held.lastJump,
        vantages: desk.statuses(),
        sight: held.sight,
        page: page.attentions(),
        watch: [
          ...senses.attentions(),
          ...backupAttentions(recovery.newest(), { site, now: stampNow(clock) }),
          ...channelTests.attentions(),
          ...held.alsoTold(),
        ],
        telemetry: telemetry.state(),
        refusedFindings,
        ledgerBlockedBy: pump.blockedBy(),
      }),
  });
  return { ...status, watch: senses.watchdog.status() };
}
