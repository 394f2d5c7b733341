import { evidence, type Reading } from "./evidence.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { graded, told } from "./inside.ts";

/** Against what is usual at this time. Up: over 3; flood: over 10. */
export const mlRate = evidence({
  id: "ml.rate",
  bundle: "mail",
  title: { ja: "メールの送受信数", en: "mail sent and received" },
  states: ["ok", "up", "flood"],
  stateWords: {
    ok: { ja: "ふだんどおりです", en: "as usual" },
    up: { ja: "増えています", en: "more" },
    flood: { ja: "急増しています", en: "a flood" },
  },
  leak: [0.06, 0.005],
  group: "mq",
  timeoutSeconds: 4,
  risk: 1,
  unit: "times",

  /** Mails a minute since the incident began, against the hour before; null: too short a time, or no log. */
  read({
    rate,
    usualRate,
  }: {
    readonly rate: number | null;
    readonly usualRate: number | null;
  }): Reading | MissingReason {
    if (rate === null || usualRate === null) return "not-configured";
    const times = rate / Math.max(fewPerMinute, usualRate);
    const value = Math.round(times * 10) / 10;
    return told(graded(times, bounds, "ok"), value, { detail: `×${value} ${Math.round(rate)} /min` });
  },
});

/** Three times one mail a minute is no flood. */
const fewPerMinute = 3;
const bounds = [
  [10, "flood"],
  [3, "up"],
] as const;
