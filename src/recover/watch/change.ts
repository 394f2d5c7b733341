import { z } from "zod";
import { thresholds } from "./thresholds.ts";

/** What a set changed against the one before it, read from the repository itself. */
export const SetChangeShape = z.object({
  set: z.string(),
  before: z.string(),
  changedFiles: z.number(),
  addedFiles: z.number(),
  removedFiles: z.number(),
  /** gone under one name, come under the same name with another ending behind it */
  renamedFiles: z.number(),
  /** changed files that were text before and could be read */
  sampledFiles: z.number(),
  /** those of them that look like encrypted data now */
  highEntropyFiles: z.number(),
  /** the ending that most renamed files were given; null: none were renamed so */
  newEnding: z.string().nullable(),
  newEndingFiles: z.number(),
});
export type SetChange = Readonly<z.infer<typeof SetChangeShape>>;

export interface DiffLine {
  readonly path: string;
  /** `+`, `-`, `M`, `T` as restic writes it */
  readonly modifier: string;
}

/** How two sets are compared; ids are full. */
export interface ChangeTool {
  diff(before: string, after: string): AsyncIterable<DiffLine>;
  /** The first bytes of a file of a snapshot; null: cannot be read. */
  head(snapshot: string, path: string, bytes: number): Promise<Uint8Array | null>;
}

interface Pair {
  readonly set: string;
  /** id of its snapshot with the files */
  readonly snapshot: string;
}

/** 95 % within ±22 % of the truth: enough to tell all from few. Each is read twice, half a second a time on a small machine. */
const mostSampled = 20;
const headBytes = 16_384;
/** Shannon's measure of few bytes is too low: 1 KiB of random bytes still shows 7.8. */
const leastBytes = 1_024;
/** Names kept to tell what was renamed; a change of more is seen by its count alone. */
const mostNames = 200_000;

/** Compares two sets and looks into a sample of what changed, spread evenly over all of it. */
export async function readChange(tool: ChangeTool, before: Pair, after: Pair): Promise<SetChange> {
  const tally = createTally();
  for await (const line of tool.diff(before.snapshot, after.snapshot)) tally.take(line);
  const looked = await sample(tool, tally.candidates(), { before, after });
  return { set: after.set, before: before.set, ...tally.counts(), ...looked };
}

interface Candidate {
  readonly was: string;
  readonly is: string;
}

/** Counts and names of what changed, bounded whatever the size of the sets. */
function createTally() {
  const removed = new Set<string>();
  const added: string[] = [];
  const changed: string[] = [];
  const count = { changedFiles: 0, addedFiles: 0, removedFiles: 0 };

  const renamed = (): readonly Candidate[] =>
    added.flatMap((is) => {
      const was = withoutEnding(is);
      return was !== null && removed.has(was) ? [{ was, is }] : [];
    });

  return {
    take({ path, modifier }: DiffLine): void {
      if (path.endsWith("/")) return;
      if (modifier === "+") {
        count.addedFiles++;
        if (added.length < mostNames) added.push(path);
      } else if (modifier === "-") {
        count.removedFiles++;
        if (removed.size < mostNames) removed.add(path);
      } else if (modifier !== "U") {
        count.changedFiles++;
        if (changed.length < mostNames) changed.push(path);
      }
    },
    candidates: (): readonly Candidate[] => [...changed.map((path) => ({ was: path, is: path })), ...renamed()],
    counts() {
      const moved = renamed();
      return { ...count, renamedFiles: moved.length, ...newEndingOf(moved) };
    },
  };
}

function endingOf(path: string): string | null {
  return /\.([^./\s]{1,20})$/.exec(path)?.[1]?.toLowerCase() ?? null;
}

function withoutEnding(path: string): string | null {
  const ending = endingOf(path);
  return ending === null ? null : path.slice(0, -ending.length - 1);
}

/** Only of renamed files: a folder of new pictures is no attack. */
function newEndingOf(renamed: readonly Candidate[]): Pick<SetChange, "newEnding" | "newEndingFiles"> {
  const counts = new Map<string, number>();
  for (const { is } of renamed) {
    const ending = endingOf(is);
    if (ending !== null) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted((a, b) => b[1] - a[1]);
  return { newEnding: most?.[0] ?? null, newEndingFiles: most?.[1] ?? 0 };
}

async function sample(
  tool: ChangeTool,
  candidates: readonly Candidate[],
  { before, after }: { readonly before: Pair; readonly after: Pair },
): Promise<Pick<SetChange, "sampledFiles" | "highEntropyFiles">> {
  // names that were no UTF-8 are not the file's own any more
  const readable = candidates.filter(({ was, is }) => !`${was}${is}`.includes("\uFFFD"));
  const step = Math.max(1, readable.length / mostSampled);
  const chosen = Array.from(
    { length: Math.min(mostSampled, readable.length) },
    (_, index) => readable[Math.floor(index * step)],
  );
  let [sampledFiles, highEntropyFiles] = [0, 0];
  for (const one of chosen) {
    if (one === undefined) continue;
    const was = await tool.head(before.snapshot, one.was, headBytes);
    if (was === null || was.length < leastBytes || entropy(was) > thresholds.textEntropy) continue;
    const is = await tool.head(after.snapshot, one.is, headBytes);
    if (is === null || is.length < leastBytes) continue;
    sampledFiles++;
    if (entropy(is) > thresholds.highEntropy) highEntropyFiles++;
  }
  return { sampledFiles, highEntropyFiles };
}

/** Bits per byte. Source: Shannon 1948. */
export function entropy(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  return bits;
}
