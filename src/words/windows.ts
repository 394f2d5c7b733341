import type { Bilingual, Lang } from "../kernel/lang.ts";
import type { Site } from "../kernel/model/site.ts";
import type { StateWord } from "../kernel/model/status.ts";
import type { Window, WindowOrigin, WindowState } from "../kernel/model/window.ts";
import { catalogue } from "./catalogue.ts";
import { clockTime, dateTime, duration, list, zoneName } from "./format.ts";
import { componentName } from "./incident.ts";

/** Maintenance windows, on pages and in commands. */
export const windowWords = catalogue(
  {
    title: "カレンダー",
    lead: "作業の予定と、終わったあとの点検です。作業のあいだ警報は保留し、前と同じように動いていると確かめてから「終わり」にします。",
    empty: "予定している保守はありません。",
    emptyHow:
      "作業の前に「保守を予定する」から時間と対象を入れておくと、その間の警報を保留し、終わったあとの点検まで行います。提供元のお知らせが届いていれば、そこから確定できます。",
    none: "保守の予定はありません。koboshi maintenance add で入れられます。",
    toNotices: "提供元からのお知らせを見る",
    add: "保守を予定する",
    upcoming: "これから",
    underWay: "いま",
    past: "これまで",
    noneUpcoming: "これからの予定はありません。",
    feed: "カレンダーのアプリに取り込む(iCal)",
    month: (month: string) => `${month}の予定`,
    nothingInMonth: "この月の予定はありません。",
    previousMonth: "前の月",
    nextMonth: "次の月",
    today: "今日",
    until: (time: string) => `${time} まで`,
    left: (length: string) => `予定の終わりまで${length}`,
    over: (length: string) => `予定の終わりを${length}過ぎています`,
    startsIn: (length: string) => `${length}後に始まります`,
    affects: (hosts: string, services: string) => `対象: ${hosts} → ${services}`,
    affectsOnly: (names: string) => `対象: ${names}`,
    held: (count: number) => `保留中: ${count} 件`,
    heldWas: (count: number) => `保留した警報: ${count} 件`,
    heldOpen: "続いています",
    heldGone: "おさまりました",
    heldTimes: (count: number) => `${count} 件`,
    heldNewest: "最後は",
    heldMore: (count: number) => `ほか ${count} 件の対象`,
    heldHow: "作業のあいだの警報は消えません。終わったときにまとめて伝え、続いている異常はその場で知らせます。",
    heldNever: "データの消失・火災・侵入の警報は、保守中でも止めません。",
    alternate: (text: string) => `代わり: ${text}`,
    public: "公開ページに載せ、登録した方にお知らせします",
    notPublic: "公開ページには載せません",
    origin: "登録",
    by: (origin: string, who: string, when: string) => `${origin}(${who}、${when})`,
    moved: (version: number) => `${version - 1}回動かしました`,
    zoneDiffers: (span: string, zone: string) => `もとの表記: ${span}(${zone})`,
    checksWanted: (names: string) => `終わったら確かめること: ${names}`,
    checklist: "終わったあとの点検",
    checklistHow: "すべて確かめられたか、理由を書いて署名したときだけ「保守が終わりました」と言います。",
    checklistNone: "まだ点検していません。作業が終わると自動で始まります。",
    nothingToCheck: "確かめることはありませんでした。",
    notAsked: "まだ点検できていません。",
    remaining: (count: number) => `残り ${count} 件`,
    allPassed: "すべて前と同じだと確かめました",
    passedCount: (count: number) => `確かめたもの ${count} 件`,
    comparedSince: (time: string) => `${time} の状態と比べました`,
    comparedWithNothing: "比べる前の状態がありません",
    compared: (what: string) => `見たもの: ${what}`,
    listedOnly: "記録だけです。終わりを妨げません",
    course: "作業の経過",
    started: (time: string) => `${time} に始まりました`,
    back: (time: string) => `${time} に戻りました`,
    backEarly: (time: string, length: string) => `${time} に戻りました(予定より${length}早い)`,
    overrun: (time: string) => `予定の終わりを過ぎても終わっていません(${time} に知らせました)`,
    neverDown: "一度も止まりませんでした。作業の影響がなかったか、動かしたまま移されたようです",
    wentDown: (names: string) => `止まったサーバー: ${names}`,
    cameAndWent: (count: number) => `戻ったあと、また止まりました(${count}回)`,
    rebooted: (names: string) => `再起動したサーバー: ${names}`,
    paused: (name: string, length: string) =>
      `${name} は再起動せずに${length}止まっていました(仮想マシンの一時停止。時計が遅れます)`,
    replaced: (name: string) => `${name} は別の機械になって戻りました。確かめられるまで接続しません`,
    relocated: (name: string) => `${name} は別の場所の機械に移されました(中身は同じです)`,
    rekeyed: (name: string) => `${name} の SSH ホスト鍵が変わりました。確かめられるまで接続しません`,
    cloned: (name: string) => `${name} は、ほかのサーバーの複製です`,
    notYet: "まだ始まっていません",
    check: "今すぐ確かめ直す",
    checking: "確かめています。終わると、この画面に出ます。",
    done: "作業が終わった",
    doneHow: "作業が終わったら押してください。すぐに点検を始めます。",
    sign: "署名して終わりにする",
    signHow: (count: number) =>
      `確かめられていないことが ${count} 件残っています。それでも終わりにするときは、理由を書いてください。理由は報告書に残ります。`,
    reason: "理由",
    signed: (who: string, when: string) => `${who}が署名しました(${when})`,
    waived: (names: string) => `確かめずに済ませたこと: ${names}`,
    closedAt: (time: string) => `${time} に終わりました`,
    move: "時間を動かす",
    cancel: "取りやめる",
    cancelHow: "警報の保留はすぐに終わります。",
    signIn: "操作するにはログインしてください",
    orCommand: "コマンドでもできます",
    toCalendar: "カレンダーへ戻る",
    newTitle: "保守を予定する",
    moveTitle: (title: string) => `「${title}」の時間を動かす`,
    fieldTitle: "作業の名前",
    fieldTitleExample: "さくら VPS の保守",
    fieldStart: "始まり",
    fieldEnd: "終わり",
    fieldTimes: (zone: string) =>
      `サイトの時刻(${zone})です。2026-11-26T02:00 のほか、02:00 や +3h とも書けます。終わりは必ず要ります。`,
    fieldTargets: "対象",
    fieldTargetsHow: "止まるもの、入れ替えるものを選んでください。サーバーを選ぶと、その上のサービスも入ります。",
    fieldOther: "ほかの対象",
    fieldOtherHow: "place:sakura や host:web1 のように、空白で区切って書きます。",
    fieldAlternate: "その間の代わり(任意)",
    fieldPublic: "公開ページに載せ、登録した方にお知らせする",
    offeredEnd: "終わりが分からないときの目安として、始まりから6時間後を入れました。確かめてから登録してください。",
    save: "登録する",
    saveMove: "この時間に動かす",
    added: (id: number, span: string) => `保守 ${id} を登録しました: ${span}`,
    movedTo: (id: number, span: string) => `保守 ${id} を動かしました: ${span}`,
    cancelled: (id: number) => `保守 ${id} を取りやめました。警報の保留は終わりました`,
    doneSaid: (id: number) => `保守 ${id} の点検を始めました`,
    signedSaid: (id: number) => `保守 ${id} に署名し、終わりにしました`,
    needsEnd: (command: string) => `終わりの分からない保守は登録できません。始まりから6時間でよければ: ${command}`,
    needsId: "保守の番号を書いてください(koboshi maintenance ls で分かります)",
    needsTitle: "作業の名前を書いてください",
    needsTargets: "--for に対象を書いてください(host:web1、shop …)",
    needsReason: "--reason に理由を書いてください",
    needsMove: "--start に新しい始まり、--end に新しい終わりを書いてください",
    stillChecking: "点検はまだ続いています",
  },
  {
    title: "Calendar",
    lead: "Planned work and the checks after it. While work is done alarms are held, and it is over only when everything is shown to be as before.",
    empty: "No maintenance is planned.",
    emptyHow:
      "Plan one before the work begins: say when and on what. Alarms are then held, and what comes back is checked afterwards. If your provider sent a notice, confirm it there.",
    none: "No maintenance is planned. koboshi maintenance add plans one.",
    toNotices: "See the providers' notices",
    add: "Plan maintenance",
    upcoming: "Coming",
    underWay: "Now",
    past: "Past",
    noneUpcoming: "Nothing is planned.",
    feed: "Subscribe in your calendar (iCal)",
    month: (month: string) => `Plans of ${month}`,
    nothingInMonth: "Nothing is planned in this month.",
    previousMonth: "Previous month",
    nextMonth: "Next month",
    today: "today",
    until: (time: string) => `until ${time}`,
    left: (length: string) => `${length} to its planned end`,
    over: (length: string) => `${length} past its planned end`,
    startsIn: (length: string) => `begins in ${length}`,
    affects: (hosts: string, services: string) => `affects ${hosts} → ${services}`,
    affectsOnly: (names: string) => `affects ${names}`,
    held: (count: number) => `held: ${count}`,
    heldWas: (count: number) => `alarms held: ${count}`,
    heldOpen: "still so",
    heldGone: "over",
    heldTimes: (count: number) => (count === 1 ? "1 alarm" : `${count} alarms`),
    heldNewest: "the last one",
    heldMore: (count: number) => `of ${count} more`,
    heldHow:
      "No alarm of this time is lost: they are told in one summary at the end, and what is still wrong then is told at once.",
    heldNever: "Alarms of lost data, fire and intrusion are never held.",
    alternate: (text: string) => `stands in: ${text}`,
    public: "Shown on the status page; its subscribers are told",
    notPublic: "Not shown on the status page",
    origin: "Made",
    by: (origin: string, who: string, when: string) => `${origin} (${who}, ${when})`,
    moved: (version: number) => (version === 2 ? "moved once" : `moved ${version - 1} times`),
    zoneDiffers: (span: string, zone: string) => `as it was written: ${span} (${zone})`,
    checksWanted: (names: string) => `checked afterwards: ${names}`,
    checklist: "Checks afterwards",
    checklistHow:
      "“Maintenance finished” is only said when all of them are shown to be well, or someone signed why not.",
    checklistNone: "Not checked yet. It begins by itself when the work is over.",
    nothingToCheck: "There was nothing to check.",
    notAsked: "Not checked yet.",
    remaining: (count: number) => `${count} left`,
    allPassed: "Everything is shown to be as before",
    passedCount: (count: number) => `${count} checked and well`,
    comparedSince: (time: string) => `compared with ${time}`,
    comparedWithNothing: "there is nothing from before to compare with",
    compared: (what: string) => `looked at: ${what}`,
    listedOnly: "listed only; it keeps nothing from ending",
    course: "How the work went",
    started: (time: string) => `began ${time}`,
    back: (time: string) => `back ${time}`,
    backEarly: (time: string, length: string) => `back ${time} (${length} early)`,
    overrun: (time: string) => `past its planned end (told ${time})`,
    neverDown: "It never went down: the work may not have touched it, or it was moved while it ran",
    wentDown: (names: string) => `went down: ${names}`,
    cameAndWent: (count: number) => `came back and went again (×${count})`,
    rebooted: (names: string) => `rebooted: ${names}`,
    paused: (name: string, length: string) =>
      `${name} stood still for ${length} without a reboot (a paused virtual machine; its clock is late)`,
    replaced: (name: string) => `${name} came back as another machine; nobody logs in until that is confirmed`,
    relocated: (name: string) => `${name} was moved to another machine (it is the same system)`,
    rekeyed: (name: string) => `${name} shows another SSH host key; nobody logs in until that is confirmed`,
    cloned: (name: string) => `${name} is a copy of another host`,
    notYet: "It has not begun yet",
    check: "Check again now",
    checking: "Checking. What is found appears here.",
    done: "The work is over",
    doneHow: "Press it when the work is over; the checks begin at once.",
    sign: "Sign and close",
    signHow: (count: number) =>
      `${count} not shown to be well. To close it all the same, write down why; it goes into the report.`,
    reason: "Reason",
    signed: (who: string, when: string) => `${who} signed (${when})`,
    waived: (names: string) => `let through: ${names}`,
    closedAt: (time: string) => `finished ${time}`,
    move: "Move it",
    cancel: "Cancel it",
    cancelHow: "Alarms are no longer held from then on.",
    signIn: "Sign in to act",
    orCommand: "or by command",
    toCalendar: "Back to the calendar",
    newTitle: "Plan maintenance",
    moveTitle: (title: string) => `Move “${title}”`,
    fieldTitle: "What is done",
    fieldTitleExample: "Sakura VPS maintenance",
    fieldStart: "Start",
    fieldEnd: "End",
    fieldTimes: (zone: string) =>
      `In the site's time (${zone}): 2026-11-26T02:00; 02:00 and +3h work too. An end is always needed.`,
    fieldTargets: "On what",
    fieldTargetsHow: "Choose what is stopped or changed. With a host come the services on it.",
    fieldOther: "Anything else",
    fieldOtherHow: "Like place:sakura or host:web1, with spaces between.",
    fieldAlternate: "What stands in meanwhile (optional)",
    fieldPublic: "Show it on the status page and tell its subscribers",
    offeredEnd: "As nobody said when it ends, six hours after its start are offered. Check it before you save.",
    save: "Save",
    saveMove: "Move it there",
    added: (id: number, span: string) => `Maintenance ${id} is planned: ${span}`,
    movedTo: (id: number, span: string) => `Maintenance ${id} was moved: ${span}`,
    cancelled: (id: number) => `Maintenance ${id} is cancelled; alarms are no longer held`,
    doneSaid: (id: number) => `The checks of maintenance ${id} have begun`,
    signedSaid: (id: number) => `Maintenance ${id} is signed and closed`,
    needsEnd: (command: string) =>
      `Without an end it is not planned. If six hours from its start are right: ${command}`,
    needsId: "say which one by its number (koboshi maintenance ls lists them)",
    needsTitle: "say what is done",
    needsTargets: "say on what: --for host:web1 --for shop",
    needsReason: "say why: --reason TEXT",
    needsMove: "say its new times: --start and --end",
    stillChecking: "the checks go on",
  },
);

