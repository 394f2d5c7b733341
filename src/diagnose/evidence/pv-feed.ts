import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { fromEntries, type Entry } from "./books.ts";
import { evidence, type Reading } from "./evidence.ts";

/** What the provider announces now. Ours: it names our machines or place. */
export const pvFeed = evidence({
  id: "pv.feed",
  bundle: "prov",
  title: { ja: "事業者の障害情報", en: "provider's notices of faults" },
  states: ["none", "other", "ours"],
  stateWords: {
    none: { ja: "障害情報はありません", en: "no fault announced" },
    other: { ja: "他の収容先の障害情報があります", en: "a fault elsewhere is announced" },
    ours: { ja: "自社の収容先の障害情報があります", en: "a fault where we are is announced" },
  },
  leak: [0.05, 0.003],
  group: null,
  timeoutSeconds: 3,
  risk: 0,
  unit: "count",

  /** @param found.ours faults the provider announces for our machines or place */
  read({ ours, others, sources }: FaultsAnnounced): Reading | MissingReason {
    if (ours.length > 0) return fromEntries("ours", ours);
    if (others.length > 0) return fromEntries("other", others);
    if (sources.length === 0) return "not-configured";
    return sources.some((state) => state === "ok" || state === "warning") ? fromEntries("none", []) : "unreachable";
  },
});

export interface FaultsAnnounced {
  readonly ours: readonly Entry[];
  readonly others: readonly Entry[];
  /** how each of the provider's sources was read last */
  readonly sources: readonly ("ok" | "warning" | "down" | "unknown")[];
}
