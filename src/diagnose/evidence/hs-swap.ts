import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, told, whyNot, type HostInside } from "./inside.ts";

/** Pages moved in and out. Thrash: over 1,000 a second. */
export const hsSwap = evidence({
  id: "hs.swap",
  bundle: "ssh",
  title: { ja: "スワップ", en: "swapping" },
  states: ["ok", "active", "thrash"],
  stateWords: {
    ok: { ja: "動いていません", en: "quiet" },
    active: { ja: "動いています", en: "active" },
    thrash: { ja: "激しく動いています", en: "thrashing" },
  },
  leak: [0.04, 0.004],
  group: "mem",
  timeoutSeconds: 8,
  risk: 1,
  unit: "pages/s",

  /** That a machine without swap does not swap says nothing of its memory. */
  read({ answers, reading }: HostInside): Reading | MissingReason {
    const { vmstat } = answers;
    if (vmstat === null) return whyNot(answers, "vmstat");
    const moved = Math.round(vmstat.swapInPagesPerSecond + vmstat.swapOutPagesPerSecond);
    const stalls = vmstat.allocationStallsPerSecond ?? 0;
    if (moved === 0 && reading?.swap?.totalBytes === 0) return "not-configured";
    // a few pages move on any machine that has swap
    const state = graded(moved, bounds, "ok");
    const detail = `${moved} pages/s${stalls > 0 ? `, stalls ${Math.round(stalls)}/s` : ""}`;
    return told(state, moved, { detail, raw: answers.raw.vmstat ?? "" });
  },
});

const bounds = [
  [1_000, "thrash"],
  [20, "active"],
] as const;
