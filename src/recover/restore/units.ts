import type { CommitRecord, SetPart } from "../../kernel/model/backup.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { FileEntry } from "./ports.ts";
import { packSiblings, sizesBelow, type Size } from "./pieces.ts";

/** Files that come back together: they are fetched, checked and put into place as one. */
export interface FileUnit {
  readonly kind: "files";
  /** the same for the same paths of the same set */
  readonly id: string;
  readonly label: string;
  readonly snapshot: string;
  /** one character for each byte */
  readonly paths: readonly string[];
  /** null: the set has no manifest */
  readonly entries: readonly FileEntry[] | null;
  readonly bytes: number;
  readonly files: number;
}

export interface DatabaseUnit {
  readonly kind: "database";
  readonly id: string;
  /** `postgres/shop`; `postgres/*` are a server's roles */
  readonly label: string;
  readonly part: SetPart;
  /** one table of it alone; null: all */
  readonly table: string | null;
  readonly bytes: number;
  readonly files: number;
}

export type Unit = FileUnit | DatabaseUnit;

export interface UnitsWanted {
  readonly record: CommitRecord;
  readonly manifest: readonly FileEntry[] | null;
  readonly roots: readonly string[];
  readonly only: readonly string[];
  readonly unitBytes: number;
  /** folders that cannot be moved as a whole, because another file system is mounted there */
  readonly split: ReadonlySet<string>;
  /** a name for these paths, for file names */
  idOf(text: string): string;
}

/** Cuts a set into what is brought back one after the other. @throws KB8303 when something asked for is not in it */
export function planUnits(wanted: UnitsWanted): readonly Unit[] {
  return [...databaseUnits(wanted), ...fileUnits(wanted)];
}

/** Plans, and remembers the last plan: what is looked at is planned again, the same, when it is begun. */
export function createPlanner(): typeof planUnits {
  let last: { readonly wanted: UnitsWanted; readonly units: readonly Unit[] } | null = null;
  return (wanted) => {
    if (last === null || !isSame(last.wanted, wanted)) {
      // its own copy: whoever asks goes on adding to theirs
      last = { wanted: { ...wanted, split: new Set(wanted.split) }, units: planUnits(wanted) };
    }
    return last.units;
  };
}

function isSame(a: UnitsWanted, b: UnitsWanted): boolean {
  const isSameSet = a.record === b.record && a.manifest === b.manifest && a.roots === b.roots && a.only === b.only;
  const isSameSplit = a.split.size === b.split.size && [...a.split].every((path) => b.split.has(path));
  return isSameSet && isSameSplit && a.unitBytes === b.unitBytes;
}

/** One character for each byte, as manifests write paths. */
export function bytePath(typed: string): string {
  const trimmed = typed.length > 1 ? typed.replace(/\/+$/, "") : typed;
  return Buffer.from(trimmed, "utf8").toString("latin1");
}

/** For people: bytes that are no UTF-8 appear as replacement characters. */
export function shownPath(path: string): string {
  return Buffer.from(path, "latin1").toString("utf8");
}

function databaseUnits({ record, only, idOf }: UnitsWanted): readonly DatabaseUnit[] {
  const dumps = record.parts.filter(({ part, of }) => part === "dump" && of !== null);
  const unit = (part: SetPart, table: string | null): DatabaseUnit => {
    const label = table === null ? (part.of ?? "") : `${part.of}.${table}`;
    return { kind: "database", id: idOf(`db:${label}`), label, part, table, bytes: part.bytes, files: 0 };
  };
  if (only.length === 0) return dumps.map((part) => unit(part, null)).toSorted(rolesFirst);
  return only
    .filter((one) => one.startsWith("db:"))
    .map((one) => {
      const name = one.slice("db:".length);
      const whole = dumps.find(({ of }) => of === name);
      if (whole !== undefined) return unit(whole, null);
      const part = dumps.find(({ of }) => of !== null && name.startsWith(`${of}.`));
      const table = part === undefined ? null : name.slice((part.of?.length ?? 0) + 1);
      if (part === undefined || !record.tables.some((each) => isOf(part, each.database) && each.table === table))
        throw new KoboshiError("KB8303", { what: one, set: record.set });
      return unit(part, table);
    });
}

/** Whether a table's database is the one of this part. */
export function isOf({ of }: SetPart, database: string): boolean {
  return of === database || of?.slice(of.indexOf("/") + 1) === database;
}

function rolesFirst(a: DatabaseUnit, b: DatabaseUnit): number {
  return Number(b.label.endsWith("/*")) - Number(a.label.endsWith("/*"));
}

function fileUnits(wanted: UnitsWanted): readonly FileUnit[] {
  const { record, manifest, only } = wanted;
  const part = record.parts.find((each) => each.part === "files");
  const asked = only.filter((one) => !one.startsWith("db:")).map(bytePath);
  const roots = only.length === 0 ? wanted.roots : asked;
  if (part === undefined && roots.length > 0 && only.length > 0)
    throw new KoboshiError("KB8303", { what: only.join(" "), set: record.set });
  if (part === undefined || roots.length === 0) return [];
  if (manifest === null) return roots.map((root) => unlisted(wanted, part, root));
  const sizes = sizesBelow(manifest, roots);
  const missing = roots.find((root) => !sizes.has(root));
  if (missing !== undefined && only.length > 0)
    throw new KoboshiError("KB8303", { what: shownPath(missing), set: record.set });
  const groups = roots
    .filter((root) => sizes.has(root))
    .flatMap((root) => packSiblings({ root, manifest, sizes, mostBytes: wanted.unitBytes, split: wanted.split }));
  return withEntries(groups, { wanted, snapshot: part.snapshot, sizes });
}

function unlisted({ idOf, roots }: UnitsWanted, part: SetPart, root: string): FileUnit {
  const share = roots.length === 0 ? 1 : roots.length;
  return {
    kind: "files",
    id: idOf(`files:${root}`),
    label: shownPath(root),
    snapshot: part.snapshot,
    paths: [root],
    entries: null,
    bytes: Math.round(part.bytes / share),
    files: Math.round(part.files / share),
  };
}

function withEntries(
  groups: readonly (readonly string[])[],
  { wanted, snapshot, sizes }: { wanted: UnitsWanted; snapshot: string; sizes: ReadonlyMap<string, Size> },
): readonly FileUnit[] {
  const groupOf = new Map(groups.flatMap((paths, index) => paths.map((path) => [path, index] as const)));
  const entries: FileEntry[][] = groups.map(() => []);
  for (const entry of wanted.manifest ?? []) {
    for (let path = entry.path; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
      const index = groupOf.get(path);
      if (index === undefined) continue;
      entries[index]?.push(entry);
      break;
    }
  }
  return groups.map((paths, index) => {
    const total = (field: keyof Size): number => paths.reduce((sum, path) => sum + (sizes.get(path)?.[field] ?? 0), 0);
    const [first = "", last = ""] = [paths[0], paths.at(-1)].map((path) => shownPath(path ?? ""));
    const label = paths.length === 1 ? first : `${first} … ${last.slice(last.lastIndexOf("/") + 1)}`;
    const id = wanted.idOf(`files:${paths.join("\n")}`);
    const [bytes, files] = [total("bytes"), total("files")];
    return { kind: "files", id, label, snapshot, paths, entries: entries[index] ?? [], bytes, files };
  });
}