const stateNames: Readonly<Record<WindowState, Bilingual>> = {
  planned: { ja: "予定", en: "Planned" },
  preparing: { ja: "準備中", en: "Preparing" },
  open: { ja: "作業中", en: "Under way" },
  verifying: { ja: "確認中", en: "Verifying" },
  closed: { ja: "終了", en: "Finished" },
  cancelled: { ja: "取りやめ", en: "Cancelled" },
};

const originNames: Readonly<Record<WindowOrigin, Bilingual>> = {
  hand: { ja: "人が登録", en: "by hand" },
  file: { ja: "設定ファイル", en: "from the configuration" },
  notice: { ja: "提供元のお知らせ", en: "from a provider's notice" },
  reboot: { ja: "予定にない再起動", en: "after a reboot that nobody planned" },
  recovery: { ja: "復旧のあと", en: "after a recovery" },
};

export function windowStateName(state: WindowState, lang: Lang): string {
  return stateNames[state][lang];
}

export function windowOriginName(origin: WindowOrigin, lang: Lang): string {
  return originNames[origin][lang];
}

/** The shape a window is shown with: ◆ until it is over, calm when everything passed, ▲ when somebody signed. */
export function windowMark({ state, signature }: Pick<Window, "state" | "signature">): StateWord {
  if (state === "cancelled") return "paused";
  if (state !== "closed") return "maintenance";
  return signature === null ? "ok" : "warning";
}

