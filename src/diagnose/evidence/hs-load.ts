import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, told, type HostMoment } from "./inside.ts";

/** Load by processor core. High: over 1.5; extreme: over 4. */
export const hsLoad = evidence({
  id: "hs.load",
  bundle: "ssh",
  title: { ja: "負荷平均", en: "load average" },
  states: ["ok", "high", "extreme"],
  stateWords: {
    ok: { ja: "ふだんの範囲です", en: "normal" },
    high: { ja: "高くなっています", en: "high" },
    extreme: { ja: "極端に高くなっています", en: "extremely high" },
  },
  leak: [0.05, 0.005],
  group: "cpu",
  timeoutSeconds: 8,
  risk: 1,
  unit: "times",

  read({ loadPerCore }: HostMoment): Reading | MissingReason {
    if (loadPerCore === null) return "not-configured";
    const value = Math.round(loadPerCore * 100) / 100;
    return told(graded(loadPerCore, bounds, "ok"), value, { detail: `load ×${value}` });
  },
});

const bounds = [
  [4, "extreme"],
  [1.5, "high"],
] as const;
