import type { Lang } from "../kernel/lang.ts";
import type { AftercareFinding } from "../kernel/model/aftercare.ts";
import type { ComponentId } from "../kernel/model/component.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Window } from "../kernel/model/window.ts";
import { catalogue } from "./catalogue.ts";
import { fit, mailColumns } from "./fit.ts";
import { fullDateTime } from "./format.ts";
import { componentName } from "./incident.ts";
import { safeLine } from "./one-line.ts";
import { glyphs } from "./states.ts";
import { actorName } from "./timeline.ts";
import { checkName, waivedName } from "./window-checks.ts";
import { courseLines } from "./window-course.ts";
import { findingMark, findingPhrase, findingSentence, isLeft, worstFindingsFirst } from "./window-findings.ts";
import { affectsText, few, windowSpan, type WindowPlace } from "./windows.ts";

/** Alarms that waited, folded by what they are of. */
export interface HeldAlarms {
  readonly count: number;
  readonly bySubject: readonly {
    readonly subject: ComponentId;
    readonly count: number;
    /** it is still so: an incident was opened for it */
    readonly isOpen: boolean;
  }[];
}

export interface WindowNews {
  readonly window: Window;
  /** as kept last */
  readonly findings: readonly AftercareFinding[];
  readonly held: HeldAlarms;
}

export interface WindowMailPlace {
  readonly site: Pick<Site, "services" | "people" | "timeZone" | "url"> & Partial<Pick<Site, "jobs">>;
  readonly lang: Lang;
}

export interface WindowMail {
  readonly subject: string;
  readonly text: string;
}

const words = catalogue(
  {
    after: (names: string) => `保守後の確認 ${names}: `,
    comma: "、",
    more: (count: number) => `ほか${count}件`,
    ask: "。直しますか?",
    look: "。確かめてください",
    over: (title: string) => `保守終了 ${title}`,
    overSigned: (title: string) => `保守終了(署名) ${title}`,
    cancelled: (title: string) => `保守取りやめ ${title}`,
    lead: (title: string) => `「${safeLine(title)}」の作業は終わったようですが、前と同じではないところがあります。`,
    leadOver: (title: string) => `「${safeLine(title)}」は終わりました。すべて前と同じだと確かめました。`,
    leadSigned: (title: string, who: string) => `「${safeLine(title)}」は、${who}の署名で終わりました。`,
    leadCancelled: (title: string) => `「${safeLine(title)}」は取りやめになりました。警報の保留は終わりました。`,
    found: "◆ 前と違うところ",
    repair: (count: number) =>
      `◆ 修復は ${count} 件用意してあります(命令をすべて見てから承認できます。承認するまで何も実行しません)`,
    course: "◆ 作業の経過",
    passed: (count: number) => `ほかの ${count} 件は、前と同じだと確かめました。`,
    waived: "◆ 確かめずに済ませたこと",
    reason: (text: string) => `理由: ${text}`,
    held: (count: number) => `◆ 保留した警報 ${count} 件`,
    heldNone: "この間に保留した警報はありません。",
    stillHeld: (count: number) => `警報は ${count} 件保留しています。確かめ終わるまで続けます。`,
    heldOpen: "続いています(障害として知らせています)",
    heldGone: "収まりました",
    times: (name: string, count: number) => (count === 1 ? name : `${name} ×${count}`),
    open: "すべての項目と修復:",
    command: (id: number) => `コマンドでは  koboshi maintenance show ${id}`,
  },
  {
    after: (names: string) => `AFTER MAINTENANCE ${names}: `,
    comma: ", ",
    more: (count: number) => `${count} more`,
    ask: ". Fix?",
    look: ". Look at it",
    over: (title: string) => `MAINTENANCE FINISHED ${title}`,
    overSigned: (title: string) => `MAINTENANCE SIGNED OFF ${title}`,
    cancelled: (title: string) => `MAINTENANCE CANCELLED ${title}`,
    lead: (title: string) => `The work “${safeLine(title)}” seems to be over, but not everything is as it was.`,
    leadOver: (title: string) => `“${safeLine(title)}” is finished. Everything is shown to be as before.`,
    leadSigned: (title: string, who: string) => `“${safeLine(title)}” is finished: ${who} signed it off.`,
    leadCancelled: (title: string) => `“${safeLine(title)}” was cancelled. Alarms are no longer held.`,
    found: "Not as before",
    repair: (count: number) =>
      `${count === 1 ? "One repair is" : `${count} repairs are`} ready: every command is shown first, and nothing runs before you approve it.`,
    course: "How the work went",
    passed: (count: number) => `${count} more were checked and are as before.`,
    waived: "Let through",
    reason: (text: string) => `Reason: ${text}`,
    held: (count: number) => `Alarms held: ${count}`,
    heldNone: "No alarm was held meanwhile.",
    stillHeld: (count: number) =>
      `${count === 1 ? "1 alarm is" : `${count} alarms are`} held until the checks are through.`,
    heldOpen: "still so (told as an incident)",
    heldGone: "over",
    times: (name: string, count: number) => (count === 1 ? name : `${name} ×${count}`),
    open: "All checks and repairs:",
    command: (id: number) => `By command  koboshi maintenance show ${id}`,
  },
);

/** The longest subject of PREVENT and UX §5.4 fits; what is more is counted. */
const subjectColumns = 84;
const mostLines = 12;

