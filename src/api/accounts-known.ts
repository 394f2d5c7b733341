import type { Ledger } from "../storage/ledger/ledger.ts";

/** Whether anyone has an account: from the first one on, everything needs a session or a token. */
export interface Logins {
  any(): Promise<boolean>;
}

/** Asked at every request, so the answer is kept until an account changes. */
export function watchLogins(ledger: Pick<Ledger, "read" | "onCommit">): Logins {
  let known: boolean | null = null;
  let changes = 0;
  ledger.onCommit((events) => {
    if (!events.some(({ kind }) => kind.startsWith("account."))) return;
    known = null;
    changes += 1;
  });
  return {
    async any() {
      if (known !== null) return known;
      const asked = changes;
      const found = (await ledger.read.accounts()).length > 0;
      if (asked === changes) known = found;
      return found;
    },
  };
}

/** Whether someone can sign in and change koboshi: then the start token is not needed any more. */
export async function hasAdmin(ledger: Pick<Ledger, "read">): Promise<boolean> {
  return (await ledger.read.accounts()).some(({ role }) => role === "admin");
}
