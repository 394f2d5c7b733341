import type { HostDisk, HostInterface, HostReading } from "../../kernel/model/host-reading.ts";
import { nameFrom } from "./health.ts";
import { rowsOf, scalar, type SnmpTold } from "./snmp-tables.ts";

/** Counters of the look before this one, to make rates of. */
export interface SnmpCounters {
  readonly uptimeTicks: number;
  readonly cpu: Readonly<Record<CpuShare, number>> | null;
  readonly interfaces: Readonly<Record<string, { readonly received: number; readonly sent: number }>>;
}

const cpuShares = ["user", "nice", "system", "idle", "wait", "steal"] as const;
type CpuShare = (typeof cpuShares)[number];
/** Below UCD-SNMP-MIB::systemStats. */
const cpuColumns: Readonly<Record<CpuShare, string>> = {
  user: "50.0",
  nice: "51.0",
  system: "52.0",
  idle: "53.0",
  wait: "54.0",
  steal: "64.0",
};

/** What SNMP tells of a system, in the form of every other look into one; what it cannot tell is `unobserved`. */
export function readSnmpVitals(
  told: SnmpTold,
  { takenAtMs, before }: { takenAtMs: number; before: SnmpCounters | null },
): { readonly reading: HostReading; readonly counters: SnmpCounters } {
  const counters = countersOf(told);
  const ticks = before === null ? 0 : counters.uptimeTicks - before.uptimeTicks;
  // the agent was restarted: its counters began anew
  const last = ticks > 0 ? before : null;
  const reading: HostReading = {
    takenAtMs,
    unobserved: unobservedBySnmp,
    identity: identityOf(told),
    system: systemOf(told),
    load: loadOf(told),
    cpu: cpuOf(told, { counters, last }),
    memory: memoryOf(told),
    swap: swapOf(told),
    disks: disksOf(told),
    io: null,
    network: networkOf(told, { counters, last, seconds: ticks / 100 }),
    clock: null,
    units: null,
    processes: null,
    listeners: null,
    oomKills: null,
    updates: null,
    certificates: null,
    cron: null,
  };
  return { reading, counters };
}

const unobservedBySnmp = Object.fromEntries(
  ["io", "clock", "units", "processes", "listeners", "oomKills", "updates", "certificates", "cron"].map((part) => [
    part,
    "not-in-snmp",
  ]),
);

function countersOf(told: SnmpTold): SnmpCounters {
  const shares = cpuShares.map((share) => [share, scalar(told, "cpu", cpuColumns[share])?.number ?? null] as const);
  const known = shares.some(([, ticks]) => ticks !== null);
  const wide = [...rowsOf(told, "interfacesWide")].map(([index, row]) => [index, row["6"], row["10"]] as const);
  const narrow = [...rowsOf(told, "interfaces")].map(([index, row]) => [index, row["10"], row["16"]] as const);
  const octets = [...narrow, ...wide].flatMap(([index, received, sent]) =>
    received?.number === undefined || received.number === null || sent?.number === undefined || sent.number === null
      ? []
      : [[index, { received: received.number, sent: sent.number }] as const],
  );
  return {
    uptimeTicks: scalar(told, "system", "3.0")?.number ?? 0,
    cpu: known
      ? (Object.fromEntries(shares.map(([share, ticks]) => [share, ticks ?? 0])) as Record<CpuShare, number>)
      : null,
    interfaces: Object.fromEntries(octets),
  };
}

function identityOf(told: SnmpTold): HostReading["identity"] {
  const hostname = nameFrom(scalar(told, "system", "5.0")?.text);
  if (hostname === null) return null;
  const macs = [...rowsOf(told, "interfaces").values()].flatMap((row) => {
    const hex = row["6"]?.text ?? "";
    return /^[0-9a-f]{12}$/.test(hex) ? [hex.replaceAll(/(..)(?!$)/g, "$1:")] : [];
  });
  return { hostname, machineId: null, bootId: null, dmiUuid: null, macs };
}

function systemOf(told: SnmpTold): HostReading["system"] {
  const os = nameFrom(scalar(told, "system", "1.0")?.text);
  const ticks = scalar(told, "hostSystem", "1.0")?.number ?? scalar(told, "system", "3.0")?.number ?? null;
  if (os === null || ticks === null) return null;
  const kernel = /^Linux \S+ (\S+)/.exec(os)?.[1] ?? "";
  return { os, kernel, init: "other", uptimeSeconds: ticks / 100, virtualisation: null };
}

function loadOf(told: SnmpTold): HostReading["load"] {
  const [one, five, fifteen] = ["1", "2", "3"].map((nth) => scalar(told, "load", nth)?.number ?? null);
  if (typeof one !== "number" || typeof five !== "number" || typeof fifteen !== "number") return null;
  const cores = scalar(told, "cpu", "67.0")?.number ?? Math.max(1, told.processors?.length ?? 1);
  return { one: one / 100, five: five / 100, fifteen: fifteen / 100, cores };
}

