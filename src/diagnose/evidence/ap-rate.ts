import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, told } from "./inside.ts";
import { type Traffic } from "./log-lines.ts";

/** Against what is usual at this time. Up: over twice; surge: over five times. */
export const apRate = evidence({
  id: "ap.rate",
  bundle: "lines",
  title: { ja: "要求の数", en: "number of requests" },
  states: ["ok", "up", "surge"],
  stateWords: {
    ok: { ja: "ふだんどおりです", en: "as usual" },
    up: { ja: "増えています", en: "more" },
    surge: { ja: "急増しています", en: "a surge" },
  },
  leak: [0.08, 0.01],
  group: null,
  timeoutSeconds: 2,
  risk: 0,
  unit: "times",

  read({ rate, usualRate }: Pick<Traffic, "rate" | "usualRate">): Reading | MissingReason {
    if (rate === null || usualRate === null) return "not-configured";
    const times = rate / Math.max(fewPerMinute, usualRate);
    const value = Math.round(times * 10) / 10;
    return told(graded(times, bounds, "ok"), value, { detail: `×${value} ${Math.round(rate)} /min` });
  },
});

/** Twice a handful is no surge. */
const fewPerMinute = 5;
const bounds = [
  [5, "surge"],
  [2, "up"],
] as const;
