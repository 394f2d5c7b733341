import type { Command, Workplace } from "../workplace/workplace.ts";
import { neverCopied } from "../restic/backup.ts";
import { collect } from "../workplace/run.ts";
import { manifestSchema, writeEntry, type ManifestEntry } from "./manifest.ts";

/** All files below this size are hashed, up to `maxSmall` of them, and all configuration; of the rest one in a hundred. */
const smallBytes = 65_536;
const maxSmall = 20_000;
const sampledInverse = 100;
const configuration = /^\/(?:etc|usr\/local\/etc)\//;
const maxHashedBytes = 268_435_456;
const batchEntries = 10_000;
/** So many at once while something is copied: its end is waited for no longer than they take. */
const aheadFiles = 2_000;
const leastUrgent = ["nice", "-n", "19", "ionice", "-c", "3"] as const;
const fieldCount = 3;

export interface FilesWanted {
  readonly workplace: Workplace;
  readonly paths: readonly string[];
  /** what is given to the outside, piece by piece; false: nothing more is wanted */
  write(text: string): Promise<boolean>;
  /** changes after this moment make an entry live; by the host's clock */
  readonly sinceMs: number;
  /** decides which large files are hashed: the same for the same set */
  readonly seed: string;
  /** taken since `sinceMs`: what has not changed since then has them still */
  readonly sums?: KnownSums;
  readonly signal?: AbortSignal | undefined;
}

/** Sums of contents, by path, size and time: what was written meanwhile is not found in it. */
export type KnownSums = ReadonlyMap<string, string>;

export interface FilesListed {
  readonly entries: number;
  readonly hashed: number;
}

/**
 * Writes the manifest of folders on the workplace, line by line: memory stays the same for a million files. Names come as
 * bytes from `find -printf`, never from restic's JSON. @returns null when the host's find cannot do that
 */
export async function listFiles(wanted: FilesWanted): Promise<FilesListed | null> {
  const { workplace, sums = new Map<string, string>() } = wanted;
  let [entries, hashed] = [0, 0];
  await wanted.write(`${JSON.stringify({ schema: manifestSchema, paths: wanted.paths })}\n`);
  const code = await walk(wanted, async (batch, sample) => {
    const taken = await hashFiles(
      workplace,
      sample.filter((entry) => !sums.has(contentKey(entry))),
    );
    const chosen = new Set(sample);
    const lines = batch.map((entry) => {
      const sha256 = chosen.has(entry) ? (sums.get(contentKey(entry)) ?? taken.get(pathKey(entry)) ?? null) : null;
      if (sha256 !== null) hashed++;
      return writeEntry({ ...entry, sha256 });
    });
    entries += batch.length;
    return wanted.write(`${lines.join("\n")}\n`);
  });
  // 1: something vanished or could not be read meanwhile; without -printf nothing was found at all
  return code === 0 || (code === 1 && entries > 0) ? { entries, hashed } : null;
}

/**
 * Takes the sums that `listFiles` will want, while the same files are copied and in what their copying leaves of the
 * processor. Of what it has when the signal comes nothing is lost.
 */
export async function sumAhead(wanted: Omit<FilesWanted, "write" | "sums">): Promise<KnownSums> {
  const sums = new Map<string, string>();
  await walk(wanted, async (_, sample) => {
    for (let from = 0; from < sample.length && wanted.signal?.aborted !== true; from += aheadFiles) {
      const some = sample.slice(from, from + aheadFiles);
      const taken = await hashFiles(wanted.workplace, some, leastUrgent);
      for (const entry of some) {
        const sum = taken.get(pathKey(entry));
        if (sum !== undefined) sums.set(contentKey(entry), sum);
      }
    }
    // what comes after is one in a hundred: not worth finding twice
    return sums.size < maxSmall && wanted.signal?.aborted !== true;
  });
  return sums;
}

type Batch = (batch: readonly ManifestEntry[], sample: readonly ManifestEntry[]) => Promise<boolean>;

/**
 * Finds everything below the paths, in batches, each with what of it belongs to the sample; `take` says whether more
 * is wanted. @returns find's exit status
 */
async function walk(
  { workplace, paths, sinceMs, seed, signal }: Omit<FilesWanted, "write" | "sums">,
  take: Batch,
): Promise<number | null> {
  const found = workplace.start(findCommand(paths));
  found.stdin.end();
  const errors = collect(found.stderr, 65_536);
  let batch: ManifestEntry[] = [];
  let small = 0;
  const isSampled = (entry: ManifestEntry): boolean => {
    if (entry.type !== "file" || entry.live || entry.size === 0 || entry.size > maxHashedBytes) return false;
    if (configuration.test(pathKey(entry))) return true;
    if (entry.size < smallBytes && small < maxSmall) return ++small > 0;
    return shareOf(`${seed}${pathKey(entry)}`) < 1 / sampledInverse;
  };
  const flush = async (): Promise<boolean> => {
    const full = batch;
    batch = [];
    return (
      full.length === 0 ||
      take(
        full,
        full.filter((entry) => isSampled(entry)),
      )
    );
  };
  for await (const fields of groupsOf(found.stdout as AsyncIterable<Buffer>)) {
    const entry = readFound(fields, sinceMs);
    if (entry !== null) batch.push(entry);
    if (batch.length >= batchEntries && (!(await flush()) || signal?.aborted === true)) found.kill("SIGKILL");
  }
  const { code } = await found.ended;
  await flush();
  await errors.closed;
  return code;
}

