import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError, errorText, type ErrorCode } from "../../kernel/errors.ts";
import { copyFacts } from "./copy.ts";
import type { LedgerFiles } from "./folder.ts";
import { troubleOf, type Trouble } from "./sqlite.ts";

export interface Place {
  readonly files: LedgerFiles;
  readonly clock: Clock;
}

const codes: Readonly<Record<Trouble, ErrorCode>> = {
  busy: "KB2001",
  corrupt: "KB2002",
  notadb: "KB2002",
  full: "KB2003",
  io: "KB2003",
  readonly: "KB2005",
  cantopen: "KB2005",
};

/** Makes trouble with the ledger's file into the refusal people see; anything else is handed back as it came. */
export function refusalOf(thrown: unknown, place: Place): unknown {
  const trouble = troubleOf(thrown);
  if (trouble === null) return thrown;
  const code = codes[trouble];
  const reason = errorText(thrown);
  if (code === "KB2002") return damaged(place, reason, thrown);
  const { folder } = place.files;
  return new KoboshiError(code, code === "KB2001" ? { folder } : { folder, reason }, thrown);
}

/** KB2002 with the way back: `backup` and `backupAgeHours` are there when a good copy exists. */
export function damaged({ files, clock }: Place, damage: string, cause?: unknown): KoboshiError {
  return new KoboshiError("KB2002", { file: files.ledger, damage, ...copyFacts(files, clock) }, cause);
}

/** Trouble after which SQLite may have undone the transaction by itself: going on would write outside of it. */
export function endsTransaction(thrown: unknown): boolean {
  return thrown instanceof KoboshiError && thrown.code.startsWith("KB20");
}
