import type { FileEntry } from "./ports.ts";

/** What lies at and below a path. */
export interface Size {
  readonly bytes: number;
  /** with folders: each takes an inode */
  readonly files: number;
}

/** Each path is a word of a command line, and a pattern every file of the set is compared with. */
const mostPaths = 200;
/** A folder that would fall into more pieces than this stays whole: each piece costs a start of restic. */
const mostPieces = 64;

/** Sizes of the roots and of everything below them. A name of several that is one file counts each time: it is read each time. */
export function sizesBelow(manifest: readonly FileEntry[], roots: readonly string[]): ReadonlyMap<string, Size> {
  const wanted = new Set(roots);
  const sizes = new Map<string, { bytes: number; files: number }>();
  for (const { path, type, bytes } of manifest) {
    if (!isBelow(path, wanted)) continue;
    for (let at = path; at !== ""; at = parentOf(at)) {
      const size = sizes.get(at) ?? { bytes: 0, files: 0 };
      if (!sizes.has(at)) sizes.set(at, size);
      size.bytes += type === "file" ? bytes : 0;
      size.files += 1;
      if (wanted.has(at)) break;
    }
  }
  return sizes;
}

function isBelow(path: string, roots: ReadonlySet<string>): boolean {
  if (roots.has("/")) return true;
  for (let at = path; at !== ""; at = parentOf(at)) if (roots.has(at)) return true;
  return false;
}

/** Empty above the first level. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

export interface Packing {
  readonly root: string;
  readonly manifest: readonly FileEntry[];
  readonly sizes: ReadonlyMap<string, Size>;
  readonly mostBytes: number;
  readonly split: ReadonlySet<string>;
}

/** A folder as a whole where it is small enough, else its children, small neighbours together. */
export function packSiblings(packing: Packing): readonly (readonly string[])[] {
  const large = new Set(
    [...packing.sizes]
      .filter(([path, { bytes }]) => bytes > packing.mostBytes || packing.split.has(path))
      .map(([path]) => path),
  );
  if (packing.root === "/") large.add("/");
  const children = new Map<string, string[]>();
  for (const { path } of packing.manifest) {
    const parent = parentOf(path) === "" ? "/" : parentOf(path);
    if (!large.has(parent) || path === "/") continue;
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [path]);
    else known.push(path);
  }
  return cut(packing, packing.root, children);
}

function cut(
  packing: Packing,
  path: string,
  children: ReadonlyMap<string, readonly string[]>,
): readonly (readonly string[])[] {
  const below = children.get(path);
  if (below === undefined) return packing.split.has(path) ? [] : [[path]];
  const whole = below.filter((child) => !children.has(child) && !packing.split.has(child));
  const pieces = [
    ...below.filter((child) => children.has(child)).flatMap((child) => cut(packing, child, children)),
    ...packed(packing, whole),
  ];
  const mayStay = path !== "/" && !packing.split.has(path);
  return pieces.length > mostPieces && mayStay ? [[path]] : pieces;
}

/** Neighbours together until they are as large as a unit may be. */
function packed({ sizes, mostBytes }: Packing, paths: readonly string[]): readonly (readonly string[])[] {
  const pieces: string[][] = [];
  let bytes = 0;
  for (const path of paths) {
    const own = sizes.get(path)?.bytes ?? 0;
    const last = pieces.at(-1);
    if (last === undefined || bytes + own > mostBytes || last.length >= mostPaths) {
      pieces.push([path]);
      bytes = own;
      continue;
    }
    last.push(path);
    bytes += own;
  }
  return pieces;
}
