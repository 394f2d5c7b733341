import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { fromEntries, type Page } from "./books.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Changes noted in the hour before the incident; the value counts them. */
export const chConf = evidence({
  id: "ch.conf",
  bundle: "chg",
  title: { ja: "設定の変更", en: "configuration change" },
  states: ["no", "yes"],
  stateWords: {
    no: { ja: "直前の変更はありません", en: "none just before" },
    yes: { ja: "直前に変更があります", en: "changed just before" },
  },
  leak: [0.03],
  group: null,
  timeoutSeconds: 1,
  risk: 0,
  unit: "count",

  read({ entries, isKept }: Page): Reading | MissingReason {
    if (entries.length === 0 && !isKept) return "not-configured";
    return fromEntries(entries.length === 0 ? "no" : "yes", entries);
  },
});
