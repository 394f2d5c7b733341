import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { fromEntries, type Page } from "./books.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Renewal, unpaid bills, suspension. */
export const pvNotice = evidence({
  id: "pv.notice",
  bundle: "prov",
  title: { ja: "契約の通知", en: "notices about the contract" },
  states: ["none", "yes"],
  stateWords: {
    none: { ja: "ありません", en: "none" },
    yes: { ja: "更新・未払い・停止などの通知があります", en: "a notice of renewal, payment or suspension" },
  },
  leak: [0.003],
  group: null,
  timeoutSeconds: 2,
  risk: 0,
  unit: "count",

  read({ entries, isKept }: Page): Reading | MissingReason {
    if (entries.length === 0 && !isKept) return "not-configured";
    return fromEntries(entries.length === 0 ? "none" : "yes", entries);
  },
});
