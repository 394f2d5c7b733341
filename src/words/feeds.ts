import type { Lang } from "../kernel/lang.ts";
import type { NoticeQuestionId, ProviderNoticeKind, ProviderNoticeState } from "../kernel/model/provider-notice.ts";
import type { FeedTrouble, NoticeMatch } from "../kernel/ports-feeds.ts";
import { catalogue } from "./catalogue.ts";
import { clockTime, duration, fullDateTime } from "./format.ts";

/** Providers' notices, on pages and in commands. */
export const feedWords = catalogue(
  {
    title: "提供元からのお知らせ",
    lead: "契約しているサービスの提供元が出す、メンテナンスと障害のお知らせです。読み取った時間は提案で、人が確定するまで何も止めません。",
    sources: "読みに行く先",
    noSources: "まだ読みに行く先がありません。設定ファイルの providers に notices を書いてください。",
    notices: "お知らせ(新しい順)",
    noNotices: "まだお知らせは届いていません。",
    noneFound: "その言葉を含むお知らせはありません。言葉を減らしてみてください。",
    search: "お知らせから探す",
    searchButton: "探す",
    older: "もっと古いもの",
    neverRead: "まだ一度も読めていません",
    lastSuccess: (when: string) => `最後に読めた時刻 ${when}`,
    count: (count: number) => `${count} 件`,
    readCount: (all: number, certain: number, asked: number) =>
      `お知らせ ${all} 件: 時間が確か ${certain} 件、確かめたいことあり ${asked} 件`,
    windows: "読み取った時間",
    noWindow: "時間は読み取れませんでした",
    endUnknown: "終了未定",
    unsettled: "要確認",
    questions: "人が決めること",
    readings: (text: string) => `考えられる時間: ${text}`,
    services: "対象サービス",
    hosts: "名前の挙がった機器",
    except: "影響なしとされた機器",
    alternates: "予備日",
    ours: "私たちへの関係",
    notOurs: "この提供元に置いたものは設定にありません",
    sure: (percent: number) => `確からしさ ${percent}%`,
    versions: "これまでの版",
    version: (number: number) => `第 ${number} 版・受信`,
    readFrom: "読み取りに使った箇所に印を付けています",
    original: "提供元のページ",
    proposal: "作業時間の提案",
    proposed: "提案中です。確定するまで、警報は止まりません",
    confirmed: (who: string) => `${who}が確定しました`,
    rejected: (who: string) => `${who}が「うちには関係ない」としました`,
    outdated: "決めたあとで、提供元がお知らせを書き換えています。読み直してください",
    confirm: "この時間で確定",
    reject: "うちには関係ない",
    start: "開始",
    end: "終了",
    startEndHow: "サイトの時刻で、2026-11-26 02:00 のように書いてください",
    signIn: "決めるにはログインしてください",
    kind: "種類",
    state: "段階",
    assumptions: "補って読んだこと",
    noQuestions: "確認することはありません",
    updates: "経過(新しい順)",
    back: "お知らせの一覧へ",
    noLink: "リンクなし",
    cliNone: "お知らせはありません。",
  },
  {
    title: "Providers' notices",
    lead: "What the providers of your services announce: maintenance and failures. Times read from them are proposals; nothing is held back until a person confirms.",
    sources: "Sources",
    noSources: "There is no source yet. Write notices below providers in the configuration file.",
    notices: "Notices, newest first",
    noNotices: "No notice has come in yet.",
    noneFound: "No notice has these words. Try fewer of them.",
    search: "Search the notices",
    searchButton: "Search",
    older: "Older ones",
    neverRead: "Never read so far",
    lastSuccess: (when: string) => `Last read ${when}`,
    count: (count: number) => `${count} notices`,
    readCount: (all: number, certain: number, asked: number) =>
      `${all} notices: times certain in ${certain}, something to settle in ${asked}`,
    windows: "Times read",
    noWindow: "No time could be read",
    endUnknown: "end not told",
    unsettled: "to be settled",
    questions: "For a person to settle",
    readings: (text: string) => `It could mean: ${text}`,
    services: "Services",
    hosts: "Machines named",
    except: "Machines said not to be affected",
    alternates: "Reserve dates",
    ours: "What of ours",
    notOurs: "Nothing in the configuration is at this provider",
    sure: (percent: number) => `${percent}% sure`,
    versions: "Versions",
    version: (number: number) => `Version ${number}, received`,
    readFrom: "The words that were read are marked",
    original: "The provider's page",
    proposal: "Proposed window",
    proposed: "Proposed. No alarm is held back until it is confirmed",
    confirmed: (who: string) => `Confirmed by ${who}`,
    rejected: (who: string) => `${who} said it is not about us`,
    outdated: "The provider rewrote the notice after that. Please look again",
    confirm: "Confirm these times",
    reject: "Not ours",
    start: "Beginning",
    end: "End",
    startEndHow: "In the site's time, such as 2026-11-26 02:00",
    signIn: "Sign in to decide",
    kind: "Kind",
    state: "Stage",
    assumptions: "Taken for granted",
    noQuestions: "Nothing to settle",
    updates: "Updates, newest first",
    back: "All notices",
    noLink: "no link",
    cliNone: "There are no notices.",
  },
);

