import type { Bilingual, Lang } from "../kernel/lang.ts";
import type { Attention } from "../kernel/model/status.ts";
import { backupSayings } from "./attention-backups.ts";
import { publishReason } from "./page.ts";
import { sightReason } from "./vantage.ts";

type Facts = Attention["facts"];
interface Saying {
  readonly text: (facts: Facts) => Bilingual;
  /** what to do about it */
  readonly fix: (facts: Facts) => Bilingual;
}

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** Why a vantage is blind, where it says so itself. */
function sight(facts: Facts, lang: Lang, write: (why: { text: string; fix: string }) => string): string {
  const why = sightReason(of(facts, "reason"), lang);
  return why === null ? "" : write(why);
}

const sayings: Readonly<Record<string, Saying>> = {
  "no-channel": {
    text: () => ({ ja: "通知を送る手段がありません", en: "Nothing can send notices" }),
    fix: () => ({
      ja: "koboshi.yml の notify.channels に mail か webhook を書くか、このコンピュータに sendmail を用意してください",
      en: "write a mail or webhook channel into notify.channels of koboshi.yml, or install sendmail on this machine",
    }),
  },
  "channel-failing": {
    text: (f) => ({
      ja: `連絡手段 ${of(f, "channel")} で通知を届けられません: ${of(f, "error")}`,
      en: `Notices cannot be delivered by ${of(f, "channel")}: ${of(f, "error")}`,
    }),
    fix: () => ({
      ja: "宛先・サーバ・パスワードを確かめてください。届くまで自動で送り直します",
      en: "check its address, server and password; it is tried again by itself",
    }),
  },
  "channel-untried": {
    text: (f) => ({
      ja: `まだ試していない連絡手段があります: ${of(f, "lines")}`,
      en: `Never tested whether notices arrive: ${of(f, "lines")}`,
    }),
    fix: () => ({
      ja: "設定 → 連絡手段で「今すぐ試す」を押してください(コマンドでは koboshi notify test)",
      en: "press “Test now” in Settings, Channels (or run koboshi notify test)",
    }),
  },
  "nobody-told": {
    text: () => ({ ja: "障害を知らせる相手が決まっていません", en: "Nobody is named to be told of an incident" }),
    fix: () => ({
      ja: "koboshi.yml の people と notify.escalate に、知らせる人を書いてください",
      en: "write whom to tell into people and notify.escalate of koboshi.yml",
    }),
  },
  "no-site-url": {
    text: () => ({
      ja: "通知に「対応します」のリンクを付けられません",
      en: "Notices carry no link to take an incident",
    }),
    fix: () => ({
      ja: "外から koboshi に届くアドレスがあれば、site.url と hub.public に書いてください",
      en: "if koboshi can be reached from outside, write its address into site.url and hub.public",
    }),
  },
  "provider-says-now": {
    text: (f) => ({
      ja: `業者 ${of(f, "provider")} のお知らせ(いま): ${of(f, "title")}`,
      en: `Provider ${of(f, "provider")} says, for now: ${of(f, "title")}`,
    }),
    fix: () => ({
      ja: "「お知らせ」の画面で、うちに関係するかを確かめてください",
      en: "see on the page of notices whether it is about us",
    }),
  },
  "provider-says-soon": {
    text: (f) => ({
      ja: `業者 ${of(f, "provider")} の予定(24時間以内): ${of(f, "title")}`,
      en: `Provider ${of(f, "provider")} announces, within a day: ${of(f, "title")}`,
    }),
    fix: () => ({
      ja: "「お知らせ」の画面で時間帯を確かめ、候補を確定するか外してください",
      en: "look at its times on the page of notices, and confirm or reject the proposal",
    }),
  },
  "traps-closed": {
    text: (f) => ({
      ja: `SNMP トラップの受け口 UDP ${of(f, "port")} を開けません(${of(f, "reason")})`,
      en: `SNMP traps cannot be taken at UDP ${of(f, "port")} (${of(f, "reason")})`,
    }),
    fix: () => ({
      ja: "そのポートを使っているプログラムを止めるか、snmp_traps: udp: を変えてください",
      en: "end the program that has the port, or change snmp_traps: udp:",
    }),
  },
  "logs-blocked": {
    text: (f) => ({
      ja: `ログを保存できません(${of(f, "error")})`,
      en: `Log lines cannot be stored (${of(f, "error")})`,
    }),
    fix: () => ({
      ja: "データの置き場所の空きを増やしてください。警報と記録はそのまま続いています",
      en: "make room where the data lie; alarms and the ledger go on",
    }),
  },
  "log-lines-dropped": {
    text: (f) => ({
      ja: `受け取れなかったログがあります: ${of(f, "sources")}(${of(f, "lines")} 行)`,
      en: `Log lines were lost: ${of(f, "sources")} (${of(f, "lines")})`,
    }),
    fix: () => ({
      ja: "「ログ」の画面で送り手を確かめてください。多すぎる送り手は、間に rsyslog を置くと失いません",
      en: "see on the page of logs who sends so much; rsyslog in between loses nothing",
    }),
  },
  "otlp-closed": {
    text: (f) => ({
      ja: `OpenTelemetry の受け口 ${of(f, "address")} を開けません(${of(f, "reason")})`,
      en: `OpenTelemetry cannot be taken at ${of(f, "address")} (${of(f, "reason")})`,
    }),
    fix: () => ({
      ja: "そのポートを使っているプログラムを止めるか、otlp: listen: を変えてください",
      en: "end the program that has the port, or change otlp: listen:",
    }),
  },
  "host-key-unconfirmed": {
    text: (f) => ({
      ja: `SSH ホスト鍵の確認を待っているサーバーがあります: ${of(f, "hosts")}`,
      en: `Hosts whose SSH key nobody has confirmed yet: ${of(f, "hosts")}`,
    }),
    fix: () => ({
      ja: "「サーバー」の画面で指紋を見比べて確認してください。確認するまで中は見ません",
      en: "compare the fingerprint on the host's page and confirm it; until then nobody looks inside",
    }),
  },
  "hosts-not-read": {
    text: (f) => ({
      ja: `中を見られないサーバーが${of(f, "count")}台あります: ${of(f, "hosts")}`,
      en: `Hosts that cannot be looked into (${of(f, "count")}): ${of(f, "hosts")}`,
    }),
    fix: () => ({
      ja: "「サーバー」の画面に、台ごとの理由と対処があります。外からの監視は続いています",
      en: "the Hosts page tells why for each; checks from outside go on",
    }),
  },
  "hosts-same-machine": {
    text: (f) => ({
      ja: `同じ machine-id を名乗るサーバーがあります: ${of(f, "hosts")}`,
      en: `Hosts that say they are the same machine: ${of(f, "hosts")}`,
    }),
    fix: () => ({
      ja: "複製したサーバーなら /etc/machine-id を作り直し、同じものの別名なら koboshi.yml を1台にまとめてください",
      en: "give a cloned machine a new /etc/machine-id; if it is one machine with two names, keep one in koboshi.yml",
    }),
  },
  "telemetry-blocked": {
    text: (f) => ({
      ja: `計測値を保存できません: ${of(f, "error")}(失った行 ${of(f, "lost")})`,
      en: `Measurements cannot be stored: ${of(f, "error")} (${of(f, "lost")} rows lost)`,
    }),
    fix: () => ({
      ja: "監視と通知は動いています。データのフォルダの空きと権限を確かめてください。自動で書き直します",
      en: "checks and notices go on; see to the space and permissions of the data folder, storing resumes by itself",
    }),
  },
  "telemetry-damaged": {
    text: (f) => ({
      ja: `壊れた計測値の日を別に置きました: ${of(f, "days")}`,
      en: `Days of measurements were damaged and set aside: ${of(f, "days")}`,
    }),
    fix: () => ({
      ja: "ほかの日は読めます。ディスクの具合(dmesg、SMART)を確かめてください",
      en: "other days can be read; look at the disk (dmesg, SMART)",
    }),
  },
  "config-refused": {
    text: (f) => ({
      ja: `新しい設定に誤りがあり、前の設定のまま動いています(${of(f, "findings")}件)`,
      en: `The new configuration is not valid (${of(f, "findings")} findings); the one before stays in force`,
    }),
    fix: () => ({
      ja: "koboshi config check で場所と直し方を確かめてください",
      en: "koboshi config check shows where and how to mend it",
    }),
  },
  "keys-not-active": {
    text: (f) => ({
      ja: `この版ではまだ働かない設定があります: ${of(f, "keys")}`,
      en: `Written but not active in this version: ${of(f, "keys")}`,
    }),
    fix: () => ({ ja: "そのまま残して構いません", en: "they may stay in the file" }),
  },
  "vantage-silent": {
    text: (f) => ({
      ja: `観測地点 ${of(f, "vantage")} から便りがありません`,
      en: `No word from vantage ${of(f, "vantage")}`,
    }),
    fix: () => ({
      ja: "そのコンピュータの電源と回線、koboshi vantage が動いているかを確かめてください",
      en: "check that machine's power and line, and that koboshi vantage runs there",
    }),
  },
  "vantage-blind": {
    text: (f) => ({
      ja: `観測地点 ${of(f, "vantage")} から何も見えません${sight(f, "ja", (why) => `(${why.text})`)}`,
      en: `Vantage ${of(f, "vantage")} sees nothing${sight(f, "en", (why) => `: ${why.text}`)}`,
    }),
    fix: (f) => ({
      ja: `${sight(f, "ja", (why) => why.fix) || "その場所の回線を確かめてください"}。戻るまで、ここからの結果は数に入れません`,
      en: `${sight(f, "en", (why) => why.fix) || "check the line there"}; until it is back its readings do not count`,
    }),
  },
  "vantage-never-joined": {
    text: (f) => ({
      ja: `観測地点 ${of(f, "vantage")} はまだ参加していません`,
      en: `Vantage ${of(f, "vantage")} has not joined yet`,
    }),
    fix: (f) => ({
      ja: `そのコンピュータで koboshi vantage を実行してください(名前 ${of(f, "vantage")})`,
      en: `run koboshi vantage on that machine (its name is ${of(f, "vantage")})`,
    }),
  },
  "vantage-clock": {
    text: (f) => ({
      ja: `観測地点 ${of(f, "vantage")} の時計が ${of(f, "offsetSeconds")}秒ずれています`,
      en: `The clock of vantage ${of(f, "vantage")} is ${of(f, "offsetSeconds")} s off`,
    }),
    fix: () => ({
      ja: "chronyd などの時刻合わせを確かめてください。判定には影響しません",
      en: "check its time daemon (chronyd); decisions are not affected",
    }),
  },
  "clock-jumped": {
    text: (f) => ({
      ja: `このコンピュータの時計が ${of(f, "stepSeconds")}秒動きました`,
      en: `This machine's clock was stepped by ${of(f, "stepSeconds")} s`,
    }),
    fix: () => ({
      ja: "時刻合わせ(chronyd など)を確かめてください。監視の間隔と判定には影響しません",
      en: "check the time daemon (chronyd); intervals and decisions are not affected",
    }),
  },
  "page-not-published": {
    text: (f) => ({
      ja: `公開ページを ${of(f, "target")} に置けていません: ${publishReason(of(f, "error"), "ja")}`,
      en: `The status page is not on ${of(f, "target")}: ${publishReason(of(f, "error"), "en")}`,
    }),
    fix: () => ({
      ja: "接続先・鍵・空き・権限を確かめてください。自動で送り直します",
      en: "check the address, key, space and permissions; it is tried again by itself",
    }),
  },
  "page-greener": {
    text: (f) => ({
      ja: `${of(f, "target")} の公開ページが、実際より良く見えています`,
      en: `The page on ${of(f, "target")} looks better than the truth`,
    }),
    fix: () => ({
      ja: "お客様には別の方法でも知らせてください。置き場所が直りしだい、自動で更新します",
      en: "tell customers another way as well; it is renewed by itself once the place takes it",
    }),
  },
  "ledger-blocked": {
    text: (f) => ({
      ja: `記録簿に書き込めません: ${of(f, "error")}`,
      en: `The ledger takes no changes: ${of(f, "error")}`,
    }),
    fix: () => ({
      ja: "ディスクの空きと権限を確かめてください。監視は続けています。書けるようになりしだい、自動で続きを記録します",
      en: "check the disk's free space and permissions; checks go on, and writing resumes by itself",
    }),
  },
  "watchdog-failing": {
    text: (f) => ({
      ja: `外の見張りに届きません: ${of(f, "error")}`,
      en: `The outside watchdog cannot be reached: ${of(f, "error")}`,
    }),
    fix: () => ({
      ja: "watchdog.ping の URL と、このコンピュータから外への回線を確かめてください。見張りの側からも知らせが届いているはずです",
      en: "check watchdog.ping and the line out of this machine; the watchdog should have told you as well",
    }),
  },
  "peer-silent": {
    text: (f) => ({
      ja: `別の koboshi(${of(f, "peer")})から返事がありません`,
      en: `The other koboshi (${of(f, "peer")}) does not answer`,
    }),
    fix: () => ({
      ja: "そのコンピュータの電源と回線、koboshi が動いているかを確かめてください。あちらの監視は止まっているかもしれません",
      en: "check its power, its line, and that koboshi runs there; nobody may be watching that site",
    }),
  },
  "nobody-watches-koboshi": {
    text: () => ({
      ja: "koboshi 自身が止まったときに気づく見張りがありません",
      en: "Nobody would notice if koboshi itself stopped",
    }),
    fix: () => ({
      ja: "別の場所の koboshi(peers)、観測地点、または外の見張り(watchdog.ping)を1つ設定してください",
      en: "set one of: another koboshi (peers), a vantage elsewhere, or an outside watchdog (watchdog.ping)",
    }),
  },
  "hub-on-host": {
    text: (f) => ({
      ja: `koboshi が、見守る相手 ${of(f, "host")} と同じコンピュータで動いています`,
      en: `koboshi runs on ${of(f, "host")}, the very machine it watches`,
    }),
    fix: () => ({
      ja: "そのコンピュータが止まると、お知らせもできません。別の場所に観測地点か外の見張りを置いてください",
      en: "when that machine dies nobody is told; put a vantage or a watchdog elsewhere",
    }),
  },
  "hub-in-place": {
    text: (f) => ({
      ja: `koboshi が、見守る相手 ${of(f, "host")} と同じ ${of(f, "place")} にあります`,
      en: `koboshi stands in ${of(f, "place")}, together with ${of(f, "host")} which it watches`,
    }),
    fix: () => ({
      ja: "その場所ごと止まると、お知らせもできません。別の場所に観測地点か外の見張りを置いてください",
      en: "when the place fails as a whole nobody is told; put a vantage or a watchdog elsewhere",
    }),
  },
  "hub-with-provider": {
    text: (f) => ({
      ja: `koboshi が、見守る相手 ${of(f, "host")} と同じ業者 ${of(f, "provider")} にあります`,
      en: `koboshi stands at ${of(f, "provider")}, the provider of ${of(f, "host")} which it watches`,
    }),
    fix: () => ({
      ja: "業者の障害で一緒に止まることがあります。別の業者に観測地点か外の見張りを置いてください",
      en: "both may stop together; put a vantage or a watchdog at another provider",
    }),
  },
  "page-with-patient": {
    text: (f) => ({
      ja: `公開ページの置き場所が、見守る相手と同じ ${of(f, "place")} にあります`,
      en: `The status page lives in ${of(f, "place")}, with what it reports on`,
    }),
    fix: () => ({
      ja: "別の業者の置き場所を status_page.publish に加えてください",
      en: "add a place at another provider to status_page.publish",
    }),
  },
  ...backupSayings,
};

/** The codes that have their own sentence. */
export const attentionCodes: readonly string[] = Object.keys(sayings);

/** What an attention says, in one sentence. A code without its own sentence is shown with its facts. */
export function attentionText({ code, facts }: Attention, lang: Lang): string {
  const saying = sayings[code];
  if (saying !== undefined) return saying.text(facts)[lang];
  const shown = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
  return shown.length === 0 ? code : `${code} (${shown.join(", ")})`;
}

/** What to do about it; empty when it says so itself. */
export function attentionFix({ code, facts }: Attention, lang: Lang): string {
  return sayings[code]?.fix(facts)[lang] ?? "";
}
