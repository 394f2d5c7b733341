import { KoboshiError } from "../../kernel/errors.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Importer, ImportSource } from "./importer.ts";
import { isDatabase, readKumaDatabase } from "./kuma-database.ts";
import { fromBackup, moveMonitors, type KumaMonitor } from "./kuma-monitors.ts";
import { moveNotifications } from "./kuma-notifications.ts";
import { moveKumaPlans } from "./kuma-plans.ts";
import type { Move, Values } from "./move.ts";
import { isMap, listOf, textOf } from "./text.ts";

export const kuma: Importer = {
  product: "kuma",
  name: { ja: "Uptime Kuma", en: "Uptime Kuma" },
  file: {
    ja: "kuma.db(版1・2)またはバックアップの JSON(版1)",
    en: "kuma.db (version 1 or 2) or the backup's JSON (version 1)",
  },
  mostBytes: 200_000_000,
  read: (source, move) => (isDatabase(source.bytes) ? readDatabase(source, move) : readBackup(source, move)),
};

function readDatabase(source: ImportSource, move: Move): Result<null, KoboshiError> {
  const found = readKumaDatabase(source);
  if (!found.ok) return found;
  const { monitors, tags, notifications } = found.value;
  const keys = moveMonitors({ monitors, tags }, move);
  moveNotifications(notifications, move);
  moveKumaPlans(found.value, keys, move);
  return ok(null);
}

function readBackup({ name, bytes }: ImportSource, move: Move): Result<null, KoboshiError> {
  const wrong = (why: string): Result<null, KoboshiError> =>
    err(new KoboshiError("KB1302", { file: name, wanted: "kuma.db / Uptime Kuma backup JSON", why }));
  let backup: unknown;
  try {
    backup = JSON.parse(bytes.toString());
  } catch {
    return wrong("JSON");
  }
  if (!isMap(backup) || !Array.isArray(backup["monitorList"])) return wrong("monitorList");
  const monitors = listOf(backup["monitorList"]).filter(isMap).map(fromBackup);
  const tags = new Map(monitors.map((monitor) => [Number(monitor["id"]), tagsOf(monitor)]));
  moveMonitors({ monitors, tags }, move);
  moveNotifications(listOf(backup["notificationList"]).filter(isMap), move);
  return ok(null);
}

function tagsOf(monitor: KumaMonitor): readonly string[] {
  return listOf(monitor["tags"])
    .filter(isMap)
    .map((tag: Values) => [textOf(tag["name"]), textOf(tag["value"])].filter((part) => part !== "").join("="));
}
