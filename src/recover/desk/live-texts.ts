import { errorText } from "../../kernel/errors.ts";
import type { BackupDatabase, BackupPlan } from "../../kernel/model/backup.ts";
import { databaseOf, type DatabaseHands } from "../restore/database.ts";
import { mysqlHands } from "../restore/mysql.ts";
import { postgresHands } from "../restore/postgres.ts";
import { createColumnReader } from "../text/column.ts";
import { seededRandom } from "../verify/ladder.ts";
import { sqliteTexts } from "../verify/sqlite-texts.ts";
import type { LiveColumn } from "../verify/database.ts";
import type { Workplace } from "../workplace/workplace.ts";
import type { Works } from "./deps.ts";

/** about so many values tell whether a column is garbled where it is in use */
const sampleRows = 5_000;

/**
 * The share of garbled values of a column on the live side, asked only where a copy of it is garbled: what is garbled there
 * already is no fault of the copy. @returns null when the live side cannot be asked; then the copy is not believed
 */
export function createLiveRatio(
  works: { readonly machines: Pick<Works["machines"], "of">; readonly log: Works["log"] },
  plan: BackupPlan,
  place: string,
): (of: LiveColumn) => Promise<number | null> {
  return async (of) => {
    try {
      const machine = await works.machines.of(plan, place);
      try {
        return await ratioAt(machine.workplace, plan.databases, of);
      } finally {
        await machine.close();
      }
    } catch (thrown) {
      works.log.info("live texts not read", { plan: plan.key, table: of.table, error: errorText(thrown) });
      return null;
    }
  };
}

async function ratioAt(
  workplace: Workplace,
  databases: readonly BackupDatabase[],
  of: LiveColumn,
): Promise<number | null> {
  const database = databaseOf(databases, `${of.engine}/${of.database}`);
  if (database === null) return null;
  const reader = createColumnReader(seededRandom(`${of.database} ${of.table} ${of.column}`));
  const wanted = {
    table: of.table,
    columns: [of.column],
    ratio: of.rows <= sampleRows ? null : sampleRows / of.rows,
  };
  if (database.engine === "sqlite") {
    for await (const [value] of sqliteTexts(workplace, of.database, wanted)) reader.add(value ?? "");
  } else {
    const hands = await handsOf(workplace, database);
    try {
      for await (const [value] of hands.texts(of.database, wanted)) reader.add(value ?? "");
    } finally {
      await hands.close();
    }
  }
  const { sampled, flagged } = reader.verdict(null, null);
  return sampled === 0 ? null : flagged / sampled;
}

function handsOf(workplace: Workplace, database: BackupDatabase): Promise<DatabaseHands> {
  return database.engine === "postgres" ? postgresHands(workplace, database) : mysqlHands(workplace, database);
}
