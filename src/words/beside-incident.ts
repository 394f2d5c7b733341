import type { Lang } from "../kernel/lang.ts";
import type { ProviderAnnouncement } from "../kernel/ports-feeds.ts";
import { catalogue } from "./catalogue.ts";
import { feedWords, noticeKindName, windowText } from "./feeds.ts";

/** What providers and people say, on the page of an incident. */
export const besideIncidentWords = catalogue(
  {
    announced: "提供元のお知らせ",
    announcedLead: "提供元がこの時間について出しているお知らせです。この障害の原因とは限りません。",
    planned: "予定",
    ongoing: "進行中",
    startUnknown: "進行中です。いつからかは書かれていません",
    maybe: "時間か対象がはっきりしません。提供元のページで確かめてください",
    more: (count: number) => `ほか ${count} 件は一覧にあります`,
    all: "お知らせの一覧へ",
    said: "利用者からの報告",
    cannot: (reports: number, senders: number) => `「使えない」${reports}件(送り手 ${senders})`,
    can: (reports: number) => `「使える」${reports}件`,
    networks: (text: string) => `「使えない」の回線: ${text}`,
    part: "報告がとても多いため、新しいものから数えた一部です。",
    unreadable: "利用者からの報告を読めませんでした。監視と通知は動いています。",
    allReports: "報告の一覧へ",
  },
  {
    announced: "What the provider has announced",
    announcedLead: "Notices for this time from the provider of what is concerned. They need not be the cause.",
    planned: "planned",
    ongoing: "under way",
    startUnknown: "Under way; it does not say since when",
    maybe: "Its time or what it is about is not certain: see the provider's page",
    more: (count: number) => `${count} more are in the list`,
    all: "All notices",
    said: "What people say",
    cannot: (reports: number, senders: number) => `"does not work": ${reports} (senders: ${senders})`,
    can: (reports: number) => `"works": ${reports}`,
    networks: (text: string) => `networks of those it does not work for: ${text}`,
    part: "There are very many reports; this counts some of them, newest first.",
    unreadable: "What people reported could not be read. Checks and alerts are running.",
    allReports: "All reports",
  },
);

/** `メンテナンス / 予定`. */
export function announcementMark({ kind, phase }: ProviderAnnouncement, lang: Lang): string {
  return `${noticeKindName(kind, lang)} / ${besideIncidentWords(lang)[phase]}`;
}

/** When, and how sure it is that it is about what the incident touches: `… 2:00 JST 〜 5:00(3時間) · 確からしさ 95%(web1)`. */
export function announcementText(
  { startMs, endMs, hosts, confidence }: ProviderAnnouncement,
  { timeZone, lang }: { readonly timeZone: string; readonly lang: Lang },
): string {
  const when =
    startMs === null ? besideIncidentWords(lang).startUnknown : windowText({ startMs, endMs }, { timeZone, lang });
  const names = hosts.map(({ host }) => host).join(", ");
  const whom = names === "" ? "" : lang === "ja" ? `(${names})` : ` (${names})`;
  return `${when} · ${feedWords(lang).sure(Math.round(confidence * 100))}${whom}`;
}
