import type { Clock } from "../../kernel/clock.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Host, Site } from "../../kernel/model/site.ts";
import type { HardwareDesk } from "../../kernel/ports-hardware.ts";
import { err, ok } from "../../kernel/result.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { StoredHardware } from "../../storage/ledger/nouns/hardware.ts";
import type { TelemetryAppend } from "../../storage/telemetry/telemetry.ts";
import { ipmiLooker } from "./ipmi-look.ts";
import { firstCertificate, isWorthKeeping, keepRecord, type CertificateEvent } from "./keeping.ts";
import type { Looker } from "./looked.ts";
import { sensorMetrics, vitalMetrics } from "./metrics.ts";
import { redfishLooker } from "./redfish-look.ts";
import { createHardwareSignals, type HardwareSignals } from "./signals.ts";
import { protocolsNamed, snmpLooker } from "./snmp-look.ts";
import { createSource, roundMs, type LookEnd, type Source } from "./source.ts";
import { statusOf } from "./status.ts";
import { lookChanges, trapChanges } from "./telling.ts";
import { createTrapDesk, type TrapDeps, type TrapDesk } from "./traps.ts";

export interface HardwareDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly append: Pick<TelemetryAppend, "metric">;
  site(): Site;
  /** writes confirmed changes down with all that follows from them */
  take(changes: readonly SignalChange[]): Promise<void>;
  /** every look that told something of the system itself */
  vitals?(host: string, reading: HostReading): void;
  /** where SNMP agents listen; 161 when not given */
  readonly snmpPort?: number;
}

/** Asks the hardware, and hears what it tells by itself. Nothing is ever switched, set or cleared. */
export interface Hardware extends HardwareDesk {
  start(): Promise<void>;
  /** To be called when the configuration was replaced. */
  siteChanged(): Promise<void>;
  stop(): Promise<void>;
}

const mostPerPage = 200;

interface Desk extends HardwareDeps {
  readonly signals: HardwareSignals;
  /** a user of version 3 is now known to speak other protocols */
  protocolsChanged(): void;
  readonly stored: Map<string, StoredHardware>;
  sources: readonly Source[];
}

/** Reads what the ledger knows; asks nothing before `start`. */
export async function createHardware(deps: HardwareDeps): Promise<Hardware> {
  const { ledger, clock } = deps;
  const records = await ledger.read.hardwareRecords();
  const desk: Desk = {
    ...deps,
    signals: createHardwareSignals(clock, await ledger.read.openSignals()),
    stored: new Map(records.map((one) => [keyOf(one), one])),
    sources: [],
    protocolsChanged: () => {
      // those who send traps use what those who are asked use
      traps
        .usersChanged()
        .catch((thrown: unknown) =>
          deps.log.error("the port for traps was not opened anew", { error: errorText(thrown) }),
        );
    },
  };
  desk.sources = sourcesOf(desk);
  const traps = createTrapDesk({
    ...deps,
    protocols: (host) => protocolsOf(desk, host),
    told: (trap, message) => tell(desk, trapChanges(desk.signals, trap, message)),
  });
  const reading = createReads(desk, traps);

  return {
    ...reading,
    async start() {
      startAll(desk.sources);
      await traps.start();
    },
    async siteChanged() {
      for (const source of desk.sources) source.stop();
      desk.sources = sourcesOf(desk);
      tell(
        desk,
        desk.signals.tidy((where) => isAsked(desk, where)),
      );
      startAll(desk.sources);
      await traps.siteChanged();
    },
    async stop() {
      for (const source of desk.sources) source.stop();
      await traps.stop();
    },
  };
}

/** Spread over the minute; the first answers come at once, so that a start is not blind for long. */
function startAll(sources: readonly Source[]): void {
  sources.forEach((source, nth) => source.start(Math.floor((nth * roundMs) / Math.max(1, sources.length))));
}

