import type { Diagnosis } from "../kernel/model/diagnosis.ts";
import type { LedgerTx } from "../storage/ledger/ledger.ts";
import { createDiagnosisNews, type DiagnosisNewsDeps } from "./diagnosis-news.ts";
import { queueNotices, type Notice } from "./notices.ts";
import { queueWindowNotice, type WindowNotice } from "./window-notices.ts";

/** How notices come into the outbox. */
export interface Notices {
  /** inside the transaction that changes what it tells of */
  queue(tx: LedgerTx, notice: Notice): Promise<void>;
  /** inside a transaction; what was told of the window before is not told again */
  queueWindow(tx: LedgerTx, notice: WindowNotice): Promise<void>;
  /** hears of every step of every diagnosis */
  diagnosed(diagnosis: Diagnosis): Promise<void>;
}

/** The first notice waits this long for the diagnosis that began with its incident: most have ended by then. */
const diagnosisWithinMs = 12_000;

export function createNotices(deps: DiagnosisNewsDeps): Notices {
  return {
    async queue(tx, notice) {
      await queueNotices(tx, { ...deps, diagnosisWithinMs }, notice);
    },
    async queueWindow(tx, notice) {
      await queueWindowNotice(tx, deps, notice);
    },
    diagnosed: createDiagnosisNews(deps),
  };
}
