import type { Clock } from "../../kernel/clock.ts";
import { severities, type SignalChange, type Signal } from "../../kernel/model/signal.ts";
import type { AlertSource, StoredAlert } from "../../storage/ledger/ledger.ts";
import { alertSeverity } from "./facts.ts";
import { createGroups, type Group } from "./groups.ts";
import { drawUp, type Batch, type Begun } from "./draw-up.ts";
import type { Subjects } from "./subjects.ts";

/** One open alert in memory: nothing but what decides when it ends. */
interface Open {
  readonly id: number;
  /** by the monotonic clock; Infinity: its sender will tell */
  deadlineMs: number;
  readonly group: Group;
  readonly severity: number;
}

/** What one write of the ledger has to hold. */
export interface Plan {
  readonly firstId: number;
  /** those that begin; their ids count up from `firstId` */
  readonly rows: readonly Omit<StoredAlert, "id">[];
  readonly ended: readonly number[];
  /** Makes it so in memory, once it is written. */
  apply(): void;
}

export interface Book {
  readonly size: number;
  plan(batch: Batch): Plan;
  /** The end of these, as far as they are still overdue. */
  planExpiry(fingerprints: readonly string[]): Plan;
  /** Looks at the next `most` open alerts, round and round. @returns those nobody repeated in time */
  overdue(most: number): readonly string[];
  /** Takes an alert of before a restart in. */
  restore(alert: StoredAlert): void;
  adopt(signal: Signal): void;
  changes(): readonly SignalChange[];
}

export interface BookDeps {
  readonly clock: Clock;
  subjects(): Subjects;
  /** the greatest id used so far */
  readonly lastId: number;
}

/** How long an alert of the API lives when its sender says nothing and repeats nothing, as in Alertmanager. */
export const resolveTimeoutMs = 300_000;
const longestLifeMs = 7 * 86_400_000;

/** Which alerts are open, by fingerprint. The ledger is written first; then this follows. */
export function createBook({ clock, subjects, lastId: first }: BookDeps): Book {
  const open = new Map<string, Open>();
  const groups = createGroups(clock);
  let lastId = first;

  function begin({ id, alert }: Begun, deadlineMs: number): void {
    const severity = alertSeverity(alert.labels);
    const group = groups.join(subjects().of(alert.labels), alert, severity);
    open.set(alert.fingerprint, { id, deadlineMs, group, severity: severities.indexOf(severity) });
  }

  function end(fingerprint: string): void {
    const entry = open.get(fingerprint);
    if (entry === undefined) return;
    open.delete(fingerprint);
    groups.leave(entry.group, severities[entry.severity] ?? "info");
  }

  function planExpiry(fingerprints: readonly string[]): Plan {
    const nowMs = clock.monotonicMs();
    const over = fingerprints.filter((fingerprint) => (open.get(fingerprint)?.deadlineMs ?? Infinity) <= nowMs);
    return {
      firstId: 0,
      rows: [],
      ended: over.flatMap((fingerprint) => open.get(fingerprint)?.id ?? []),
      apply: () => over.forEach(end),
    };
  }

  function plan(batch: Batch): Plan {
    const drawn = drawUp(batch, { known: (fingerprint) => open.get(fingerprint)?.id, lastId, nowMs: clock.nowMs() });
    return {
      firstId: lastId + 1,
      rows: Array.from(drawn.begun.values(), ({ alert }) => alert),
      ended: [...drawn.ended.values()],
      apply() {
        lastId += drawn.begun.size;
        for (const begun of drawn.begun.values()) begin(begun, Infinity);
        for (const [fingerprint, { source, endsAtMs }] of drawn.repeated) {
          const entry = open.get(fingerprint);
          if (entry !== undefined) entry.deadlineMs = deadlineOf(clock, source, endsAtMs);
        }
        for (const fingerprint of drawn.ended.keys()) end(fingerprint);
      },
    };
  }

  return {
    get size() {
      return open.size;
    },
    plan,
    planExpiry,
    overdue: createRounds(open, clock),
    restore(alert) {
      // who sent it could not reach us while we were away: it has its time once more
      const lifeMs = Math.max(resolveTimeoutMs, (alert.endsAtMs ?? 0) - clock.nowMs());
      begin(
        { id: alert.id, alert },
        alert.source === "webhook" ? Infinity : clock.monotonicMs() + Math.min(lifeMs, longestLifeMs),
      );
    },
    adopt: (signal) => groups.adopt(signal),
    changes: () => groups.changes(),
  };
}

/** By the monotonic clock. What a webhook says stays until it says otherwise. */
function deadlineOf(clock: Clock, source: AlertSource, endsAtMs: number | null): number {
  if (source === "webhook") return Infinity;
  const lifeMs = endsAtMs === null ? resolveTimeoutMs : endsAtMs - clock.nowMs();
  return clock.monotonicMs() + Math.min(Math.max(0, lifeMs), longestLifeMs);
}

/** Each call looks at the next `most` and goes on where the one before it stopped. */
function createRounds(open: ReadonlyMap<string, Open>, clock: Clock): Book["overdue"] {
  let round = open.entries();
  return (most) => {
    const nowMs = clock.monotonicMs();
    const found: string[] = [];
    for (let left = most; left > 0; left--) {
      const next = round.next();
      if (next.done === true) {
        round = open.entries();
        break;
      }
      if (next.value[1].deadlineMs <= nowMs) found.push(next.value[0]);
    }
    return found;
  };
}