export interface WindowPlace {
  /** IANA zone of the times in it */
  readonly timeZone: string;
  readonly lang: Lang;
}

type Span = Pick<Window, "startMs" | "endMs">;

/** `11月26日(木) 2:00〜5:00(3時間)` / `Thu 26 Nov 02:00–05:00 (3 h)`; the length is the real one, also where clocks change. */
export function windowSpan({ startMs, endMs }: Span, { timeZone, lang }: WindowPlace): string {
  const from = dateTime(startMs, timeZone, lang);
  const to = dayName(startMs, timeZone) === dayName(endMs, timeZone) ? clockTime : dateTime;
  const length = duration(endMs - startMs, lang);
  const end = to(endMs, timeZone, lang);
  return lang === "ja" ? `${from}〜${end}(${length})` : `${from}–${end} (${length})`;
}

function dayName(atMs: number, timeZone: string): string {
  return dateTime(atMs, timeZone, "en").slice(0, -6);
}

/** `5:00`, with its day when that is another than of `nowMs`. */
export function momentText(atMs: number, nowMs: number, { timeZone, lang }: WindowPlace): string {
  return (dayName(atMs, timeZone) === dayName(nowMs, timeZone) ? clockTime : dateTime)(atMs, timeZone, lang);
}

/** Its times as they were written, when that was in a zone whose clocks differ from the site's; null otherwise. */
export function foreignSpan(window: Span & Pick<Window, "timeZone">, place: WindowPlace): string | null {
  const { timeZone, startMs } = window;
  if (zoneName(startMs, timeZone) === zoneName(startMs, place.timeZone)) return null;
  return windowWords(place.lang).zoneDiffers(windowSpan(window, { ...place, timeZone }), timeZone);
}

type Named = Pick<Site, "services" | "people"> & Partial<Pick<Site, "jobs">>;

/** `対象: web1 → ネットショップ・メール`. */
export function affectsText(
  { hosts, services, targets }: Pick<Window, "hosts" | "services" | "targets">,
  site: Named,
  lang: Lang,
): string {
  const say = windowWords(lang);
  const named = services.map((key) => componentName(site, `service:${key}`, lang));
  if (hosts.length > 0 && named.length > 0) return say.affects(few(hosts, lang), few(named, lang));
  const only = [...hosts, ...named];
  return say.affectsOnly(
    few(only.length > 0 ? only : targets.map((target) => componentName(site, target, lang)), lang),
  );
}

const mostNames = 8;

/** The first names, and how many more there are. */
export function few(names: readonly string[], lang: Lang): string {
  if (names.length <= mostNames) return list(names, lang);
  const more = names.length - mostNames;
  const shown = names.slice(0, mostNames);
  return lang === "ja" ? `${shown.join("・")} ほか${more}` : `${shown.join(", ")} and ${more} more`;
}
