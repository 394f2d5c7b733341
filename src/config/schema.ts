import { z } from "zod";
import { byName, durationField, hostPortField, key, secretField, urlField, zoneField } from "../kernel/fields.ts";
import { langs } from "../kernel/lang.ts";
import { informSchema } from "../inform/index.ts";
import { observeSchema } from "../observe/index.ts";
import { preventSchema } from "../prevent/index.ts";
import { recoverSchema } from "../recover/index.ts";
import { respondSchema } from "../respond/index.ts";

const optional = z.string().optional();
const web = ["https", "http"] as const;

const SiteConfig = z.strictObject({
  name: key(z.string().min(1).default("koboshi"), { ja: "組織や場所の名前", en: "name of the organisation" }),
  lang: key(z.enum(langs).default("ja"), { ja: "主に使う言葉", en: "main language" }),
  timezone: key(zoneField().prefault("Asia/Tokyo"), { ja: "時間帯", en: "time zone" }),
  url: key(urlField(web).optional(), {
    ja: "外から koboshi に届く URL。通知のリンクに使います",
    en: "where koboshi is reached from outside; used in the links of notices",
  }),
});

const listener = hostPortField();
const ntpPort = 123;
const timeServer = z
  .string()
  .min(1)
  .transform((text) => {
    const [, host = text, port] = /^(.+?):(\d+)$/.exec(text) ?? [];
    return { host, port: port === undefined ? ntpPort : Number(port) };
  });
const clickhouse = key(urlField(["clickhouse", ...web]), { ja: "ClickHouse", en: "ClickHouse", later: true });
const KeepConfig = z.strictObject({
  observations: key(durationField().prefault("35d"), {
    ja: "観測 1 件ごとの記録。1 時間ごとの集計はこのあとも 400 日残ります",
    en: "each observation; hourly figures stay 400 days all the same",
  }),
  metrics: key(durationField().prefault("90d"), { ja: "測った値", en: "metrics" }),
  logs: key(durationField().prefault("14d"), { ja: "ログの行", en: "log lines" }),
});
const HubConfig = z.strictObject({
  listen: key(listener.prefault("127.0.0.1:7373"), {
    ja: "管理画面と API のアドレス",
    en: "address of administration and API",
  }),
  public: key(z.union([z.literal("off"), z.literal(false), listener]).default("off"), {
    ja: "公開側(稼働状況ページ、確認リンク)のアドレス",
    en: "address of the public side: status page, acknowledging",
  }),
  data: key(z.string().min(1).default("./koboshi-data"), {
    ja: "データのフォルダ。設定ファイルからの相対",
    en: "folder of the data, relative to this file",
  }),
  ledger: key(z.union([z.literal("sqlite"), urlField(["postgres", "postgresql"])]).default("sqlite"), {
    ja: "台帳: sqlite または postgres://…",
    en: "the ledger: sqlite, or postgres://…",
  }),
  telemetry: key(z.union([z.literal("duckdb"), clickhouse]).default("duckdb"), {
    ja: "計測値の置き場: duckdb または clickhouse://…",
    en: "measurements: duckdb, or clickhouse://…",
  }),
  keep: key(KeepConfig.prefault({}), { ja: "計測値を残す期間", en: "how long measurements are kept" }),
  tls: key(
    z
      .strictObject({
        cert: key(z.string(), { ja: "証明書のファイル", en: "file of the certificate" }),
        key: key(z.string(), { ja: "秘密鍵のファイル", en: "file of the private key" }),
      })
      .optional(),
    { ja: "管理画面を https にする証明書と鍵", en: "certificate and key that make administration https" },
  ),
  edit: key(z.enum(["here", "git"]).default("here"), {
    ja: "画面での編集。here はこのファイルに書き、git は差分だけを渡します",
    en: "editing on the screens: `here` writes this file, `git` only hands out a patch",
  }),
  time_servers: key(z.array(timeServer).prefault(["ntp.nict.jp", "time.cloudflare.com", "time.google.com"]), {
    ja: "保守後の点検で時計のずれを測る前に、koboshi 自身の時計を確かめる NTP サーバ(3つ以上)",
    en: "NTP servers, three or more, by which koboshi makes sure of its own clock before it judges another",
  }),
  trusted_proxies: key(z.array(z.string()).default([]), {
    ja: "信じてよい手前のプロキシ",
    en: "proxies in front that may be believed",
  }),
});