/** One character for each byte. */
function pathKey({ path }: ManifestEntry): string {
  return path.toString("latin1");
}

function contentKey(entry: ManifestEntry): string {
  return `${entry.size} ${entry.mtimeNs} ${pathKey(entry)}`;
}

function findCommand(paths: readonly string[]): Command {
  const left = paths.includes("/") ? neverCopied.flatMap((path) => ["-path", path, "-prune", "-o"]) : [];
  const format = String.raw`%y\t%s\t%T@\t%C@\t%m\t%U\t%G\t%n\t%D:%i\t%S\t%u\t%g\0%p\0%l\0`;
  return { argv: ["find", ...paths, ...left, "-printf", format], env: { LC_ALL: "C" } };
}

/** Cuts what find prints at its zero bytes, three fields an entry. */
async function* groupsOf(stream: AsyncIterable<Buffer>): AsyncGenerator<readonly Buffer[]> {
  let fields: Buffer[] = [];
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = text.indexOf(0); end !== -1; end = text.indexOf(0, from)) {
      fields.push(text.subarray(from, end));
      from = end + 1;
      if (fields.length < fieldCount) continue;
      yield fields;
      fields = [];
    }
    rest = Buffer.from(text.subarray(from));
    fields = fields.map((field) => Buffer.from(field));
  }
}

const types: Readonly<Record<string, ManifestEntry["type"]>> = { f: "file", d: "folder", l: "link" };

/** In the order of the format above. */
const heads = [
  "type",
  "size",
  "modified",
  "changed",
  "mode",
  "uid",
  "gid",
  "names",
  "id",
  "sparseness",
  "user",
  "group",
] as const;

function readFound(fields: readonly Buffer[], sinceMs: number): ManifestEntry | null {
  const [head, path, target] = fields;
  if (head === undefined || path === undefined || target === undefined) return null;
  const values = head.toString("latin1").split("\t");
  const of = Object.fromEntries(heads.map((name, at) => [name, values[at] ?? ""])) as Record<
    (typeof heads)[number],
    string
  >;
  const isFile = of.type === "f";
  return {
    path,
    type: types[of.type] ?? "other",
    size: Number(of.size),
    mtimeNs: nanoseconds(of.modified),
    mode: of.mode,
    uid: Number(of.uid),
    gid: Number(of.gid),
    user: of.user,
    group: of.group,
    target: of.type === "l" ? target : null,
    linkGroup: isFile && Number(of.names) > 1 ? of.id : null,
    sparse: isFile && Number(of.size) > 0 && Number(of.sparseness) < 1,
    sha256: null,
    live: Math.max(Number(of.modified), Number(of.changed)) * 1_000 >= sinceMs,
  };
}

/** `1764000000.1234567890` as find prints it, ten digits after the point. */
function nanoseconds(seconds: string): string {
  const [whole = "0", fraction = ""] = seconds.split(".");
  return `${whole}${fraction.padEnd(9, "0").slice(0, 9)}`;
}

/** @returns hashes by path, as latin1; what vanished or cannot be read is left out */
async function hashFiles(
  workplace: Workplace,
  files: readonly ManifestEntry[],
  urgency: readonly string[] = [],
): Promise<ReadonlyMap<string, string>> {
  if (files.length === 0) return new Map();
  const argv = [...urgency, "xargs", "-0", "-r", "sha256sum", "-z", "--"];
  const running = workplace.start({ argv, env: { LC_ALL: "C" } });
  running.stderr.resume();
  running.stdin.end(Buffer.from(files.map((file) => `${pathKey(file)}\0`).join(""), "latin1"));
  const hashes = new Map<string, string>();
  let rest = "";
  for await (const chunk of running.stdout as AsyncIterable<Buffer>) {
    const lines = (rest + chunk.toString("latin1")).split("\0");
    rest = lines.pop() ?? "";
    for (const line of lines) hashes.set(line.slice(66), line.slice(0, 64));
  }
  await running.ended;
  return hashes;
}

/** A number from 0 to 1 that is the same for the same text. Source: FNV-1a, 32 bits. */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0) / 0x1_0000_0000;
}
