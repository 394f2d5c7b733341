import type { Bilingual, Lang } from "../kernel/lang.ts";
import type { IncidentState } from "../kernel/model/incident.ts";
import type { StateWord } from "../kernel/model/status.ts";
import { catalogue } from "./catalogue.ts";

/** The states of a service as customers read them. */
const customerStates: Readonly<Record<StateWord, Bilingual>> = {
  ok: { ja: "正常", en: "Working" },
  warning: { ja: "つながりにくい", en: "Unstable" },
  down: { ja: "停止", en: "Not available" },
  affected: { ja: "影響あり", en: "Affected" },
  maintenance: { ja: "保守中", en: "Maintenance" },
  unknown: { ja: "確認できていません", en: "Not confirmed" },
  paused: { ja: "確認を休止中", en: "Not being checked" },
};

export function customerState(state: StateWord, lang: Lang): string {
  return customerStates[state][lang];
}

/** What stands on the status page around the facts. */
export const pageWords = catalogue(
  {
    titleOk: "正常",
    titleWarning: "注意",
    titleDown: "障害あり",
    titleAffected: "影響あり",
    titleMaintenance: "保守作業中",
    titleUnknown: "確認できていません",
    titlePaused: "確認を休止中",
    titleEmpty: "準備中",
    ok: "すべて正常にご利用いただけます",
    down: (names: string) => `${names}がご利用いただけません`,
    affected: (names: string) => `${names}に影響が出ています`,
    warning: (names: string) => `${names}がつながりにくくなっています`,
    maintenance: (names: string) => `${names}は保守作業中です`,
    paused: (names: string) => `${names}の確認を休止しています`,
    unknown: (names: string) => `${names}の状況を確認できていません`,
    blind: "現在の状況を確認できていません",
    blindMeaning:
      "監視の仕組みからサービスの様子を見ることができません。ご利用いただける場合も、いただけない場合もあります。",
    empty: "掲載しているサービスはまだありません",
    emptyMeaning: "準備が整いしだい、ここに稼働状況を掲載します。",
    alsoUnknown: (names: string) => `${names}の状況は確認できていません。`,
    alsoHit: (names: string) => `${names}にも影響が出ています。`,
    nextNews: "次のお知らせ:",
    nextNewsPromise: "ごろ(進展がなくてもお知らせします)",
    updated: "最終更新",
    whenOld: "10分以上前の時刻のときは、このページの内容が古くなっている可能性があります。",
    reload: "再読み込み",
    services: "サービスごとの状況",
    because: (name: string) => `${name}の影響を受けています`,
    some: (names: string, more: number) => `${names}ほか${more}件`,
    pastLabel: (text: string) => `過去90日: ${text}`,
    pastStopped: (length: string, percent: string) => `90日間の停止 ${length} (${percent})`,
    pastNever: "90日間の停止はありません",
    pastNone: "まだ記録がありません",
    pastOf: (text: string, length: string) => `${text}(記録は${length}分)`,
    news: "お知らせ",
    noNews: "最近のお知らせはありません。",
    earlier: "これまでのお知らせ",
    ongoing: "対応中",
    incidentTitle: (names: string) => `${names}の障害`,
    investigating: "調査中",
    identified: "原因判明",
    fixing: "復旧作業中",
    monitoring: "経過観察",
    resolved: "復旧",
    falseAlarm: "取り消し",
    subscribe: "お知らせを受け取る",
    contact: "お問い合わせ:",
    back: "稼働状況に戻る",
    language: "English",
    feedTitle: (title: string) => `${title} — お知らせ`,
    description: (title: string, headline: string) => `${title}: ${headline}`,
  },
  {
    titleOk: "Working",
    titleWarning: "Unstable",
    titleDown: "Outage",
    titleAffected: "Affected",
    titleMaintenance: "Maintenance",
    titleUnknown: "Not confirmed",
    titlePaused: "Not being checked",
    titleEmpty: "In preparation",
    ok: "Everything is working",
    down: (names: string) => `${names} cannot be used right now`,
    affected: (names: string) => `${names} may not work as usual`,
    warning: (names: string) => `Connections to ${names} are slow or unstable`,
    maintenance: (names: string) => `Maintenance in progress: ${names}`,
    paused: (names: string) => `Not being checked at the moment: ${names}`,
    unknown: (names: string) => `We cannot confirm the state of ${names}`,
    blind: "We cannot confirm the current state",
    blindMeaning: "Our monitoring cannot see the services at the moment. They may or may not be working.",
    empty: "No service is listed yet",
    emptyMeaning: "Their state will be shown here once everything is ready.",
    alsoUnknown: (names: string) => `We cannot confirm the state of ${names}.`,
    alsoHit: (names: string) => `Also affected: ${names}.`,
    nextNews: "Next news: about",
    nextNewsPromise: "(even if there is no progress)",
    updated: "Last updated",
    whenOld: "If that is more than 10 minutes ago, this page may be out of date.",
    reload: "Reload",
    services: "State of each service",
    because: (name: string) => `because of ${name}`,
    some: (names: string, more: number) => `${names} and ${more} more`,
    pastLabel: (text: string) => `The last 90 days: ${text}`,
    pastStopped: (length: string, percent: string) => `stopped ${length} in 90 days (${percent})`,
    pastNever: "never stopped in 90 days",
    pastNone: "no record yet",
    pastOf: (text: string, length: string) => `${text} (from ${length} of record)`,
    news: "News",
    noNews: "No recent news.",
    earlier: "Earlier news",
    ongoing: "Ongoing",
    incidentTitle: (names: string) => `Problem with ${names}`,
    investigating: "Investigating",
    identified: "Cause found",
    fixing: "Repairing",
    monitoring: "Monitoring",
    resolved: "Resolved",
    falseAlarm: "Withdrawn",
    subscribe: "Get the news",
    contact: "Contact:",
    back: "Back to the service status",
    language: "日本語",
    feedTitle: (title: string) => `${title} — news`,
    description: (title: string, headline: string) => `${title}: ${headline}`,
  },
);

