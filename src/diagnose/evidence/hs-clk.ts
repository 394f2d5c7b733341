import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told, type HostMoment } from "./inside.ts";

/** Against its time source, else against the hub. Drift: over 0.5 s; bad: over 60 s. */
export const hsClk = evidence({
  id: "hs.clk",
  bundle: "ssh",
  title: { ja: "時計のずれ", en: "clock offset" },
  states: ["ok", "drift", "bad"],
  stateWords: {
    ok: { ja: "合っています", en: "right" },
    drift: { ja: "ずれています", en: "off" },
    bad: { ja: "大きくずれています", en: "far off" },
  },
  leak: [0.02, 0.002],
  group: "clock",
  timeoutSeconds: 8,
  risk: 1,
  unit: "s",

  /** @param moment measured against the hub's own clock, so what the machine's daemon believes does not count */
  read({ clockOffsetSeconds }: HostMoment): Reading | MissingReason {
    if (clockOffsetSeconds === null) return "not-configured";
    const off = Math.abs(clockOffsetSeconds);
    const state = off > badSeconds ? "bad" : off > driftSeconds ? "drift" : "ok";
    const value = Math.round(clockOffsetSeconds * 100) / 100;
    return told(state, value, { detail: `${value > 0 ? "+" : ""}${value} s` });
  },
});

const badSeconds = 60;
const driftSeconds = 0.5;
