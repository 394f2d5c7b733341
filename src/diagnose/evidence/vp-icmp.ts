import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { isSlow, numberIn, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/**
 * Echo requests to the machine itself; the value is the share of replies that were lost. Slow: over three times the usual round
 * trip and over a tenth of a second, as where a full line lets everything queue.
 */
export const vpIcmp = evidence({
  id: "vp.icmp",
  bundle: "net",
  title: { ja: "ping", en: "ping" },
  states: ["ok", "slow", "loss", "down"],
  stateWords: {
    ok: { ja: "応答があります", en: "answers" },
    slow: { ja: "応答がふだんより大きく遅れています", en: "replies take much longer than usual" },
    loss: { ja: "応答の一部が失われています", en: "some replies are lost" },
    down: { ja: "応答がありません", en: "no answer" },
  },
  leak: [0.01, 0.02, 0.01],
  group: "reach",
  timeoutSeconds: 3,
  risk: 0,
  unit: "%",

  read(tried: Tried): Reading | MissingReason {
    const { result, usual } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    if (result.layer === "dns") return "parent-down";
    const lossRatio = numberIn(result, "lossRatio");
    const facts = { sent: numberIn(result, "sent"), received: numberIn(result, "received") };
    if (lossRatio === null || lossRatio >= 1) return reading(tried, "down", { value: 100, facts });
    const meanMs = numberIn(result, "roundTripMeanMs");
    const isLate = meanMs !== null && isSlow(meanMs, usual.roundTripP95Ms, noticeableMs);
    const state = lossRatio > 0 ? "loss" : isLate ? "slow" : "ok";
    return reading(tried, state, {
      value: lossRatio * 100,
      facts: { ...facts, meanMs, usualMs: usual.roundTripP95Ms },
    });
  },
});

const noticeableMs = 100;
