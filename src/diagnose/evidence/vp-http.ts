import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { codeOf, isSlow, numberIn, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** From the name to the end of the body. Slow: over three times the usual p95 and over a second. */
export const vpHttp = evidence({
  id: "vp.http",
  bundle: "net",
  title: { ja: "HTTP 応答", en: "HTTP answer" },
  states: ["ok", "slow", "c4xx", "c500", "c503", "c502", "c504", "none"],
  stateWords: {
    ok: { ja: "正常に応答しています", en: "answers as it should" },
    slow: { ja: "応答がふだんより遅くなっています", en: "answers more slowly than usual" },
    c4xx: { ja: "4xx のエラーを返します", en: "answers with a 4xx error" },
    c500: { ja: "500 番のエラーを返します", en: "answers with error 500" },
    c503: { ja: "503(一時的に利用できません)を返します", en: "answers with 503 (unavailable)" },
    c502: { ja: "502(中継先の異常)を返します", en: "answers with 502 (bad gateway)" },
    c504: { ja: "504(中継先の時間切れ)を返します", en: "answers with 504 (gateway timeout)" },
    none: { ja: "応答がありません", en: "no answer" },
  },
  leak: [0.03, 0.005, 0.005, 0.003, 0.003, 0.003, 0.005],
  group: "reach",
  timeoutSeconds: 10,
  risk: 0,
  unit: "ms",

  read(tried: Tried): Reading | MissingReason {
    const { result, usual } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    const status = numberIn(result, "status");
    const { totalMs } = result.timings;
    if (result.outcome === "down" && result.layer !== "content") {
      const state = codeOf(result) === "status" ? stateOf(status) : "none";
      return reading(tried, state, { value: totalMs, facts: { status } });
    }
    const slow = codeOf(result) === "slow" || isSlow(totalMs, usual.totalP95Ms, noticeableMs);
    return reading(tried, slow ? "slow" : "ok", { value: totalMs, facts: { status, usualMs: usual.totalP95Ms } });
  },
});

const noticeableMs = 1_000;

/** An answer that is neither an error of the visitor's nor of the server's is an answer. */
function stateOf(status: number | null): string {
  if (status === null || status < 100) return "none";
  if (status < 400) return "ok";
  if (status < 500) return "c4xx";
  return status === 502 || status === 503 || status === 504 ? `c${status}` : "c500";
}