/** What customers read beside a notice. */
export function incidentWord(state: IncidentState, lang: Lang): string {
  const say = pageWords(lang);
  const words: Readonly<Record<IncidentState, string>> = {
    investigating: say.investigating,
    identified: say.identified,
    fixing: say.fixing,
    monitoring: say.monitoring,
    resolved: say.resolved,
    "false-alarm": say.falseAlarm,
  };
  return words[state];
}

const reasons = catalogue(
  {
    "host-key-unknown": (seen: string) =>
      `ホスト鍵がまだ確かめられていません。管理者に聞いた指紋が ${seen} と同じなら、koboshi.yml の hosts.(名前) に host_key: "${seen}" と書いてください`,
    "host-key-changed": (seen: string) =>
      `ホスト鍵が koboshi.yml の host_key と違います(見えた鍵 ${seen})。入れ替えたのでなければ、別のサーバにつながっています`,
    "private-key-missing": () => "SFTP の秘密鍵がありません。hosts.(名前).keys.act か publish の key に書いてください",
    "private-key-unreadable": (seen: string) =>
      `秘密鍵を読めません(${seen})。パスフレーズのない ed25519・ecdsa・rsa の鍵を使ってください`,
    "auth-refused": () => "サーバが鍵を受け付けません。ユーザー名と authorized_keys を確かめてください",
    "connection-failed": (seen: string) => `つながりません(${seen})。アドレス・ポート・回線を確かめてください`,
    timeout: () => "時間内に終わりませんでした。サーバと回線を確かめてください",
    stopped: () => "途中で止められました",
    "permission-denied": (file: string) => `${file} に書く権限がありません`,
    "read-only": (file: string) => `${file} は書き込みのできない場所にあります`,
    "no-space": (file: string) => `空き容量がありません(${file})`,
    "not-written": (file: string) => `サーバが ${file} を書けませんでした。空き容量と権限を確かめてください`,
    "not-a-folder": (file: string) => `${file} の途中がフォルダではありません`,
    "symbolic-link": (file: string) => `${file} はシンボリックリンクです。ページの外に書かないために止めました`,
    "foreign-file": (file: string) =>
      `koboshi が作ったのではない ${file} があります。ほかのページを消さないために止めました。空のフォルダを指定するか、そのファイルを移してください`,
    differs: (file: string) => `${file} が、送った内容と違うものに書き換えられています`,
    "on-vantage": (name: string) =>
      `このフォルダは観測地点 ${name} のコンピュータにあります。この版では sftp: で指定してください`,
  },
  {
    "host-key-unknown": (seen: string) =>
      `its host key is not confirmed yet. If its administrator names the same fingerprint ${seen}, write host_key: "${seen}" into hosts.NAME of koboshi.yml`,
    "host-key-changed": (seen: string) =>
      `its host key is not the host_key of koboshi.yml (seen: ${seen}). Unless it was replaced, this is another server`,
    "private-key-missing": () =>
      "no private key for SFTP: write it into hosts.NAME.keys.act, or as key beside the target",
    "private-key-unreadable": (seen: string) =>
      `the private key cannot be read (${seen}): use an ed25519, ecdsa or rsa key without a passphrase`,
    "auth-refused": () => "the server does not take the key: check the user name and authorized_keys",
    "connection-failed": (seen: string) => `no connection (${seen}): check address, port and line`,
    timeout: () => "it did not end in time: check the server and the line",
    stopped: () => "it was stopped on the way",
    "permission-denied": (file: string) => `no permission to write ${file}`,
    "read-only": (file: string) => `${file} is in a place that cannot be written`,
    "no-space": (file: string) => `no space left (${file})`,
    "not-written": (file: string) => `the server could not write ${file}: check its free space and permissions`,
    "not-a-folder": (file: string) => `something on the way to ${file} is not a folder`,
    "symbolic-link": (file: string) => `${file} is a symbolic link; stopped so as not to write outside the page`,
    "foreign-file": (file: string) =>
      `there is a ${file} that koboshi did not write; stopped so as not to replace another page. Name an empty folder, or move that file`,
    differs: (file: string) => `${file} was changed into something else than was sent`,
    "on-vantage": (name: string) =>
      `this folder is on the machine of vantage ${name}: in this version name it as sftp:`,
  },
);

/**
 * Says why a page was not taken. `reason` is `CODE` or `CODE: what was seen`, with or without the number of the refusal
 * before it (`KB6002 timeout`); what has no sentence of its own is said as it came.
 */
export function publishReason(reason: string, lang: Lang): string {
  const bare = reason.replace(/^KB\d{4} /, "");
  const [code = "", ...rest] = bare.split(": ");
  const say: Readonly<Record<string, (seen: string) => string>> = reasons(lang);
  return Object.hasOwn(say, code) ? (say[code]?.(rest.join(": ")) ?? bare) : bare;
}
