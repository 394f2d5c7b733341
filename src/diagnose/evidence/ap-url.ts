import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told } from "./inside.ts";
import { type Traffic } from "./log-lines.ts";
import { isFailure, quantile, shapeOf, type Request } from "../lines/requests.ts";
import { groupedBy } from "../lines/rates.ts";

/** Whether four failures in five fall on three URLs. */
export const apUrl = evidence({
  id: "ap.url",
  bundle: "log",
  title: { ja: "特定 URL への偏り", en: "concentration on few URLs" },
  states: ["no", "yes"],
  stateWords: {
    no: { ja: "偏りはありません", en: "none" },
    yes: { ja: "特定の URL に偏っています", en: "on few URLs" },
  },
  leak: [0.1],
  group: null,
  timeoutSeconds: 8,
  risk: 1,
  unit: "%",

  /** A site that has only three pages fails there, too: they count where they are less than half of what is usual. */
  read({ requests, usual }: Pick<Traffic, "requests" | "usual">): Reading | MissingReason {
    if (requests.length === 0) return "not-configured";
    const slowFrom =
      3 *
      Math.max(
        1 / 3,
        quantile(
          usual.flatMap(({ seconds }) => seconds ?? []),
          0.95,
        ) ?? 1,
      );
    const bad = requests.filter((one) => isFailure(one) || (one.seconds ?? 0) > slowFrom);
    if (bad.length < fewFailures) return told("no", 0);
    const top = topOf(bad);
    const share = partOf(bad, top);
    const isUsual = partOf(usual.length > 0 ? usual : requests, top) > usualRatio;
    const detail = `${top[0] ?? ""} ${Math.round(share * 100)}% ×${bad.length}`;
    return told(share >= sharedRatio && !isUsual ? "yes" : "no", Math.round(share * 100), {
      detail,
      urls: top,
      raw: top.map((url) => `${bad.filter((one) => shapeOf(one.url) === url).length} ${url}`).join("\n"),
    });
  },
});

const fewFailures = 5;
const mostUrls = 3;
const sharedRatio = 0.8;
const usualRatio = 0.5;

function topOf(requests: readonly Request[]): readonly string[] {
  const groups = groupedBy(requests, ({ url }) => shapeOf(url));
  return [...groups]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, mostUrls)
    .map(([url]) => url);
}

function partOf(requests: readonly Request[], urls: readonly string[]): number {
  return requests.filter(({ url }) => urls.includes(shapeOf(url))).length / Math.max(1, requests.length);
}
