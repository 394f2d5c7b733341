import type { Stats } from "node:fs";
import { constants, type FileHandle } from "node:fs/promises";
import fs from "node:fs/promises";
import path from "node:path";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/** One file as it was found. */
export interface FoundFile {
  readonly path: string;
  /** what rotation put behind the followed path; empty for that itself */
  readonly ending: string;
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface Look {
  /** null: nothing is there now */
  readonly current: FoundFile | null;
  /** what rotation made of earlier files of this path, oldest first: `app.log.2.gz`, `app.log.1`, `app.log-20261122` */
  readonly rotated: readonly FoundFile[];
  /** what may hold lines of earlier files and cannot be looked at: rotated files by their path, or the folder they would be in */
  readonly hidden: readonly string[];
}

/** A file cannot be looked at or read; the code is the system's, `EACCES`, `EIO`, or `NOTFILE`. */
export class FileTrouble extends Error {
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.name = "FileTrouble";
    this.code = code;
  }
}

/** It is there, and only the permission to read it is missing. */
export function isDenied(thrown: unknown): boolean {
  return thrown instanceof FileTrouble && (thrown.code === "EACCES" || thrown.code === "EPERM");
}

/** How a followed file is reached: on this machine, or over a connection. */
export interface FileAccess {
  /** @throws FileTrouble */
  look(path: string): Promise<Look>;
  /** What there is from `offset` on, at most `length` bytes, of the content when it is compressed. @throws FileTrouble */
  read(file: FoundFile, offset: number, length: number): Promise<Buffer>;
  /** The file as it is now when it is open still, though no name leads to it any more; null when it is not. */
  stillOpen(file: { readonly dev: number; readonly ino: number }): Promise<FoundFile | null>;
  /** Files no longer read. */
  release(keep: readonly { readonly dev: number; readonly ino: number }[]): Promise<void>;
}

/** Names rotation gives, behind the path itself: `.1`, `.2.gz`, `-20261122`, `.2026-11-22.gz`, `.old`. */
const rotatedName = /^[.-](?:\d[\dT:._-]{0,24}|old)(?:\.gz)?$/;

export function isRotatedName(base: string, name: string): boolean {
  return name.startsWith(base) && rotatedName.test(name.slice(base.length));
}

export function isCompressed(file: Pick<FoundFile, "path">): boolean {
  return file.path.endsWith(".gz");
}

/**
 * Files of this machine. A file that is being read stays open, so that what is removed meanwhile can still be read to its end;
 * nothing else is ever written or locked.
 */
export function createLocalFiles(): FileAccess {
  const open = new Map<string, FileHandle>();
  return {
    look: (name) => wrapped(() => look(name)),
    read: (file, offset, length) =>
      wrapped(() =>
        isCompressed(file) ? readCompressed(file, offset, length) : readPlain({ open, file, offset, length }),
      ),
    async stillOpen(file) {
      const handle = open.get(keyOf(file));
      return handle === undefined ? null : foundOf({ path: "", ending: "" }, await handle.stat());
    },
    async release(keep) {
      const kept = new Set(keep.map(keyOf));
      for (const [key, handle] of open) {
        if (kept.has(key)) continue;
        open.delete(key);
        await handle.close();
      }
    },
  };
}

function keyOf({ dev, ino }: { dev: number; ino: number }): string {
  return `${dev}:${ino}`;
}

async function wrapped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof FileTrouble) throw thrown;
    const { code = "EIO", message } = thrown as NodeJS.ErrnoException;
    throw new FileTrouble(code, message);
  }
}

/** A rotation under way takes a few of them. */
const mostListings = 5;

/** What is packed between its listing and the look at it has another name by then: only a listing whose every name still stood is whole. */
async function look(name: string): Promise<Look> {
  for (let nth = 1; ; nth++) {
    const { isWhole, ...seen } = await listed(name);
    if (isWhole || nth === mostListings) return seen;
  }
}

async function listed(name: string): Promise<Look & { readonly isWhole: boolean }> {
  const current = await found(name, "");
  const folder = path.dirname(name);
  const hidden: string[] = [];
  const names = await fs.readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "EACCES") hidden.push(folder);
    else if (thrown.code !== "ENOENT") throw thrown;
    return [] as string[];
  });
  const rotated: FoundFile[] = [];
  const base = path.basename(name);
  let isWhole = true;
  for (const one of names.filter((other) => isRotatedName(base, other))) {
    const file = await foundRotated(name, { ending: one.slice(base.length), hidden });
    if (file === "gone") isWhole = false;
    else if (file !== null) rotated.push(file);
  }
  return { current, rotated: rotated.sort((a, b) => a.mtimeMs - b.mtimeMs), hidden, isWhole };
}

/** A folder with the name of a rotated file is none; what cannot be looked at is noted as hidden. */
async function foundRotated(
  name: string,
  { ending, hidden }: { readonly ending: string; readonly hidden: string[] },
): Promise<FoundFile | "gone" | null> {
  try {
    return (await found(name, ending)) ?? "gone";
  } catch (thrown) {
    if (!(thrown instanceof FileTrouble)) hidden.push(name + ending);
    return null;
  }
}

async function found(followed: string, ending: string): Promise<FoundFile | null> {
  const name = followed + ending;
  const stat = await fs.stat(name).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return null;
    throw thrown;
  });
  if (stat === null) return null;
  if (!stat.isFile()) throw new FileTrouble("NOTFILE", name);
  return foundOf({ path: name, ending }, stat);
}

function foundOf(named: Pick<FoundFile, "path" | "ending">, { dev, ino, size, mtimeMs }: Stats): FoundFile {
  return { ...named, dev, ino, size, mtimeMs };
}

interface Reading {
  readonly open: Map<string, FileHandle>;
  readonly file: FoundFile;
  readonly offset: number;
  readonly length: number;
}

async function readPlain({ open, file, offset, length }: Reading): Promise<Buffer> {
  const handle = open.get(keyOf(file)) ?? (await opened(open, file));
  if (handle === null) return Buffer.alloc(0); // another file has its name by now: the next look finds it
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

async function opened(open: Map<string, FileHandle>, file: FoundFile): Promise<FileHandle | null> {
  const handle = await fs.open(file.path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stat = await handle.stat();
  if (stat.ino !== file.ino || stat.dev !== file.dev) {
    await handle.close();
    return null;
  }
  open.set(keyOf(file), handle);
  return handle;
}

/** Unpacked as it is read, so that its size in memory is that of what was asked for. */
async function readCompressed(file: FoundFile, offset: number, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let [at, taken] = [0, 0];
  const stream = createReadStream(file.path).pipe(createGunzip());
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const from = Math.max(0, offset - at);
    at += chunk.length;
    if (from >= chunk.length) continue;
    const part = chunk.subarray(from, from + length - taken);
    chunks.push(part);
    taken += part.length;
    if (taken >= length) break;
  }
  return Buffer.concat(chunks);
}
