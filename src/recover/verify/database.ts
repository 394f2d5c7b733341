import type { BackupPlan, CommitRecord, SetPart, SetTable, TextClasses } from "../../kernel/model/backup.ts";
import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import { instantMs } from "../../readers/hardware/instant.ts";
import { dumpPath } from "../dump/engine.ts";
import { createColumnReader, type ColumnReader, type ColumnVerdict } from "../text/column.ts";
import { broken, open, type LevelResult } from "./finding.ts";
import { loadDump } from "./load.ts";
import { checkFileMarkers, checkSqlMarkers, watchDomains, type DomainWatch } from "./markers.ts";
import type { ResticTool } from "./restic-port.ts";
import { startScratchMariadb } from "./scratch-mariadb.ts";
import { startScratchPostgres } from "./scratch-postgres.ts";
import { openScratchSqlite } from "./scratch-sqlite.ts";
import { NoScratch, ScratchRefusal, type Scratch, type ScratchDeps, type ScratchTable } from "./scratch.ts";

/** A column where it is in use. */
export interface LiveColumn {
  readonly engine: string;
  readonly database: string;
  /** as the set writes it */
  readonly table: string;
  readonly column: string;
  /** about so many rows are in the table */
  readonly rows: number;
}

export interface DatabaseWanted extends ScratchDeps {
  readonly restic: ResticTool;
  readonly record: CommitRecord;
  readonly plan: Pick<BackupPlan, "verify" | "loseAtMostMs">;
  /** domains that are ours: what else is found without a marker is listed */
  readonly ownDomains: readonly string[];
  /** share of garbled values of a column on the live side, 0–1; null: not known */
  readonly liveRatio: (of: LiveColumn) => Promise<number | null>;
  readonly random: () => number;
}

const starters: Readonly<Record<string, (deps: ScratchDeps) => Promise<Scratch>>> = {
  postgres: startScratchPostgres,
  mysql: startScratchMariadb,
  mariadb: startScratchMariadb,
  sqlite: openScratchSqlite,
};

interface Loaded {
  readonly scratch: Scratch;
  readonly engine: string;
  readonly database: string;
}

/** V5: every dump of the set is loaded into a server of its own and looked at. */
export async function verifyDatabases(wanted: DatabaseWanted): Promise<LevelResult> {
  const dumps = wanted.record.parts.filter(({ part }) => part === "dump");
  if (dumps.length === 0) {
    const foreign = await checkFileMarkers(wanted.plan.verify.markers, wanted);
    return { facts: { databases: 0 }, findings: [open("no-database"), ...foreign] };
  }
  const scratches = new Map<string, Scratch>();
  const domains = watchDomains();
  const [findings, loaded, columns]: [VerifyFinding[], Loaded[], object[]] = [[], [], []];
  let [tables, rows] = [0, 0];
  try {
    for (const part of inOrder(dumps)) {
      const [engine = "", name = ""] = splitOf(part.of ?? "");
      const result = await loadPart(wanted, { scratches, part, engine, name, hasRoles: dumps.some(isRoles) });
      findings.push(...result.findings);
      if (result.loaded === null || isRoles(part)) continue;
      loaded.push(result.loaded);
      const seen = await lookAt(wanted, result.loaded, domains);
      findings.push(...seen.findings);
      tables += seen.tables;
      rows += seen.rows;
      columns.push(...seen.garbled);
    }
    findings.push(...(await checkNewest(wanted, loaded)), ...(await checkOwner(wanted, loaded, domains)));
  } finally {
    await Promise.all([...scratches.values()].map((scratch) => scratch.close()));
  }
  return { facts: { databases: loaded.length, tables, rows, garbled: columns }, findings };
}

const isRoles = ({ of }: SetPart): boolean => of === "postgres/*";
const inOrder = (parts: readonly SetPart[]): readonly SetPart[] => [
  ...parts.filter(isRoles),
  ...parts.filter((part) => !isRoles(part)),
];

function splitOf(of: string): readonly string[] {
  const at = of.indexOf("/");
  return at < 0 ? [of] : [of.slice(0, at), of.slice(at + 1)];
}

interface PartWanted {
  readonly scratches: Map<string, Scratch>;
  readonly part: SetPart;
  readonly engine: string;
  readonly name: string;
  readonly hasRoles: boolean;
}

async function loadPart(
  wanted: DatabaseWanted,
  { scratches, part, engine, name, hasRoles }: PartWanted,
): Promise<{ readonly loaded: Loaded | null; readonly findings: readonly VerifyFinding[] }> {
  const start = starters[engine];
  if (start === undefined) return { loaded: null, findings: [open("engine-unknown", { of: part.of })] };
  const path = dumpPath(wanted.record.plan, part.of ?? "");
  let scratch = scratches.get(engine);
  try {
    scratch ??= await start(wanted);
  } catch (thrown) {
    if (!(thrown instanceof NoScratch)) throw thrown;
    return { loaded: null, findings: [open("no-scratch-server", { engine, text: thrown.message })] };
  }
  scratches.set(engine, scratch);
  const database = isRoles(part) ? "koboshi_roles" : name;
  const { isLoaded, findings } = await loadDump({ restic: wanted.restic, scratch, part, path, database, hasRoles });
  return { loaded: isLoaded ? { scratch, engine, database } : null, findings };
}

interface Compared {
  readonly findings: readonly VerifyFinding[];
  readonly tables: number;
  readonly rows: number;
  readonly garbled: readonly object[];
}

