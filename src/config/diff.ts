/** One file before and after, with the same lines as they may be shown: secrets masked. */
export interface DiffedFile {
  /** from the folder of the configuration: `koboshi.d/web.yml` */
  readonly name: string;
  /** null: the file is new */
  readonly before: Version | null;
  readonly after: Version;
}

export interface Version {
  readonly text: string;
  /** line for line the same text, with bullets over secrets */
  readonly shown: string;
}

/** Lines around a change, as `git diff` gives them. */
const contextLines = 3;
/** Texts that differ in more places than this are shown as replaced as a whole. */
const mostDifferences = 2_000;

type Line = { readonly kind: " " | "-" | "+"; readonly old: number; readonly fresh: number };

/** The changes as `git apply` takes them, in the unified form. Source: POSIX diff -u; git-diff(1). */
export function unifiedDiff(files: readonly DiffedFile[]): string {
  return files.map(oneFile).join("");
}

function oneFile({ name, before, after }: DiffedFile): string {
  if (before?.text === after.text) return "";
  const [old, fresh] = [splitLines(before?.text ?? ""), splitLines(after.text)];
  const [oldShown, freshShown] = [splitLines(before?.shown ?? ""), splitLines(after.shown)];
  const say = ({ kind, old: at, fresh: freshAt }: Line): string => {
    const text = (kind === "+" ? freshShown[freshAt] : oldShown[at]) ?? "";
    return text.endsWith("\n") ? `${kind}${text}` : `${kind}${text}\n\\ No newline at end of file\n`;
  };
  const hunks = hunksOf(compareLines(old, fresh)).map((lines) => `${header(lines)}\n${lines.map(say).join("")}`);
  const from = before === null ? "/dev/null" : quoted(`a/${name}`);
  return `--- ${from}\n+++ ${quoted(`b/${name}`)}\n${hunks.join("")}`;
}

/** Git reads a name to the end of its line, or to a tab; control characters only in quotes. */
function quoted(name: string): string {
  if (/[\p{Cc}"\\]/u.test(name)) return JSON.stringify(name);
  return name.includes(" ") ? `${name}\t` : name;
}

/** Lines with their ends; a last line without one stays without. */
function splitLines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

function header(lines: readonly Line[]): string {
  const count = (kind: "-" | "+"): number => lines.filter((line) => line.kind === " " || line.kind === kind).length;
  const [old, fresh] = [count("-"), count("+")];
  const first = lines[0];
  return `@@ -${start(first?.old ?? 0, old)},${old} +${start(first?.fresh ?? 0, fresh)},${fresh} @@`;
}

function hunksOf(lines: readonly Line[]): Line[][] {
  const hunks: Line[][] = [];
  let open: Line[] | null = null;
  let quiet = 0;
  for (const [index, line] of lines.entries()) {
    if (line.kind === " ") {
      quiet++;
      open?.push(line);
      if (open !== null && quiet > contextLines * 2) {
        hunks.push(open.slice(0, open.length - quiet + contextLines));
        open = null;
      }
      continue;
    }
    open ??= lines.slice(Math.max(0, index - Math.min(quiet, contextLines)), index);
    open.push(line);
    quiet = 0;
  }
  if (open !== null) hunks.push(open.slice(0, open.length - Math.max(0, quiet - contextLines)));
  return hunks;
}

/** Lines count from 1; of none, the line before is named. */
function start(at: number, length: number): number {
  return length === 0 ? at : at + 1;
}

/** What the texts share at both ends is set aside; the middle is compared line by line. */
function compareLines(old: readonly string[], fresh: readonly string[]): Line[] {
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < fresh.length - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  ) {
    tail++;
  }
  const [oldMiddle, freshMiddle] = [old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)];
  const middle = shortestScript(oldMiddle, freshMiddle).map((line) => ({
    ...line,
    old: line.old + head,
    fresh: line.fresh + head,
  }));
  return [...same(head, 0, 0), ...middle, ...same(tail, old.length - tail, fresh.length - tail)];
}

function same(length: number, from: number, fromFresh: number): Line[] {
  return Array.from({ length }, (_, index) => ({ kind: " ", old: from + index, fresh: fromFresh + index }));
}

/** Source: Myers 1986, An O(ND) difference algorithm, §4, with the greedy path kept for each D. */
function shortestScript(old: readonly string[], fresh: readonly string[]): Line[] {
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let cost = 0; cost <= Math.min(old.length + fresh.length, mostDifferences); cost++) {
    trace.push(new Map(reach));
    const next = new Map(reach);
    for (let diagonal = -cost; diagonal <= cost; diagonal += 2) {
      let x = comesDown(reach, diagonal, cost) ? (reach.get(diagonal + 1) ?? 0) : (reach.get(diagonal - 1) ?? 0) + 1;
      while (x < old.length && x - diagonal < fresh.length && old[x] === fresh[x - diagonal]) x++;
      next.set(diagonal, x);
      if (x >= old.length && x - diagonal >= fresh.length) return walkBack(trace, [old.length, fresh.length]);
    }
    reach = next;
  }
  return [
    ...old.map((_, index): Line => ({ kind: "-", old: index, fresh: 0 })),
    ...fresh.map((_, index): Line => ({ kind: "+", old: old.length, fresh: index })),
  ];
}

function comesDown(reach: ReadonlyMap<number, number>, diagonal: number, cost: number): boolean {
  return diagonal === -cost || (diagonal !== cost && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1));
}

function walkBack(trace: readonly ReadonlyMap<number, number>[], [endX, endY]: readonly [number, number]): Line[] {
  const lines: Line[] = [];
  let [x, y] = [endX, endY];
  for (let cost = trace.length - 1; cost >= 0; cost--) {
    const reach = trace[cost] ?? new Map<number, number>();
    const diagonal = x - y;
    const previous = comesDown(reach, diagonal, cost) ? diagonal + 1 : diagonal - 1;
    const fromX = cost === 0 ? 0 : (reach.get(previous) ?? 0);
    const fromY = cost === 0 ? 0 : fromX - previous;
    while (x > fromX && y > fromY) lines.push({ kind: " ", old: --x, fresh: --y });
    if (cost === 0) break;
    lines.push(x === fromX ? { kind: "+", old: x, fresh: --y } : { kind: "-", old: --x, fresh: y });
  }
  return lines.toReversed();
}
