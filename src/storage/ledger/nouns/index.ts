import type { Kysely } from "kysely";
import type { LedgerReads, LedgerTx } from "../ledger.ts";
import type { Tables } from "../tables.ts";
import { alertReads, alertWrites } from "./alerts.ts";
import { accessReads, accessWrites } from "./access.ts";
import { accountReads, accountWrites } from "./accounts.ts";
import { diagnosisReads, diagnosisWrites } from "./diagnoses.ts";
import { deliveryReads, deliveryWrites } from "./deliveries.ts";
import { eventReads, type EventWriter } from "./events.ts";
import { feedReads, feedWrites } from "./feeds.ts";
import { figureReads } from "./figures.ts";
import { hostReads, hostWrites } from "./hosts.ts";
import { hardwareReads, hardwareWrites } from "./hardware.ts";
import { incidentReads, incidentWrites } from "./incidents.ts";
import { jobReads, jobWrites } from "./jobs.ts";
import { learnedReads, learnedWrites } from "./learned.ts";
import { noteReads, noteWrites } from "./notes.ts";
import { pathReads, pathWrites } from "./paths.ts";
import { peopleReads, peopleWrites } from "./people.ts";
import { publicationReads, publicationWrites } from "./publications.ts";
import { recoveryReads, recoveryWrites } from "./recovery.ts";
import { aftercareReads, aftercareWrites } from "./aftercare.ts";
import { repairReads, repairWrites } from "./repairs.ts";
import { reportReads, reportWrites } from "./reports.ts";
import { signalReads, signalWrites } from "./signals.ts";
import { snapshotReads, snapshotWrites } from "./snapshots.ts";
import { vantageReads, vantageWrites } from "./vantages.ts";
import { windowReads, windowWrites } from "./windows.ts";

export function allReads(db: Kysely<Tables>): LedgerReads {
  return {
    ...incidentReads(db),
    ...signalReads(db),
    ...eventReads(db),
    ...deliveryReads(db),
    ...diagnosisReads(db),
    ...learnedReads(db),
    ...recoveryReads(db),
    ...accessReads(db),
    ...accountReads(db),
    ...vantageReads(db),
    ...publicationReads(db),
    ...noteReads(db),
    ...jobReads(db),
    ...hardwareReads(db),
    ...hostReads(db),
    ...alertReads(db),
    ...pathReads(db),
    ...peopleReads(db),
    ...figureReads(db),
    ...feedReads(db),
    ...aftercareReads(db),
    ...repairReads(db),
    ...reportReads(db),
    ...snapshotReads(db),
    ...windowReads(db),
  };
}

export function readsAndWrites(db: Kysely<Tables>, { append }: EventWriter): LedgerTx {
  return {
    ...allReads(db),
    append,
    ...incidentWrites(db),
    ...signalWrites(db),
    ...deliveryWrites(db),
    ...diagnosisWrites(db),
    ...learnedWrites(db),
    ...recoveryWrites(db),
    ...feedWrites(db),
    ...accessWrites(db),
    ...accountWrites(db),
    ...vantageWrites(db),
    ...publicationWrites(db),
    ...noteWrites(db),
    ...jobWrites(db),
    ...hardwareWrites(db),
    ...hostWrites(db),
    ...alertWrites(db),
    ...pathWrites(db),
    ...peopleWrites(db),
    ...aftercareWrites(db),
    ...repairWrites(db),
    ...reportWrites(db),
    ...snapshotWrites(db),
    ...windowWrites(db),
  };
}
