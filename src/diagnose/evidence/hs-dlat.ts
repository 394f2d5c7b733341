import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, told, type HostMoment } from "./inside.ts";

/** Mean wait by /proc/diskstats. Slow: over 100 ms; stall: over 1 s. */
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

  /** A device without a request has no waiting time; where none had one, the disks are quick enough. */
  read({ io, loadPerCore }: HostMoment): Reading | MissingReason {
    const worst = io.toSorted((a, b) => b.awaitMs - a.awaitMs)[0];
    if (worst === undefined) return loadPerCore === null ? "not-configured" : told("ok", 0);
    const awaitMs = Math.round(worst.awaitMs);
    return told(graded(worst.awaitMs, bounds, "ok"), awaitMs, {
      detail: `${worst.device} ${awaitMs} ms`,
      device: worst.device,
    });
  },
});

const bounds = [
  [1_000, "stall"],
  [100, "slow"],
] as const;
