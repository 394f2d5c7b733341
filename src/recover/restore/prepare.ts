import { createHash } from "node:crypto";
import { KoboshiError } from "../../kernel/errors.ts";
import type { RestorePace, RestoreTask } from "./ports.ts";
import { parentOf } from "./pieces.ts";
import { handsFor, nameOf } from "./restore-database.ts";
import { createTarget, type Spot, type Target } from "./target.ts";
import { shownPath, type DatabaseUnit, type planUnits, type Unit } from "./units.ts";

/** What a restore will do, looked up on the target; nothing is changed yet. */
export interface Prepared {
  readonly target: Target;
  /** in the order in which they are restored */
  readonly units: readonly Unit[];
  /** of these nothing is left to do */
  readonly done: ReadonlySet<string>;
  /** these lie checked on the target and only need to be put into place */
  readonly verified: ReadonlySet<string>;
  readonly spots: ReadonlyMap<string, Spot>;
  readonly inTheWay: readonly string[];
  /** on the file system that has the least to spare; null: cannot be told */
  readonly space: Space | null;
}

export interface Space {
  readonly base: string;
  readonly neededBytes: number;
  readonly freeBytes: number;
  readonly neededInodes: number;
  readonly freeInodes: number | null;
}

/** What a file system needs beside the data. */
const reserve = 1.05;
const mostRounds = 5;
/** A piece may be larger than its share by this much: rather that than a remnant, which costs a start of restic as well. */
const slack = 0.25;
/** Below this a start of restic costs more than what is gained by fetching and comparing at once. */
const worthAStart = 402_653_184;
/** To make a file, and to set its owner and times, takes as long as so many bytes of content. */
const bytesOfFile = 13_000;

export async function prepare(
  task: RestoreTask,
  { unitBytes, pieces, plan }: Pick<RestorePace, "unitBytes" | "pieces"> & { readonly plan: typeof planUnits },
): Promise<Prepared> {
  const target = createTarget(task.fetching, task.folder, task.record.set);
  const { units, spots } = await planOn(target, task, {
    unitBytes: Math.min(unitBytes, pieceBytes(task, pieces)),
    plan,
  });
  const marks = await target.marks();
  const has = (kind: string): ReadonlySet<string> =>
    new Set(units.map(({ id }) => id).filter((id) => marks.has(`${id}.${kind}`)));
  const [done, verified] = [has("done"), has("verified")];
  const left = units.filter(({ id }) => !done.has(id));
  const unplaced = left.filter(({ id }) => !verified.has(id));
  const files = unplaced.flatMap((unit) => pathsOf(unit)).filter((path) => spots.get(path)?.isThere === true);
  const databases: string[] = [];
  for (const unit of unplaced) if (unit.kind === "database" && (await isLoaded(task, unit))) databases.push(unit.label);
  return {
    target,
    units: ordered(units),
    done,
    verified,
    spots,
    inTheWay: [...files.map((path) => shownPath(inFolder(task.folder, path))), ...databases],
    space: await spaceFor(target, unplaced, spots),
  };
}

/** By what the set holds, not by what is asked for: the same paths make the same units in every try. */
function pieceBytes({ record }: RestoreTask, pieces: number): number {
  const files = record.parts.find(({ part }) => part === "files")?.bytes ?? 0;
  return Math.max(worthAStart, Math.ceil((files / pieces) * (1 + slack)));
}

/** `/srv/new` and `/etc` make `/srv/new/etc`. */
function inFolder(folder: string, path: string): string {
  return `${Buffer.from(folder.replace(/\/$/, ""), "utf8").toString("latin1")}${path}`;
}

/** What a unit puts into the folder; nothing for databases of a server. */
export function pathsOf(unit: Unit): readonly string[] {
  if (unit.kind === "files") return unit.paths;
  return unit.label.startsWith("sqlite/") ? [Buffer.from(nameOf(unit), "utf8").toString("latin1")] : [];
}

/** The same text has the same name in every try. */
function idOf(text: string): string {
  return createHash("sha256").update(text, "latin1").digest("hex").slice(0, 16);
}

async function planOn(
  target: Target,
  task: RestoreTask,
  { unitBytes, plan }: { readonly unitBytes: number; readonly plan: typeof planUnits },
): Promise<{ readonly units: readonly Unit[]; readonly spots: ReadonlyMap<string, Spot> }> {
  const split = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    const { record, manifest, roots, only } = task;
    const units = plan({ record, manifest, roots, only, unitBytes, split, idOf });
    const spots = await target.survey(units.flatMap((unit) => pathsOf(unit)));
    const mounts = [...spots].filter(([path, { isMount }]) => isMount && !split.has(path)).map(([path]) => path);
    if (mounts.length === 0 || manifest === null) return { units, spots };
    for (const path of mounts) split.add(path);
  }
  throw new KoboshiError("KB8307", {
    target: task.fetching.name,
    folder: task.folder,
    text: [...split].map(shownPath).join(" "),
  });
}

async function isLoaded(task: RestoreTask, unit: DatabaseUnit): Promise<boolean> {
  const hands = await handsFor(task, unit);
  if (hands === null || nameOf(unit) === "*") return false;
  const found = await hands.isThere(nameOf(unit)).finally(() => hands.close());
  if (!found.ok)
    throw new KoboshiError("KB8310", { of: unit.label, target: task.loading.name, text: found.error.text });
  return found.value;
}

/**
 * Accounts first, system and configuration next. The rest is one plan's, whose service answers when the last of it is back:
 * what takes longest begins first, so that no lane is left with it alone at the end.
 */
function ordered(units: readonly Unit[]): readonly Unit[] {
  return units.toSorted((a, b) => baseFirst(a) - baseFirst(b) || workOf(b) - workOf(a));
}

function baseFirst({ label }: Unit): number {
  if (label.endsWith("/*")) return 0;
  return label === "/etc" || parentOf(label) === "/etc" ? 1 : 2;
}

function workOf({ bytes, files }: Unit): number {
  return bytes + files * bytesOfFile;
}

async function spaceFor(
  target: Target,
  units: readonly Unit[],
  spots: ReadonlyMap<string, Spot>,
): Promise<Space | null> {
  const needs = new Map<string, { bytes: number; inodes: number }>();
  for (const unit of units) {
    const base = baseOf(unit, spots);
    if (base === null) continue;
    const need = needs.get(base) ?? { bytes: 0, inodes: 0 };
    needs.set(base, { bytes: need.bytes + unit.bytes * reserve, inodes: need.inodes + unit.files * reserve });
  }
  let least: Space | null = null;
  for (const [base, need] of needs) {
    const free = await target.free(base);
    if (free === null) continue;
    const found: Space = {
      base,
      neededBytes: Math.ceil(need.bytes),
      freeBytes: free.bytes,
      neededInodes: Math.ceil(need.inodes),
      freeInodes: free.inodes,
    };
    if (least === null || spare(found) < spare(least)) least = found;
  }
  return least;
}

function spare({ neededBytes, freeBytes, neededInodes, freeInodes }: Space): number {
  const inodes = freeInodes === null ? Number.POSITIVE_INFINITY : freeInodes / Math.max(1, neededInodes);
  return Math.min(freeBytes / Math.max(1, neededBytes), inodes);
}

export function fits(space: Space): boolean {
  return spare(space) >= 1;
}

/** The file system a unit is put on; null: a server's own. */
export function baseOf(unit: Unit, spots: ReadonlyMap<string, Spot>): string | null {
  const [first] = pathsOf(unit);
  return first === undefined ? null : (spots.get(first)?.base ?? null);
}
