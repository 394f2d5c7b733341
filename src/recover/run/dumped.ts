import type { SetTable } from "../../kernel/model/backup.ts";
import type { DumpTrouble, OpenDump } from "../dump/engine.ts";
import type { BackupEnd } from "../restic/backup.ts";

/** What a gate let through, here or on the far host. */
export interface Dumped {
  readonly trouble: DumpTrouble | null;
  readonly end: BackupEnd;
  readonly bytes: number;
  readonly sha256: string;
  readonly tables: readonly SetTable[];
}

export interface GateWanted {
  readonly dump: OpenDump;
  readonly tags: readonly string[];
}

/** @param seen rows by table; a table the dump leaves out on purpose is not in it */
export function differingRows(counted: readonly SetTable[], seen: ReadonlyMap<string, number>): DumpTrouble | null {
  const other = counted.find(({ table, rows }) => (seen.get(table) ?? rows) !== rows);
  if (other !== undefined) {
    return { reason: "rows-differ", text: `${other.table}: ${other.rows} counted, ${seen.get(other.table)} dumped` };
  }
  const lost = counted.find(({ table, rows }) => rows > 0 && !seen.has(table));
  return lost === undefined ? null : { reason: "rows-differ", text: `${lost.table}: ${lost.rows} counted, 0 dumped` };
}
