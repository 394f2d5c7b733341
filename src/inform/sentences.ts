import type { Lang } from "../kernel/lang.ts";
import type { Availability } from "../kernel/ports.ts";
import { joined, nextSentence, sorrySentence, worksSentence } from "../words/customer.ts";
import { percent } from "../words/figures.ts";
import { duration, list } from "../words/format.ts";
import { pageWords } from "../words/page.ts";
import type { PageModel, PageNotice, PageService, PageState } from "./page.ts";

const namesInHeadline = 3;

/** The page's one sentence. */
export function headline(model: PageModel, lang: Lang): string {
  const say = pageWords(lang);
  if (model.state === "empty") return say.empty;
  if (model.state === "ok") return say.ok;
  if (model.state === "unknown" && model.blind) return say.blind;
  return say[model.state](names(headlineServices(model), lang));
}

function headlineServices(model: PageModel): readonly PageService[] {
  return model.services.filter((service) => service.state === model.state);
}

function names(services: readonly PageService[], lang: Lang): string {
  const all = services.map((service) => service.name);
  if (all.length <= namesInHeadline) return list(all, lang);
  const shown = all.slice(0, namesInHeadline);
  return pageWords(lang).some(lang === "ja" ? list(shown, lang) : shown.join(", "), all.length - namesInHeadline);
}

export function stateTitle(state: PageState, lang: Lang): string {
  const say = pageWords(lang);
  const titles: Readonly<Record<PageState, string>> = {
    ok: say.titleOk,
    warning: say.titleWarning,
    down: say.titleDown,
    affected: say.titleAffected,
    maintenance: say.titleMaintenance,
    unknown: say.titleUnknown,
    paused: say.titlePaused,
    empty: say.titleEmpty,
  };
  return titles[state];
}

/** What the headline leaves unsaid: who else is hit, who is not, and of whom nothing is known. */
export function besides(model: PageModel, lang: Lang): readonly string[] {
  if (model.state === "ok" || model.state === "empty") return [];
  const say = pageWords(lang);
  const rest = model.services.filter((service) => !headlineServices(model).includes(service));
  const hit = rest.filter((service) => service.state === "affected" || service.state === "warning");
  const unknown = rest.filter((service) => service.state === "unknown");
  return [
    ...(hit.length === 0 ? [] : [say.alsoHit(names(hit, lang))]),
    ...(unknown.length === 0 ? [] : [say.alsoUnknown(names(unknown, lang))]),
    ...worksNow(model, lang),
  ];
}

/** Said only while the monitoring can see. */
function worksNow(model: PageModel, lang: Lang): readonly string[] {
  const working = model.services.filter((service) => service.state === "ok");
  return model.blind || working.length === 0 ? [] : [worksSentence([names(working, lang)], lang)];
}

export function noticeTitle(notice: PageNotice, lang: Lang): string {
  return pageWords(lang).incidentTitle(list(notice.names, lang));
}

/** What ends the newest notice of an open incident: what works, when news comes, that we are sorry. */
export function closing(model: PageModel, lang: Lang): string {
  const next = model.nextNewsAtMs === null ? [] : [nextSentence(model.nextNewsAtMs, { zone: model.zone, lang })];
  return joined([...worksNow(model, lang), ...next, sorrySentence(lang)], lang);
}

/** `停止 1時間31分 (99.93 %)`: the time beside the ratio, since nobody can picture a ratio. */
export function pastText(past: Availability, lang: Lang): string {
  const say = pageWords(lang);
  if (past.ratio === null) return say.pastNone;
  const stopped = past.downMs === 0 ? say.pastNever : say.pastStopped(duration(past.downMs, lang), percent(past.ratio));
  const watchedMs = past.days.reduce((sum, day) => sum + day.lengthMs, 0) - past.unknownMs;
  return watchedMs < past.unknownMs ? say.pastOf(stopped, duration(watchedMs, lang)) : stopped;
}
