import { type Clock, type Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { NewEvent } from "../../kernel/event.ts";
import type { Log } from "../../kernel/log.ts";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { StoredHost } from "../../storage/ledger/nouns/hosts.ts";

/** Writes down what a restart must not forget. Readings share a commit every few seconds; what happened does not wait. */
export interface HostBook {
  /** kept within a few seconds */
  note(host: StoredHost): void;
  /** On disk when it resolves. @throws KoboshiError KB20xx */
  keep(host: StoredHost, events?: readonly NewEvent[]): Promise<void>;
  /** Keeps what waits. @throws KoboshiError KB20xx */
  stop(): Promise<void>;
}

const flushEveryMs = 5_000;
const longestReadingChars = 65_536;

export function createHostBook({ ledger, clock, log }: { ledger: Ledger; clock: Clock; log: Log }): HostBook {
  const waiting = new Map<string, StoredHost>();
  let timer: Timer | null = null;

  async function write(events: readonly NewEvent[]): Promise<void> {
    const hosts = [...waiting.values()];
    waiting.clear();
    try {
      await ledger.transaction(async (tx) => {
        for (const event of events) await tx.append(event);
        for (const host of hosts) await tx.putHost({ ...host, reading: bounded(host.reading) });
      });
    } catch (thrown) {
      // newer ones that came meanwhile stay
      for (const host of hosts) if (!waiting.has(host.key)) waiting.set(host.key, host);
      throw thrown;
    }
  }

  async function flush(): Promise<void> {
    timer = null;
    try {
      await write([]);
    } catch (thrown) {
      log.warn("readings of hosts not kept", { error: errorText(thrown), hosts: waiting.size });
      arm();
    }
  }

  function arm(): void {
    timer ??= clock.after(flushEveryMs, () => void flush());
  }

  return {
    note(host) {
      waiting.set(host.key, host);
      arm();
    },
    async keep(host, events = []) {
      waiting.set(host.key, host);
      await write(events);
    },
    async stop() {
      timer?.cancel();
      timer = null;
      if (waiting.size > 0) await write([]);
    },
  };
}

/** A reading that is too long to keep loses the ends of its lists, never a part that says whether the machine is well. */
export function bounded(reading: HostReading | null): HostReading | null {
  if (reading === null) return null;
  for (const most of [Infinity, 200, 50, 10]) {
    const cut = most === Infinity ? reading : shortened(reading, most);
    if (JSON.stringify(cut).length <= longestReadingChars) return cut;
  }
  const { units } = reading;
  return {
    ...shortened(reading, 5),
    units: units === null ? null : { failed: units.failed.slice(0, 50), states: {} },
    unobserved: {},
    certificates: null,
    cron: null,
    listeners: null,
  };
}

const lists = ["disks", "io", "network", "listeners", "oomKills", "certificates", "cron"] as const;

function shortened(reading: HostReading, most: number): HostReading {
  const cut = Object.fromEntries(lists.map((part) => [part, reading[part]?.slice(0, most) ?? null]));
  return { ...reading, ...cut, units: fewerUnits(reading.units, most) };
}

function fewerUnits(units: HostReading["units"], most: number): HostReading["units"] {
  if (units === null) return null;
  const states = Object.entries(units.states).slice(0, most);
  return { failed: units.failed.slice(0, most), states: Object.fromEntries(states) };
}
