import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { codeOf, reading, unseen, type Tried } from "./attempts.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Whether the sending address is listed; the value counts the lists. */
export const vpBl = evidence({
  id: "vp.bl",
  bundle: "mail",
  title: { ja: "ブラックリスト", en: "block lists" },
  states: ["none", "listed"],
  stateWords: {
    none: { ja: "掲載されていません", en: "not listed" },
    listed: { ja: "掲載されています", en: "listed" },
  },
  leak: [0.02],
  group: null,
  isExact: true,
  timeoutSeconds: 3,
  risk: 0,
  unit: "count",

  /** @param tried a name of the list asked for, which must not exist */
  read(tried: Tried): Reading | MissingReason {
    const { result } = tried;
    const why = unseen(result);
    if (why !== null) return why;
    if (result.outcome !== "down") return reading(tried, "none", { value: 0 });
    return codeOf(result) === "answer-differs" ? reading(tried, "listed", { value: 1 }) : "timeout";
  },
});
