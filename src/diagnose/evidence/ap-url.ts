import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told } from "./inside.ts";
import { type Traffic } from "./log-lines.ts";
import { below, isFailure, quantile, shapeOf, type Request } from "../lines/requests.ts";
import { groupedBy } from "../lines/rates.ts";

/** Whether four failures in five fall on three URLs, or the checks of some pages fail while those of others do not. */
export const apUrl = evidence({
  id: "ap.url",
  bundle: "lines",
  title: { ja: "特定 URL への偏り", en: "concentration on few URLs" },
  states: ["no", "yes"],
  stateWords: {
    no: { ja: "偏りはありません", en: "none" },
    yes: { ja: "特定の URL に偏っています", en: "on few URLs" },
  },
  leak: [0.1],
  group: null,
  timeoutSeconds: 8,
  risk: 0,
  tellsOfBehind: true,
  unit: "%",

  /** What a program fails at as a whole is no concentration, however few of its pages are asked for. */
  read({ requests, usual }: Pick<Traffic, "requests" | "usual">): Reading | MissingReason {
    if (requests.length === 0) return "not-configured";
    const slowFrom = 3 * Math.max(1 / 3, quantile(secondsOf(usual), 0.95) ?? 1);
    const isBad = (one: Request): boolean => isFailure(one) || (one.seconds ?? 0) > slowFrom;
    const bad = requests.filter(isBad);
    if (bad.length === 0) return told("no", 0);
    // a few may be the first of one page's, or anything
    if (bad.length < fewFailures) return "not-configured";
    const top = topOf(bad);
    const share = partOf(bad, top);
    const isSpared = restIsSpared(requests, { bad, top, isBad }) ?? partOf(below(usual, top), top) <= usualRatio;
    const detail = `${top[0] ?? ""} ${Math.round(share * 100)}% ×${bad.length}`;
    return told(share >= sharedRatio && isSpared ? "yes" : "no", Math.round(share * 100), {
      detail,
      urls: top,
      raw: top.map((url) => `${bad.filter((one) => shapeOf(one.url) === url).length} ${url}`).join("\n"),
    });
  },

  /** By checks of several pages, at least one of which fails. */
  readPages({
    failing,
    working,
  }: {
    readonly failing: readonly string[];
    readonly working: readonly string[];
  }): Reading {
    const share = Math.round((100 * failing.length) / (failing.length + working.length));
    const urls = failing.slice(0, mostUrls).map(pathOf);
    return told(working.length > 0 ? "yes" : "no", share, {
      detail: urls.join(" "),
      urls,
      raw: [...failing.map((url) => `NG ${url}`), ...working.map((url) => `OK ${url}`)].join("\n"),
    });
  },
});

function pathOf(url: string): string {
  return /^[a-z]+:\/\/[^/]+(\/.*)$/i.exec(url)?.[1] ?? url;
}

const fewFailures = 5;
const mostUrls = 3;
const sharedRatio = 0.8;
const usualRatio = 0.5;
/** Fewer other requests say nothing of how the rest fares. */
const fewOthers = 5;
/** The rest is spared when it fails less than half as often. */
const sparedRatio = 0.5;

/** The fewest URLs, most failures first, that make up the share. */
function topOf(bad: readonly Request[]): readonly string[] {
  const groups = [...groupedBy(bad, ({ url }) => shapeOf(url))].toSorted(([, a], [, b]) => b.length - a.length);
  const urls = groups.map(([url]) => url).slice(0, mostUrls);
  const needed = urls.findIndex((_, index) => partOf(bad, urls.slice(0, index + 1)) >= sharedRatio);
  return needed === -1 ? urls : urls.slice(0, needed + 1);
}

/** Whether the other pages beside them do better since the first failure; null: too few were asked for. */
function restIsSpared(
  requests: readonly Request[],
  { bad, top, isBad }: { bad: readonly Request[]; top: readonly string[]; isBad: (one: Request) => boolean },
): boolean | null {
  const fromMs = Math.min(...bad.map(({ atMs }) => atMs));
  const since = below(requests, top).filter(({ atMs }) => atMs >= fromMs);
  const isTop = (one: Request): boolean => top.includes(shapeOf(one.url));
  const others = since.filter((one) => !isTop(one));
  if (others.length < fewOthers) return null;
  const rate = (some: readonly Request[]): number => some.filter(isBad).length / Math.max(1, some.length);
  return rate(others) < sparedRatio * rate(since.filter(isTop));
}

function secondsOf(requests: readonly Request[]): readonly number[] {
  return requests.flatMap(({ seconds }) => seconds ?? []);
}

function partOf(requests: readonly Request[], urls: readonly string[]): number {
  return requests.filter(({ url }) => urls.includes(shapeOf(url))).length / Math.max(1, requests.length);
}
