import { parentOf, sizesBelow, type Size } from "../restore/pieces.ts";
import type { FileEntry } from "../restore/ports.ts";
import { bytePath, shownPath } from "../restore/units.ts";

/** A folder or file that is drawn as a whole. The path holds one character for each byte. */
export interface Lot {
  readonly path: string;
  readonly isFolder: boolean;
  readonly bytes: number;
}

export interface LotsWanted {
  readonly manifest: readonly FileEntry[];
  readonly roots: readonly string[];
  /** a folder above this is cut into what lies in it */
  readonly mostBytes: number;
  /** where cutting would make more lots than this, a folder stays whole: each that is drawn costs a start of restic */
  readonly mostLots: number;
}

/**
 * Cuts files into what is drawn for a sample: what lies directly in the roots, folders and files alike; what is too large
 * further down, the largest first.
 */
export function cutIntoLots({ manifest, roots, mostBytes, mostLots }: LotsWanted): readonly Lot[] {
  const sizes = sizesBelow(manifest, roots);
  const own = new Set(roots);
  const children = childrenOf(manifest, (path) => own.has(path) || (sizes.get(path)?.bytes ?? 0) > mostBytes);
  let lots: readonly Lot[] = outermost(roots).map((path) => lotOf(path, sizes, true));
  const closed = new Set<string>();
  for (;;) {
    const next = largest(lots.filter(({ path }) => children.has(path) && !closed.has(path)));
    if (next === null) return lots;
    closed.add(next.path);
    const inside = children.get(next.path) ?? [];
    if (lots.length - 1 + inside.length > mostLots || !inside.every(({ path }) => canBeAsked(path))) continue;
    const cut = inside.map(({ path, type }) => lotOf(path, sizes, type === "folder"));
    lots = [...lots.filter((lot) => lot !== next), ...cut];
  }
}

/** Paths that were copied twice, by themselves and with a folder above, are drawn once. */
function outermost(roots: readonly string[]): readonly string[] {
  return roots.filter((path) => !roots.some((other) => other !== path && isWithin(path, other)));
}

function childrenOf(
  manifest: readonly FileEntry[],
  isCut: (path: string) => boolean,
): ReadonlyMap<string, readonly FileEntry[]> {
  const children = new Map<string, FileEntry[]>();
  for (const entry of manifest) {
    const parent = parentOf(entry.path) === "" ? "/" : parentOf(entry.path);
    if (entry.path === "/" || !isCut(parent)) continue;
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [entry]);
    else known.push(entry);
  }
  return children;
}

function lotOf(path: string, sizes: ReadonlyMap<string, Size>, isFolder: boolean): Lot {
  return { path, isFolder, bytes: sizes.get(path)?.bytes ?? (path === "/" ? Number.POSITIVE_INFINITY : 0) };
}

function largest(lots: readonly Lot[]): Lot | null {
  let found: Lot | null = null;
  for (const lot of lots) if (found === null || lot.bytes > found.bytes) found = lot;
  return found;
}

/** A restore is asked for paths as text: names that are none come back with the folder they lie in. */
function canBeAsked(path: string): boolean {
  return bytePath(shownPath(path)) === path;
}

/** At or below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === "/" || path.startsWith(`${folder}/`);
}