const kinds: Readonly<Record<ProviderNoticeKind, Readonly<Record<Lang, string>>>> = {
  maintenance: { ja: "メンテナンス", en: "maintenance" },
  "emergency-maintenance": { ja: "緊急メンテナンス", en: "emergency maintenance" },
  outage: { ja: "障害", en: "outage" },
  degraded: { ja: "性能低下", en: "degraded" },
  security: { ja: "セキュリティ情報", en: "security" },
  "end-of-service": { ja: "提供終了", en: "end of service" },
  info: { ja: "案内", en: "information" },
};

const states: Readonly<Record<ProviderNoticeState, Readonly<Record<Lang, string>>>> = {
  scheduled: { ja: "予定", en: "scheduled" },
  "in-progress": { ja: "作業中", en: "in progress" },
  extended: { ja: "延長", en: "extended" },
  completed: { ja: "完了", en: "completed" },
  moved: { ja: "日程変更", en: "moved" },
  cancelled: { ja: "中止", en: "cancelled" },
  investigating: { ja: "調査中", en: "investigating" },
  identified: { ja: "原因判明", en: "identified" },
  monitoring: { ja: "経過観察", en: "monitoring" },
  resolved: { ja: "復旧", en: "resolved" },
  none: { ja: "—", en: "—" },
};

const questions: Readonly<Record<NoticeQuestionId, Readonly<Record<Lang, string>>>> = {
  "no-window": { ja: "いつなのかが書かれていません", en: "It does not say when" },
  "no-time": { ja: "日付はありますが、時刻が書かれていません", en: "It has a date and no time" },
  "no-end": { ja: "終了時刻が書かれていません", en: "It does not say when it ends" },
  "weekday-mismatch": { ja: "日付と曜日が合いません", en: "Date and weekday do not fit" },
  "midnight-ambiguous": { ja: "「深夜」がどちらの夜か分かりません", en: "It is not clear which night is meant" },
  "day-month-order": { ja: "月と日の順が分かりません", en: "Day and month could be the other way round" },
  "zone-unknown": { ja: "どの国の時刻か書かれていません", en: "It does not say which time zone" },
  "kind-unclear": { ja: "何のお知らせか読み取れません", en: "It is not clear what it is about" },
  "year-far": { ja: "1年以上離れた日付です", en: "The date is more than a year away" },
  "end-before-start": { ja: "終了が開始より前になっています", en: "It ends before it begins" },
  "too-long": { ja: "31日より長い期間です", en: "It is longer than 31 days" },
  "past-at-receipt": { ja: "届いたときには過ぎている予定です", en: "It was planned for a time before it was received" },
};

