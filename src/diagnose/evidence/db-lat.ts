import { evidence, type Reading } from "./evidence.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HostDatabase } from "../../kernel/model/host-service-answers.ts";
import { told } from "./inside.ts";
import { numberIn, unseen, type Tried } from "./attempts.ts";

/** p95 by the usual. Slow: over 3; very: over 10. */
export const dbLat = evidence({
  id: "db.lat",
  bundle: "db",
  title: { ja: "データベースの応答時間", en: "database response" },
  states: ["ok", "slow", "very"],
  stateWords: {
    ok: { ja: "ふだんどおりです", en: "as usual" },
    slow: { ja: "遅くなっています", en: "slow" },
    very: { ja: "極端に遅くなっています", en: "very slow" },
  },
  leak: [0.05, 0.005],
  group: "db",
  timeoutSeconds: 4,
  risk: 1,
  unit: "times",

  /** A check that runs a query, against what is usual for it; and the longest query under way, against the longest usual one. */
  read({ database, tried, usualLongestMs }: DatabaseSpeed): Reading | MissingReason {
    const measured = tried.filter(({ result }) => unseen(result) === null && result.outcome !== "down");
    const times = Math.max(0, ...measured.map(timesUsual));
    const longestMs = database?.longestQueryMs ?? null;
    if (measured.length === 0 && longestMs === null) return database === null ? "not-configured" : "denied";
    const isLong = (bound: number): boolean =>
      longestMs !== null && longestMs >= bound && longestMs > longTimes * (usualLongestMs ?? 0);
    const state = times > 10 || isLong(veryLongMs) ? "very" : times > 3 || isLong(longMs) ? "slow" : "ok";
    const shown = [
      times > 0 ? `×${Math.round(times * 10) / 10}` : "",
      longestMs === null ? "" : `max ${Math.round(longestMs / 100) / 10} s`,
    ];
    return told(state, Math.round(times * 10) / 10, { detail: shown.filter((part) => part !== "").join(", ") });
  },
});

export interface DatabaseSpeed {
  /** null: the machine was not asked, or did not say */
  readonly database: HostDatabase | null;
  readonly tried: readonly Tried[];
  readonly usualLongestMs: number | null;
}

/** Nobody notices less. */
const noticeableMs = 200;
const longMs = 10_000;
const veryLongMs = 60_000;
const longTimes = 3;

function timesUsual({ result, usual }: Tried): number {
  const ms = numberIn(result, "queryMs") ?? result.timings.totalMs;
  if (ms < noticeableMs) return 1;
  return ms / Math.max(usual.totalP95Ms ?? noticeableMs, noticeableMs / 10);
}
