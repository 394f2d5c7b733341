import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { codeOf, numberIn, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** The registry's word on the domain; the value is the days left. */
export const vpRdap = evidence({
  id: "vp.rdap",
  bundle: "dns",
  title: { ja: "ドメインの期限", en: "domain registration" },
  states: ["ok", "soon", "expired"],
  stateWords: {
    ok: { ja: "有効です", en: "registered" },
    soon: { ja: "まもなく期限が切れます", en: "expires soon" },
    expired: { ja: "期限が切れています", en: "has expired" },
  },
  leak: [0.02, 0.0005],
  group: null,
  isExact: true,
  timeoutSeconds: 1,
  risk: 0,
  unit: "days",

  read(tried: Tried): Reading | MissingReason {
    const { result } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    const value = numberIn(result, "daysLeft");
    if (ended.has(codeOf(result))) return reading(tried, "expired", { value });
    if (result.outcome === "down") return "unreachable";
    return reading(tried, result.outcome === "degraded" ? "soon" : "ok", { value });
  },
});

const ended: ReadonlySet<string> = new Set([
  "domain-expired",
  "domain-not-registered",
  "domain-deleting",
  "domain-on-hold",
]);
