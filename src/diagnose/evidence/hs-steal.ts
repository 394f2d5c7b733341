import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, percentText, told, type HostMoment } from "./inside.ts";

/** Time the host of the virtual machine gave to others. High: over 10 %; very: over 30 %. */
export const hsSteal = evidence({
  id: "hs.steal",
  bundle: "ssh",
  title: { ja: "CPU の steal", en: "CPU time stolen" },
  states: ["ok", "high", "very"],
  stateWords: {
    ok: { ja: "ほとんどありません", en: "hardly any" },
    high: { ja: "同居する他者に取られています", en: "taken by neighbours" },
    very: { ja: "同居する他者に大きく取られています", en: "much of it is taken by neighbours" },
  },
  leak: [0.03, 0.005],
  group: null,
  timeoutSeconds: 8,
  risk: 1,
  unit: "%",

  read({ stealRatio }: HostMoment): Reading | MissingReason {
    if (stealRatio === null) return "not-configured";
    const state = graded(stealRatio, bounds, "ok");
    return told(state, Math.round(stealRatio * 100), { detail: `steal ${percentText(stealRatio)}` });
  },
});

const bounds = [
  [0.3, "very"],
  [0.1, "high"],
] as const;
