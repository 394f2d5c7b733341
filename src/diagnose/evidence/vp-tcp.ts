import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { codeOf, hasConnected, isSlow, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Connecting to the service's port. Slow: over three times the usual and over a second. */
export const vpTcp = evidence({
  id: "vp.tcp",
  bundle: "net",
  title: { ja: "TCP 接続", en: "TCP connection" },
  states: ["ok", "slow", "refused", "timeout"],
  stateWords: {
    ok: { ja: "接続できます", en: "connects" },
    slow: { ja: "接続に時間がかかります", en: "connects slowly" },
    refused: { ja: "接続が拒否されます", en: "the connection is refused" },
    timeout: { ja: "接続の応答がありません", en: "no answer to the connection" },
  },
  leak: [0.015, 0.003, 0.005],
  group: "reach",
  timeoutSeconds: 3,
  risk: 0,
  unit: "ms",

  read(tried: Tried): Reading | MissingReason {
    const { result, usual } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    // a name that leads nowhere was not connected to
    if (result.layer === "dns") return "parent-down";
    if (!hasConnected(result)) {
      return reading(tried, turnedAway.has(codeOf(result)) ? "refused" : "timeout", { value: result.timings.totalMs });
    }
    const { connectMs } = result.timings;
    if (connectMs === undefined) return "not-configured";
    const state = isSlow(connectMs, usual.connectP95Ms, noticeableMs) ? "slow" : "ok";
    return reading(tried, state, { value: connectMs, facts: { usualMs: usual.connectP95Ms } });
  },
});

const turnedAway: ReadonlySet<string> = new Set(["refused", "closed", "reset"]);
/** A packet that is sent anew costs a second; less than a fifth of one is the distance. */
const noticeableMs = 200;
