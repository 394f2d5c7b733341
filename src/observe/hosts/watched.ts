import { elapsedMs, stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import type { Signal } from "../../kernel/model/signal.ts";
import type { Host } from "../../kernel/model/site.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import type { HostClockView, HostFinding, HostKeyView, HostSilence, HostStatus } from "../../kernel/ports-hosts.ts";
import type { HostCounters } from "../../readers/host/counters.ts";
import type { StoredHost } from "../../storage/ledger/nouns/hosts.ts";
import type { Silent } from "./silence.ts";

/** Everything that is known of one host between two looks. */
export interface Watched {
  readonly host: Host;
  readonly stored: StoredHost;
  readonly silence: HostStatus["silence"];
  /** of the newest reading, worst first */
  readonly findings: readonly HostFinding[];
  readonly clock: HostClockView | null;
  readonly oldAlgorithms: boolean;
  /** looks that brought nothing, in a row */
  readonly failures: number;
  /** looks that did, since the start */
  readonly looks: number;
  /** what the kernel had counted at the newest look: the next one's rates begin there */
  readonly counters: HostCounters | null;
}

/** What a look printed, with the moments it was asked for and heard by our own wall clock. */
export interface Frame {
  readonly text: string;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

export function blankHost(key: string): StoredHost {
  return {
    key,
    pinnedKey: null,
    pinnedBy: null,
    pinnedAt: null,
    seenKey: null,
    bootId: null,
    machineId: null,
    reading: null,
    readAt: null,
  };
}

/** A host before its first look since the start. */
export function firstSight(clock: Clock, host: Host, stored: StoredHost): Watched {
  const reason = host.look === null ? "not-set-up" : "not-read-yet";
  return {
    host,
    stored,
    silence: { reason, text: "", since: stampNow(clock) },
    findings: [],
    clock: null,
    oldAlgorithms: false,
    failures: 0,
    looks: 0,
    counters: null,
  };
}

/** The same host as the new configuration has it; how it is read may have changed. */
export function withHost(clock: Clock, watched: Watched, host: Host): Watched {
  const same = (watched.host.look === null) === (host.look === null) && watched.host.look?.by === host.look?.by;
  return same ? { ...watched, host, failures: 0 } : firstSight(clock, host, watched.stored);
}

export function silenced(clock: Clock, watched: Watched, { reason, text }: Silent): Watched {
  const { silence, failures } = watched;
  const since = silence?.reason === reason ? silence.since : stampNow(clock);
  return { ...watched, silence: { reason, text, since }, failures: failures + 1 };
}

/** The fingerprint that is believed: the file's before a person's. */
export function pinnedKey({ host, stored }: Pick<Watched, "host" | "stored">): string | null {
  return host.hostKey ?? stored.pinnedKey;
}

/** Longer and longer between tries that bring nothing, but never so long that a host comes back unnoticed. */
const longestPauseMs = 300_000;

export function pauseMs({ failures }: Watched, everyMs: number): number {
  return failures < 3 ? 0 : Math.min(longestPauseMs, everyMs * 2 ** Math.min(failures - 3, 10));
}

export interface Seen {
  readonly watched: Watched;
  readonly signals: readonly Signal[];
  readonly now: Stamp;
  readonly everyMs: number;
}

/** Rounds without a reading after which it is too old to call anything healthy. */
const staleRounds = 3;

export function isStale(watched: Watched, now: Stamp, everyMs: number): boolean {
  const { readAt } = watched.stored;
  return readAt === null || elapsedMs(readAt, now) > staleRounds * everyMs;
}

export function statusOf(seen: Seen): HostStatus {
  const { watched } = seen;
  const { host, stored } = watched;
  return {
    key: host.key,
    at: host.at,
    address: host.address ?? host.key,
    by: host.look?.by ?? null,
    state: stateOf(seen),
    silence: silenceNow(seen),
    reading: stored.reading,
    readAt: stored.readAt,
    findings: watched.findings,
    hostKey: keyView(watched),
    oldAlgorithms: watched.oldAlgorithms,
    clock: watched.clock,
  };
}

const waitsForPerson: ReadonlySet<HostSilence> = new Set(["key-unconfirmed"]);

/** Old data is never healthy, and a host that cannot be read is only called down for what was confirmed before. */
function stateOf(seen: Seen): StateWord {
  const { signals, watched } = seen;
  if (signals.some(({ severity }) => severity === "critical")) return "down";
  const silence = silenceNow(seen);
  if (silence !== null) return waitsForPerson.has(silence.reason) ? "warning" : "unknown";
  return signals.length > 0 || watched.findings.some(({ severity }) => severity !== "info") ? "warning" : "ok";
}

function silenceNow({ watched, now, everyMs }: Seen): HostStatus["silence"] {
  if (watched.silence !== null || !isStale(watched, now, everyMs)) return watched.silence;
  const reason = watched.host.look?.by === "agent" ? "agent-silent" : "timeout";
  return { reason, text: "", since: watched.stored.readAt ?? now };
}

function keyView({ host, stored }: Watched): HostKeyView {
  const pinned = host.hostKey ?? stored.pinnedKey;
  const seen = stored.seenKey === pinned ? null : stored.seenKey;
  return { pinned, pinnedBy: host.hostKey === null ? stored.pinnedBy : "file", seen };
}
