import type { Kysely } from "kysely";
import type { LedgerReads, LedgerTx } from "../ledger.ts";
import type { Tables } from "../tables.ts";
import { accessReads, accessWrites } from "./access.ts";
import { deliveryReads, deliveryWrites } from "./deliveries.ts";
import { eventReads, type EventWriter } from "./events.ts";
import { incidentReads, incidentWrites } from "./incidents.ts";
import { noteReads, noteWrites } from "./notes.ts";
import { publicationReads, publicationWrites } from "./publications.ts";
import { signalReads, signalWrites } from "./signals.ts";
import { vantageReads, vantageWrites } from "./vantages.ts";

export function allReads(db: Kysely<Tables>): LedgerReads {
  return {
    ...incidentReads(db),
    ...signalReads(db),
    ...eventReads(db),
    ...deliveryReads(db),
    ...accessReads(db),
    ...vantageReads(db),
    ...publicationReads(db),
    ...noteReads(db),
  };
}

export function readsAndWrites(db: Kysely<Tables>, { append }: EventWriter): LedgerTx {
  return {
    ...allReads(db),
    append,
    ...incidentWrites(db),
    ...signalWrites(db),
    ...deliveryWrites(db),
    ...accessWrites(db),
    ...vantageWrites(db),
    ...publicationWrites(db),
    ...noteWrites(db),
  };
}
