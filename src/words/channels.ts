import type { Lang } from "../kernel/lang.ts";
import type { ChannelTestResult } from "../kernel/ports.ts";
import { catalogue } from "./catalogue.ts";

/** Trying whether notices arrive: the test itself, its page and its command. */
export const channelWords = catalogue(
  {
    title: "連絡手段",
    how: "障害のお知らせが本当に届くかを、何も起きていないうちに試せます。設定を変えたとき、または30日に1度は試してください。",
    none: "連絡手段がありません。障害が起きても、だれにもお知らせできません。",
    noneFix: "notify.channels に mail か webhook を書くか、このコンピュータに sendmail を用意してください。",
    edit: "設定を開く",
    nobody: "この手段で知らせる相手がいません。people に宛先を書いてください。",
    mail: (relay: string) => `メール(${relay} から)`,
    sendmail: "このコンピュータの sendmail",
    webhook: "webhook(署名つき JSON)",
    room: "この手段の宛先全体",
    tryNow: "今すぐ試す",
    tryNowTo: (who: string) => `${who}に今すぐ試す`,
    never: "まだ試していません",
    old: (age: string) => `最後に試したのは${age}前です。もう一度試してください`,
    last: (time: string, by: string) => `最後の試験: ${time}、${by}`,
    sent: (who: string) => `${who}に試しのお知らせを送りました`,
    signInFirst: "試すにはログインしてください",
    arrived: "届いたことを確かめました(番号が一致)",
    accepted: "相手のサーバが受け取りました",
    acceptedMore: "読まれたかどうかまでは分かりません。届いたことを、ご本人に確かめてください。",
    auth: "ユーザー名かパスワードが拒まれました",
    "rate-limited": "送りすぎとして断られました",
    server: "相手のサーバが受け取れませんでした",
    client: "相手が受け取りを断りました",
    timeout: "時間内に答えがありませんでした",
    network: "相手のサーバに届きませんでした",
    "not-configured": "送るための設定が足りません",
    said: (text: string) => `相手の返事: ${text}`,
    subject: (site: string) => `koboshi の試験: ${site} のお知らせはこのように届きます`,
    body: (by: string, time: string) =>
      `${by}が ${time} に、お知らせが届くかを試しました。\n\n障害は起きていません。何もしなくて構いません。\n\nこのメールが迷惑メールの箱に入っていたら、差出人を受信できるようにしてください。夜中のお知らせも同じところから届きます。`,
    cliNone: "試せる連絡手段がありません(notify.channels と people を確かめてください)",
  },
  {
    title: "Channels",
    how: "Find out whether notices really arrive, while nothing is wrong. Try each after a change, and once in 30 days.",
    none: "There is no channel: when something fails, nobody can be told.",
    noneFix: "Write a mail or webhook channel into notify.channels, or install sendmail on this machine.",
    edit: "Open the configuration",
    nobody: "This channel reaches nobody. Write an address into people.",
    mail: (relay) => `mail (by ${relay})`,
    sendmail: "this machine's own sendmail",
    webhook: "webhook (signed JSON)",
    room: "everyone behind it",
    tryNow: "Test now",
    tryNowTo: (who) => `Test now: ${who}`,
    never: "never tested",
    old: (age) => `last tested ${age} ago; please try again`,
    last: (time, by) => `last test: ${time}, by ${by}`,
    sent: (who) => `A test notice was sent to ${who}`,
    signInFirst: "Sign in to send a test",
    arrived: "shown to arrive (the number matched)",
    accepted: "the far side took it",
    acceptedMore: "Whether it was read is not known: ask the person whether it arrived.",
    auth: "the user or password was refused",
    "rate-limited": "refused as too many",
    server: "the far side could not take it",
    client: "the far side refused it",
    timeout: "there was no answer in time",
    network: "the far side could not be reached",
    "not-configured": "something needed to send is not configured",
    said: (text) => `it said: ${text}`,
    subject: (site) => `koboshi test: notices of ${site} arrive like this`,
    body: (by, time) =>
      `${by} tested at ${time} whether notices arrive.\n\nNothing is wrong; there is nothing to do.\n\nIf this mail was in the spam folder, allow its sender: notices at night come from the same place.`,
    cliNone: "no channel can be tested (see notify.channels and people)",
  },
);

/** How a test ended, for people. */
export function channelResult(result: ChannelTestResult, lang: Lang): string {
  return channelWords(lang)[result];
}

const results: readonly ChannelTestResult[] = [
  "arrived",
  "accepted",
  "auth",
  "rate-limited",
  "server",
  "client",
  "timeout",
  "network",
  "not-configured",
];

/** A result as it was written down; null for anything else. */
export function readChannelResult(written: unknown): ChannelTestResult | null {
  return results.find((result) => result === written) ?? null;
}

/** Whether the test says that notices leave. */
export function isGoodResult(result: ChannelTestResult): boolean {
  return result === "arrived" || result === "accepted";
}
