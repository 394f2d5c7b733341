import type { Kysely } from "kysely";
import type { LedgerReads, LedgerTx } from "../ledger.ts";
import type { Tables } from "../tables.ts";
import { alertReads, alertWrites } from "./alerts.ts";
import { accessReads, accessWrites } from "./access.ts";
import { accountReads, accountWrites } from "./accounts.ts";
import { deliveryReads, deliveryWrites } from "./deliveries.ts";
import { eventReads, type EventWriter } from "./events.ts";
import { figureReads } from "./figures.ts";
import { incidentReads, incidentWrites } from "./incidents.ts";
import { jobReads, jobWrites } from "./jobs.ts";
import { noteReads, noteWrites } from "./notes.ts";
import { publicationReads, publicationWrites } from "./publications.ts";
import { reportReads, reportWrites } from "./reports.ts";
import { signalReads, signalWrites } from "./signals.ts";
import { vantageReads, vantageWrites } from "./vantages.ts";

export function allReads(db: Kysely<Tables>): LedgerReads {
  return {
    ...incidentReads(db),
    ...signalReads(db),
    ...eventReads(db),
    ...deliveryReads(db),
    ...accessReads(db),
    ...accountReads(db),
    ...vantageReads(db),
    ...publicationReads(db),
    ...noteReads(db),
    ...jobReads(db),
    ...alertReads(db),
    ...figureReads(db),
    ...reportReads(db),
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
    ...accountWrites(db),
    ...vantageWrites(db),
    ...publicationWrites(db),
    ...noteWrites(db),
    ...jobWrites(db),
    ...alertWrites(db),
    ...reportWrites(db),
  };
}
