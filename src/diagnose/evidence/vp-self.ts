import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Three unrelated controls from the vantage itself: whether it can look at all. The value counts those that answered. */
export const vpSelf = evidence({
  id: "vp.self",
  bundle: "net",
  title: { ja: "観測地点自身の疎通", en: "the vantage's own connection" },
  states: ["ok", "partial", "down"],
  stateWords: {
    ok: { ja: "無関係な宛先に問題なく届きます", en: "reaches unrelated destinations" },
    partial: { ja: "無関係な宛先の一部に届きません", en: "cannot reach some unrelated destinations" },
    down: { ja: "無関係な宛先のどこにも届きません", en: "reaches no unrelated destination" },
  },
  leak: [0.01, 0.002],
  group: "self",
  timeoutSeconds: 3,
  risk: 0,
  unit: "count",

  read({ vantage, reached, tried, state }: OwnConnection): Reading | MissingReason {
    const facts = { vantage, reached, tried, vantageState: state };
    const told = (word: string): Reading => ({ state: word, value: reached, facts, raw: "" });
    if (state === "blind" || state === "fell-silent") return told("down");
    if (state === "silent") return "parent-down";
    if (tried === 0) return "not-configured";
    if (reached === tried) return told("ok");
    // one destination that fails may be broken itself
    return told(reached === 0 && tried > 1 ? "down" : "partial");
  },
});

export interface OwnConnection {
  readonly vantage: string;
  /** unrelated destinations that answered */
  readonly reached: number;
  readonly tried: number;
  /** `fell-silent`: it spoke until the incident began · `silent`: it has not spoken for longer */
  readonly state: "ok" | "blind" | "fell-silent" | "silent";
}