const reasons: Readonly<Record<NoticeMatch["why"], Readonly<Record<Lang, string>>>> = {
  address: { ja: "アドレスが書かれている", en: "its address is in the text" },
  "provider-name": { ja: "提供元での名前が書かれている", en: "its name at the provider is in the text" },
  "own-name": { ja: "私たちの呼び名と同じ名前が書かれている", en: "a machine of the name we use is in the text" },
  pattern: { ja: "名前か範囲の型に合う", en: "it fits a pattern or range" },
  region: { ja: "地域が書かれている", en: "its region is in the text" },
  account: { ja: "契約番号が書かれている", en: "the account is in the text" },
  all: { ja: "全体が対象", en: "it is about everything" },
  "provider-only": { ja: "同じ提供元というだけ", en: "the same provider, no more" },
  "names-others": { ja: "別の機器が挙げられている", en: "other machines are named" },
  "said-unaffected": { ja: "影響なしとされている", en: "said not to be affected" },
};

const troubles: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  "selector-empty": {
    ja: "ページは読めましたが、select の場所に何もありません。ページの作りが変わったようです。select を直してください",
    en: "The page came, and nothing is where select says. The page seems to have changed; please mend select",
  },
  "bad-selector": { ja: "select が CSS セレクタとして読めません", en: "select is no CSS selector" },
  "not-a-feed": {
    ja: "RSS でも Atom でもない内容が返りました。アドレスを確かめてください",
    en: "What came is neither RSS nor Atom; please check the address",
  },
  "not-statuspage": {
    ja: "Statuspage の JSON ではありません。アドレスを確かめてください",
    en: "What came is not Statuspage's JSON; please check the address",
  },
  "too-long": { ja: "長すぎるので、初めの 2 MB だけ読みました", en: "It is too long; its first 2 MB were read" },
  "no-starttls": {
    ja: "サーバーが STARTTLS に対応しておらず、パスワードが平文で流れるため読みません。imaps:// で書いてください",
    en: "The server offers no STARTTLS and the password would travel in clear; please write imaps://",
  },
  "login-missing": {
    ja: "メールボックスの user か password がありません",
    en: "The mailbox has no user or no password",
  },
  "login-refused": {
    ja: "メールボックスにログインできません。user と password を確かめてください",
    en: "The mailbox refused the login; please check user and password",
  },
};

export function noticeKindName(kind: ProviderNoticeKind, lang: Lang): string {
  return kinds[kind][lang];
}

export function noticeStateName(state: ProviderNoticeState, lang: Lang): string {
  return states[state][lang];
}

export function questionText(id: NoticeQuestionId, lang: Lang): string {
  return questions[id][lang];
}

export function matchReason({ why, words }: Pick<NoticeMatch, "why" | "words">, lang: Lang): string {
  const said = reasons[why][lang];
  if (words === "") return said;
  return lang === "ja" ? `${said}(${words})` : `${said} (${words})`;
}

export function troubleText({ code, text }: FeedTrouble, lang: Lang): string {
  const said = troubles[code]?.[lang];
  if (said !== undefined) return said;
  return lang === "ja" ? `読めませんでした(${code}: ${text})` : `It could not be read (${code}: ${text})`;
}

/** `2026年11月26日(木) 2:00 JST 〜 5:00(3時間)`. */
export function windowText(
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number | null },
  { timeZone, lang }: { readonly timeZone: string; readonly lang: Lang },
): string {
  const from = fullDateTime(startMs, timeZone, lang);
  const dash = lang === "ja" ? "〜" : "–";
  if (endMs === null) return `${from} ${dash} ${feedWords(lang).endUnknown}`;
  const isShort = endMs - startMs < 43_200_000;
  const to = isShort ? clockTime(endMs, timeZone, lang) : fullDateTime(endMs, timeZone, lang);
  const length = duration(endMs - startMs, lang);
  return lang === "ja" ? `${from} ${dash} ${to}(${length})` : `${from} ${dash} ${to} (${length})`;
}
