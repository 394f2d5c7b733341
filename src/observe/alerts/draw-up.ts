import type { AlertSource, StoredAlert } from "../../storage/ledger/ledger.ts";
import type { Alert } from "./read.ts";

/** Requests in the order they came. */
export type Batch = readonly { readonly source: AlertSource; readonly alerts: readonly Alert[] }[];

export interface Drawn {
  /** alerts that begin, by fingerprint, in order */
  readonly begun: ReadonlyMap<string, Begun>;
  /** ids of those that end, by fingerprint */
  readonly ended: ReadonlyMap<string, number>;
  /** firing ones, new or not, as they were told last */
  readonly repeated: ReadonlyMap<string, { readonly source: AlertSource; readonly endsAtMs: number | null }>;
}

export interface Begun {
  readonly id: number;
  readonly alert: Omit<StoredAlert, "id">;
}

interface Before {
  /** the id under which this alert is open */
  known(fingerprint: string): number | undefined;
  readonly lastId: number;
  readonly nowMs: number;
}

/** Which rows come and which end, by what is open and in the order of the batch. Pure. */
export function drawUp(batch: Batch, { known, lastId, nowMs }: Before): Drawn {
  const begun = new Map<string, Begun>();
  const ended = new Map<string, number>();
  const repeated = new Map<string, { source: AlertSource; endsAtMs: number | null }>();
  const take = (alert: Alert, source: AlertSource): void => {
    const { fingerprint, endsAtMs } = alert;
    const current = begun.get(fingerprint)?.id ?? known(fingerprint);
    if (!alert.firing) {
      if (current !== undefined) ended.set(fingerprint, current);
      return;
    }
    repeated.set(fingerprint, { source, endsAtMs });
    // ended and begun anew in one breath: it never stopped
    ended.delete(fingerprint);
    if (current !== undefined) return;
    const { labels, annotations, generator, startsAtMs } = alert;
    const kept = { fingerprint, source, labels, annotations, generator, startsAtMs, endsAtMs, receivedAtMs: nowMs };
    begun.set(fingerprint, { id: lastId + begun.size + 1, alert: kept });
  };
  for (const { source, alerts } of batch) for (const alert of alerts) take(alert, source);
  return { begun, ended, repeated };
}
