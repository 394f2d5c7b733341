import { posix } from "node:path";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { percentText, told, whyNot, type HostInside } from "./inside.ts";
import type { HostFolder } from "../../kernel/model/host-service-answers.ts";

/** Files and sizes watched for loss. Shrunk: over a fifth less; gone: the guard file is missing. */
export const hsData = evidence({
  id: "hs.data",
  bundle: "data",
  title: { ja: "データの有無", en: "whether the data is there" },
  states: ["ok", "shrunk", "gone"],
  stateWords: {
    ok: { ja: "そろっています", en: "all there" },
    shrunk: { ja: "大きく減っています", en: "much less than before" },
    gone: { ja: "なくなっています", en: "gone" },
  },
  leak: [0.01, 0.001],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count",

  /**
   * Gone: what was there while all was well is not, or more than 95 % of it is lost. Shrunk: more than a fifth. One site among
   * many lost is little of the whole, so the folders right in it are compared as well.
   */
  read({ answers, usual }: HostInside): Reading | MissingReason {
    if (answers.data === null) return whyNot(answers, "data");
    const change: Change = { before: byPath(usual?.folders ?? []), now: byPath(answers.data) };
    const losses = [...change.before.keys()].flatMap((path) => lossOf(path, change));
    if (losses.length === 0) return answers.data.length === 0 || usual === null ? "not-configured" : "denied";
    const worst = losses.reduce((a, b) => (b.lost > a.lost ? b : a));
    const state = worst.lost > goneRatio ? "gone" : worst.lost > shrunkRatio ? "shrunk" : "ok";
    return told(state, worst.files, {
      detail: state === "ok" ? "" : `${worst.path} −${percentText(worst.lost)}`,
      path: worst.path,
      raw: answers.raw.data ?? "",
    });
  },
});

const goneRatio = 0.95;
const shrunkRatio = 0.2;
/** Folders with fewer files change by a large part every day. */
const fewFiles = 5;
/** So much of what a folder in it lost must be missing from the whole: what was moved within it is not lost. */
const missedRatio = 0.5;
/** Folders that programs empty by themselves. */
const passing = /\/(?:\.[^/]*|[^/]*caches?|te?mp|logs?|sessions?|releases)$/i;

type Folders = ReadonlyMap<string, HostFolder>;

interface Change {
  readonly before: Folders;
  readonly now: Folders;
}

interface Loss {
  readonly path: string;
  /** share that is missing now */
  readonly lost: number;
  readonly files: number | null;
}

function byPath(folders: readonly HostFolder[]): Folders {
  return new Map(folders.map((one) => [one.path, one]));
}

/** Empty: nothing to compare with, or it could not be counted. */
function lossOf(path: string, { before, now }: Change): readonly Loss[] {
  const [was, left] = [countOf(before.get(path)), leftOf(now.get(path))];
  if (was === null || left === null) return [];
  const around = posix.dirname(path);
  if (before.has(around) && now.has(around)) {
    const [had, has] = [countOf(before.get(around)), leftOf(now.get(around))];
    if (had === null || has === null) return [];
    const isOwn = !passing.test(path) && isMissed([was, left], [had, has]);
    return [{ path, lost: isOwn ? lostOf(was, left) : 0, files: left.files }];
  }
  if (!now.has(path)) return [];
  return [{ path, lost: now.get(path)?.state === "gone" ? 1 : lostOf(was, left), files: left.files }];
}

interface Count {
  readonly files: number;
  readonly bytes: number;
}

/** null: it was not counted */
function countOf(folder: HostFolder | undefined): Count | null {
  return folder?.state === "there" ? { files: folder.files ?? 0, bytes: folder.bytes ?? 0 } : null;
}

/** Nothing of what is gone; null: it could not be counted */
function leftOf(folder: HostFolder | undefined): Count | null {
  return folder === undefined || folder.state === "gone" ? { files: 0, bytes: 0 } : countOf(folder);
}

/** What a folder lost is missing from the whole around it, too. */
function isMissed([was, left]: readonly [Count, Count], [before, now]: readonly [Count, Count]): boolean {
  const isLess = (of: keyof Count): boolean => before[of] - now[of] >= (was[of] - left[of]) * missedRatio;
  return isLess("files") || isLess("bytes");
}

function lostOf(was: Count, left: Count): number {
  return Math.max(was.files < fewFiles ? 0 : shrink(was.files, left.files), shrink(was.bytes, left.bytes));
}

function shrink(was: number, is: number): number {
  return was <= 0 ? 0 : Math.max(0, 1 - is / was);
}
