import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, percentText, told, type HostMoment } from "./inside.ts";

/** Two readings of /proc/stat. High: over 80 %; saturated: over 95 %. */
export const hsCpu = evidence({
  id: "hs.cpu",
  bundle: "ssh",
  title: { ja: "CPU 使用率", en: "CPU use" },
  states: ["ok", "high", "sat"],
  stateWords: {
    ok: { ja: "余裕があります", en: "has room" },
    high: { ja: "高くなっています", en: "high" },
    sat: { ja: "使い切っています", en: "saturated" },
  },
  leak: [0.06, 0.01],
  group: "cpu",
  timeoutSeconds: 8,
  risk: 1,
  unit: "%",

  /** Time that was taken away is no work of the machine's own. */
  read({ cpuBusyRatio, stealRatio }: HostMoment): Reading | MissingReason {
    if (cpuBusyRatio === null) return "not-configured";
    const ownRatio = Math.max(0, cpuBusyRatio - (stealRatio ?? 0));
    const state = graded(ownRatio, bounds, "ok");
    return told(state, Math.round(ownRatio * 100), { detail: `CPU ${percentText(ownRatio)}` });
  },
});

const bounds = [
  [0.95, "sat"],
  [0.8, "high"],
] as const;
