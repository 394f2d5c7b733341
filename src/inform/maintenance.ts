import type { Site, StatusPageSpec } from "../kernel/model/site.ts";
import type { Window } from "../kernel/model/window.ts";

/** `checking`: the work is over, and it is being shown that everything is as before. */
export type PageWindowState = "planned" | "running" | "checking" | "ended" | "cancelled";

/** What customers are told of maintenance, each at its moment. */
export type PageWindowNews = "announced" | "soon" | "started" | "late" | "ended" | "cancelled";

/** Maintenance as customers read it: no host, and not the title it has inside. */
export interface PageWindow {
  readonly id: number;
  /** raised when it is moved */
  readonly version: number;
  readonly state: PageWindowState;
  /** of the shown services, at least one */
  readonly names: readonly string[];
  /** planned, Unix epoch UTC */
  readonly startMs: number;
  readonly endMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** what stands in meanwhile */
  readonly alternate: string | null;
  readonly createdAtMs: number;
  /** newest first; empty while it is too far away to be told of */
  readonly news: readonly { readonly what: PageWindowNews; readonly atMs: number }[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Subscribers hear of it this long before its start, and again. */
const announcedMs = 3 * dayMs;
const soonMs = hourMs;
/** Ended ones stay for a week. */
const recentMs = 7 * dayMs;
/** What is farther away is in the calendar of those who plan it, not on the page. */
const aheadMs = 60 * dayMs;
const most = 30;

export interface MaintenanceFacts {
  readonly site: Site;
  readonly spec: StatusPageSpec;
  readonly windows: readonly Window[];
  readonly atMs: number;
}

/** Public windows that touch a shown service: what is under way first, then what comes, soonest first, then what ended. */
export function pageWindows({ site, spec, windows, atMs }: MaintenanceFacts): readonly PageWindow[] {
  return windows
    .filter((window) => window.isPublic && isNear(window, atMs))
    .flatMap((window) => {
      const names = spec.show
        .filter((key) => window.services.includes(key))
        .map((key) => site.services.get(key)?.name ?? key);
      return names.length === 0 ? [] : [pageWindow(window, { names, atMs })];
    })
    .toSorted((a, b) => groupOf(a) - groupOf(b) || byTime(a, b) || a.id - b.id)
    .slice(0, most);
}

function isNear({ state, startMs, closedAt }: Window, atMs: number): boolean {
  if (state === "closed" || state === "cancelled") return closedAt !== null && atMs - closedAt.atMs <= recentMs;
  return startMs - atMs <= aheadMs;
}

const states: Readonly<Record<Window["state"], PageWindowState>> = {
  planned: "planned",
  preparing: "planned",
  open: "running",
  verifying: "checking",
  closed: "ended",
  cancelled: "cancelled",
};

function groupOf({ state }: PageWindow): number {
  if (state === "running" || state === "checking") return 0;
  return state === "planned" ? 1 : 2;
}

function byTime(a: PageWindow, b: PageWindow): number {
  return groupOf(a) === 2 ? b.startMs - a.startMs : a.startMs - b.startMs;
}

function pageWindow(window: Window, { names, atMs }: { names: readonly string[]; atMs: number }): PageWindow {
  const { id, version, startMs, endMs, alternate } = window;
  return {
    id,
    version,
    state: states[window.state],
    names,
    startMs,
    endMs,
    startedAtMs: window.course.startedAt?.atMs ?? null,
    endedAtMs: window.closedAt?.atMs ?? null,
    alternate,
    createdAtMs: window.createdAt.atMs,
    news: newsOf(window, atMs),
  };
}

/** Nothing is announced that has begun or ended. */
function newsOf(window: Window, atMs: number): PageWindow["news"] {
  const { course } = window;
  const end = endOf(window);
  const untilMs = Math.min(course.startedAt?.atMs ?? Infinity, end?.atMs ?? Infinity, atMs);
  const told: PageWindow["news"] = [
    ...announcements(window).filter((one) => one.atMs <= untilMs),
    ...(course.startedAt === null ? [] : [{ what: "started", atMs: course.startedAt.atMs } as const]),
    ...(course.overrunAt === null ? [] : [{ what: "late", atMs: course.overrunAt.atMs } as const]),
    ...(end === null ? [] : [end]),
  ];
  return told.toReversed();
}

/** One that was planned late is announced at once; within the last hour once is enough. */
function announcements({ startMs, createdAt }: Window): PageWindow["news"] {
  const announcedAtMs = Math.max(createdAt.atMs, startMs - announcedMs);
  const soonAtMs = startMs - soonMs;
  const announced = { what: "announced", atMs: announcedAtMs } as const;
  return soonAtMs > announcedAtMs ? [announced, { what: "soon", atMs: soonAtMs }] : [announced];
}

function endOf({ state, closedAt }: Window): PageWindow["news"][number] | null {
  if (closedAt === null) return null;
  return { what: state === "cancelled" ? "cancelled" : "ended", atMs: closedAt.atMs };
}
