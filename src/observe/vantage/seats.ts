import { elapsedMs, stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { VantageStatus } from "../../kernel/model/status.ts";
import type { Ledger, LedgerReads, LedgerTx, StoredVantage } from "../../storage/ledger/ledger.ts";
import type { Sight } from "../connectivity.ts";
import { ReportState } from "./intake.ts";
import { ownAddresses, seenElsewhere } from "../own-addresses.ts";
import { silentAfterMs } from "./wire.ts";

/** What is known of each vantage, from the ledger and from what was heard since the start. */
export interface Seats {
  /** Reads joined and revoked vantages anew. */
  refresh(): Promise<void>;
  joined(name: string): void;
  heard(name: string, report: ReportState): void;
  statuses(): readonly VantageStatus[];
}

export interface SeatsDeps {
  readonly ledger: Ledger;
  readonly site: () => Site;
  readonly clock: Clock;
  readonly hereSight?: () => Sight | null;
}

interface Seat {
  readonly stored: StoredVantage | null;
  readonly report: ReportState | null;
  /** its last word, or its joining, in this run of the hub */
  readonly heardAt: Stamp | null;
}

const emptySeat: Seat = { stored: null, report: null, heardAt: null };

export function createSeats({ ledger, site, clock, hereSight }: SeatsDeps): Seats {
  const seats = new Map<string, Seat>();
  // after a restart of the hub each vantage has the time to be heard
  const openedAt = stampNow(clock);
  const seatOf = (name: string): Seat => seats.get(name) ?? emptySeat;

  return {
    async refresh() {
      for (const name of site().vantages.keys()) {
        const [stored, report] = [await ledger.read.vantage(name), await readReport(ledger.read, name)];
        seats.set(name, { ...seatOf(name), stored, report });
      }
    },
    joined: (name) => void seats.set(name, { ...seatOf(name), heardAt: stampNow(clock) }),
    heard: (name, report) => void seats.set(name, { ...seatOf(name), report, heardAt: stampNow(clock) }),
    statuses: () =>
      [...site().vantages.keys()].map((name) => {
        if (name === "here") return hereStatus(hereSight?.() ?? null, stampNow(clock));
        const seat = seatOf(name);
        return statusOf(name, seat, elapsedMs(seat.heardAt ?? openedAt, stampNow(clock)));
      }),
  };
}

function hereStatus(sight: Sight | null, now: Stamp): VantageStatus {
  const state = sight?.state === "blind" ? "blind" : "ok";
  return { name: "here", state, lastSeenAt: now, clockOffsetMs: null, addresses: seenElsewhere(ownAddresses()) };
}

function statusOf(name: string, { stored, report }: Seat, quietMs: number): VantageStatus {
  if (stored === null || stored.revokedAt !== null) {
    return { name, state: "never-joined", lastSeenAt: null, clockOffsetMs: null };
  }
  const said = report?.sight === "blind" ? "blind" : "ok";
  return {
    name,
    state: quietMs > silentAfterMs ? "silent" : said,
    lastSeenAt: report?.seenAt ?? null,
    clockOffsetMs: report?.clockOffsetMs ?? null,
    addresses: report?.addresses ?? [],
  };
}

/** The last word the ledger has of a vantage. */
export async function readReport(read: LedgerReads, name: string): Promise<ReportState | null> {
  const text = await read.setting(settingOf(name));
  return text === null ? null : (ReportState.safeParse(JSON.parse(text)).data ?? null);
}

export async function writeReport(tx: LedgerTx, name: string, report: ReportState): Promise<void> {
  await tx.putSetting(settingOf(name), JSON.stringify(report));
}

function settingOf(name: string): string {
  return `vantage.${name}.report`;
}
