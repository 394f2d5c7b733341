import type { Clock } from "../../kernel/clock.ts";
import type { KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { AlertSource, Ledger } from "../../storage/ledger/ledger.ts";
import { createBook, type Book } from "./book.ts";
import { createKeeper } from "./keeper.ts";
import { readApiAlerts, readWebhook } from "./read.ts";
import { createSubjects, type Subjects } from "./subjects.ts";

export interface AlertIntakeDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Site;
  /** hands what changed to the incidents */
  take(changes: readonly SignalChange[]): Promise<void>;
}

export interface AlertIntake {
  /**
   * Takes a request's alerts, all or none. @returns once they are on the disk; KB1401 to KB1403 for what cannot be read
   * @throws KoboshiError KB20xx when the ledger does not take them
   */
  accept(source: AlertSource, body: unknown): Promise<Result<{ readonly alerts: number }, KoboshiError>>;
  /** Alerts from now on are about this site's services and hosts. */
  use(site: Site): void;
  /** alerts open now */
  open(): number;
  /** taken since the start, repeated ones too */
  taken(): number;
  start(): void;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

const pageRows = 5_000;

/**
 * Opens the book on what the ledger holds. Requests that come together share one commit; one that comes alone is written
 * at once. Only what changes a component's state goes on to the incidents.
 */
export async function createAlertIntake(deps: AlertIntakeDeps): Promise<AlertIntake> {
  let subjects: Subjects = createSubjects(deps.site);
  const book = await openBook(deps, () => subjects);
  const keeper = createKeeper({ ...deps, book });
  let taken = 0;

  return {
    async accept(source, body) {
      const read = source === "api" ? readApiAlerts : readWebhook;
      const alerts = read(body, deps.clock.nowMs());
      if (!alerts.ok) return alerts;
      await keeper.keep(source, alerts.value);
      taken += alerts.value.length;
      return ok({ alerts: alerts.value.length });
    },
    use(site) {
      subjects = createSubjects(site);
    },
    open: () => book.size,
    taken: () => taken,
    start: keeper.start,
    stop: keeper.stop,
  };
}

async function openBook({ ledger, clock }: AlertIntakeDeps, subjects: () => Subjects): Promise<Book> {
  const book = createBook({ clock, subjects, lastId: await ledger.read.lastAlertId() });
  for (let after = 0; ;) {
    const page = await ledger.read.openAlerts({ after, limit: pageRows });
    for (const alert of page) book.restore(alert);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  const signals = await ledger.read.openSignals();
  for (const signal of signals.filter(({ kind }) => kind === "alert")) book.adopt(signal);
  return book;
}
