import type { Window } from "../kernel/model/window.ts";
import { duration } from "./format.ts";
import { few, momentText, windowWords, type WindowPlace } from "./windows.ts";

type Told = Pick<Window, "state" | "course" | "endMs" | "startMs" | "origin">;

/** What became of the work itself, oldest first, each a sentence without a full stop. */
export function courseLines(window: Told, place: WindowPlace): readonly string[] {
  const say = windowWords(place.lang);
  const { course } = window;
  if (window.state === "planned") return [say.notYet];
  const at = (ms: number): string => momentText(ms, window.startMs, place);
  return [
    ...(course.startedAt === null ? [] : [say.started(at(course.startedAt.atMs))]),
    ...(course.wentDown.length === 0 ? [] : [say.wentDown(few(course.wentDown, place.lang))]),
    ...backLine(window, place),
    ...(course.timesLostAgain === 0 ? [] : [say.cameAndWent(course.timesLostAgain)]),
    ...(course.overrunAt === null ? [] : [say.overrun(at(course.overrunAt.atMs))]),
    ...(neverWentDown(window) ? [say.neverDown] : []),
    ...(course.rebooted.length === 0 ? [] : [say.rebooted(few(course.rebooted, place.lang))]),
    ...Object.entries(course.pausedMs).map(([host, ms]) => say.paused(host, duration(ms, place.lang))),
    ...machineLines(window, place),
  ];
}

function backLine({ course, endMs, startMs }: Told, place: WindowPlace): readonly string[] {
  if (course.backAt === null) return [];
  const say = windowWords(place.lang);
  const at = momentText(course.backAt.atMs, startMs, place);
  const earlyMs = endMs - course.backAt.atMs;
  return [course.isEarly && earlyMs >= 60_000 ? say.backEarly(at, duration(earlyMs, place.lang)) : say.back(at)];
}

/** The planned work is said to be over, and nothing of it was lost or started anew. */
function neverWentDown({ state, course, origin }: Told): boolean {
  const isOver = state === "verifying" || state === "closed";
  const wasPlanned = origin !== "reboot" && origin !== "recovery";
  return wasPlanned && isOver && course.wentDown.length === 0 && course.rebooted.length === 0;
}

function machineLines({ course }: Told, { lang }: WindowPlace): readonly string[] {
  const say = windowWords(lang);
  const sentences = { replaced: say.replaced, moved: say.relocated, rekeyed: say.rekeyed, cloned: say.cloned } as const;
  return Object.entries(course.otherMachine).map(([host, way]) => sentences[way](host));
}
