import type { z } from "zod";
import type { FindingJson, FindingsJson, HeldJson, WindowJson } from "../api/window-schemas.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import { readMoment } from "../readers/schedule/moment.ts";
import { aftercareResultWord } from "../words/aftercare.ts";
import { duration } from "../words/format.ts";
import { safeLine } from "../words/one-line.ts";
import { findingMark, isLeft, worstFindingsFirst } from "../words/window-findings.ts";
import { few, windowMark, windowStateName, windowWords } from "../words/windows.ts";
import type { Answer, Context, Values } from "./command.ts";
import { wallTime } from "./incident-text.ts";
import type { Terminal } from "./terminal.ts";

export type WindowAnswer = z.output<typeof WindowJson>;
export type FindingAnswer = z.output<typeof FindingJson>;
export type FindingsAnswer = z.output<typeof FindingsJson>;
export type HeldAnswer = z.output<typeof HeldJson>;

export interface Shown {
  readonly lang: Lang;
  readonly terminal: Terminal;
}

/** Reads `3` or `#3`. @throws KoboshiError KB1001 */
export function windowIdOf(args: readonly string[], lang: Lang): number {
  const match = /^#?([1-9]\d{0,8})$/.exec(args[0] ?? "");
  if (match === null) throw new KoboshiError("KB1001", { what: windowWords(lang).needsId });
  return Number(match[1]);
}

/**
 * The window that is named; else the only one that stands where the verb applies.
 * @throws KoboshiError KB1001 when it is not named and there is none or more than one
 */
export async function windowNamedOrOnly(
  { args, hub, lang }: Context,
  states: readonly WindowAnswer["state"][],
): Promise<number> {
  if (args.length > 0) return windowIdOf(args, lang);
  const query = states.map((state) => `state=${state}`).join("&");
  const { items } = await hub().get<{ items: WindowAnswer[] }>(`/api/v1/windows?${query}`);
  const [only] = items;
  if (only !== undefined && items.length === 1) return only.id;
  throw new KoboshiError("KB1001", { what: windowWords(lang).needsId });
}

/** A flag that has to be there. @throws KoboshiError KB1001 */
export function neededText(values: Values, name: string, what: string): string {
  const value = values[name];
  if (typeof value !== "string" || value.trim() === "") throw new KoboshiError("KB1001", { what });
  return value.trim();
}

/** `2026-11-26 2:00 – 5:00 (3 h)` in the site's own times. */
export function spanText({ start, end, lengthSeconds }: WindowAnswer, lang: Lang): string {
  const to = day(start) === day(end) ? wallTime(end, lang) : `${day(end)} ${wallTime(end, lang)}`;
  const length = duration(lengthSeconds * 1_000, lang);
  const from = `${day(start)} ${wallTime(start, lang)}`;
  return lang === "ja" ? `${from}〜${to}(${length})` : `${from} – ${to} (${length})`;
}

/** `◆ 作業中  #3 さくら VPS の保守  2026-11-26 2:00〜5:00(3時間)`. */
export function windowLine(window: WindowAnswer, { lang, terminal }: Shown): string {
  const mark = windowMark({ state: window.state, signature: window.signature === null ? null : signed });
  const state = terminal.paint(`${terminal.glyph(mark)} ${windowStateName(window.state, lang)}`, mark);
  return `${state}  #${window.id} ${safeLine(window.title)}  ${spanText(window, lang)}`;
}

/** all that the mark asks is whether somebody signed */
const signed = { by: "koboshi", at: { atMs: 0, monotonicMs: 0, bootId: "" }, reason: "", waived: [] } as const;

function day(iso: string): string {
  return iso.slice(0, 10);
}

/** On what, what stands in, what was held, in lines where they are known: below the first line. */
export function windowFacts(window: WindowAnswer, lang: Lang, held: readonly string[] = []): readonly string[] {
  const say = windowWords(lang);
  const isOver = window.state === "closed" || window.state === "cancelled";
  const { signature } = window;
  return [
    affects(window, lang),
    ...(window.alternate === null ? [] : [say.alternate(safeLine(window.alternate))]),
    ...(window.held === 0 ? [] : [(isOver ? say.heldWas : say.held)(window.held)]),
    ...held.map((line) => `  ${line}`),
    ...courseText(window, lang),
    ...(signature === null
      ? []
      : [
          `${say.signed(signature.by, `${signature.at.slice(0, 10)} ${wallTime(signature.at, lang)}`)}: ${safeLine(signature.reason)}`,
        ]),
    ...(signature === null || signature.waived.length === 0 ? [] : [say.waived(signature.waived.join(", "))]),
  ];
}

