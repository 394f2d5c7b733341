import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import type { SignalChange } from "../../src/kernel/model/signal.ts";
import type { Host, Site } from "../../src/kernel/model/site.ts";
import type { HostStatus } from "../../src/kernel/ports-hosts.ts";
import { createHosts, type Hosts } from "../../src/observe/hosts/hosts.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { unlooked } from "./bare-site.ts";
import { createMemoryTelemetry, type MemoryTelemetry } from "./memory-telemetry.ts";
import { recordingLog } from "./scripted-probe.ts";
import type { SshHost } from "./sshd-host.ts";
import { watchedSite } from "./watched-site.ts";

export interface HostBench {
  readonly hosts: Hosts;
  readonly ledger: Ledger;
  readonly telemetry: MemoryTelemetry;
  readonly changes: SignalChange[];
  readonly site: Site;
  /** `opened clock-off critical`, in order */
  told(): readonly string[];
  events(): Promise<readonly string[]>;
  one(key: string): HostStatus;
}

export interface BenchOptions {
  readonly everyMs?: number;
  readonly clock?: Clock;
  readonly services?: Parameters<typeof watchedSite>[0]["services"];
}

/** The eye of a hub for hosts alone: real ledger, real connections, signals taken down as they are told. */
export async function withHosts(
  hosts: readonly Host[],
  { everyMs = 500, clock = createSystemClock(), services = {} }: BenchOptions,
  body: (bench: HostBench) => Promise<void>,
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-hosts-"));
  const ledger = await openLedger({ folder, clock, log: recordingLog() });
  const site: Site = { ...watchedSite({ services }), hosts: new Map(hosts.map((host) => [host.key, host])) };
  const telemetry = createMemoryTelemetry();
  const changes: SignalChange[] = [];
  const desk = await createHosts({
    clock,
    log: recordingLog(),
    ledger,
    append: telemetry.append,
    site,
    everyMs,
    take: async (news) => {
      changes.push(...news);
      await ledger.transaction(async (tx) => {
        for (const { change, signal } of news) {
          if (change === "opened") await tx.insertSignal(signal, null);
          else await tx.updateSignal(signal, null);
        }
      });
    },
  });
  try {
    await body({
      hosts: desk,
      ledger,
      telemetry,
      changes,
      site,
      told: () => changes.map(({ change, signal }) => `${change} ${signal.kind} ${signal.severity}`),
      events: async () => (await ledger.read.eventsAfter(0, 1_000)).map(({ kind }) => kind),
      one(key) {
        const status = desk.host(key);
        if (status === null) throw new Error(`no host ${key}`);
        return status;
      },
    });
  } finally {
    await desk.stop();
    await ledger.close();
    fs.rmSync(folder, { recursive: true });
  }
}

/** A host of the file that is read over SSH from this server. */
export function sshHost(server: SshHost, over: Partial<Host> = {}): Host {
  return {
    key: "web1",
    at: null,
    address: "127.0.0.1",
    segment: null,
    user: server.user,
    port: server.port,
    hostKey: server.fingerprint,
    privateKey: null,
    ...unlooked,
    look: { by: "ssh", readKey: server.readKey, sudo: "none", watch: usualWatch },
    ...over,
  };
}

/** A host of the file that sends its readings itself. */
export function agentHost(key: string): Host {
  return {
    key,
    at: null,
    address: null,
    segment: null,
    user: null,
    port: 22,
    hostKey: null,
    privateKey: null,
    ...unlooked,
    look: { by: "agent", readKey: null, sudo: "none", watch: usualWatch },
  };
}

export const usualWatch: NonNullable<Host["look"]>["watch"] = {
  diskRatio: null,
  inodesRatio: null,
  memoryRatio: null,
  swapRatio: null,
  loadPerCore: null,
  clockMs: null,
  units: [],
};
