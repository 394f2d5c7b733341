import type { UpdateResult } from "kysely";

/** An update that meets no row is a fault of the caller: a state would be told of in events that exists nowhere. */
export function expectOne(result: UpdateResult | undefined, what: string): void {
  if (result?.numUpdatedRows !== 1n) throw new Error(`the ledger holds no ${what}`);
}
