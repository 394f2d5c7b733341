import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { LedgerEvent } from "../kernel/event.ts";
import { siteGraph } from "../kernel/graph.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus, SiteStatus } from "../kernel/model/status.ts";
import type { AvailabilityReader, ChannelDesk, IncidentVerbs, JobDesk, PauseVerbs } from "../kernel/ports.ts";
import { readStatus } from "../api/status.ts";
import { createAvailability } from "../detect/index.ts";
import {
  createAlertIntake,
  createHeartbeats,
  createWatchdog,
  type AlertIntake,
  type VantageDesk,
} from "../observe/index.ts";
import { channels, createEscalation, createOutbox } from "../respond/index.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { Telemetry } from "../storage/telemetry/telemetry.ts";
import { gatherAttentions } from "./attentions.ts";
import { createChannelTests, type ChannelTests } from "./channel-tests.ts";
import { every, type Repeating } from "./every.ts";
import { openEyes, type Eyes, type Held } from "./eyes.ts";
import type { Live } from "./live.ts";
import { createPageKeeper, type PageKeeper } from "./page-keeper.ts";
import { createUndeliveredWatch, type UndeliveredWatch } from "./undelivered.ts";
import { watchUnwritten } from "./unwritten.ts";

export interface Engine {
  site(): Site;
  status(): Promise<SiteStatus>;
  readonly verbs: IncidentVerbs;
  readonly pauses: PauseVerbs;
  readonly jobs: JobDesk;
  readonly alerts: AlertIntake;
  readonly channels: ChannelDesk;
  readonly availability: AvailabilityReader;
  readonly desk: VantageDesk;
  readonly live: Live;
  readonly page: PageKeeper;
  /** asks every vantage that runs one of these checks to look now */
  probeNow(checkIds: readonly string[]): void;
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
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly log: Log;
}

const sightEveryMs = 5_000;
const newestEvents = 5_000;
/** The scheduler runs at least every five seconds; without it for this long nothing is watched. */
const latePulseMs = 30_000;

/** Joins the stages into one running hub: what is seen is judged, written down, told, published and shown. */
export async function createEngine(deps: EngineDeps, first: Site): Promise<Engine> {
  const { ledger, telemetry, clock, log } = deps;
  const held: Held = { site: first, graph: siteGraph(first), refusedFindings: 0, sight: null, lastJump: null };
  const site = (): Site => held.site;
  await rememberJumps(ledger, held);
  const eyes = await openEyes(deps, held);
  const senses = await openSenses(deps, held, eyes);
  const { live, pump, desk, board } = eyes;
  const status = (): Promise<SiteStatus> => statusNow(deps, held, { ...eyes, ...senses, page });
  const availability = createAvailability({ ledger, telemetry, clock, site });
  const page: PageKeeper = createPageKeeper({ ledger, clock, log, live, site, status, availability });
  const undelivered = createUndeliveredWatch({ ledger, clock, log, take: (changes) => pump.take(changes) });
  const outbox = createOutbox({ ledger, clock, log, site, channels, onGivenUp: undelivered.givenUp });
  const checks = (): readonly CheckStatus[] => board.checks();
  const escalation = createEscalation({ ledger, clock, log, site, checks });
  const parts: Parts = { ...eyes, ...senses, page, undelivered, outbox, escalation, watching: [] };

  return {
    site,
    status,
    desk,
    live,
    page,
    availability,
    alerts: senses.alerts,
    channels: senses.channelTests,
    jobs: senses.heartbeats,
    pauses: eyes.pauses,
    probeNow: eyes.probeNow,
    verbs: eyes.verbs,
    async apply(next) {
      held.refusedFindings = 0;
      await eyes.use(next);
      senses.alerts.use(next);
      await senses.heartbeats.siteChanged();
      senses.watchdog.siteChanged();
      await page.use(next);
    },
    refused(findings) {
      held.refusedFindings = findings;
    },
    async start() {
      await startParts(parts, held.site);
      parts.watching = [
        watchSight(eyes, held, deps),
        watchUnwritten({ clock, log, site, channels, checks, blockedBy: pump.blockedBy }),
      ];
      await page.use(held.site);
    },
    stop: () => stopParts(parts),
  };
}

interface Parts extends Eyes, Senses {
  readonly page: PageKeeper;
  readonly undelivered: UndeliveredWatch;
  readonly outbox: ReturnType<typeof createOutbox>;
  readonly escalation: ReturnType<typeof createEscalation>;
  watching: readonly Repeating[];
}

async function startParts(
  { use, here, pump, alerts, heartbeats, outbox, escalation }: Parts,
  site: Site,
): Promise<void> {
  await use(site);
  here.start();
  pump.start();
  alerts.start();
  heartbeats.start();
  await outbox.start();
  escalation.start();
}

/** What looks ends first, then what is made of it, so that nothing is seen that nobody takes down. */
async function stopParts(parts: Parts): Promise<void> {
  for (const watch of parts.watching) watch.stop();
  parts.watchdog.stop();
  await parts.here.stop();
  parts.heartbeats.stop();
  parts.pauses.stop();
  await parts.alerts.stop();
  await parts.pump.stop();
  parts.escalation.stop();
  parts.undelivered.stop();
  await parts.outbox.stop();
  await parts.page.stop();
  parts.live.stop();
}

interface Senses {
  readonly channelTests: ChannelTests;
  readonly heartbeats: Awaited<ReturnType<typeof createHeartbeats>>;
  readonly alerts: AlertIntake;
  readonly watchdog: Awaited<ReturnType<typeof createWatchdog>>;
}

/** What tells the hub something without a probe of its own: jobs, other monitoring, and whoever watches the hub itself. */
async function openSenses({ ledger, clock, log }: EngineDeps, held: Held, { pump, here }: Eyes): Promise<Senses> {
  const site = (): Site => held.site;
  const take = pump.take;
  return {
    channelTests: await createChannelTests({ ledger, clock, site, channels }),
    heartbeats: await createHeartbeats({ clock, ledger, log, site, take }),
    alerts: await createAlertIntake({ ledger, clock, log, site: held.site, take }),
    watchdog: await createWatchdog({
      clock,
      log,
      ledger,
      site,
      take,
      isWell: () => pump.blockedBy() === null && clock.monotonicMs() - (here.pulse() ?? -Infinity) < latePulseMs,
      canSee: () => held.sight?.state !== "blind",
    }),
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

async function statusNow(
  { ledger, telemetry, clock }: EngineDeps,
  held: Held,
  { board, desk, here, pump, page, watchdog, channelTests }: Eyes & Senses & { page: PageKeeper },
): Promise<SiteStatus> {
  const { site, refusedFindings } = held;
  const status = await readStatus({
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
        watch: [...watchdog.attentions(), ...channelTests.attentions()],
        telemetry: telemetry.state(),
        refusedFindings,
        ledgerBlockedBy: pump.blockedBy(),
      }),
  });
  return { ...status, watch: watchdog.status() };
}
