import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { hasConnected, numberIn, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** The login page of the provider's console. */
export const vpPanel = evidence({
  id: "vp.panel",
  bundle: "prov",
  title: { ja: "事業者の管理画面", en: "provider's console" },
  states: ["ok", "down"],
  stateWords: {
    ok: { ja: "開けます", en: "opens" },
    down: { ja: "開けません", en: "does not open" },
  },
  leak: [0.005],
  group: null,
  timeoutSeconds: 5,
  risk: 0,
  unit: "status",

  read(tried: Pick<Tried, "kind" | "result">): Reading | MissingReason {
    const { result } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    const status = numberIn(result, "status");
    // a login page that turns robots away is there
    const isThere = result.outcome !== "down" || (hasConnected(result) && status !== null && status < 500);
    return reading(tried, isThere ? "ok" : "down", { value: status, facts: { status } });
  },
});