/** What waited for it, of what and when last: below the line that counts it. */
export function heldLines({ items }: HeldAnswer, { lang, terminal }: Shown): readonly string[] {
  const say = windowWords(lang);
  return items.map(({ subject, count, newestAt, open }) => {
    const mark = open ? "warning" : "ok";
    const state = terminal.paint(`${terminal.glyph(mark)} ${open ? say.heldOpen : say.heldGone}`, mark);
    const newest = `${day(newestAt)} ${wallTime(newestAt, lang)}`;
    return `${state}  ${subject}: ${say.heldTimes(count)}, ${say.heldNewest} ${newest}`;
  });
}

function affects({ hosts, services, targets }: WindowAnswer, lang: Lang): string {
  const say = windowWords(lang);
  if (hosts.length > 0 && services.length > 0) return say.affects(few(hosts, lang), few(services, lang));
  const only = [...hosts, ...services];
  return say.affectsOnly(few(only.length > 0 ? only : targets, lang));
}

function courseText({ course, end }: WindowAnswer, lang: Lang): readonly string[] {
  const say = windowWords(lang);
  const at = (iso: string): string => wallTime(iso, lang);
  const earlyMs = course.backAt === null ? 0 : momentMs(end) - momentMs(course.backAt);
  const back =
    course.backAt === null
      ? []
      : [
          course.early && earlyMs > 0
            ? say.backEarly(at(course.backAt), duration(earlyMs, lang))
            : say.back(at(course.backAt)),
        ];
  return [
    ...(course.startedAt === null ? [] : [say.started(at(course.startedAt))]),
    ...(course.wentDown.length === 0 ? [] : [say.wentDown(few(course.wentDown, lang))]),
    ...back,
    ...(course.timesLostAgain === 0 ? [] : [say.cameAndWent(course.timesLostAgain)]),
    ...(course.overrunAt === null ? [] : [say.overrun(at(course.overrunAt))]),
    ...(course.rebooted.length === 0 ? [] : [say.rebooted(few(course.rebooted, lang))]),
    ...Object.entries(course.pausedSeconds).map(([host, seconds]) => say.paused(host, duration(seconds * 1_000, lang))),
  ];
}

function momentMs(iso: string): number {
  return readMoment(iso, "UTC") ?? Number.NaN;
}

/** What was found, host by host, worst first; what passed as a number. */
export function findingLines(found: readonly FindingAnswer[], { lang, terminal }: Shown): readonly string[] {
  const say = windowWords(lang);
  const hosts = [...new Set(worstFindingsFirst(found).map(({ host }) => host))];
  return hosts.flatMap((host) => {
    const mine = worstFindingsFirst(found.filter((one) => one.host === host));
    const passed = mine.filter(({ result }) => result === "pass").length;
    return [
      host,
      ...mine.filter(({ result }) => result !== "pass").map((one) => `  ${findingLine(one, { lang, terminal })}`),
      ...(passed === 0 ? [] : [`  ${terminal.paint(`${terminal.glyph("ok")} ${say.passedCount(passed)}`, "ok")}`]),
    ];
  });
}

function findingLine(found: FindingAnswer, { lang, terminal }: Shown): string {
  const mark = findingMark(found);
  const state = terminal.paint(`${terminal.glyph(mark)} ${aftercareResultWord(found.result, lang)}`, mark);
  return `${state}  ${found.name[lang]}: ${safeLine(found.text[lang])}`;
}

/** What a verb leaves behind: the window as it is now, and what was done in words. */
export function windowDone(window: WindowAnswer, text: string): Answer {
  return { exit: 0, json: { ok: true, window }, text, quiet: [String(window.id)] };
}

export function windowUrl(id: number, { lang }: Pick<Context, "lang">, verb = ""): string {
  return `/api/v1/windows/${id}${verb}?lang=${lang}`;
}

/** One record a line for programs. */
export function findingRows(found: readonly FindingAnswer[]): readonly string[] {
  return worstFindingsFirst(found).map((one) =>
    [one.host, one.check, one.result, one.weight, isLeft(one) ? "left" : "", one.items.map(safeLine).join(",")].join(
      "\t",
    ),
  );
}
