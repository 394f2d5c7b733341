import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { fromEntries, type Page } from "./books.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Windows noted here or announced by the provider. Ended: within the last twelve hours. */
export const pvMaint = evidence({
  id: "pv.maint",
  bundle: "chg",
  title: { ja: "計画メンテナンス", en: "planned maintenance" },
  states: ["none", "ended", "active"],
  stateWords: {
    none: { ja: "予定はありません", en: "none" },
    ended: { ja: "先ほど終わりました", en: "ended a short while ago" },
    active: { ja: "実施中です", en: "under way" },
  },
  leak: [0.01, 0.005],
  group: null,
  isExact: true,
  timeoutSeconds: 1,
  risk: 0,
  unit: "min",

  /** @param page.windows those that concern the part, with the words they come from */
  read({ windows, isKept, nowMs }: MaintenancePage): Reading | MissingReason {
    const active = windows.filter(({ startMs, endMs }) => startMs <= nowMs && (endMs === null || endMs > nowMs));
    const ended = windows.filter(({ endMs }) => endMs !== null && endMs <= nowMs && nowMs - endMs <= rememberedMs);
    const [state, found] = active.length > 0 ? ["active", active] : ["ended", ended];
    if (found.length === 0) return isKept ? fromEntries("none", []) : "not-configured";
    const [first] = found;
    const entries = found.map(({ text, startMs }) => ({ text, atMs: startMs }));
    const minutes = ((first?.endMs ?? nowMs) - nowMs) / 60_000;
    const facts = { startMs: first?.startMs ?? null, endMs: first?.endMs ?? null };
    return { ...fromEntries(state ?? "none", entries, facts), value: Math.round(minutes) };
  },
});

/** What ended within half a day still shows in what did not come up again. */
const rememberedMs = 12 * 3_600_000;

export interface MaintenanceWindow {
  readonly startMs: number;
  /** null: nobody said when it ends */
  readonly endMs: number | null;
  readonly text: string;
}

export interface MaintenancePage extends Pick<Page, "isKept"> {
  readonly windows: readonly MaintenanceWindow[];
  readonly nowMs: number;
}
