import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { codeOf, numberIn, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** The newest result of a check that sends a mail and waits for it; nothing is sent for the diagnosis. */
export const vpFlow = evidence({
  id: "vp.flow",
  bundle: "mail",
  title: { ja: "メールの往復", en: "mail round trip" },
  states: ["ok", "delayed", "lost"],
  stateWords: {
    ok: { ja: "届いています", en: "arrives" },
    delayed: { ja: "到着が遅れています", en: "arrives late" },
    lost: { ja: "届いていません", en: "does not arrive" },
  },
  leak: [0.02, 0.005],
  group: null,
  timeoutSeconds: 1,
  risk: 0,
  unit: "s",

  read(tried: Tried): Reading | MissingReason {
    const { result } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    const roundTripMs = numberIn(result, "roundTripMs");
    const value = roundTripMs === null ? null : roundTripMs / 1_000;
    if (result.outcome !== "down") return reading(tried, codeOf(result) === "slow" ? "delayed" : "ok", { value });
    // without a way in, nothing was sent that could arrive
    return codeOf(result) === "not-delivered" || result.layer === "application"
      ? reading(tried, "lost")
      : "unreachable";
  },
});
