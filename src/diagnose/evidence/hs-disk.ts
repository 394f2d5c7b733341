import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, percentText, told, type HostMoment } from "./inside.ts";

/** The fullest file system. High: over 90 %; full: 99 % and more, or ENOSPC. */
export const hsDisk = evidence({
  id: "hs.disk",
  bundle: "ssh",
  title: { ja: "ディスクの空き", en: "disk space" },
  states: ["ok", "high", "full"],
  stateWords: {
    ok: { ja: "余裕があります", en: "has room" },
    high: { ja: "残りわずかです", en: "nearly full" },
    full: { ja: "空きがありません", en: "full" },
  },
  leak: [0.08, 0.003],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "%",

  read({ disks }: HostMoment): Reading | MissingReason {
    const worst = disks.toSorted((a, b) => b.usedRatio - a.usedRatio)[0];
    if (worst === undefined) return "not-configured";
    const { mount, usedRatio } = worst;
    // the last hundredth is what df shows as 99 % and more
    const state = graded(usedRatio, bounds, "ok");
    return told(state, Math.round(usedRatio * 100), {
      detail: `${mount} ${percentText(usedRatio)}`,
      mount,
      raw: disks.map((one) => `${one.mount} ${percentText(one.usedRatio)}`).join("\n"),
    });
  },
});

const bounds = [
  [0.985, "full"],
  [0.9, "high"],
] as const;
