import type { DrillSample } from "../../kernel/model/recovery.ts";
import type { FileEntry } from "../restore/ports.ts";
import { bytePath, shownPath } from "../restore/units.ts";
import { enoughBytes, sampleFolders, type LeastSample } from "./choose.ts";
import { cutIntoLots, isWithin, type Lot } from "./lots.ts";

/** A sample of so many lots tells how long one takes by itself, and its error can be told. */
const lotsInASample = 20;
/** Each costs a start of restic. */
const mostDrawn = 200;

export interface SampleWanted {
  readonly manifest: readonly FileEntry[];
  readonly roots: readonly string[];
  readonly least: LeastSample;
  /** what the application needs to start; null: it is not started */
  readonly needs: StartNeeds | null;
  readonly random: () => number;
}

/** Absolute paths, as text. */
export interface StartNeeds {
  /** taken with everything below */
  readonly folders: readonly string[];
  /** programs, settings and folders that the start names */
  readonly named: readonly string[];
}

export interface Sample extends Pick<DrillSample, "taken" | "whole"> {
  /** as a restore is asked for them; null: everything */
  readonly paths: readonly string[] | null;
}

/** Draws folders and files at random; what the application needs to start comes along besides. */
export function drawSample({ manifest, roots, least, needs, random }: SampleWanted): Sample {
  const whole = countOf(manifest, null);
  const goal = enoughBytes(whole.bytes, least);
  const all = { paths: null, taken: whole, whole };
  if (goal >= whole.bytes) return all;
  const mostBytes = goal / lotsInASample;
  const mostLots = Math.floor((mostDrawn * whole.bytes) / goal);
  const lots = cutIntoLots({ manifest, roots, mostBytes, mostLots });
  // a whole machine in one folder that cannot be cut
  if (lots.some(({ path }) => path === "/")) return all;
  const needed = new Set(needs === null ? [] : neededLots(lots, needs, { mostBytes, goal }));
  const rest = lots.filter((lot) => !needed.has(lot) && lot.bytes > 0);
  const drawn = sampleFolders(rest, random, least);
  if (drawn.length === rest.length) return all;
  const paths = [...needed, ...drawn].map(({ path }) => path);
  return { paths: paths.map(shownPath), taken: countOf(manifest, new Set(paths)), whole };
}

/** Of a named folder that is too large as a whole, what lies in it and is small: programs beside their data. */
function neededLots(
  lots: readonly Lot[],
  { folders, named }: StartNeeds,
  { mostBytes, goal }: { readonly mostBytes: number; readonly goal: number },
): readonly Lot[] {
  const [whole, single] = [folders.map(bytePath), named.map(bytePath).filter((path) => path !== "/")];
  const beside = single.flatMap((folder) => {
    const inside = lots.filter(({ path, bytes }) => path.startsWith(`${folder}/`) && bytes <= mostBytes);
    const small = inside.filter(({ path }) => !path.slice(folder.length + 1).includes("/"));
    const isTooMuch = small.reduce((sum, { bytes }) => sum + bytes, 0) > goal;
    return isTooMuch ? small.filter(({ isFolder }) => !isFolder) : small;
  });
  const holding = lots.filter(
    ({ path }) => whole.some((folder) => isWithin(path, folder)) || single.some((one) => isWithin(one, path)),
  );
  return [...new Set([...holding, ...beside])];
}

/** Files alone. @param below null: all of them */
function countOf(manifest: readonly FileEntry[], below: ReadonlySet<string> | null): Sample["whole"] {
  let [bytes, files] = [0, 0];
  for (const entry of manifest) {
    if (entry.type !== "file" || (below !== null && !isBelow(entry.path, below))) continue;
    bytes += entry.bytes;
    files += 1;
  }
  return { bytes, files };
}

function isBelow(path: string, paths: ReadonlySet<string>): boolean {
  for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) if (paths.has(at)) return true;
  return false;
}
