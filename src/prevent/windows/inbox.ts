import type { EventKind, LedgerEvent } from "../../kernel/event.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";

const seqKey = "windows.seq";
const atOnce = 500;

/** What others write down that windows come of. */
const ours: ReadonlySet<EventKind> = new Set([
  "host.rebooted",
  "provider-notice.received",
  "provider-notice.changed",
  "provider-notice.confirmed",
  "provider-notice.rejected",
]);

/** Events since the last look, each handed on at least once also when koboshi ends in between. */
export interface Inbox {
  look(handle: (event: LedgerEvent) => Promise<void>): Promise<void>;
}

/** The first time begins with what comes from now on. */
export async function openInbox(ledger: Ledger): Promise<Inbox> {
  const written = await ledger.read.setting(seqKey);
  let seq = written === null ? await ledger.read.lastSeq() : Number(written);
  let keptSeq = seq;

  async function keep(): Promise<void> {
    keptSeq = seq;
    await ledger.transaction((tx) => tx.putSetting(seqKey, String(seq)));
  }

  if (written === null) await keep();
  return {
    async look(handle) {
      for (;;) {
        const events = await ledger.read.eventsAfter(seq, atOnce);
        const mine = events.filter(({ kind }) => ours.has(kind));
        for (const event of mine) await handle(event);
        seq = events.at(-1)?.seq ?? seq;
        // what is of no interest may be read again after a restart, a little of it
        if (mine.length > 0 || seq - keptSeq >= atOnce) await keep();
        if (events.length < atOnce) return;
      }
    },
  };
}
