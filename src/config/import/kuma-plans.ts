import type { KumaDatabase } from "./kuma-database.ts";
import type { Move, Values } from "./move.ts";
import { byField, isYes, numberOf, oneLine, textOf } from "./text.ts";

/** Puts status pages and planned maintenance in. @param keys of the services, by monitor id */
export function moveKumaPlans(database: KumaDatabase, keys: ReadonlyMap<number, string>, move: Move): void {
  const groups = byField(database.pageGroups, "status_page_id");
  const shown = byField(database.pageMonitors, "group_id");
  const affected = byField(database.maintained, "maintenance_id");
  for (const page of database.statusPages) {
    const monitors = (groups.get(page["id"]) ?? [])
      .toSorted(byWeight)
      .flatMap((group) => (shown.get(group["id"]) ?? []).toSorted(byWeight));
    movePage(page, monitors, { keys, move });
  }
  for (const plan of database.maintenance) moveMaintenance(plan, affected.get(plan["id"]) ?? [], { keys, move });
}

interface Into {
  readonly keys: ReadonlyMap<number, string>;
  readonly move: Move;
}

function movePage(page: Values, monitors: readonly Values[], { keys, move }: Into): void {
  const title = oneLine(textOf(page["title"]) || textOf(page["slug"]), 100) || "status";
  const show = monitors.flatMap((one) => keys.get(numberOf(one["monitor_id"]) ?? -1) ?? []);
  move.page({ title, show: [...new Set(show)] });
}

function byWeight(a: Values, b: Values): number {
  return (numberOf(a["weight"]) ?? 0) - (numberOf(b["weight"]) ?? 0);
}

function moveMaintenance(plan: Values, maintained: readonly Values[], { keys, move }: Into): void {
  const title = oneLine(textOf(plan["title"]), 100) || "maintenance";
  const what = `maintenance ${textOf(plan["id"])} «${title}»`;
  const [from, to] = [momentOf(plan["start_date"]), momentOf(plan["end_date"])];
  if (!isYes(plan["active"] ?? 1)) return move.left(what, "paused");
  if (textOf(plan["strategy"]) !== "single" || from === null || to === null) {
    return move.left(what, "maintenance", textOf(plan["strategy"]));
  }
  const affects = maintained
    .flatMap((one) => keys.get(numberOf(one["monitor_id"]) ?? -1) ?? [])
    .map((key) => `service:${key}`);
  return move.maintenance({ title, from, to, ...(affects.length === 0 ? {} : { affects }) });
}

/** `2026-11-26 02:00:00` → `2026-11-26T02:00`, meant in the site's zone. */
function momentOf(value: unknown): string | null {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})/.exec(textOf(value)) ?? [];
  return day === undefined ? null : `${day}T${time}`;
}
