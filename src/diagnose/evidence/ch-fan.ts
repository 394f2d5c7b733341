import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { fromEntries, type Page } from "./books.ts";
import { evidence, type Reading } from "./evidence.ts";

/** One automation changing several machines in the hour before; the value counts the machines. */
export const chFan = evidence({
  id: "ch.fan",
  bundle: "chg",
  title: { ja: "一斉適用", en: "change to many at once" },
  states: ["no", "yes"],
  stateWords: {
    no: { ja: "ありません", en: "none" },
    yes: { ja: "複数台へ一斉に適用されています", en: "applied to several machines at once" },
  },
  leak: [0.005],
  group: null,
  isExact: true,
  timeoutSeconds: 1,
  risk: 0,
  unit: "count",

  /** @param page.hosts machines that the entries name, each once */
  read({ entries, isKept, hosts }: Page & { readonly hosts: readonly string[] }): Reading | MissingReason {
    if (entries.length === 0 && !isKept) return "not-configured";
    return { ...fromEntries(entries.length === 0 ? "no" : "yes", entries, { hosts }), value: hosts.length };
  },
});
