import type { Check } from "../kernel/model/check.ts";
import type {
  FeedSpec,
  Host,
  HostHardware,
  HostLook,
  HostWatch,
  LogSpec,
  ScrapeSpec,
  Site,
} from "../kernel/model/site.ts";
import { bareHost } from "./backups.ts";
import type { RootConfig } from "./schema.ts";
import { readSftp } from "./sftp.ts";
import { table } from "./table.ts";

type HostConfig = RootConfig["hosts"][string];
type NoticesConfig = NonNullable<RootConfig["providers"][string]["notices"]>[number];

/** The machines of the file, with what is read of each and how. */
export function compileHosts(config: RootConfig): Map<string, Host> {
  const onlyPublished = publishedTo(config);
  return table(config.hosts, (key, host) => ({
    key,
    at: host.at ?? null,
    address: host.address ?? null,
    segment: host.segment ?? null,
    user: host.user ?? null,
    port: host.port,
    hostKey: host.host_key ?? null,
    privateKey: host.keys?.act ?? host.key ?? null,
    look: onlyPublished(key, host) ? null : lookOf(host),
    hardware: hardwareOf(host),
    ...listsOf(host),
    tracked: [...new Set([...(host.track ?? []), ...copiedFrom(key, config)])],
    ...bandwidthOf(host),
    ...rightsOf(host),
  }));
}

function rightsOf({ keys, role }: HostConfig): Pick<Host, "actKey" | "role"> {
  return {
    ...(keys?.act === undefined ? {} : { actKey: keys.act }),
    ...(role === undefined ? {} : { role }),
  };
}

function listsOf({ logs, provider_names, scrape }: HostConfig): Pick<Host, "logs" | "providerNames" | "scrapes"> {
  return {
    logs: (logs ?? []).map(logOf),
    providerNames: provider_names ?? [],
    scrapes: (scrape ?? []).map(scrapeOf),
  };
}

/** What is worth a copy is worth a look when it is gone. */
function copiedFrom(host: string, { backups = {} }: RootConfig): readonly string[] {
  return Object.values(backups).flatMap(({ of }) => (bareHost(of.host) === host ? (of.paths ?? []) : []));
}

const bitsPer: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9 };

/** `100Mbps` in bits a second. */
function bandwidthOf({ bandwidth }: HostConfig): Pick<Host, "bandwidthBitsPerSecond"> {
  const [, figure, prefix = ""] = /^(\d+(?:\.\d+)?)\s*([kMG])bps$/.exec(bandwidth ?? "") ?? [];
  return figure === undefined ? {} : { bandwidthBitsPerSecond: Number(figure) * (bitsPer[prefix] ?? 1) };
}

/** A log that a check looks at is followed, written among the host's logs or not. */
export function withCheckedLogs(hosts: Map<string, Host>, checks: readonly Check[]): Map<string, Host> {
  for (const { kind, target } of checks) {
    const [, key = "", path = ""] = /^([^:]+):(.+)$/.exec(kind === "log" ? target : "") ?? [];
    const host = hosts.get(key);
    if (host === undefined || host.logs.some((log) => log.path === path)) continue;
    hosts.set(key, { ...host, logs: [...host.logs, { path, format: null }] });
  }
  return hosts;
}

/**
 * Machines that only take the status page: their key is for SFTP, and nobody asked to look inside. One on which a service
 * stands, or of which the file says anything about reading, is a machine to look into.
 */
function publishedTo({ status_page: page, services }: RootConfig): (key: string, host: HostConfig) => boolean {
  const targets = new Set((page?.publish ?? []).flatMap(({ to }) => readSftp(to)?.host ?? []));
  const carries = new Set(Object.values(services).map((service) => (typeof service === "string" ? "" : service.on)));
  return (key, { collect, keys, sudo, watch, logs, track }) => {
    const asked = [collect, keys?.read, watch, logs, track].some((one) => one !== undefined) || sudo !== "none";
    return targets.has(key) && !asked && !carries.has(key) && !carries.has(`host:${key}`);
  };
}

/** A host with a key for reading is looked into over SSH, unless the file says otherwise. */
function lookOf({ collect, key, keys, sudo, watch }: HostConfig): HostLook | null {
  const readKey = keys?.read ?? key ?? null;
  const by = collect ?? (readKey === null ? "none" : "ssh");
  if (by !== "ssh" && by !== "agent") return null;
  return { by, readKey: by === "ssh" ? readKey : null, sudo, watch: watchOf(watch ?? {}) };
}

function watchOf(watch: NonNullable<HostConfig["watch"]>): HostWatch {
  const { disk = null, inodes = null, memory = null, swap = null, load = null, clock = null, units = [] } = watch;
  return {
    diskRatio: disk,
    inodesRatio: inodes,
    memoryRatio: memory,
    swapRatio: swap,
    loadPerCore: load,
    clockMs: clock,
    units,
  };
}

function hardwareOf({ bmc, snmp }: HostConfig): HostHardware {
  return { bmc: bmcOf(bmc), snmp: snmpOf(snmp) };
}

function bmcOf(bmc: HostConfig["bmc"]): HostHardware["bmc"] {
  if (bmc === undefined) return null;
  const login = { user: bmc.user ?? null, password: bmc.password ?? null };
  if (bmc.redfish !== undefined) return { kind: "redfish", url: bmc.redfish.replace(/\/+$/, ""), ...login };
  return bmc.ipmi === undefined ? null : { kind: "ipmi", address: bmc.ipmi, ...login };
}

function snmpOf(snmp: HostConfig["snmp"]): HostHardware["snmp"] {
  if (snmp === undefined) return null;
  const { version, user = null, community = null, auth = null, privacy = null } = snmp;
  if (version === 3) return { version, user, auth, privacy };
  return { version: version === 1 ? 1 : "2c", community };
}

function logOf(log: NonNullable<HostConfig["logs"]>[number]): LogSpec {
  if (typeof log === "string") return { path: log, format: null };
  const { path, format = null, keep } = log;
  return { path, format, ...(keep === undefined ? {} : { keepMs: keep }) };
}

const scrapeEveryMs = 60_000;

function scrapeOf(scrape: NonNullable<HostConfig["scrape"]>[number]): ScrapeSpec {
  return typeof scrape === "string"
    ? { url: scrape, everyMs: scrapeEveryMs, labels: {} }
    : { url: scrape.url, everyMs: scrape.every, labels: scrape.labels };
}

/** How a provider's notices are read; what names no source is left out (the check of the file says so). */
export function compileFeeds(provider: string, notices: readonly NoticesConfig[]): readonly FeedSpec[] {
  return notices.flatMap((notice, nth): FeedSpec[] => {
    const common = { key: `${provider}/${nth}`, match: notice.match ?? [] };
    if (notice.feed !== undefined) return [{ ...common, kind: "feed", url: notice.feed }];
    if (notice.statuspage !== undefined) return [{ ...common, kind: "statuspage", url: notice.statuspage }];
    if (notice.page !== undefined)
      return [{ ...common, kind: "page", url: notice.page, select: notice.select ?? null }];
    if (notice.imap === undefined) return [];
    const { user = null, password = null, from = null } = notice;
    return [{ ...common, kind: "imap", url: notice.imap, user, password, from }];
  });
}

/** Ports that take what others send. */
export function compileIntake({ syslog, snmp_traps, otlp }: RootConfig): Site["intake"] {
  return {
    syslogUdp: syslog?.udp ?? null,
    syslogTcp: syslog?.tcp ?? null,
    snmpTrapUdp: snmp_traps?.udp ?? null,
    otlp: otlp?.listen ?? null,
  };
}