/** Told when the work is over and something is not as it was. */
export function afterMaintenanceMail(news: WindowNews, place: WindowMailPlace): WindowMail {
  const { window } = news;
  const { lang } = place;
  const say = words(lang);
  const left = worstFindingsFirst(news.findings.filter(isLeft));
  const repairs = new Set(left.flatMap(({ host, repairs: offered }) => offered.map(({ id }) => `${host}/${id}`)));
  const passed = news.findings.filter(({ result }) => result === "pass").length;
  const text = blocks([
    [say.lead(window.title), ...spanLines(news, place)],
    [say.found, ...foundLines(left, news, place)],
    repairs.size === 0 ? [] : [say.repair(repairs.size)],
    courseBlock(news, place),
    [...(passed === 0 ? [] : [say.passed(passed)]), ...(news.held.count === 0 ? [] : [say.stillHeld(news.held.count)])],
    whereToLook(news, place),
    [footer(news, place)],
  ]);
  return {
    subject: leftSubject(left, {
      window,
      place: { timeZone: place.site.timeZone, lang },
      isRepairable: repairs.size > 0,
    }),
    text,
  };
}

/** `◆保守後の確認 web1: 時計 +3時間2分ずれ、chronyd 停止、cron 1件未実行。直しますか?` */
function leftSubject(
  left: readonly AftercareFinding[],
  { window, place, isRepairable }: { window: Window; place: WindowPlace; isRepairable: boolean },
): string {
  const { lang } = place;
  const say = words(lang);
  const hosts = [...new Set(left.map(({ host }) => host))];
  const head = `${glyphs.maintenance}${say.after(fit(few(hosts.length > 0 ? hosts : window.hosts, lang), 24))}`;
  const tail = isRepairable ? say.ask : say.look;
  const phrases = [...new Set(left.map((finding) => findingPhrase(finding, place)))];
  for (let count = phrases.length; count > 0; count -= 1) {
    const rest = phrases.length - count;
    const shown = [...phrases.slice(0, count), ...(rest === 0 ? [] : [say.more(rest)])].join(say.comma);
    if (mailColumns(`${head}${shown}${tail}`) <= subjectColumns) return `${head}${shown}${tail}`;
  }
  return fit(`${head}${phrases[0] ?? safeLine(window.title)}${tail}`, subjectColumns);
}

/** Told when a window ends: what was held in it, and what somebody let through. */
export function windowReleaseMail(news: WindowNews, place: WindowMailPlace): WindowMail {
  const { window } = news;
  const { lang, site } = place;
  const say = words(lang);
  const title = safeLine(window.title);
  const { signature } = window;
  const signer = signature === null ? "" : actorName(site, signature.by, lang).trim();
  const [head, lead] =
    window.state === "cancelled"
      ? [say.cancelled(title), say.leadCancelled(title)]
      : signature === null
        ? [say.over(title), say.leadOver(title)]
        : [say.overSigned(title), say.leadSigned(title, signer)];
  const glyph = signature === null ? glyphs.ok : glyphs.warning;
  const text = blocks([
    [lead, ...spanLines(news, place)],
    signature === null ? [] : [say.reason(safeLine(signature.reason))],
    signature === null || signature.waived.length === 0
      ? []
      : [
          say.waived,
          ...firstOf(
            signature.waived.map((name) => `・${waivedName(name, lang)}`),
            lang,
          ),
        ],
    courseBlock(news, place),
    heldBlock(news, place),
    whereToLook(news, place),
    [footer(news, place)],
  ]);
  return { subject: fit(`${glyph}${head}`, subjectColumns), text };
}

function spanLines({ window }: WindowNews, { site, lang }: WindowMailPlace): readonly string[] {
  return [windowSpan(window, { timeZone: site.timeZone, lang }), affectsText(window, site, lang)];
}

function foundLines(
  left: readonly AftercareFinding[],
  { findings }: WindowNews,
  { site, lang }: WindowMailPlace,
): readonly string[] {
  const many = new Set(findings.map(({ host }) => host)).size > 1;
  const lines = left.map((finding) => {
    const name = `${many ? `${finding.host} ` : ""}${checkName(finding.check, lang)}`;
    const sentence = findingSentence(finding, { timeZone: site.timeZone, lang });
    return `${glyphs[findingMark(finding)]} ${name}: ${sentence}`;
  });
  return firstOf(lines, lang);
}

/** The first lines, and how many more there are. */
function firstOf(lines: readonly string[], lang: Lang): readonly string[] {
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), words(lang).more(lines.length - mostLines)];
}

function courseBlock({ window }: WindowNews, { site, lang }: WindowMailPlace): readonly string[] {
  const lines = courseLines(window, { timeZone: site.timeZone, lang });
  return lines.length === 0 ? [] : [words(lang).course, ...lines.map((line) => `・${line}`)];
}

function heldBlock({ held }: WindowNews, { site, lang }: WindowMailPlace): readonly string[] {
  const say = words(lang);
  if (held.count === 0) return [say.heldNone];
  const openFirst = held.bySubject.toSorted((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.count - a.count);
  const lines = openFirst.map(({ subject, count, isOpen }) => {
    const name = say.times(componentName(site, subject, lang), count);
    return `${isOpen ? glyphs.down : glyphs.ok} ${name}: ${isOpen ? say.heldOpen : say.heldGone}`;
  });
  return [say.held(held.count), ...firstOf(lines, lang)];
}

function whereToLook({ window }: WindowNews, { site, lang }: WindowMailPlace): readonly string[] {
  const say = words(lang);
  if (site.url === null) return [say.command(window.id)];
  return [say.open, `${site.url}/calendar/${window.id}`, say.command(window.id)];
}

/** The moment it is about, with the zone that its times are in. */
function footer({ window }: WindowNews, { site, lang }: WindowMailPlace): string {
  const at = window.closedAt ?? window.course.backAt ?? window.course.startedAt;
  return `--\n${fullDateTime(at?.atMs ?? window.endMs, site.timeZone, lang)}`;
}

function blocks(parts: readonly (readonly string[])[]): string {
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}
