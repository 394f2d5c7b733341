import { many } from "../kernel/fields.ts";
import { componentId, type ComponentId } from "../kernel/model/component.ts";
import type { WindowPlan } from "../kernel/model/site.ts";
import { readMoment } from "../readers/schedule/moment.ts";
import { momentAt } from "../readers/schedule/wall.ts";
import { wallMs } from "../readers/schedule/zone.ts";
import { draft, prefix, type Draft, type Path } from "./finding.ts";
import type { RootConfig } from "./schema.ts";

type Entry = NonNullable<RootConfig["maintenance"]>[number];

const longestMs = 62 * 86_400_000;

/** Work as the file plans it; an entry whose times make no sense is left out. */
export function compileMaintenance(config: RootConfig): {
  readonly windows: readonly WindowPlan[];
  readonly drafts: readonly Draft[];
} {
  const windows: WindowPlan[] = [];
  const drafts: Draft[] = [];
  const times = new Map<string, number>();
  for (const [index, entry] of (config.maintenance ?? []).entries()) {
    const path = ["maintenance", index];
    const at = timesOf(entry, config.site.timezone);
    if (at === null) {
      drafts.push(disordered(path));
      continue;
    }
    const nth = (times.get(entry.title) ?? 0) + 1;
    times.set(entry.title, nth);
    const plan = { key: nth === 1 ? entry.title : `${entry.title} ${nth}`, ...at, ...restOf(entry, config) };
    windows.push(plan);
    if (entry.affects === undefined || entry.affects.length === 0) drafts.push(without(path));
  }
  return { windows, drafts };
}

function disordered(path: Path): Draft {
  return draft({
    code: "window-order",
    path: [...path, "to"],
    say: (w) => w.windowOrder(prefix(path)),
    hint: (w) => w.windowOrderHint,
  });
}

function without(path: Path): Draft {
  return draft({
    severity: "warning",
    code: "window-without-targets",
    path,
    say: (w) => w.windowWithout(prefix(path)),
    hint: (w) => w.windowWithoutHint,
  });
}

/** Its times as the zone's clocks show them; null when they make no sense. */
function timesOf(
  { from, to, timezone }: Entry,
  siteZone: string,
): Pick<WindowPlan, "startWallMs" | "endWallMs" | "timeZone"> | null {
  const timeZone = timezone ?? siteZone;
  const [startWallMs, endWallMs] = [wallOf(from, timeZone), wallOf(to, timeZone)];
  if (startWallMs === null || endWallMs === null) return null;
  const lengthMs = momentAt(endWallMs, timeZone) - momentAt(startWallMs, timeZone);
  return lengthMs > 0 && lengthMs <= longestMs ? { startWallMs, endWallMs, timeZone } : null;
}

/** A moment with an offset is that moment wherever it is; one without is what the clocks of the zone show. */
function wallOf(written: string, timeZone: string): number | null {
  const hasOffset = /(?:Z|[+-]\d{2}:?\d{2})$/.test(written.replace(/^\d{4}-\d{2}-\d{2}/, ""));
  const moment = readMoment(written, hasOffset ? timeZone : "UTC");
  return moment === null || !hasOffset ? moment : wallMs(moment, timeZone);
}

function restOf(
  entry: Entry,
  config: RootConfig,
): Pick<WindowPlan, "title" | "repeat" | "targets" | "alternate" | "checksWanted" | "graceMs" | "isPublic"> {
  return {
    title: entry.title,
    repeat: entry.repeat ?? null,
    targets: many(entry.affects).flatMap((name) => targetOf(name, config) ?? []),
    alternate: entry.alternate ?? null,
    checksWanted: entry.then ?? [],
    graceMs: entry.end_after,
    isPublic: entry.public,
  };
}

const workedOn = ["host", "service", "place", "provider"] as const;

/** A name without its kind is the first thing that has it; null: nobody does maintenance on it. */
function targetOf(written: string, config: RootConfig): ComponentId | null {
  if (written === "host:*") return "host:*";
  const [, kind, name] = /^(?:([^:]+):)?(.+)$/.exec(written) ?? [];
  if (name === undefined) return null;
  const providers = Object.values(config.places).flatMap(({ provider }) => provider ?? []);
  const names = {
    host: Object.keys(config.hosts),
    service: Object.keys(config.services),
    place: Object.keys(config.places),
    provider: [...Object.keys(config.providers), ...providers],
  };
  const found = workedOn.find((one) => (kind ?? one) === one && names[one].includes(name));
  return found === undefined ? null : componentId(found, name);
}
