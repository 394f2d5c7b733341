import type { SnmpValue } from "../../clients/snmp.ts";

/** The parts of an agent that are read; each is walked on its own, so that one that is missing costs one question. */
export const snmpTables = {
  system: "1.3.6.1.2.1.1",
  interfaces: "1.3.6.1.2.1.2.2.1",
  interfacesWide: "1.3.6.1.2.1.31.1.1.1",
  hostSystem: "1.3.6.1.2.1.25.1",
  storage: "1.3.6.1.2.1.25.2.3.1",
  processors: "1.3.6.1.2.1.25.3.3.1.2",
  fileSystems: "1.3.6.1.2.1.25.3.8.1",
  load: "1.3.6.1.4.1.2021.10.1.5",
  memory: "1.3.6.1.4.1.2021.4",
  cpu: "1.3.6.1.4.1.2021.11",
  lmSensors: "1.3.6.1.4.1.2021.13.16",
  ups: "1.3.6.1.2.1.33.1",
  sensors: "1.3.6.1.2.1.99.1.1.1",
  entities: "1.3.6.1.2.1.47.1.1.1.1.7",
} as const;
export type SnmpTable = keyof typeof snmpTables;

/** What was told of each table; a table that was not asked for, or could not be read, is left out. */
export type SnmpTold = Readonly<Partial<Record<SnmpTable | "vendor", readonly SnmpValue[]>>>;

/** The value of a scalar, `1.0` below its table. */
export function scalar(told: SnmpTold, table: SnmpTable, below: string): SnmpValue | null {
  const oid = `${snmpTables[table]}.${below}`;
  return told[table]?.find((one) => one.oid === oid) ?? null;
}

/** Rows of a table by index: column → value. */
export function rowsOf(
  told: SnmpTold,
  table: SnmpTable,
  under = "",
): ReadonlyMap<string, Readonly<Record<string, SnmpValue>>> {
  const base = `${snmpTables[table]}.${under}`;
  const rows = new Map<string, Record<string, SnmpValue>>();
  for (const value of told[table] ?? []) {
    if (!value.oid.startsWith(base)) continue;
    const [column = "", ...index] = value.oid.slice(base.length).split(".");
    const key = index.join(".");
    const row = rows.get(key) ?? {};
    row[column] = value;
    rows.set(key, row);
  }
  return rows;
}
