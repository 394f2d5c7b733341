import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told } from "./inside.ts";
import { type TimesAtLimit } from "./log-lines.ts";
import { backendFacts, isCliff } from "../lines/verdict.ts";

/** Tail: the long times grew; cliff: cut at a configured limit while the backend finished right after. */
export const apCliff = evidence({
  id: "ap.cliff",
  bundle: "log",
  title: { ja: "応答時間の分布", en: "shape of response times" },
  states: ["ok", "tail", "cliff"],
  stateWords: {
    ok: { ja: "ふだんどおりです", en: "as usual" },
    tail: { ja: "遅い応答が増えています", en: "more slow answers" },
    cliff: { ja: "設定した秒数で打ち切られています", en: "cut off at a configured limit" },
  },
  leak: [0.05, 0.005],
  group: null,
  timeoutSeconds: 8,
  risk: 1,
  tellsOfBehind: true,
  unit: "s",

  /**
   * Where no log of the program behind is followed, requests that were answered just before the limit stand for it. Tail:
   * over three times the usual p95 and over a second, or cut without a sign that anything finished.
   */
  read({ cliff, limit, errors, verdict }: TimesAtLimit): Reading | MissingReason {
    const { p95Seconds, usualP95Seconds, cut, finished } = cliff;
    if (p95Seconds === null) return "not-configured";
    const p95 = Math.round(p95Seconds * 100) / 100;
    const facts = { ...backendFacts(errors, { limit, verdict }), cut, finished };
    if (limit !== null && isCliff(cliff)) {
      return told("cliff", p95, { ...facts, detail: `${limit.seconds} s ${limit.name} ${limit.setAt} ×${cut}` });
    }
    const isTail = cut > 0 || (p95Seconds > slowSeconds && p95Seconds > slowTimes * (usualP95Seconds ?? slowSeconds));
    const usual = usualP95Seconds === null ? "" : ` / ${Math.round(usualP95Seconds * 100) / 100} s`;
    return told(isTail ? "tail" : "ok", p95, { ...facts, detail: `p95 ${p95} s${usual}` });
  },
});

const slowSeconds = 1;
const slowTimes = 3;
