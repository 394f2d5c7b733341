import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told } from "./inside.ts";
import { type Traffic } from "./log-lines.ts";

/** Completed by arrived. Low: under 0.7; zero: under 0.05. */
export const apThr = evidence({
  id: "ap.thr",
  bundle: "lines",
  title: { ja: "完了した要求", en: "requests completed" },
  states: ["ok", "low", "zero"],
  stateWords: {
    ok: { ja: "ふだんどおりです", en: "as usual" },
    low: { ja: "減っています", en: "fewer" },
    zero: { ja: "ほとんど完了していません", en: "almost none" },
  },
  leak: [0.04, 0.003],
  group: null,
  timeoutSeconds: 2,
  risk: 0,
  tellsOfBehind: true,
  unit: "ratio",

  /** What arrives and never ends stands in no access log, so what is usual stands for what arrives. */
  read({ done, usualDone }: Pick<Traffic, "done" | "usualDone">): Reading | MissingReason {
    if (done === null || usualDone === null || usualDone < fewPerMinute) return "not-configured";
    const ratio = done / usualDone;
    const state = ratio < zeroRatio ? "zero" : ratio < lowRatio ? "low" : "ok";
    const value = Math.round(ratio * 100) / 100;
    return told(state, value, { detail: `${Math.round(done)} / ${Math.round(usualDone)} /min` });
  },
});

/** Fewer come and go by chance. */
const fewPerMinute = 2;
const zeroRatio = 0.05;
const lowRatio = 0.7;
