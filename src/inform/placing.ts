import { randomId } from "../kernel/ids.ts";
import { langs } from "../kernel/lang.ts";
import { sha256, type PageFile } from "./edition.ts";
import { generator } from "./names.ts";
import { PageRefused } from "./refused.ts";

/** A folder somewhere, as far as publishing needs it. Paths are relative, with `/`. No operation follows a symbolic link. */
export interface PageStore {
  /** @returns null when there is no such file */
  read(path: string): Promise<Buffer | null>;
  /** Writes the whole file, readable for everybody; on disk when the promise resolves. */
  write(path: string, body: Uint8Array): Promise<void>;
  /** Replaces `to` in one step. */
  rename(from: string, to: string): Promise<void>;
  /** No error when there is none. */
  remove(path: string): Promise<void>;
  /** No error when it exists; `""` is the page's folder itself. */
  makeFolder(path: string): Promise<void>;
  /** No error when there is none or when something is left in it. */
  removeFolder(path: string): Promise<void>;
}

const manifestName = ".koboshi-page.json";
const langPart = `(?:${langs.join("|")})`;
const ownPath = new RegExp(
  `^(?:index\\.html|${langPart}\\.html|feed(?:\\.${langPart})?\\.atom|maintenance(?:\\.${langPart})?\\.ics|status\\.json|incident/\\d{1,15}(?:\\.${langPart})?\\.html)$`,
);
const ownStaging = /^\.koboshi-new-[0-9a-z]{16}$/;

/** What koboshi wrote there, kept there: it replaces and removes nothing else. */
interface Manifest {
  readonly paths: readonly string[];
  /** the folder of a publication that was under way */
  readonly staging: string | null;
}

/**
 * Brings a folder to hold exactly these files of ours: all are written beside the page first, then renamed into place one
 * by one in the order given. Stopped at any point, every page is whole, old or new; the next call clears what was left.
 * @throws PageRefused when a file of that name is there that koboshi did not write
 */
export async function placeFiles(store: PageStore, files: readonly PageFile[]): Promise<void> {
  const before = await readManifest(store);
  const changed = await changedFiles(store, files, before);
  const obsolete = before.paths.filter((path) => !files.some((file) => file.path === path));
  if (changed.length === 0 && obsolete.length === 0 && before.staging === null) return;
  const staging = `.koboshi-new-${randomId()}`;
  await store.makeFolder("");
  // first, because what was left may be what fills the disk
  if (before.staging !== null) await clearStaging(store, before.staging, before.paths);
  const paths = [...new Set([...before.paths, ...files.map(({ path }) => path)])];
  await writeManifest(store, { paths, staging });
  await stageAndRename(store, staging, changed).catch(async (thrown: unknown) => {
    // the first error is the one to tell; what cannot be cleared now is named in the manifest for the next time
    await Promise.allSettled([clearStaging(store, staging, paths)]);
    throw thrown;
  });
  for (const path of obsolete) if (isOurs(await store.read(path))) await store.remove(path);
  await writeManifest(store, { paths: files.map(({ path }) => path), staging: null });
}

/** @returns the first file whose bytes there are not what was sent; null when all are equal */
export async function firstDifference(store: PageStore, files: readonly PageFile[]): Promise<string | null> {
  const there = await readAll(store, files);
  return files.find(({ body }, index) => !isSame(there[index] ?? null, body))?.path ?? null;
}

const readAtOnce = 8;

/** A few at a time: behind a store there may be a single connection. */
async function readAll(store: PageStore, files: readonly PageFile[]): Promise<readonly (Buffer | null)[]> {
  const found: (Buffer | null)[] = [];
  for (let from = 0; from < files.length; from += readAtOnce) {
    const some = files.slice(from, from + readAtOnce);
    found.push(...(await Promise.all(some.map(({ path }) => store.read(path)))));
  }
  return found;
}

function isSame(there: Buffer | null, sent: Buffer): boolean {
  return there !== null && sha256(there) === sha256(sent);
}

async function changedFiles(
  store: PageStore,
  files: readonly PageFile[],
  before: Manifest,
): Promise<readonly PageFile[]> {
  const there = await readAll(store, files);
  return files.filter(({ path, body }, index) => {
    const found = there[index] ?? null;
    if (found !== null && !before.paths.includes(path) && !isOurs(found))
      throw new PageRefused(`foreign-file: ${path}`);
    return !isSame(found, body);
  });
}

/** Every file koboshi makes carries its generator's name. */
function isOurs(body: Buffer | null): boolean {
  return body !== null && body.includes(generator);
}

function stagedName(staging: string, path: string): string {
  return `${staging}/${path.replace("/", "_")}`;
}

async function stageAndRename(store: PageStore, staging: string, files: readonly PageFile[]): Promise<void> {
  await store.makeFolder(staging);
  if (files.some(({ path }) => path.startsWith("incident/"))) await store.makeFolder("incident");
  for (const { path, body } of files) await store.write(stagedName(staging, path), body);
  for (const { path } of files) await store.rename(stagedName(staging, path), path);
  await store.removeFolder(staging);
}

async function clearStaging(store: PageStore, staging: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await store.remove(stagedName(staging, path));
  await store.removeFolder(staging);
}

/** The manifest lies where others may write, so only names koboshi itself would give are believed. */
async function readManifest(store: PageStore): Promise<Manifest> {
  const body = await store.read(manifestName);
  if (body === null) return { paths: [], staging: null };
  const parsed = parseJson(body.toString());
  const paths = Array.isArray(parsed["paths"]) ? parsed["paths"] : [];
  const staging = parsed["staging"];
  return {
    paths: paths.filter((path): path is string => typeof path === "string" && ownPath.test(path)).slice(0, 1000),
    staging: typeof staging === "string" && ownStaging.test(staging) ? staging : null,
  };
}

/** A damaged manifest counts as none: the files themselves still say whose they are. */
function parseJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

async function writeManifest(store: PageStore, manifest: Manifest): Promise<void> {
  const body = Buffer.from(`${JSON.stringify({ schema: generator, ...manifest })}\n`);
  await store.write(`${manifestName}.new`, body);
  await store.rename(`${manifestName}.new`, manifestName);
}
