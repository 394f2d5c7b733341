import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { fromEntries, type Page } from "./books.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Restores noted in the two days before the incident. */
export const chRest = evidence({
  id: "ch.rest",
  bundle: "chg",
  title: { ja: "復元作業", en: "restore" },
  states: ["no", "yes"],
  stateWords: {
    no: { ja: "ありません", en: "none" },
    yes: { ja: "復元作業が行われています", en: "data was restored" },
  },
  leak: [0.002],
  group: null,
  isExact: true,
  timeoutSeconds: 1,
  risk: 0,
  unit: "count",

  read({ entries, isKept }: Page): Reading | MissingReason {
    if (entries.length === 0 && !isKept) return "not-configured";
    return fromEntries(entries.length === 0 ? "no" : "yes", entries);
  },
});
