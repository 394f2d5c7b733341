import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";

/** The looking machine's own loop, clock and connection; the value is its clock's offset. */
export const moSelf = evidence({
  id: "mo.self",
  bundle: "net",
  title: { ja: "観測地点の健全性", en: "health of the vantage" },
  states: ["ok", "ill"],
  stateWords: {
    ok: { ja: "正常です", en: "fine" },
    ill: { ja: "不調です", en: "not well" },
  },
  leak: [0.005],
  group: "self",
  timeoutSeconds: 1,
  risk: 0,
  unit: "ms",

  read({ vantage, isSilent, clockOffsetMs, pulseAgeMs, madeRatio }: OwnHealth): Reading | MissingReason {
    if (isSilent) return "parent-down";
    if (clockOffsetMs === null && pulseAgeMs === null && madeRatio === null) return "not-configured";
    const isOff = Math.abs(clockOffsetMs ?? 0) > farOffMs;
    const isLate = (pulseAgeMs ?? 0) > latePulseMs || (madeRatio ?? 1) < fewRatio;
    const facts = { vantage, clockOffsetMs, pulseAgeMs, madeRatio };
    return { state: isOff || isLate ? "ill" : "ok", value: clockOffsetMs ?? pulseAgeMs, facts, raw: "" };
  },
});

const farOffMs = 60_000;
/** The scheduler runs at least every five seconds. */
const latePulseMs = 15_000;
/** A vantage that works makes every attempt it is asked for. */
const fewRatio = 0.5;

export interface OwnHealth {
  readonly vantage: string;
  /** it tells nothing: whatever is known of it is old */
  readonly isSilent: boolean;
  /** its wall clock minus the hub's; null: not known */
  readonly clockOffsetMs: number | null;
  /** since its scheduler last ran; null: not known */
  readonly pulseAgeMs: number | null;
  /** attempts told in the window by those that were due; null: not known */
  readonly madeRatio: number | null;
}