const PlaceConfig = z.strictObject({
  provider: key(optional, { ja: "業者。どんな言葉でもかまいません", en: "the provider; any word" }),
  account: key(optional, { ja: "契約(アカウント)", en: "the account there" }),
  region: key(optional, { ja: "地域", en: "the region" }),
  login_shared_with: key(z.array(z.string()).optional(), {
    ja: "同じログインで入れる契約。[] は「なし」",
    en: "accounts that the same login opens; [] means none",
  }),
  endpoint: key(urlField(web).optional(), {
    ja: "S3 互換の接続先",
    en: "endpoint, for S3-compatible ones",
  }),
  access_key: key(secretField().optional(), { ja: "アクセスキー", en: "access key" }),
  secret_key: key(secretField().optional(), { ja: "秘密アクセスキー", en: "secret access key" }),
  ca: key(z.string().startsWith("/").optional(), {
    ja: "独自の認証局の証明書(koboshi のマシンにある PEM ファイルの絶対パス)。書くと、ここに置く控えの s3: と rest: は、公的な認証局の代わりにこれだけを信じます",
    en: "PEM file (absolute path on koboshi's machine) with your own authorities, which s3: and rest: repositories here trust instead of the public ones",
  }),
  notices: key(z.enum(["propose", "trust", "ignore"]).optional(), {
    ja: "業者のお知らせの扱い",
    en: "how far its notices are believed",
    later: true,
  }),
  retrieval: key(
    z
      .strictObject({
        delay: key(durationField().optional(), { ja: "取り出すまでの時間", en: "time until data come out" }),
        fee: key(optional, { ja: "取り出しの料金", en: "what that costs" }),
      })
      .optional(),
    { ja: "データの取り出し", en: "getting data out" },
  ),
});

const Notices = z.strictObject({
  feed: key(urlField(web).optional(), { ja: "RSS・Atom", en: "RSS or Atom" }),
  statuspage: key(urlField(web).optional(), { ja: "稼働状況ページ", en: "a status page" }),
  page: key(urlField(web).optional(), { ja: "お知らせのページ", en: "a page of notices" }),
  select: key(optional, { ja: "ページの中の場所(CSS)", en: "where on the page (CSS)" }),
  imap: key(urlField(["imaps", "imap"]).optional(), { ja: "お知らせが届く箱", en: "mailbox that receives them" }),
  user: key(optional, { ja: "ユーザー名", en: "user" }),
  password: key(secretField().optional(), { ja: "パスワード", en: "password" }),
  from: key(optional, { ja: "差出人", en: "their sender" }),
  match: key(z.array(z.string()).optional(), { ja: "この言葉を含むものだけ", en: "only those with these words" }),
});

const ProviderConfig = z.strictObject({
  notices: key(z.array(Notices).optional(), { ja: "お知らせの取り方", en: "where its notices are read" }),
  neighbours: key(z.array(urlField(web)).optional(), {
    ja: "同じ業者のほかのサイト。影響範囲の比較に使います",
    en: "other sites at the same provider, to compare with",
  }),
  links: key(
    z
      .array(
        z.strictObject({
          title: key(z.string(), { ja: "名前", en: "its title" }),
          url: key(urlField(web), { ja: "URL", en: "its URL" }),
        }),
      )
      .default([]),
    { ja: "障害のときに開くページ", en: "pages to open in an outage" },
  ),
  support: key(
    z
      .strictObject({
        phone: key(optional, { ja: "電話", en: "phone" }),
        hours: key(optional, { ja: "受付時間", en: "hours" }),
        mail: key(optional, { ja: "メール", en: "mail" }),
        form: key(urlField(web).optional(), { ja: "問い合わせフォーム", en: "form" }),
        account: key(optional, { ja: "契約番号", en: "account number" }),
        console: key(urlField(web).optional(), { ja: "管理画面", en: "console" }),
      })
      .optional(),
    { ja: "問い合わせ先", en: "its support" },
  ),
});

/** The whole language of `koboshi.yml`. */
export const RootConfig = z.strictObject({
  version: key(z.literal(1), { ja: "この書き方の版。いまは 1", en: "version of this language; 1" }),
  site: key(SiteConfig.prefault({}), { ja: "この組織について", en: "about the organisation" }),
  hub: key(HubConfig.prefault({}), { ja: "koboshi 自身", en: "koboshi itself" }),
  people: respondSchema.people,
  places: key(byName(PlaceConfig).default({}), {
    ja: "一度に失われうるもの。生存監査はここから計算します",
    en: "what can disappear at once; the survival audit is computed from this",
  }),
  providers: key(byName(ProviderConfig).default({}), { ja: "業者", en: "providers" }),
  ...observeSchema,
  notify: respondSchema.notify,
  ...informSchema,
  ...recoverSchema,
  ...preventSchema,
  watchdog: key(
    z
      .strictObject({
        ping: key(urlField(web), { ja: "呼び続ける URL", en: "URL that is called" }),
        every: key(durationField().prefault("1m"), { ja: "間隔", en: "how often" }),
      })
      .optional(),
    {
      ja: "koboshi が黙ったら気づいてくれる外の見張り",
      en: "someone outside who notices when koboshi is silent",
    },
  ),
  peers: key(
    z
      .array(
        z.strictObject({
          hub: key(urlField(web), { ja: "相手の URL", en: "URL of the other" }),
          token: key(secretField().optional(), { ja: "合言葉", en: "its token" }),
        }),
      )
      .optional(),
    { ja: "互いに見守る別の koboshi", en: "other hubs; each watches the other" },
  ),
});
export type RootConfig = z.infer<typeof RootConfig>;
