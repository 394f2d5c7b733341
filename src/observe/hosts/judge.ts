import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { HostWatch } from "../../kernel/model/site.ts";
import type { HostClockView, HostFinding } from "../../kernel/ports-hosts.ts";
import { hostBounds, hostFindings } from "../../readers/host/findings.ts";
import type { HostBounds } from "../../readers/host/judgement.ts";
import type { Looked, SignalRule } from "./signals.ts";

/** Below this a busy machine is only busy: people are told when its work waits for minutes. */
const loudLoadPerCore = 4;
/** One OOM kill is told while it is news; the page shows it for a day. */
const oomNewsMs = 600_000;

const vital: SignalRule = { signal: "vital", atOnce: false };

/** What becomes a signal. The other findings are shown on the host's page and wake nobody. */
const rules: Readonly<Record<string, SignalRule>> = {
  "disk-full": vital,
  "inodes-full": vital,
  "disk-read-only": vital,
  "memory-low": vital,
  "swap-full": vital,
  "load-high": vital,
  "unit-failed": vital,
  "unit-stopped": vital,
  "oom-kill": { signal: "vital", atOnce: true },
  "certificate-ends": { signal: "vital", atOnce: true },
  "clock-off": { signal: "clock-off", atOnce: true },
  "time-service": { signal: "clock-off", atOnce: false },
  // read in thorough looks only, and late by its own grace already
  "job-missed": { signal: "missed", atOnce: true },
  "cron-stopped": { signal: "missed", atOnce: true },
  "host-key": { signal: "host-key", atOnce: true },
};

export function ruleOf(findingKind: string): SignalRule | null {
  return rules[findingKind] ?? null;
}

/** Which part of a reading tells of which kind of finding. */
const partOf: Readonly<Record<string, keyof HostReading>> = {
  "disk-full": "disks",
  "inodes-full": "disks",
  "disk-read-only": "disks",
  "memory-low": "memory",
  "swap-full": "swap",
  "load-high": "load",
  "unit-failed": "units",
  "unit-stopped": "units",
  "oom-kill": "oomKills",
  "certificate-ends": "certificates",
  "clock-off": "clock",
  "time-service": "clock",
  "job-missed": "cron",
  "cron-stopped": "cron",
};

export function findingsIn(reading: HostReading, watch: HostWatch | null): readonly HostFinding[] {
  return hostFindings(reading, boundsOf(watch));
}

function boundsOf(watch: HostWatch | null): HostBounds {
  const bounds = hostBounds(watch);
  return watch?.loadPerCore === undefined || watch.loadPerCore === null
    ? { ...bounds, loadPerCore: loudLoadPerCore }
    : bounds;
}

/** What one look says for the signals: only what it saw itself, not what an earlier one had seen. */
export function lookedAt(reading: HostReading, findings: readonly HostFinding[]): Looked {
  const lookedFor = (kind: string, item: string | null): boolean => {
    const part = partOf[kind];
    if (part === undefined || reading[part] === null) return false;
    // nothing proves that it ran, and nothing that it did not
    return (
      kind !== "job-missed" || reading.cron?.some((job) => job.where === item && job.verdict === "unproven") !== true
    );
  };
  return { lookedFor, found: findings.filter((one) => lookedFor(one.kind, one.item) && isNews(one, reading)) };
}

function isNews({ kind, facts }: HostFinding, { takenAtMs, clock }: HostReading): boolean {
  const at = facts["lastAtMs"];
  if (kind !== "oom-kill" || typeof at !== "number") return true;
  return takenAtMs + (clock?.offsetSeconds ?? 0) * 1_000 - at <= oomNewsMs;
}

const unread: HostReading = {
  takenAtMs: 0,
  unobserved: {},
  identity: null,
  system: null,
  load: null,
  cpu: null,
  memory: null,
  swap: null,
  disks: null,
  io: null,
  network: null,
  clock: null,
  units: null,
  processes: null,
  listeners: null,
  oomKills: null,
  updates: null,
  certificates: null,
  cron: null,
};
const noService = {
  name: null,
  running: null,
  enabled: null,
  synchronised: null,
  ownOffsetSeconds: null,
  source: null,
};

/** What a clock seen from outside says; of the service that keeps it right nothing is known there. */
export function lookedAtClock(clock: HostClockView, watch: HostWatch | null): Looked {
  const { offsetSeconds, uncertaintySeconds, source } = clock;
  const reading = { ...unread, clock: { offsetSeconds, uncertaintySeconds, zone: null, service: noService } };
  return {
    lookedFor: (kind) => kind === "clock-off",
    found: findingsIn(reading, watch)
      .filter(({ kind }) => kind === "clock-off")
      .map((finding) => ({ ...finding, facts: { ...finding.facts, source } })),
  };
}