function cpuOf(
  told: SnmpTold,
  { counters, last }: { counters: SnmpCounters; last: SnmpCounters | null },
): HostReading["cpu"] {
  const cores = (told.processors ?? []).flatMap(({ number }) => (number === null ? [] : [number / 100]));
  const [now, then] = [counters.cpu, last?.cpu ?? null];
  if (now !== null && then !== null) {
    const spent = (share: CpuShare): number => Math.max(0, now[share] - then[share]);
    const all = cpuShares.reduce((sum, share) => sum + spent(share), 0);
    if (all > 0) {
      return {
        userRatio: (spent("user") + spent("nice")) / all,
        systemRatio: spent("system") / all,
        ioWaitRatio: spent("wait") / all,
        stealRatio: spent("steal") / all,
        idleRatio: spent("idle") / all,
        cores,
      };
    }
  }
  if (cores.length === 0) return null;
  const busy = cores.reduce((sum, one) => sum + one, 0) / cores.length;
  return { userRatio: busy, systemRatio: 0, ioWaitRatio: 0, stealRatio: 0, idleRatio: 1 - busy, cores };
}

/** UCD counts in kB; `available` as free, buffers and cache together, which an agent since 5.7 says itself. */
function memoryOf(told: SnmpTold): HostReading["memory"] {
  const at = (below: string): number | null => scalar(told, "memory", below)?.number ?? null;
  const [total, free, buffers, cached, available] = [at("5.0"), at("6.0"), at("14.0"), at("15.0"), at("27.0")];
  if (total === null || free === null) return memoryInStorage(told);
  const estimate = Math.min(total, free + (buffers ?? 0) + (cached ?? 0));
  return {
    totalBytes: total * 1_024,
    availableBytes: (available ?? estimate) * 1_024,
    availableIsEstimate: available === null,
  };
}

function swapOf(told: SnmpTold): HostReading["swap"] {
  const [total, free] = ["3.0", "4.0"].map((below) => scalar(told, "memory", below)?.number ?? null);
  if (typeof total === "number" && typeof free === "number") {
    return { totalBytes: total * 1_024, freeBytes: free * 1_024 };
  }
  const stored = storages(told).find(({ type }) => type.endsWith(".25.2.1.3"));
  return stored === undefined ? null : { totalBytes: stored.sizeBytes, freeBytes: stored.sizeBytes - stored.usedBytes };
}

interface Storage {
  readonly type: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly usedBytes: number;
}

/** hrStorageTable: type, description, unit, size, used; sizes above 2³¹ units come as negative numbers. */
function storages(told: SnmpTold): readonly Storage[] {
  return [...rowsOf(told, "storage").values()].flatMap((row) => {
    const unit = row["4"]?.number ?? 0;
    const units = (column: string): number => (row[column]?.number ?? 0) >>> 0;
    if (unit <= 0 || row["5"] === undefined || row["6"] === undefined) return [];
    const name = nameFrom(row["3"]?.text) ?? "";
    return [{ type: row["2"]?.text ?? "", name, sizeBytes: units("5") * unit, usedBytes: units("6") * unit }];
  });
}

function memoryInStorage(told: SnmpTold): HostReading["memory"] {
  const ram = storages(told).find(({ type }) => type.endsWith(".25.2.1.2"));
  if (ram === undefined) return null;
  const availableBytes = Math.max(0, ram.sizeBytes - ram.usedBytes);
  return { totalBytes: ram.sizeBytes, availableBytes, availableIsEstimate: true };
}

const realDisk = /\.25\.2\.1\.4$/;
const notADisk = /^\/(?:dev|proc|sys|run)(?:\/|$)/;

function disksOf(told: SnmpTold): readonly HostDisk[] | null {
  if (told.storage === undefined || told.storage.length === 0) return null;
  return storages(told)
    .filter(({ type, name, sizeBytes }) => realDisk.test(type) && sizeBytes > 0 && !notADisk.test(name))
    .map(({ name, sizeBytes, usedBytes }) => ({
      mount: name,
      device: "",
      type: "",
      sizeBytes,
      freeBytes: Math.max(0, sizeBytes - usedBytes),
      freeRatio: Math.max(0, 1 - usedBytes / sizeBytes),
      inodesFreeRatio: null,
      readOnly: isReadOnly(told, name),
    }));
}

/** hrFSTable: the mount point is column 2, access column 5 (2 is read-only). */
function isReadOnly(told: SnmpTold, mount: string): boolean {
  return [...rowsOf(told, "fileSystems").values()].some((row) => row["2"]?.text === mount && row["5"]?.number === 2);
}

function networkOf(
  told: SnmpTold,
  { counters, last, seconds }: { counters: SnmpCounters; last: SnmpCounters | null; seconds: number },
): readonly HostInterface[] | null {
  if (last === null || told.interfaces === undefined) return null;
  const names = rowsOf(told, "interfacesWide");
  return [...rowsOf(told, "interfaces")].flatMap(([index, row]) => {
    const [now, then] = [counters.interfaces[index], last.interfaces[index]];
    if (now === undefined || then === undefined) return [];
    const count = (column: string): number => row[column]?.number ?? 0;
    return [
      {
        name: nameFrom(names.get(index)?.["1"]?.text) ?? nameFrom(row["2"]?.text) ?? index,
        receivedBytesPerSecond: Math.max(0, now.received - then.received) / seconds,
        sentBytesPerSecond: Math.max(0, now.sent - then.sent) / seconds,
        errors: count("14") + count("20"),
        drops: count("13") + count("19"),
      },
    ];
  });
}
