import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, percentText, told, type HostMoment } from "./inside.ts";

/** Processor time spent waiting. High: over 10 %; very: over 30 %. */
export const hsIow = evidence({
  id: "hs.iow",
  bundle: "ssh",
  title: { ja: "I/O 待ち", en: "waiting for I/O" },
  states: ["ok", "high", "very"],
  stateWords: {
    ok: { ja: "少ない状態です", en: "little" },
    high: { ja: "多くなっています", en: "much" },
    very: { ja: "極端に多くなっています", en: "very much" },
  },
  leak: [0.05, 0.01],
  group: "io",
  timeoutSeconds: 8,
  risk: 1,
  unit: "%",

  read({ ioWaitRatio }: HostMoment): Reading | MissingReason {
    if (ioWaitRatio === null) return "not-configured";
    const state = graded(ioWaitRatio, bounds, "ok");
    return told(state, Math.round(ioWaitRatio * 100), { detail: `iowait ${percentText(ioWaitRatio)}` });
  },
});

const bounds = [
  [0.3, "very"],
  [0.1, "high"],
] as const;
