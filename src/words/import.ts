import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";

/** Why something stayed behind; the same words as in config/import. */
type Code =
  | "kind"
  | "paused"
  | "upside-down"
  | "condition"
  | "json-query"
  | "insecure-tls"
  | "login-kind"
  | "proxy"
  | "method"
  | "secret-in-url"
  | "secret-in-body"
  | "environment"
  | "channel"
  | "page"
  | "maintenance"
  | "no-target"
  | "discovery"
  | "schedule"
  | "address"
  | "incomplete"
  | "many"
  | "invalid"
  | "setting";

export const importWords = catalogue(
  {
    heading: (origin: string) => `${origin} から koboshi import で作りました`,
    carried: (services: number, jobs: number, channels: number) =>
      `引き継ぎました: サービス ${services}、ジョブ ${jobs}、連絡手段 ${channels}`,
    secretsToSet: (count: number) =>
      `秘密の値はこのファイルに書いていません。koboshi を起動する前に、次の環境変数 ${count} 件を設定してください`,
    leftBehind: (count: number) => `引き継げなかったもの・確認が必要なもの ${count} 件`,
    more: (count: number) => `ほか ${count} 件(--json ですべて見られます)`,
    written: (file: string) => `書きました: ${file}`,
    besides: (file: string) => `${file} がすでにあるため、その隣に追加のファイルとして書きます`,
    next: "次は koboshi config check、続けて koboshi up",
    products: (names: string) => `取り込めるもの: ${names}`,
  },
  {
    heading: (origin: string) => `made by koboshi import from ${origin}`,
    carried: (services: number, jobs: number, channels: number) =>
      `carried over: ${services} services, ${jobs} jobs, ${channels} channels`,
    secretsToSet: (count: number) =>
      `secrets are not written here; before koboshi starts, set these ${count} environment variables`,
    leftBehind: (count: number) => `left behind, or to be looked at: ${count}`,
    more: (count: number) => `and ${count} more (--json shows all)`,
    written: (file: string) => `Wrote ${file}`,
    besides: (file: string) => `${file} is there already, so this goes into a file beside it`,
    next: "Next: koboshi config check, then koboshi up",
    products: (names: string) => `what can be imported: ${names}`,
  },
);

const reasons: Readonly<Record<Lang, Readonly<Record<Code, string>>>> = {
  ja: {
    kind: "この種類の監視はありません",
    paused: "停止中でした",
    "upside-down": "成功と失敗を入れ替える設定です",
    condition: "この条件は書けません(監視そのものは引き継ぎました)",
    "json-query": "JSON の中の値は調べられません(ページの監視は引き継ぎました)",
    "insecure-tls": "証明書の検証を省く設定は引き継いでいません",
    "login-kind": "この方式のログインはできません",
    proxy: "プロキシ経由の監視はできません",
    method: "このメソッドは送れません",
    "secret-in-url": "URL に秘密の値が含まれています",
    "secret-in-body": "送る本文に秘密の値が含まれているようです",
    environment: "環境変数を埋め込んだアドレスです",
    channel: "この連絡手段はまだありません",
    page: "稼働状況ページは1つだけです",
    maintenance: "繰り返しや手動の保守は引き継げません",
    "no-target": "監視の対象が書かれていません",
    discovery: "対象を自動で見つける設定です",
    schedule: "予定の書き方を読めません",
    address: "呼び出す URL が変わります",
    incomplete: "必要な値がありません",
    many: "数の上限を超えました",
    invalid: "設定として正しくありません",
    setting: "この設定は引き継いでいません",
  },
  en: {
    kind: "there is no such probe",
    paused: "it was switched off",
    "upside-down": "it swaps success and failure",
    condition: "this condition cannot be written (the check itself was carried over)",
    "json-query": "values inside JSON are not looked at (the check of the page was carried over)",
    "insecure-tls": "skipping the certificate's verification was not carried over",
    "login-kind": "this kind of login is not spoken",
    proxy: "checks do not go through a proxy",
    method: "this method is not sent",
    "secret-in-url": "its URL holds a secret",
    "secret-in-body": "its body seems to hold a secret",
    environment: "its address holds an environment variable",
    channel: "there is no such channel yet",
    page: "there is one status page only",
    maintenance: "repeated and manual maintenance is not carried over",
    "no-target": "it names no target",
    discovery: "its targets are found at run time",
    schedule: "its schedule cannot be read",
    address: "the URL to call changes",
    incomplete: "a value it needs is missing",
    many: "more than can be carried over",
    invalid: "it makes no valid configuration",
    setting: "this setting was not carried over",
  },
};

