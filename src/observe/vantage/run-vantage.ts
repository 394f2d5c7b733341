import { createJsonClient, type JsonClient } from "../../clients/http-json.ts";
import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Check } from "../../kernel/model/check.ts";
import type { Observation } from "../../kernel/model/observation.ts";
import { wayProbes } from "../path/way-probes.ts";
import type { Probe } from "../../kernel/model/probe.ts";
import { ledgerFiles } from "../../storage/ledger/folder.ts";
import { takeLock } from "../../storage/ledger/lock.ts";
import { createConnectivity, type Connectivity } from "../connectivity.ts";
import { createScheduler } from "../scheduler.ts";
import { hostsOf } from "../trusted-hosts.ts";
import { createAllowList } from "./allow-list.ts";
import { openBuffer, type ObservationBuffer } from "./buffer.ts";
import { openVantageFolder, type Identity, type VantageFolder } from "./folder.ts";
import { guardTargets } from "./guard-targets.ts";
import { createHubLine, type HubLine } from "./hub-line.ts";
import { joinHub } from "./join-hub.ts";
import { createLookRunner } from "./look-runner.ts";
import { isLoopbackAddress } from "../watchdog/loopback.ts";
import { createReportLoop } from "./report-loop.ts";
import { createSilenceWatch, type SilenceWatch } from "./silence-watch.ts";
import { withheldProbe } from "./withheld.ts";
import { WireObservation } from "./wire.ts";
import { runWorkLoop, savedWork } from "./work-loop.ts";

export interface VantageOptions {
  readonly hubUrl: string;
  /** needed once, to join */
  readonly tokenFile: string | null;
  /** the vantage's own: key, numbers, buffer. One process at a time. */
  readonly folder: string;
  /** host names, globs, addresses, CIDRs; none: all but loopback, link-local and metadata */
  readonly allow: readonly string[];
  readonly clock: Clock;
  readonly probes: readonly Probe[];
  readonly log: Log;
  readonly signal: AbortSignal;
  /** unencrypted to a hub that is not on this machine */
  readonly plainHttp?: boolean;
  readonly bufferMaxBytes?: number;
}

/**
 * Is a vantage until `signal` aborts: joins once, looks at what the hub asks, keeps what it sees on disk until the hub has it.
 * @throws KoboshiError KB4001 the token is refused, KB4002 the hub knows this vantage no more, KB1001 an address or token
 * file that cannot be, KB2001 another process uses the folder
 */
export async function runVantage(options: VantageOptions): Promise<void> {
  const { clock, log, signal } = options;
  const client = openClient(options);
  const folder = openVantageFolder(options.folder);
  const lock = takeLock(ledgerFiles(options.folder));
  try {
    const identity = await joinHub({ client, folder, tokenFile: options.tokenFile, clock, log, signal });
    if (identity === null) return;
    const buffer = openBuffer({
      folder: folder.bufferFolder,
      clock,
      log,
      ...(options.bufferMaxBytes === undefined ? {} : { maxBytes: options.bufferMaxBytes }),
    });
    try {
      await lookAndReport(options, { client, folder, identity, buffer });
    } finally {
      await buffer.close();
    }
  } finally {
    client.close();
    lock.release();
  }
}

function openClient({ clock, hubUrl, plainHttp = false }: VantageOptions): JsonClient {
  const client = createJsonClient({ clock, baseUrl: hubUrl, plainHttp });
  if (client.ok) return client.value;
  throw new KoboshiError("KB1001", {
    what: client.error === "plain-http" ? `--hub ${hubUrl} (https)` : `--hub ${hubUrl}`,
  });
}

interface Joined {
  readonly client: JsonClient;
  readonly folder: VantageFolder;
  readonly identity: Identity;
  readonly buffer: ObservationBuffer;
}

async function lookAndReport(options: VantageOptions, { client, folder, identity, buffer }: Joined): Promise<void> {
  const { clock, log } = options;
  const { vantage, reportEveryMs } = identity;
  // one loop's refusal ends the other
  const over = new AbortController();
  const stop = (): void => over.abort();
  options.signal.addEventListener("abort", stop);
  if (options.signal.aborted) stop();
  const line = createHubLine({ client, folder, vantage, clock });
  const connectivity = createConnectivity({ clock, log, hubReachable: () => line.reachable() });
  const own = connectivity.guard([...options.probes, ...wayProbes]);
  const probes = [...guardTargets(own, createAllowList(options.allow)), withheldProbe];
  const link = { line, vantage, clock, signal: over.signal };
  const looks = createLookRunner({ clock, probes, signal: over.signal, wake: () => reports.wake(true) });
  const reports = createReportLoop({ ...link, buffer, connectivity, looks, everyMs: reportEveryMs });
  let trusted: ReadonlySet<string> = new Set();
  const scheduler = createScheduler({
    clock,
    probes,
    vantage,
    trustedHosts: () => trusted,
    report: async (observation) => {
      await buffer.add(toWire(observation));
      reports.wake(observation.outcome !== "up" || observation.attempt > 1);
    },
    log,
  });
  const onChecks = (checks: readonly Check[]): void => {
    trusted = new Set(hostsOf(checks, options.probes));
    scheduler.setChecks(checks);
  };
  const { workFile } = folder;
  onChecks(savedWork({ workFile, vantage, log }));
  scheduler.start();
  const silence = watchSilence(options, { line, connectivity, vantage, file: folder.silenceFile });
  silence.start();
  const work = runWorkLoop({
    ...link,
    log,
    workFile,
    onChecks,
    onProbeNow: (checkIds) => scheduler.probeNow(checkIds),
    onLooks: (wanted) => looks.run(wanted),
    isPrivate: isPrivateLine(options.hubUrl),
    onSilence: (kit) => silence.use(kit),
  });
  const telling = reports.run();
  try {
    await Promise.all([work, telling]);
  } finally {
    stop();
    silence.stop();
    options.signal.removeEventListener("abort", stop);
    await scheduler.stop();
    await Promise.allSettled([work, telling]);
  }
}

interface Eyes {
  readonly line: HubLine;
  readonly connectivity: Connectivity;
  readonly vantage: string;
  readonly file: string;
}

function watchSilence({ clock, log }: VantageOptions, { line, connectivity, vantage, file }: Eyes): SilenceWatch {
  const canSee = async (): Promise<boolean> => (await connectivity.read()).state !== "blind";
  return createSilenceWatch({ clock, log, vantage, file, heardMs: () => line.heardMs(), canSee });
}

/** Encrypted, or not leaving this machine: only then are passwords asked for. */
function isPrivateLine(hubUrl: string): boolean {
  const { protocol, hostname } = new URL(hubUrl);
  return protocol === "https:" || isLoopbackAddress(hostname);
}

/** The name and the times are the hub's to say. */
function toWire({ checkId, attempt, outcome, layer, timings, address, facts, error }: Observation): WireObservation {
  return WireObservation.parse({ checkId, attempt, outcome, layer, timings, address, facts, error });
}
