import type { Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { createRateLimit } from "./rate-limit.ts";

/** Tells the audit log of refused logins, each network's once in a while: whoever guesses must not fill the ledger. */
export interface RefusalLog {
  /**
   * Nobody waits for it: the time of an answer must not say whether something was written.
   * @param refused.name null: nobody has that name; what was typed is not kept, it may be a password
   */
  tell(refused: { readonly name: string | null; readonly address: string }): void;
}

const each = { tries: 1, windowMs: 10 * 60_000 };
const all = { tries: 60, windowMs: 3_600_000 };

export function createRefusalLog({ ledger, clock, log }: { ledger: Ledger; clock: Clock; log: Log }): RefusalLog {
  const perKey = createRateLimit(clock, each);
  const overall = createRateLimit(clock, all);
  return {
    tell({ name, address }) {
      const key = `${name ?? ""} ${address}`;
      if (perKey.isSpent(key) || overall.isSpent("all")) return;
      perKey.fail(key);
      overall.fail("all");
      const data = { name: name ?? "?", from: address };
      ledger
        .transaction(async (tx) => tx.append({ kind: "session.refused", actor: "koboshi", incidentId: null, data }))
        .catch((thrown: unknown) => log.error("a refused login cannot be written down", { error: errorText(thrown) }));
    },
  };
}