const todos: Readonly<Record<Lang, Readonly<Record<Code, string>>>> = {
  ja: {
    kind: "Nagios 互換プラグインがあれば command: で書けます",
    paused: "必要なら元の製品で有効にしてから取り込み直してください",
    "upside-down": "止まっているべきものは、expect.status などで正しい応答を書いてください",
    condition: "expect の contains・matches・within などで書けないか確かめてください",
    "json-query": "expect.matches に正規表現で書けないか確かめてください",
    "insecure-tls": "自前の認証局の証明書を ca: に書いてください",
    "login-kind": "headers: の Authorization で代えられないか確かめてください",
    proxy: "プロキシの内側に観測地点(koboshi vantage)を置いてください",
    method: "HEAD か GET で確かめられる URL を書いてください",
    "secret-in-url": "秘密をヘッダーで受け取る URL にして、headers: に書いてください",
    "secret-in-body": "本文を確かめて、必要なら body: に書いてください",
    environment: "実際のアドレスを書いてください",
    channel: "webhook か mail を使ってください",
    page: "show: に載せるサービスを加えてください",
    maintenance: "maintenance: に日時を書いてください",
    "no-target": "prometheus.yml も続けて指定してください",
    discovery: "対象を services: に書いてください",
    schedule: "at: か every: を書いてください",
    address: "新しい URL(koboshi job url で見られます)を呼び出し元に設定してください",
    incomplete: "元の設定を確かめて、手で書き足してください",
    many: "ファイルを分けて取り込んでください",
    invalid: "元の設定を確かめて、手で書き足してください",
    setting: "必要かどうか確かめてください",
  },
  en: {
    kind: "with a Nagios-compatible plugin it can be written as command:",
    paused: "switch it on in the old product and import again, if it is wanted",
    "upside-down": "say under expect (such as expect.status) what is right",
    condition: "see whether contains, matches or within under expect can say it",
    "json-query": "see whether a regular expression under expect.matches can say it",
    "insecure-tls": "name your own authority's certificate under ca:",
    "login-kind": "see whether an Authorization header under headers: will do",
    proxy: "put a vantage (koboshi vantage) behind the proxy",
    method: "name a URL that HEAD or GET can look at",
    "secret-in-url": "use a URL that takes the secret in a header, and write it under headers:",
    "secret-in-body": "look at the body and write it under body: if it is wanted",
    environment: "write the real address",
    channel: "use a webhook or mail",
    page: "add the services to show:",
    maintenance: "write its times under maintenance:",
    "no-target": "name prometheus.yml after it",
    discovery: "write the targets under services:",
    schedule: "write at: or every:",
    address: "give the new URL (koboshi job url) to whoever calls it",
    incomplete: "look at the old settings and add it by hand",
    many: "import it in parts",
    invalid: "look at the old settings and add it by hand",
    setting: "see whether it is needed",
  },
};

interface Left {
  readonly what: string;
  readonly code: Code;
  readonly detail: string;
}

/** `monitor 12 «Shop»: there is no such probe (docker)`. */
export function leftLine({ what, code, detail }: Left, lang: Lang): string {
  const shown = detail === "" ? "" : ` (${detail})`;
  return `${what}: ${reasons[lang][code]}${shown}`;
}

/** What to do instead. */
export function leftTodo(code: Code, lang: Lang): string {
  return todos[lang][code];
}
