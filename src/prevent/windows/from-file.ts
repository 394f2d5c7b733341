import type { Site, WindowPlan } from "../../kernel/model/site.ts";
import type { Window } from "../../kernel/model/window.ts";
import { readRecurrence } from "../../readers/schedule/recurrence-rule.ts";
import { recurrences } from "../../readers/schedule/recurrence.ts";
import { momentAt } from "../../readers/schedule/wall.ts";
import type { Book, Change } from "./book.ts";
import { coverOf } from "./cover.ts";
import { cancelled, moved } from "./decisions.ts";
import type { Holder } from "./held.ts";
import { makeWindow } from "./made.ts";
import { windowEvent, type Kept } from "./watch.ts";

const dayMs = 86_400_000;
/** Repeated work is written down this long before, so that the calendar shows it and people can move one time of it. */
const aheadMs = 92 * dayMs;
const mostTimes = 100;

/** One time of an entry of the file. */
interface Time {
  readonly plan: WindowPlan;
  readonly reference: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Makes the planned windows those of the file: new ones are added, other times moved, what is gone is cancelled. */
export async function followFile(book: Book, site: Site): Promise<void> {
  const own = book.alive().filter(({ window }) => window.origin === "file");
  const plans = site.windows ?? [];
  if (own.length === 0 && plans.length === 0) return;
  await book.change(async (change) => {
    const since = Math.min(change.now.atMs, ...own.map(({ window }) => window.startMs));
    const times = plans.flatMap((plan) => timesOf(plan, { fromMs: since - dayMs, toMs: change.now.atMs + aheadMs }));
    for (const time of times) await follow(change, { time, own, site });
    const wanted = new Set(times.map(({ reference }) => reference));
    for (const holder of own) if (!wanted.has(holder.window.reference ?? "")) await drop(change, holder);
  });
}

/** The end is a wall time as well: a night of twelve hours has eleven or thirteen where the clocks change. */
export function timesOf(plan: WindowPlan, { fromMs, toMs }: { fromMs: number; toMs: number }): readonly Time[] {
  const { startWallMs, endWallMs, timeZone } = plan;
  const at = (startWall: number, reference: string): Time => ({
    plan,
    reference,
    startMs: momentAt(startWall, timeZone),
    endMs: momentAt(startWall + endWallMs - startWallMs, timeZone),
  });
  const rule = plan.repeat === null ? null : readRecurrence(plan.repeat);
  if (rule === null || !rule.ok) return [at(startWallMs, plan.key)];
  const lengthMs = endWallMs - startWallMs;
  const walls = recurrences(rule.value, {
    startWall: startWallMs,
    timeZone,
    fromMs: fromMs - lengthMs,
    toMs,
    limit: mostTimes,
  });
  return walls.map((wall) => at(wall, `${plan.key}@${wallText(wall)}`));
}

/** `2026-11-26T02:00`, as the clocks show it. */
function wallText(wall: number): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: "UTC",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(wall);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

interface Following {
  readonly time: Time;
  readonly own: readonly Holder[];
  readonly site: Site;
}

async function follow(change: Change, { time, own, site }: Following): Promise<void> {
  const alive = own.find(({ window }) => window.reference === time.reference);
  if (alive === undefined) return addOnce(change, time, site);
  const kept = await change.find(alive.window.id);
  if (kept !== null) await change.put(keptUp(kept, { time, site, change }));
}

/** What a person cancelled, or what is over, does not come back unless the file says other times. */
async function addOnce(change: Change, { plan, reference, startMs, endMs }: Time, site: Site): Promise<void> {
  if (endMs <= change.now.atMs) return;
  const before = await change.tx.windowsOf("file", reference);
  const said = before.map(({ window, watch }) => (watch as Kept["watch"]).said ?? window);
  if (said.some((one) => one.startMs === startMs && one.endMs === endMs)) return;
  const { title, timeZone, targets, alternate, isPublic, checksWanted } = plan;
  const rest = { title, timeZone, targets, alternate, isPublic, checksWanted };
  await makeWindow(change, {
    wanted: { ...rest, startMs, endMs, origin: "file", reference },
    cover: coverOf(site, targets),
    actor: "koboshi",
    watch: { graceMs: plan.graceMs, said: { startMs, endMs } },
  });
}

interface KeepingUp {
  readonly time: Time;
  readonly site: Site;
  readonly change: Change;
}

/** Its times only when the file says other ones than before, so that what a person moved by hand stays. */
function keptUp(kept: Kept, { time, site, change }: KeepingUp): Parameters<Change["put"]>[0] {
  const { plan, startMs, endMs } = time;
  const { said } = kept.watch;
  const isMoved = said === null || said.startMs !== startMs || said.endMs !== endMs;
  const times = isMoved ? moved(kept, { startMs, endMs, actor: "koboshi", now: change.now }) : null;
  const next = times?.ok === true ? times.value : { ...kept, events: [] };
  const watch = { ...next.watch, graceMs: plan.graceMs, said: { startMs, endMs } };
  const window = withPlan(next.window, plan, site);
  const isOther = JSON.stringify(window) !== JSON.stringify(next.window);
  const events = isOther ? [...next.events, windowEvent("window.changed", window)] : next.events;
  return { window, watch, events };
}

function withPlan(window: Window, plan: WindowPlan, site: Site): Window {
  const { title, timeZone, targets, alternate, isPublic, checksWanted } = plan;
  const { hosts, services } = coverOf(site, targets);
  return { ...window, title, timeZone, targets, alternate, isPublic, checksWanted, hosts, services };
}

async function drop(change: Change, { window }: Holder): Promise<void> {
  const kept = await change.find(window.id);
  if (kept === null) return;
  const held = await change.tx.heldSignals(window.id);
  const gone = cancelled(kept, { reason: "file", actor: "koboshi", now: change.now, held });
  if (gone.ok) await change.put(gone.value);
}
