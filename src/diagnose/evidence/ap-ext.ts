import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told } from "./inside.ts";
import { isSlow, unseen, type Tried } from "./attempts.ts";

/** Payment, login, messages: whether what it needs elsewhere answers. */
export const apExt = evidence({
  id: "ap.ext",
  bundle: "svc",
  title: { ja: "連携先", en: "services elsewhere" },
  states: ["ok", "slow", "fail"],
  stateWords: {
    ok: { ja: "正常に応答しています", en: "answer as they should" },
    slow: { ja: "応答が遅くなっています", en: "answer slowly" },
    fail: { ja: "応答しないかエラーを返します", en: "fail" },
  },
  leak: [0.03, 0.01],
  group: null,
  timeoutSeconds: 5,
  risk: 1,
  unit: "ms",

  /** The worst of the checks that watch it. */
  read(tried: readonly Tried[]): Reading | MissingReason {
    const seen = tried.filter(({ result }) => unseen(result) === null);
    if (seen.length === 0) return "not-configured";
    const failed = seen.find(({ result }) => result.outcome === "down");
    const slow = seen.find(isTooSlow);
    const state = failed !== undefined ? "fail" : slow !== undefined ? "slow" : "ok";
    const shown = (failed ?? slow ?? seen[0])?.result;
    if (shown === undefined) return "not-configured";
    const { address, error, timings } = shown;
    const detail = [address, error?.code].filter((part) => part).join(" ");
    return told(state, Math.round(timings.totalMs), { detail, raw: error?.text ?? "" });
  },
});

const noticeableMs = 1_000;

function isTooSlow({ result, usual }: Tried): boolean {
  return result.error?.code === "slow" || isSlow(result.timings.totalMs, usual.totalP95Ms, noticeableMs);
}
