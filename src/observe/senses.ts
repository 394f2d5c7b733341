import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Observation, ProbeResult } from "../kernel/model/observation.ts";
import type { LogLines } from "../kernel/model/probe.ts";
import type { SignalChange } from "../kernel/model/signal.ts";
import type { Host, Site } from "../kernel/model/site.ts";
import type { Attention } from "../kernel/model/status.ts";
import type { OtlpIntake, MetricSources } from "../kernel/ports-metrics.ts";
import { isZone } from "../readers/schedule/zone.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { Telemetry } from "../storage/telemetry/telemetry.ts";
import { intakeAttentions } from "./attentions.ts";
import { createAlertIntake, type AlertIntake } from "./alerts/intake.ts";
import { createFeeds, type Feeds } from "./feeds/feeds.ts";
import { createHardware, type Hardware } from "./hardware/hardware.ts";
import { createHeartbeats } from "./heartbeats/heartbeats.ts";
import { createHosts, type Hosts } from "./hosts/hosts.ts";
import { createLogLines } from "./logs/lines.ts";
import { createLogs, type Logs } from "./logs/logs.ts";
import { createOtlpIntake } from "./metrics/otlp.ts";
import { createScraper, type Scraper } from "./metrics/scraper.ts";
import { createSeriesBook } from "./metrics/series.ts";
import { createPaths, type Paths } from "./path/paths.ts";
import { createPeople, type People } from "./people/people.ts";
import { createWatchdog } from "./watchdog/watchdog.ts";

export interface SensesDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
  site(): Site;
  /** writes confirmed changes down with all that follows from them */
  take(changes: readonly SignalChange[]): Promise<void>;
  /** a vantage's wall clock minus the hub's; null while that is not known */
  vantageOffsetMs(vantage: string): number | null;
  /** Looks once from another vantage; null: no answer in time */
  look(
    vantage: string,
    look: { readonly kind: string; readonly spec: unknown; readonly timeoutMs: number },
  ): Promise<ProbeResult | null>;
  /** the hub itself works: it looks, and can write down what it sees */
  isWell(): boolean;
  /** its own line works */
  canSee(): boolean;
}

/** Everything the hub hears and sees beside its probes. */
export interface Senses extends Parts {
  readonly metricSources: MetricSources;
  /** What a person should know of all of them. */
  attentions(): readonly Attention[];
  readonly logLines: LogLines;
  /** Every attempt of every check. */
  observed(observation: Observation): void;
  /** Every change of a signal, once it is written down. */
  heard(changes: readonly SignalChange[]): void;
  /** Takes another configuration over: what it does not touch goes on. */
  use(site: Site): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Parts {
  readonly heartbeats: Awaited<ReturnType<typeof createHeartbeats>>;
  readonly alerts: AlertIntake;
  readonly watchdog: Awaited<ReturnType<typeof createWatchdog>>;
  readonly hosts: Hosts;
  readonly hardware: Hardware;
  readonly logs: Logs;
  readonly paths: Paths;
  readonly people: People;
  readonly feeds: Feeds;
  readonly scraper: Scraper;
  readonly otlp: OtlpIntake;
}

/** Opens all of them; none looks or listens before `start`. */
export async function createSenses(deps: SensesDeps): Promise<Senses> {
  const parts = await openParts(deps);
  const { watchdog, hosts, hardware, logs, paths, feeds, scraper, otlp } = parts;
  return {
    ...parts,
    metricSources: { sources: () => [...scraper.sources(), ...otlp.sources()] },
    attentions: () => [
      ...watchdog.attentions(),
      ...hosts.attentions(),
      ...intakeAttentions({ announcements: feeds.current(), traps: hardware.trapIntake(), logs: logs.state() }),
    ],
    logLines: createLogLines(logs, deps.clock),
    observed: hosts.observed,
    heard: paths.heard,
    use: (next) => useParts(parts, next),
    start: () => startParts(parts, deps.site()),
    stop: () => stopParts(parts),
  };
}

async function openParts(deps: SensesDeps): Promise<Parts> {
  const { clock, log, ledger, telemetry, site, take, vantageOffsetMs, look, isWell, canSee } = deps;
  const { append } = telemetry;
  const series = createSeriesBook(clock);
  const hosts = await createHosts({ clock, log, ledger, append, site: site(), take, vantageOffsetMs });
  const pinnedKey = (host: string): string | null => hosts.host(host)?.hostKey.pinned ?? null;
  const zoneOf = (host: string): string | null => {
    const zone = hosts.host(host)?.reading?.clock?.zone ?? null;
    if (zone !== null && isZone(zone)) return zone;
    // files that are read here were written by this machine's clock
    return isThisMachine(site().hosts.get(host)) ? new Intl.DateTimeFormat("en-US").resolvedOptions().timeZone : null;
  };
  const logs = await createLogs({ clock, log, ledger, telemetry, site, take, pinnedKey, zoneOf });
  return {
    heartbeats: await createHeartbeats({ clock, ledger, log, site, take }),
    alerts: await createAlertIntake({ ledger, clock, log, site: site(), take }),
    watchdog: await createWatchdog({ clock, log, ledger, site, take, isWell, canSee }),
    hosts,
    hardware: await createHardware({ clock, log, ledger, append, site, take }),
    logs,
    paths: await createPaths({ clock, ledger, log, append: append.metric, take, look }),
    people: await createPeople({ clock, ledger, log, site, take }),
    feeds: await createFeeds({ clock, ledger, log, site }),
    scraper: createScraper({ clock, log, append: append.metric, series }),
    otlp: createOtlpIntake({ clock, site, append: append.metric, takeLogs: logs.takeLines, series }),
  };
}

async function startParts(parts: Parts, site: Site): Promise<void> {
  const { alerts, heartbeats, hosts, hardware, logs, paths, people, feeds, scraper } = parts;
  alerts.start();
  heartbeats.start();
  hosts.start();
  await hardware.start();
  await logs.start();
  paths.use(site);
  people.start();
  feeds.start();
  scraper.use(site);
}

async function useParts(parts: Parts, site: Site): Promise<void> {
  const { alerts, heartbeats, watchdog, hosts, hardware, logs, paths, feeds, scraper } = parts;
  alerts.use(site);
  await heartbeats.siteChanged();
  watchdog.siteChanged();
  hosts.use(site);
  await hardware.siteChanged();
  await logs.use(site);
  paths.use(site);
  feeds.siteChanged();
  scraper.use(site);
}

/** What looks ends first; what only keeps ends last. */
async function stopParts(parts: Parts): Promise<void> {
  const { alerts, heartbeats, watchdog, hosts, hardware, logs, paths, people, feeds, scraper } = parts;
  watchdog.stop();
  heartbeats.stop();
  people.stop();
  await Promise.all([hosts.stop(), hardware.stop(), paths.stop(), feeds.stop(), scraper.stop()]);
  await alerts.stop();
  await logs.stop();
}

const ownAddresses: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

function isThisMachine(host: Host | undefined): boolean {
  return host !== undefined && host.look === null && (host.address === null || ownAddresses.has(host.address));
}