/** What was loaded and cannot be read is damaged. */
async function lookAt(wanted: DatabaseWanted, loaded: Loaded, domains: DomainWatch): Promise<Compared> {
  const { scratch, database } = loaded;
  try {
    const seen = await compareTables(wanted, loaded, domains);
    return { ...seen, findings: [...seen.findings, ...(await scratch.sound(database))] };
  } catch (thrown) {
    if (!(thrown instanceof ScratchRefusal)) throw thrown;
    const findings = [broken("table-damaged", { database, table: "", text: thrown.message })];
    return { findings, tables: 0, rows: 0, garbled: [] };
  }
}

/** Rows and texts of each table against the record of its set. */
async function compareTables(
  wanted: DatabaseWanted,
  { scratch, engine, database }: Loaded,
  domains: DomainWatch,
): Promise<Compared> {
  const expected = wanted.record.tables.filter((one) => one.database === database);
  const found = await scratch.tables(database);
  const missing = expected.filter((one) => !found.some(({ table }) => isSame(table, one.table)));
  const findings: VerifyFinding[] = missing.map(({ table }) => broken("table-missing", { database, table }));
  const garbled: object[] = [];
  let rows = 0;
  for (const table of found) {
    const record = expected.find((one) => isSame(table.table, one.table)) ?? null;
    const read = await readTable({ wanted, scratch, engine, database, table, record, domains });
    rows += read.rows;
    if (record !== null && record.rows !== read.rows) {
      findings.push(broken("rows-differ", { database, table: table.table, expected: record.rows, found: read.rows }));
    }
    for (const { column, verdict } of read.columns) {
      const finding = columnFinding({ database, table: table.table, column }, verdict);
      if (finding === null) continue;
      findings.push(finding);
      if (finding.code === "mojibake") garbled.push({ database, table: table.table, column, kind: verdict.kind });
    }
  }
  return { findings, tables: found.length, rows, garbled };
}

/** PostgreSQL's tables may be recorded with or without `public`. */
function isSame(found: string, recorded: string): boolean {
  return found === recorded || found === `public.${recorded}`;
}

interface TableWanted {
  readonly wanted: DatabaseWanted;
  readonly scratch: Scratch;
  readonly engine: string;
  readonly database: string;
  readonly table: ScratchTable;
  readonly record: SetTable | null;
  readonly domains: DomainWatch;
}

async function readTable({ wanted, scratch, engine, database, table, record, domains }: TableWanted): Promise<{
  readonly rows: number;
  readonly columns: readonly { readonly column: string; readonly verdict: ColumnVerdict }[];
}> {
  const readers = table.textColumns.map((column) => ({ column, reader: createColumnReader(wanted.random) }));
  let rows = 0;
  for await (const values of scratch.rows(database, table)) {
    rows++;
    for (const [at, { reader }] of readers.entries()) {
      const value = values[at] ?? "";
      reader.add(value);
      domains.take(value);
    }
  }
  const columns: { readonly column: string; readonly verdict: ColumnVerdict }[] = [];
  for (const { column, reader } of readers) {
    const live = { engine, database, table: record?.table ?? table.table, column, rows };
    columns.push({
      column,
      verdict: await verdictOf(reader, record?.textClasses[column] ?? null, () => wanted.liveRatio(live)),
    });
  }
  return { rows, columns };
}

/** The live side is asked only where its answer could decide: a garbled column whose classes are those of the dump. */
async function verdictOf(
  reader: ColumnReader,
  source: TextClasses | null,
  liveRatio: () => Promise<number | null>,
): Promise<ColumnVerdict> {
  const verdict = reader.verdict(source, null);
  if (verdict.state !== "garbled" || verdict.differences.length > 0) return verdict;
  const ratio = await liveRatio();
  return ratio === null ? verdict : reader.verdict(source, ratio);
}

function columnFinding(where: object, verdict: ColumnVerdict): VerifyFinding | null {
  const { state, values, sampled, flagged, kind, examples, differences } = verdict;
  const facts = { ...where, values, sampled, flagged, kind, examples };
  if (state === "garbled") return broken("mojibake", facts);
  if (state === "differs") return broken("text-differs", { ...where, differences });
  if (state === "live") return open("mojibake-live", facts);
  return state === "suspicious" ? open("mojibake-few", facts) : null;
}

async function checkNewest(
  { plan, record }: DatabaseWanted,
  loaded: readonly Loaded[],
): Promise<readonly VerifyFinding[]> {
  const sql = plan.verify.newestSql;
  const setAtMs = instantMs(record.snapshotAt);
  if (sql === null || loaded.length === 0) return [];
  let text = "";
  for (const { scratch, database } of loaded) {
    const answer = await scratch.askMoment(database, sql);
    if (!answer.ok) {
      text = answer.error;
      continue;
    }
    if (answer.value === null || setAtMs === null) return [open("newest-unknown", { sql })];
    const behindMs = setAtMs - answer.value;
    const isOld = plan.loseAtMostMs !== null && behindMs > plan.loseAtMostMs;
    return isOld ? [open("newest-old", { database, behindMs, loseAtMostMs: plan.loseAtMostMs })] : [];
  }
  return [open("newest-unknown", { sql, text })];
}

/** Data of someone else are a matter of their owner, too: such a copy is not served. */
async function checkOwner(
  wanted: DatabaseWanted,
  loaded: readonly Loaded[],
  domains: DomainWatch,
): Promise<readonly VerifyFinding[]> {
  const { markers } = wanted.plan.verify;
  if (markers.length === 0) return [open("no-marker", { domains: domains.others(wanted.ownDomains) })];
  const byFiles = await checkFileMarkers(markers, wanted);
  return [...byFiles, ...(await checkSqlMarkers(markers, loaded))];
}
