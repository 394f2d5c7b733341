import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { codeOf, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Each of the domain's own name servers, asked directly, against what the check expects. */
export const vpDnsa = evidence({
  id: "vp.dnsa",
  bundle: "dns",
  title: { ja: "権威 DNS", en: "authoritative DNS" },
  states: ["ok", "mismatch", "nx", "servfail", "timeout"],
  stateWords: {
    ok: { ja: "期待どおりの答えです", en: "answers as expected" },
    mismatch: { ja: "登録と異なる値を返します", en: "answers with another value" },
    nx: { ja: "名前が存在しないと答えます", en: "says the name does not exist" },
    servfail: { ja: "失敗を返します", en: "answers with a failure" },
    timeout: { ja: "応答がありません", en: "no answer" },
  },
  leak: [0.005, 0.001, 0.003, 0.005],
  group: "dns",
  isExact: true,
  timeoutSeconds: 3,
  risk: 0,
  unit: "ms",

  /** @param tried a question to one of the domain's own name servers */
  read(tried: Tried): Reading | MissingReason {
    const { result } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    const value = result.timings.totalMs;
    if (result.outcome === "up") return reading(tried, "ok", { value });
    const code = codeOf(result);
    if (states[code] !== undefined) return reading(tried, states[code], { value });
    if (result.layer === "content") return reading(tried, "mismatch", { value });
    return reading(tried, result.outcome === "degraded" ? "ok" : "servfail", { value });
  },
});

const states: Readonly<Record<string, string>> = {
  "name-not-found": "nx",
  "no-record": "nx",
  "answer-differs": "mismatch",
  "some-servers-failed": "timeout",
  timeout: "timeout",
  refused: "timeout",
  "host-unreachable": "timeout",
  "network-unreachable": "timeout",
};
