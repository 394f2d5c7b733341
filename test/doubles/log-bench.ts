import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import type { SignalChange } from "../../src/kernel/model/signal.ts";
import type { Host, Site } from "../../src/kernel/model/site.ts";
import { createLogs, type Logs } from "../../src/observe/logs/logs.ts";
import { openTelemetry } from "../../src/storage/telemetry/open.ts";
import type { Telemetry } from "../../src/storage/telemetry/telemetry.ts";
import { noIntake, unlooked } from "./bare-site.ts";

/** A whole way of log lines: files and ports in, searchable lines out, in a folder of its own. */
export interface LogBench {
  readonly logs: Logs;
  readonly telemetry: Telemetry;
  readonly folder: string;
  readonly changes: SignalChange[];
  /** with other hosts or ports from now on */
  use(change: Partial<Site>): Promise<void>;
  /** ends it; the folder goes with it when it was made here */
  close(): Promise<void>;
}

export interface LogBenchOptions {
  readonly site?: Partial<Site>;
  readonly folder?: string;
  readonly mostSpoolBytes?: number;
}

const dayMs = 86_400_000;

export async function startLogBench({
  site: change = {},
  folder: given,
  mostSpoolBytes,
}: LogBenchOptions = {}): Promise<LogBench> {
  const folder = given ?? fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-logs-"));
  const clock = createSystemClock();
  const log = { debug: quiet, info: quiet, warn: quiet, error: complain };
  const changes: SignalChange[] = [];
  let site = logSite(folder, change);
  const telemetry = await openTelemetry({
    folder,
    clock,
    log,
    retention: () => ({ observationsMs: dayMs, metricsMs: dayMs, logsMs: 14 * dayMs }),
  });
  const logs = await createLogs({
    clock,
    log,
    telemetry,
    ledger: { read: { openSignals: async () => [] } } as unknown as Parameters<typeof createLogs>[0]["ledger"],
    site: () => site,
    take: async (taken) => void changes.push(...taken),
    ...(mostSpoolBytes === undefined ? {} : { mostSpoolBytes }),
  });
  await logs.start();
  return {
    logs,
    telemetry,
    folder,
    changes,
    async use(next) {
      site = { ...site, ...next };
      await logs.use(site);
    },
    async close() {
      await logs.stop();
      await telemetry.close();
      if (given === undefined) fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function complain(message: string, facts: unknown): void {
  process.stderr.write(`${message} ${JSON.stringify(facts)}\n`);
}

function quiet(): void {
  // debug and info are of no interest here
}

export function logHost(key: string, change: Partial<Host> = {}): Host {
  return {
    key,
    at: null,
    address: "127.0.0.1",
    segment: null,
    user: null,
    port: 22,
    hostKey: null,
    privateKey: null,
    ...unlooked,
    ...change,
  };
}

function logSite(folder: string, change: Partial<Site>): Site {
  const bare: Pick<Site, "timeZone" | "hosts" | "intake" | "hub"> = {
    timeZone: "Asia/Tokyo",
    hosts: new Map(),
    intake: noIntake,
    hub: {
      listen: { host: "127.0.0.1", port: 7373 },
      public: null,
      dataFolder: folder,
      keep: { observationsMs: dayMs, metricsMs: dayMs, logsMs: 14 * dayMs },
      trustedProxies: [],
    },
  };
  return { ...bare, ...change } as Site;
}
