import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Retention } from "../../../src/storage/telemetry/expiry.ts";
import { openTelemetry } from "../../../src/storage/telemetry/open.ts";
import type { Profile } from "../../../src/storage/telemetry/profile.ts";
import type { Telemetry } from "../../../src/storage/telemetry/telemetry.ts";
import { createFakeClock, type FakeClock } from "../../doubles/fake-clock.ts";
import { until } from "../../doubles/hub-process.ts";
import { createMemoryTelemetry } from "../../doubles/memory-telemetry.ts";
import { dayMs } from "./samples.ts";
import type { TelemetryEngine } from "./suite.ts";

export const defaultKeep: Retention = { observationsMs: 35 * dayMs, metricsMs: 90 * dayMs, logsMs: 14 * dayMs };

const inMemory: TelemetryEngine = {
  name: "memory",
  open: () => Promise.resolve({ telemetry: createMemoryTelemetry(), dispose: () => Promise.resolve() }),
};

const duckdb: TelemetryEngine = {
  name: "duckdb",
  async open() {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-telemetry-"));
    const bench = await openDuckdb({ root });
    return {
      telemetry: bench.telemetry,
      async dispose() {
        await bench.telemetry.close();
        fs.rmSync(root, { recursive: true });
      },
    };
  },
};

/** The same rows with every day already closed: what was appended is Parquet by the time it is read. */
const parquet: TelemetryEngine = {
  name: "duckdb, days closed",
  async open() {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-telemetry-"));
    const bench = await openDuckdb({ root });
    const { telemetry } = bench;
    const flush = async (): Promise<void> => {
      await telemetry.flush();
      await bench.closeDays();
    };
    return {
      telemetry: { ...telemetry, flush },
      async dispose() {
        await telemetry.close();
        fs.rmSync(root, { recursive: true });
      },
    };
  },
};

/** Every engine runs every test of the suite. */
export const engines: readonly TelemetryEngine[] = [inMemory, duckdb, parquet];

export interface DuckdbBench {
  readonly telemetry: Telemetry;
  readonly clock: FakeClock;
  /** the folder the files lie in */
  readonly folder: string;
  /** warnings and errors logged */
  readonly complaints: string[];
  files(): string[];
  /** Lets the days gone by be closed, and waits until they are. */
  closeDays(): Promise<void>;
}

interface DuckdbOptions {
  readonly root: string;
  readonly clock?: FakeClock;
  readonly keep?: Retention;
  readonly profile?: Partial<Profile>;
}

export async function openDuckdb({
  root,
  clock = createFakeClock(),
  keep = defaultKeep,
  profile = {},
}: DuckdbOptions): Promise<DuckdbBench> {
  const complaints: string[] = [];
  const complain = (message: string): void => void complaints.push(message);
  const log = { debug: quiet, info: quiet, warn: complain, error: complain };
  const telemetry = await openTelemetry({ folder: root, clock, log, retention: () => keep, profile });
  const folder = path.join(root, "telemetry");
  const files = (): string[] =>
    fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort() : [];
  return {
    telemetry,
    clock,
    folder,
    complaints,
    files,
    async closeDays() {
      await until("the days gone by are closed", async () => {
        const today = `${new Date(clock.nowMs()).toISOString().slice(0, 10)}.duckdb`;
        if (!files().some((name) => /^\d.*\.duckdb$/.test(name) && name !== today)) return true;
        await clock.advance(10 * 60_000);
        return false;
      });
    },
  };
}

export async function withDuckdb(
  options: Omit<DuckdbOptions, "root">,
  body: (bench: DuckdbBench, root: string) => Promise<void>,
): Promise<void> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-telemetry-"));
  const bench = await openDuckdb({ root, ...options });
  try {
    await body(bench, root);
  } finally {
    await bench.telemetry.close();
    fs.rmSync(root, { recursive: true });
  }
}

function quiet(): void {
  // debug and info are of no interest here
}
