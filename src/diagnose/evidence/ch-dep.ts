import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { fromEntries, type Page } from "./books.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Deployments and updates noted in the two hours before the incident. */
export const chDep = evidence({
  id: "ch.dep",
  bundle: "chg",
  title: { ja: "配備・更新", en: "deployment or update" },
  states: ["no", "yes"],
  stateWords: {
    no: { ja: "直前の配備はありません", en: "none just before" },
    yes: { ja: "直前に配備・更新があります", en: "deployed just before" },
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