function createReads(desk: Desk, traps: TrapDesk): HardwareDesk {
  const of = (host: string): readonly Source[] => desk.sources.filter((source) => source.host === host);
  const known = (): readonly string[] => [...new Set(desk.sources.map(({ host }) => host))];
  return {
    hardware: () => known().map((host) => statusOf(host, of(host))),
    hardwareOf: (host) => (of(host).length === 0 ? null : statusOf(host, of(host))),
    async lookNow(host) {
      if (of(host).length === 0) return err(new KoboshiError("KB1002", { what: host }));
      await Promise.all(of(host).map((source) => source.look()));
      return ok(statusOf(host, of(host)));
    },
    async trustCertificate({ host, fingerprint, actor }) {
      const source = of(host).find(({ looker }) => looker.source === "redfish");
      if (source === undefined) return err(new KoboshiError("KB1002", { what: host }));
      const shown = source.status().certificate?.fingerprint ?? null;
      const wanted = fingerprint.trim().toUpperCase();
      if (shown === null || shown !== wanted) {
        return err(new KoboshiError("KB4401", { host, fingerprint: wanted.slice(0, 100), shown: shown ?? "—" }));
      }
      source.believe(wanted);
      await keep(desk, source, { kind: "hardware.certificate-trusted", actor });
      await source.look();
      return ok(statusOf(host, of(host)));
    },
    traps: ({ limit, ...query }) => desk.ledger.read.traps({ ...query, limit: Math.min(limit, mostPerPage) }),
    trapIntake: () => traps.status(),
  };
}

function keyOf({ host, source }: Pick<StoredHardware, "host" | "source">): string {
  return `${host}\n${source}`;
}

function sourcesOf(desk: Desk): readonly Source[] {
  return [...desk.site().hosts.values()].flatMap((host) =>
    lookersOf(desk, host).map((looker) =>
      createSource(
        { clock: desk.clock, log: desk.log, ended: (end) => ended(desk, end) },
        { host: host.key, looker, stored: desk.stored.get(keyOf({ host: host.key, source: looker.source })) },
      ),
    ),
  );
}

function lookersOf({ clock, snmpPort = 161 }: Desk, host: Host): readonly Looker[] {
  const { bmc, snmp } = host.hardware;
  return [
    ...(bmc?.kind === "redfish" ? [redfishLooker(clock, bmc)] : []),
    ...(bmc?.kind === "ipmi" ? [ipmiLooker(clock, bmc)] : []),
    ...(snmp === null ? [] : [snmpLooker(clock, host, { spec: snmp, port: snmpPort })]),
  ];
}

function isAsked(desk: Desk, { host, source }: { host: string; source: string }): boolean {
  if (source === "trap") return desk.site().hosts.has(host) && desk.site().intake.snmpTrapUdp !== null;
  return desk.sources.some((one) => one.host === host && one.looker.source === source);
}

function protocolsOf(desk: Desk, host: string): ReturnType<TrapDeps["protocols"]> {
  const source = desk.sources.find((one) => one.host === host && one.looker.source === "snmp");
  return protocolsNamed(source?.record().learnt["protocols"]);
}

/** Measures go to the telemetry, what is wrong to the incidents, what must outlast a restart to the ledger. */
async function ended(desk: Desk, end: LookEnd): Promise<void> {
  const { source, looked, record, before } = end;
  // a look that began before the configuration was replaced says nothing about the new one
  if (!desk.sources.includes(source)) return;
  measure(desk, source.host, looked);
  tell(desk, [...desk.signals.tidy((one) => isAsked(desk, one)), ...lookChanges(desk.signals, end)]);
  const isOther = before.learnt["protocols"] !== record.learnt["protocols"];
  if (looked.state === "ok" && isOther) desk.protocolsChanged();
  if (isWorthKeeping(end)) await keep(desk, source, firstCertificate(end));
}

function measure({ append, vitals: hand }: Desk, host: string, { reading, vitals }: LookEnd["looked"]): void {
  const points = [
    ...(reading === null ? [] : sensorMetrics(host, reading)),
    ...(vitals === null ? [] : vitalMetrics(host, vitals)),
  ];
  for (const point of points) append.metric(point);
  if (vitals !== null) hand?.(host, vitals);
}

async function keep(desk: Desk, source: Source, event: CertificateEvent | null): Promise<void> {
  const stored = { host: source.host, source: source.looker.source, record: source.record() };
  desk.stored.set(keyOf(stored), stored);
  try {
    await keepRecord(desk.ledger, stored, event);
  } catch (thrown) {
    const { host } = source;
    desk.log.error("what a controller told was not written down", { host, error: errorText(thrown) });
  }
}

/** Not waited for: while the ledger is blocked the changes wait in the writer, and the machines are still asked. */
function tell({ take, log }: Desk, changes: readonly SignalChange[]): void {
  if (changes.length === 0) return;
  take(changes).catch((thrown: unknown) =>
    log.error("what the hardware told was not told", { error: errorText(thrown) }),
  );
}
