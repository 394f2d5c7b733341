import fs from "node:fs";
import type { Clock } from "../kernel/clock.ts";
import type { Timings } from "../kernel/model/observation.ts";
import { severities } from "../kernel/model/signal.ts";
import { stateWords, type CellStatus, type CheckStatus, type SiteStatus } from "../kernel/model/status.ts";
import type { Family, Sample } from "../render/exposition.ts";
import type { LedgerReads } from "../storage/ledger/ledger.ts";
import type { TelemetryState } from "../storage/telemetry/telemetry.ts";

/** What the figures are made of, at one moment. */
export interface Measured {
  readonly status: SiteStatus;
  readonly lastSeq: number;
  readonly deliveries: Awaited<ReturnType<LedgerReads["deliveryCounts"]>>;
  readonly telemetry: TelemetryState;
  readonly alerts: { readonly open: number; readonly taken: number };
  readonly version: string;
  readonly clock: Clock;
}

const upOf = { up: 1, degraded: 1, down: 0, unknown: Number.NaN } as const;
const phases: readonly (readonly [phase: string, key: keyof Timings])[] = [
  ["dns", "dnsMs"],
  ["connect", "connectMs"],
  ["tls", "tlsMs"],
  ["first_byte", "firstByteMs"],
  ["body", "bodyMs"],
  ["total", "totalMs"],
];
/** Rows of the outbox in these states never change again: their number only grows. */
const settled: ReadonlySet<string> = new Set(["sent", "given-up", "superseded"]);

/**
 * Every figure koboshi gives to Prometheus. Labels come from the configuration and from fixed lists only, so that their
 * number is bounded by the file: never a text from outside.
 */
export function measureFamilies(measured: Measured): readonly Family[] {
  return [...siteFamilies(measured), ...checkFamilies(measured.status), ...ownFamilies(measured), ...processFamilies()];
}

function siteFamilies({ status, deliveries, alerts }: Measured): readonly Family[] {
  const checks = status.services.flatMap((service) => service.checks);
  const notices = (isSettled: boolean): readonly Sample[] =>
    deliveries
      .filter(({ state }) => settled.has(state) === isSettled)
      .map(({ channel, state, count }) => ({ labels: { channel, state }, value: count }));
  return [
    gauge("koboshi_checks", "Checks by the state they are shown in.", tally("state", stateWords, checks)),
    gauge("koboshi_services", "Services by the state they are shown in.", tally("state", stateWords, status.services)),
    gauge("koboshi_vantages", "Vantages by state.", tally("state", vantageStates, status.vantages)),
    gauge("koboshi_incidents_open", "Open incidents by severity.", tally("severity", severities, status.openIncidents)),
    counter("koboshi_notices", "Notices that reached their end, by channel.", notices(true)),
    gauge("koboshi_notices_waiting", "Notices still to be sent, by channel.", notices(false)),
    gauge("koboshi_alerts_open", "Alerts of other monitoring systems that are open.", one(alerts.open)),
    counter("koboshi_alerts_received", "Alerts taken since the start, repeated ones too.", one(alerts.taken)),
  ];
}

const vantageStates = ["ok", "blind", "silent", "never-joined"] as const;

