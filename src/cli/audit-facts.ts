import type { Clock } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { CopyState, RestoreRun } from "../kernel/model/recovery.ts";
import type { Site } from "../kernel/model/site.ts";
import { readBackupsHere } from "../recover/index.ts";
import { peekLedger } from "../storage/ledger/peek.ts";
import { recoveryCliWords } from "../words/recovery-cli.ts";
import type { Context } from "./command.ts";

/** What is proven of copies, and where it was read. */
interface ProvenHere {
  readonly copies: readonly CopyState[];
  readonly restores: readonly RestoreRun[];
  readonly from: "ledger" | "repositories";
}

/** as many as the hub's own audit looks back to */
const kept = { sets: 50, verified: 20, restores: 200 };

/** Without a hub: what the repositories hold now, with the proofs and drill times of the ledger on this machine, if there is one. */
export async function provenHere(
  site: Site,
  { clock, lang, hint }: Pick<Context, "clock" | "lang" | "hint">,
): Promise<ProvenHere> {
  const say = recoveryCliWords(lang);
  if ((site.backups?.size ?? 0) === 0) return { copies: [], restores: [], from: "repositories" };
  const reading = readBackupsHere({ clock, site });
  const told = await ledgerHere(site, clock).catch((thrown: unknown) => {
    if (!(thrown instanceof KoboshiError)) throw thrown;
    hint(say.auditLedgerUnread(thrown.code));
    return null;
  });
  const now = (await reading).flatMap(({ copies }) => copies);
  hint(told === null ? say.auditRepositories : say.auditLedger);
  if (told === null) return { copies: now, restores: [], from: "repositories" };
  return { copies: now.map((state) => joined(state, told.copies)), restores: told.restores, from: "ledger" };
}

async function ledgerHere(site: Site, clock: Clock): Promise<Omit<ProvenHere, "from"> | null> {
  const ledger = peekLedger(site.hub.dataFolder, clock);
  if (ledger === null) return null;
  try {
    return {
      copies: await ledger.read.copyStates({ sets: kept.sets, verified: kept.verified }),
      restores: await ledger.read.restoreRuns({ limit: kept.restores }),
    };
  } finally {
    ledger.close();
  }
}

/** What was read just now counts for what is there; what was tried or verified is only in the ledger. */
function joined(now: CopyState, told: readonly CopyState[]): CopyState {
  const before = told.find(({ plan, place }) => plan === now.plan && place === now.place);
  if (before === undefined) return now;
  if (now.readAt === null) return before;
  return { ...before, readAt: now.readAt, trouble: now.trouble, sets: now.sets };
}
