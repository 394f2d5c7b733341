import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../../src/app/clock.ts";
import type { SignalChange } from "../../../src/kernel/model/signal.ts";
import type { Host, HostHardware, Site } from "../../../src/kernel/model/site.ts";
import { createHardware, type Hardware } from "../../../src/observe/hardware/hardware.ts";
import type { Ledger } from "../../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../../src/storage/ledger/open.ts";
import { noIntake, unlooked } from "../../doubles/bare-site.ts";
import { createMemoryTelemetry, type MemoryTelemetry } from "../../doubles/memory-telemetry.ts";
import { recordingLog } from "../../doubles/scripted-probe.ts";
import { watchedSite } from "../../doubles/watched-site.ts";

export interface HardwareBench {
  readonly ledger: Ledger;
  readonly telemetry: MemoryTelemetry;
  readonly changes: SignalChange[];
  hardware(): Hardware;
  /** `opened critical drive Disk 0` … */
  told(): string[];
  /** ends this run of the hub and begins another over the same ledger */
  restart(): Promise<void>;
}

export interface HardwareBenchOptions {
  /** host → what it is asked by */
  readonly hosts: Readonly<Record<string, Partial<HostHardware> & { readonly address?: string }>>;
  readonly trapPort?: number;
  readonly snmpPort?: number;
}

/** The desk over a real ledger and the real clock. */
export async function withHardware(
  { hosts, trapPort, snmpPort }: HardwareBenchOptions,
  body: (bench: HardwareBench) => Promise<void>,
): Promise<void> {
  const clock = createSystemClock();
  const awake = setInterval(() => {}, 1_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-hardware-"));
  const ledger = await openLedger({ folder, clock, log: recordingLog() });
  const telemetry = createMemoryTelemetry();
  const changes: SignalChange[] = [];
  const site = siteWith(hosts, trapPort ?? null);
  const open = (): Promise<Hardware> =>
    createHardware({
      clock,
      ledger,
      log: recordingLog(),
      append: telemetry.append,
      site: () => site,
      ...(snmpPort === undefined ? {} : { snmpPort }),
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
  let hardware = await open();
  try {
    await body({
      ledger,
      telemetry,
      changes,
      hardware: () => hardware,
      told: () =>
        changes.map(({ change, signal: { severity, facts } }) =>
          [change, severity, facts["what"], facts["sensor"]].join(" ").trim(),
        ),
      async restart() {
        await hardware.stop();
        hardware = await open();
      },
    });
  } finally {
    await hardware.stop();
    await ledger.close();
    clearInterval(awake);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function siteWith(hosts: HardwareBenchOptions["hosts"], trapPort: number | null): Site {
  const bare = watchedSite({ services: {}, hosts: Object.fromEntries(Object.keys(hosts).map((key) => [key, {}])) });
  const full = Object.entries(hosts).map(([key, { address, bmc = null, snmp = null }]): [string, Host] => {
    const host = bare.hosts.get(key);
    if (host === undefined) throw new Error(`no host ${key}`);
    return [key, { ...host, ...unlooked, address: address ?? null, hardware: { bmc, snmp } }];
  });
  return { ...bare, hosts: new Map(full), intake: { ...noIntake, snmpTrapUdp: trapPort } };
}
