import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import type { NewEvent } from "../../kernel/event.ts";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { HostClockView } from "../../kernel/ports-hosts.ts";
import { readHostCounters } from "../../readers/host/counters.ts";
import { readHost } from "../../readers/host/read-host.ts";
import type { StoredHost } from "../../storage/ledger/nouns/hosts.ts";
import type { HubTime } from "./hub-time.ts";
import { findingsIn } from "./judge.ts";
import { merged } from "./merge.ts";
import type { Frame, Watched } from "./watched.ts";

export interface Taken {
  readonly watched: Watched;
  /** this look alone: what it did not look for is null */
  readonly reading: HostReading;
  readonly events: readonly NewEvent[];
}

export interface TakingDeps {
  readonly clock: Clock;
  readonly hubTime: HubTime;
  /** every other host of the file, to notice two that are one machine */
  others(key: string): readonly StoredHost[];
}

/** What a frame makes of what was known: the reading, its findings, and what happened since the one before. */
export function takeFrame({ clock, hubTime, others }: TakingDeps, watched: Watched, frame: Frame): Taken {
  const { host, stored } = watched;
  const reading = believed(hubTime, readHost({ ...frame, previous: watched.counters }));
  const whole = merged(stored.reading, reading);
  const identity = reading.identity;
  const readAt = stampNow(clock);
  return {
    reading,
    events: eventsOf(stored, identity, others(host.key)),
    watched: {
      ...watched,
      silence: null,
      failures: 0,
      looks: watched.looks + 1,
      counters: readHostCounters(frame.text),
      clock: clockView(host.look?.by ?? "ssh", reading, readAt) ?? watched.clock,
      findings: findingsIn(whole, host.look?.watch ?? null),
      stored: {
        ...stored,
        reading: whole,
        readAt,
        bootId: identity?.bootId ?? stored.bootId,
        machineId: identity?.machineId ?? stored.machineId,
      },
    },
  };
}

/** A clock is wrong only when both of ours say so. */
function believed(hubTime: HubTime, reading: HostReading): HostReading {
  const { clock } = reading;
  return clock === null
    ? reading
    : { ...reading, clock: { ...clock, offsetSeconds: hubTime.believe(clock.offsetSeconds) } };
}

function clockView(by: "ssh" | "agent", { clock }: HostReading, at: Stamp): HostClockView | null {
  if (clock === null) return null;
  return { offsetSeconds: clock.offsetSeconds, uncertaintySeconds: clock.uncertaintySeconds, source: by, at };
}

function eventsOf(
  before: StoredHost,
  identity: HostReading["identity"],
  others: readonly StoredHost[],
): readonly NewEvent[] {
  const event = (kind: "host.rebooted" | "host.machine-changed", data: NewEvent["data"]): NewEvent => ({
    kind,
    actor: "koboshi",
    incidentId: null,
    data: { host: before.key, ...data },
  });
  if (identity === null) return [];
  const { bootId, machineId } = identity;
  const isRebooted = bootId !== null && before.bootId !== null && bootId !== before.bootId;
  return [
    ...(isRebooted ? [event("host.rebooted", { bootId })] : []),
    ...(machineId === null ? [] : machineNews(before, machineId, others)).map((data) =>
      event("host.machine-changed", data),
    ),
  ];
}

/** A machine-id that is new for this host, unless it is its first and nobody else's. */
function machineNews(
  before: StoredHost,
  machineId: string,
  others: readonly StoredHost[],
): readonly { readonly machineId: string; readonly sameAs: string }[] {
  if (machineId === before.machineId) return [];
  const twin = others.find((other) => other.machineId === machineId);
  return before.machineId === null && twin === undefined ? [] : [{ machineId, sameAs: twin?.key ?? "—" }];
}