function checkFamilies({ services }: SiteStatus): readonly Family[] {
  const cells = services.flatMap(({ checks }) =>
    checks.flatMap((check) => check.cells.map((cell) => ({ check, cell, labels: cellLabels(check, cell) }))),
  );
  const seen = cells.flatMap(({ cell, labels }) => (cell.last === null ? [] : [{ last: cell.last, cell, labels }]));
  return [
    gauge(
      "koboshi_check_up",
      "1 while the last attempt worked, 0 while it did not, NaN when it could not look or is too old.",
      seen.map(({ last, cell, labels }) => ({ labels, value: cell.stale ? Number.NaN : upOf[last.outcome] })),
    ),
    seconds(
      "koboshi_check_duration_seconds",
      "How long each phase of the last attempt took.",
      seen.flatMap(({ last, labels }) =>
        phases.flatMap(([phase, key]) => {
          const tookMs = last.timings[key];
          return tookMs === undefined ? [] : [{ labels: { ...labels, phase }, value: tookMs / 1_000 }];
        }),
      ),
    ),
    seconds(
      "koboshi_check_last_attempt_timestamp_seconds",
      "When the last attempt ended, Unix time.",
      seen.map(({ last, labels }) => ({ labels, value: last.atMs / 1_000 })),
    ),
    seconds(
      "koboshi_certificate_expiry_timestamp_seconds",
      "When the certificate shown at the last attempt ends, Unix time.",
      seen.flatMap(({ last, labels }) => {
        const atMs = last.facts["certificateExpiresAtMs"];
        return typeof atMs === "number" ? [{ labels, value: atMs / 1_000 }] : [];
      }),
    ),
  ];
}

function cellLabels(check: CheckStatus, cell: CellStatus): Sample["labels"] {
  return { service: check.service, check: check.id, vantage: cell.vantage };
}

function ownFamilies({ status, lastSeq, telemetry, version, clock }: Measured): readonly Family[] {
  const blocked = status.attentions.some(({ code }) => code === "ledger-blocked");
  return [
    { name: "koboshi_build", type: "info", help: "The version that runs.", samples: one(1, { version }) },
    seconds("koboshi_pulse_age_seconds", "How long ago the scheduler last moved.", one(status.pulseAgeMs / 1_000)),
    counter("koboshi_ledger_events", "Events in the ledger.", one(lastSeq)),
    gauge(
      "koboshi_ledger_writable",
      "0 while confirmed changes wait because the ledger takes none.",
      one(blocked ? 0 : 1),
    ),
    gauge("koboshi_telemetry_waiting_rows", "Measurements in memory, not stored yet.", one(telemetry.waitingRows)),
    counter(
      "koboshi_telemetry_lost_rows",
      "Measurements dropped because they could not be stored.",
      one(telemetry.lostRows),
    ),
    bytes("koboshi_telemetry_size_bytes", "Size of the stored measurements.", one(telemetry.sizeBytes)),
    gauge(
      "koboshi_telemetry_writable",
      "0 while measurements cannot be stored.",
      one(telemetry.blockedBy === null ? 1 : 0),
    ),
    seconds("koboshi_time_seconds", "The hub's own wall clock, Unix time.", one(clock.nowMs() / 1_000)),
  ];
}

/** The names every Prometheus client gives its own process. */
function processFamilies(): readonly Family[] {
  const { rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const descriptors = openDescriptors();
  return [
    { ...seconds("process_cpu_seconds", "CPU time used.", one((user + system) / 1e6)), type: "counter" },
    bytes("process_resident_memory_bytes", "Memory in use.", one(rss)),
    seconds("process_uptime_seconds", "How long this process has run.", one(process.uptime())),
    gauge("process_open_fds", "Open file descriptors.", descriptors === null ? [] : one(descriptors)),
  ];
}

/** @returns null where the system does not tell */
function openDescriptors(): number | null {
  try {
    return fs.readdirSync("/proc/self/fd").length;
  } catch {
    return null;
  }
}

function tally(
  label: "state" | "severity",
  words: readonly string[],
  items: readonly { readonly state?: unknown; readonly severity?: unknown }[],
): readonly Sample[] {
  return words.map((word) => ({
    labels: { [label]: word },
    value: items.filter((item) => item[label] === word).length,
  }));
}

function one(value: number, labels: Sample["labels"] = {}): readonly Sample[] {
  return [{ labels, value }];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: "gauge", help, samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: "counter", help, samples };
}

function seconds(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: "gauge", help, unit: "seconds", samples };
}

function bytes(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: "gauge", help, unit: "bytes", samples };
}
