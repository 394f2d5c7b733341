import { z } from "zod";
import { byName, clockTimeField, durationField, key, oneOrMany, secretField, urlField } from "../kernel/fields.ts";
import { langs } from "../kernel/lang.ts";
import { severities } from "../kernel/model/signal.ts";

const mail = z.string().regex(/^[^\s@<>]+@[^\s@<>]+$/);

const PersonConfig = z.union([
  key(mail, { ja: "短い書き方: メールアドレス", en: "short form: the mail address" }),
  z.strictObject({
    name: key(z.string().min(1).optional(), { ja: "呼び名", en: "what they are called" }),
    mail: key(mail.optional(), { ja: "メールアドレス", en: "mail address" }),
    phone: key(z.string().optional(), { ja: "電話番号", en: "phone number" }),
    lang: key(z.enum(langs).optional(), { ja: "この人への言葉", en: "the language they are written to in" }),
    can: key(z.array(z.string()).optional(), {
      ja: "この人が入れるもの、消せるもの(host:web1、account:omni-1、repository:office/shop)",
      en: "what they can log in to or delete: host:web1, account:omni-1, repository:office/shop",
    }),
    keys: key(z.array(z.string()).optional(), {
      ja: "この人が鍵を持っているバックアップ",
      en: "backups whose key they hold",
    }),
  }),
]);

/** Channel kinds of the language; `mail` and `webhook` work in this version. */
export const channelKinds = ["mail", "webhook", "slack", "call", "sms"] as const;
export type ChannelKind = (typeof channelKinds)[number];
export const activeChannelKinds: readonly ChannelKind[] = ["mail", "webhook"];

const ChannelConfig = z.strictObject({
  kind: key(z.enum(channelKinds).optional(), {
    ja: "種類。省くと名前か項目から判断します",
    en: "what it is; taken from its name or keys when left out",
  }),
  smtp: key(urlField(["smtps", "smtp"]).optional(), {
    ja: "送信サーバ。smtps:// は最初から暗号化。省くと /usr/sbin/sendmail",
    en: "mail relay; smtps:// is encrypted from the start; /usr/sbin/sendmail when left out",
  }),
  user: key(z.string().optional(), { ja: "ユーザー名", en: "user" }),
  password: key(secretField().optional(), { ja: "パスワード", en: "password" }),
  from: key(z.string().min(1).optional(), {
    ja: "差出人。メールでは省くと koboshi@(site.url のホスト名)",
    en: "the sender; for mail koboshi@ + the host of site.url when left out",
  }),
  webhook: key(secretField().optional(), { ja: "通知を受け取る URL", en: "URL that takes the notices" }),
  secret: key(secretField().optional(), {
    ja: "署名の鍵。省くと koboshi が作ります",
    en: "key of the signature; koboshi makes one when left out",
  }),
  provider: key(z.string().optional(), { ja: "電話・SMS の業者", en: "provider of calls or SMS", later: true }),
  account: key(z.string().optional(), { ja: "業者の契約 ID", en: "account at the provider", later: true }),
  token: key(secretField().optional(), { ja: "業者の API トークン", en: "API token of the provider", later: true }),
});

const step = z.strictObject({
  after: key(durationField().prefault("0m"), { ja: "障害からの時間", en: "time since the incident was opened" }),
  tell: key(oneOrMany(z.string()).optional(), { ja: "知らせる人", en: "who is told" }),
  by: key(oneOrMany(z.string()).optional(), {
    ja: "使う連絡手段。省くとすべて",
    en: "by which channels; all when left out",
  }),
  only: key(z.enum(severities).optional(), { ja: "この重さ以上のときだけ", en: "only when at least this severe" }),
});

const quiet = z.strictObject({
  from: key(clockTimeField(), { ja: "始まり", en: "begins" }),
  to: key(clockTimeField(), { ja: "終わり", en: "ends" }),
  hold: key(z.array(z.enum(severities)).default(["info", "warning"]), {
    ja: "朝まで待たせるもの",
    en: "what waits until the end",
  }),
});

const NotifyConfig = z.strictObject({
  channels: key(byName(ChannelConfig).default({}), { ja: "連絡手段", en: "channels" }),
  escalate: key(byName(z.array(step)).default({}), {
    ja: "だれに、何分後に、どの手段で。省くと全員に、すぐに",
    en: "who is told after how long and how; everyone at once when left out",
  }),
  quiet: key(quiet.optional(), {
    ja: "静かな時間帯。重大な障害は必ず知らせます",
    en: "quiet hours; critical always wakes",
  }),
});

/** Keys at the top of the file that belong to responding. */
export const respondSchema = {
  people: key(byName(PersonConfig).default({}), { ja: "人", en: "people" }),
  notify: key(NotifyConfig.prefault({}), { ja: "通知", en: "how people are told" }),
};
