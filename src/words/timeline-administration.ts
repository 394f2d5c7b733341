import type { EventKind } from "../kernel/event.ts";
import type { Sentence } from "./timeline.ts";

type Administration = Extract<
  EventKind,
  | `account.${string}`
  | `token.${string}`
  | `session.closed`
  | `session.refused`
  | `config.edited`
  | `check.${string}`
  | `channel.tested`
  | `job.${string}`
  | `report.${string}`
  | `watchdog.${string}`
  | `peer.${string}`
>;

/** What is done to koboshi itself, as the audit log tells it. */
export const administrationSentences: Readonly<Record<Administration, Sentence>> = {
  "session.closed": (f) => ({ ja: `${f.who}がログアウトしました`, en: `${f.who} signed out` }),
  "session.refused": (f) => ({
    ja: `ログインを断りました(${f.text("name")}、${f.text("from")} から)`,
    en: `A login was refused (${f.text("name")}, from ${f.text("from")})`,
  }),
  "account.created": (f) => ({
    ja: `${f.who}が ${f.text("name")} のアカウントを作りました(役割 ${f.text("role")})`,
    en: `${f.who} made an account for ${f.text("name")} (role ${f.text("role")})`,
  }),
  "account.changed": (f) => ({
    ja: `${f.who}が ${f.text("name")} のアカウントを変えました(${f.text("what")})`,
    en: `${f.who} changed the account of ${f.text("name")} (${f.text("what")})`,
  }),
  "account.removed": (f) => ({
    ja: `${f.who}が ${f.text("name")} のアカウントを消しました`,
    en: `${f.who} removed the account of ${f.text("name")}`,
  }),
  "token.created": (f) => ({
    ja: `${f.who}が API トークン ${f.text("name")} を作りました(${f.text("scopes")})`,
    en: `${f.who} made the API token ${f.text("name")} (${f.text("scopes")})`,
  }),
  "token.revoked": (f) => ({
    ja: `${f.who}が API トークン ${f.text("name")} を取り消しました`,
    en: `${f.who} revoked the API token ${f.text("name")}`,
  }),
  "config.edited": (f) => ({
    ja: `${f.who}が設定を書き換えました: ${f.text("summary")}`,
    en: `${f.who} edited the configuration: ${f.text("summary")}`,
  }),
  "check.paused": (f) => ({
    ja: `${f.who}が監視項目 ${f.text("check")} を止めました: ${f.text("reason")}`,
    en: `${f.who} paused the check ${f.text("check")}: ${f.text("reason")}`,
  }),
  "check.resumed": (f) => ({
    ja: `${f.who}が監視項目 ${f.text("check")} を再開しました`,
    en: `${f.who} resumed the check ${f.text("check")}`,
  }),
  "channel.tested": (f) => ({
    ja: `${f.who}が連絡手段 ${f.text("channel")} を試しました: ${f.text("result")}`,
    en: `${f.who} tested the channel ${f.text("channel")}: ${f.text("result")}`,
  }),
  "job.key-made": (f) => ({
    ja: `${f.who}が定期便 ${f.text("job")} の宛先を作りました`,
    en: `${f.who} made the address of the heartbeat ${f.text("job")}`,
  }),
  "report.saved": (f) => ({ ja: `${f.who}が報告書を書きました`, en: `${f.who} wrote the report` }),
  "report.published": (f) => ({ ja: `${f.who}が報告書を確定しました`, en: `${f.who} published the report` }),
  "watchdog.failed": (f) => ({
    ja: `外の見張りに届きません: ${f.text("error")}`,
    en: `The outside watchdog cannot be reached: ${f.text("error")}`,
  }),
  "watchdog.recovered": () => ({ ja: "外の見張りに届くようになりました", en: "The outside watchdog is reached again" }),
  "peer.silent": (f) => ({
    ja: `別の koboshi(${f.text("peer")})から返事がありません`,
    en: `The other koboshi (${f.text("peer")}) does not answer`,
  }),
  "peer.heard": (f) => ({
    ja: `別の koboshi(${f.text("peer")})から返事が戻りました`,
    en: `The other koboshi (${f.text("peer")}) answers again`,
  }),
};
