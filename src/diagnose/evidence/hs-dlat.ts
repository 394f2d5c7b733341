import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, percentText, told, type HostMoment } from "./inside.ts";

/** Mean wait by /proc/diskstats. Slow: over 100 ms, or requests wait in front of disks that are at rest; stall: over 1 s. */
export const hsDlat = evidence({
  id: "hs.dlat",
  bundle: "ssh",
  title: { ja: "ディスクの応答時間", en: "disk response" },
  states: ["ok", "slow", "stall"],
  stateWords: {
    ok: { ja: "速やかです", en: "quick" },
    slow: { ja: "遅くなっています", en: "slow" },
    stall: { ja: "ほとんど進みません", en: "almost stalled" },
  },
  leak: [0.03, 0.003],
  group: "io",
  timeoutSeconds: 8,
  risk: 1,
  unit: "ms",

  /** A device without a request has no waiting time; where none had one, the disks are quick enough, unless somebody waits for them. */
  read({ io, ioHeldRatio, loadPerCore }: HostMoment): Reading | MissingReason {
    const worst = io.toSorted((a, b) => b.awaitMs - a.awaitMs)[0];
    if (worst === undefined && loadPerCore === null) return "not-configured";
    const { device, awaitMs } = worst ?? { device: "", awaitMs: 0 };
    const state = graded(awaitMs, bounds, "ok");
    const served = worst === undefined ? "" : `${device} ${Math.round(awaitMs)} ms`;
    const held = (ioHeldRatio ?? 0) > heldFrom ? `iowait − util ${percentText(ioHeldRatio ?? 0)}` : "";
    const detail = [served, held].filter((part) => part !== "").join(", ");
    return told(state === "ok" && held !== "" ? "slow" : state, Math.round(awaitMs), {
      detail,
      ...(worst === undefined ? {} : { device }),
    });
  },
});

/** Below it the two counters' roundings may make the difference. */
const heldFrom = 0.3;

const bounds = [
  [1_000, "stall"],
  [100, "slow"],
] as const;
