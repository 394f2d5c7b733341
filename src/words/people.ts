import type { Lang } from "../kernel/lang.ts";
import type { DeviceClass, NetworkKind } from "../kernel/ports-people.ts";
import { catalogue } from "./catalogue.ts";

/** The public page on which anyone says whether a service works for them, and what is made of it. */
export const peopleWords = catalogue(
  {
    title: "つながりますか",
    lead: "サービスが使えるかどうかを、いまお使いの場所からお知らせください。どの回線や機器で起きているかが分かり、調査が早まります。",
    service: "サービス",
    choose: "選んでください",
    reach: "状況",
    cannot: "使えません",
    can: "使えます",
    device: "お使いの機器",
    network: "お使いの回線",
    isp: "回線の会社名(分かれば。例: ○○光)",
    comment: "気づいたこと(任意、500文字まで)",
    commentHint: "画面に出た文字など。お名前・電話番号・パスワードは書かないでください。",
    send: "知らせる",
    privacy: "IPアドレスは保存しません(同じ方からの報告を1日のあいだ見分けるための、元に戻せない番号だけを使います)。",
    trying: "このブラウザから確かめています…",
    triedYes: "このブラウザからはつながりました。",
    triedNo: "このブラウザからはつながりませんでした。",
    thanks: "お知らせいただき、ありがとうございます。",
    thanksMore: "ご報告は担当者に届き、ほかの方のご報告や観測とあわせて確かめます。個別のお返事はしていません。",
    back: "稼働状況ページへ",
    again: "もう一度知らせる",
    honeypot: "この欄は空のままにしてください",
    listTitle: "利用者からの報告",
    listLead: (url: string) =>
      `公開ページ ${url} で寄せられた声です。3人以上が10分以内に同じサービスを「使えない」と知らせると、静かな兆候になります。`,
    listEmpty:
      "報告はまだありません。稼働状況ページやお客様への案内に、上の公開ページのアドレスを載せると届くようになります。",
    noPage: "公開ページは、koboshi.yml に status_page を書くと開きます。",
    turnedAway: (count: number) => `多すぎたため保存しなかった報告: ${count}件(起動後)`,
    older: "古いほうへ",
    source: (number: string) => `送り手 ${number}`,
    browserYes: "ブラウザの確認: つながった",
    browserNo: "ブラウザの確認: つながらない",
  },
  {
    title: "Can you reach it?",
    lead: "Tell us whether a service works from where you are. It shows us which networks and devices are concerned, so that we find the cause sooner.",
    service: "Service",
    choose: "Please choose",
    reach: "What happens",
    cannot: "I cannot use it",
    can: "It works for me",
    device: "Your device",
    network: "Your network",
    isp: "Internet provider, if you know it",
    comment: "Anything you noticed (optional, up to 500 characters)",
    commentHint: "Words on the screen, for example. Please leave out names, telephone numbers and passwords.",
    send: "Tell us",
    privacy:
      "Your IP address is not kept; for a day we use a number that cannot be turned back, to know two reports of one person.",
    trying: "Trying from this browser …",
    triedYes: "It could be reached from this browser.",
    triedNo: "It could not be reached from this browser.",
    thanks: "Thank you for telling us.",
    thanksMore:
      "Your report has arrived and is held against other reports and our own checks. We cannot answer each one.",
    back: "To the status page",
    again: "Report again",
    honeypot: "Leave this field empty",
    listTitle: "Reports by people",
    listLead: (url: string) =>
      `What people said on the public page ${url}. When three or more say within 10 minutes that the same service does not work, it becomes a quiet signal.`,
    listEmpty:
      "There are no reports yet. Put the address of the public page above on your status page or into your messages to customers.",
    noPage: "The public page opens once status_page is written into koboshi.yml.",
    turnedAway: (count: number) => `Reports not kept because there were too many: ${count} (since the start)`,
    older: "Older ones",
    source: (number: string) => `sender ${number}`,
    browserYes: "tried by the browser: reached",
    browserNo: "tried by the browser: not reached",
  },
);

const devices: Readonly<Record<DeviceClass, Readonly<Record<Lang, string>>>> = {
  phone: { ja: "スマートフォン", en: "phone" },
  tablet: { ja: "タブレット", en: "tablet" },
  computer: { ja: "パソコン", en: "computer" },
  unknown: { ja: "その他・分からない", en: "other or not known" },
};

const networks: Readonly<Record<NetworkKind, Readonly<Record<Lang, string>>>> = {
  mobile: { ja: "携帯電話の回線", en: "mobile" },
  home: { ja: "自宅の回線", en: "home" },
  office: { ja: "職場・学校の回線", en: "office or school" },
  unknown: { ja: "分からない", en: "not known" },
};

export function deviceName(device: DeviceClass, lang: Lang): string {
  return devices[device][lang];
}

export function networkName(network: NetworkKind, lang: Lang): string {
  return networks[network][lang];
}
