import type { EventKind } from "../kernel/event.ts";
import type { Bilingual, Lang } from "../kernel/lang.ts";
import { roles } from "../kernel/access.ts";
import { roleName } from "./accounts.ts";
import { channelResult, readChannelResult } from "./channels.ts";
import type { Facts, Sentence } from "./timeline.ts";

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

const accountChanges: Readonly<Record<string, Bilingual>> = {
  role: { ja: "役割", en: "role" },
  password: { ja: "パスワード", en: "password" },
  reset: { ja: "仮のパスワード", en: "temporary password" },
  "reset-totp": { ja: "仮のパスワード、確認コードなし", en: "temporary password, code no longer asked for" },
  "totp-on": { ja: "確認コードを使い始めた", en: "code switched on" },
  "totp-off": { ja: "確認コードをやめた", en: "code switched off" },
  "recovery-codes": { ja: "回復コード", en: "recovery codes" },
};

function roleOf(f: Facts, lang: Lang): string {
  const role = roles.find((one) => one === f.text("role"));
  return role === undefined ? f.text("role") : roleName(role, lang);
}

/** What is done to koboshi itself, as the audit log tells it. */
export const administrationSentences: Readonly<Record<Administration, Sentence>> = {
  "session.closed": (f) => ({ ja: `${f.who}がログアウトしました`, en: `${f.who} signed out` }),
  "session.refused": (f) => ({
    ja: `ログインを断りました(${f.text("name")}、${f.text("from")} から)`,
    en: `A login was refused (${f.text("name")}, from ${f.text("from")})`,
  }),
  "account.created": (f) => ({
    ja: `${f.who}が ${f.text("name")} のアカウントを作りました(役割 ${roleOf(f, "ja")})`,
    en: `${f.who} made an account for ${f.text("name")} (role ${roleOf(f, "en")})`,
  }),
  "account.changed": (f) => {
    const code = f.text("what");
    const known = accountChanges[code] ?? { ja: code, en: code };
    const what =
      code === "role" ? { ja: `${known.ja}: ${roleOf(f, "ja")}`, en: `${known.en}: ${roleOf(f, "en")}` } : known;
    return {
      ja: `${f.who}が ${f.text("name")} のアカウントを変えました(${what.ja})`,
      en: `${f.who} changed the account of ${f.text("name")} (${what.en})`,
    };
  },
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
  "channel.tested": (f) => {
    const result = readChannelResult(f.text("result"));
    const said = (lang: Lang): string => (result === null ? f.text("result") : channelResult(result, lang));
    const to = f.text("to");
    const end = to === "" || to === "*" ? f.text("channel") : `${f.text("channel")} → ${f.person("to")}`;
    return {
      ja: `${f.who}が連絡手段 ${end} を試しました: ${said("ja")}`,
      en: `${f.who} tested the channel ${end}: ${said("en")}`,
    };
  },
  "job.key-made": (f) => ({
    ja: `${f.who}が定期便 ${f.text("job")} の宛先を作りました`,
    en: `${f.who} made the address of the heartbeat ${f.text("job")}`,
  }),
  "job.created": (f) => ({
    ja: `定期便 ${f.text("job")} が報告を始めました(設定にはまだありません)`,
    en: `The heartbeat ${f.text("job")} began to report (it is not in the configuration yet)`,
  }),
  "job.paused": (f) => ({
    ja: `${f.who}が定期便 ${f.text("job")} を止めました`,
    en: `${f.who} paused the heartbeat ${f.text("job")}`,
  }),
  "job.resumed": (f) => ({
    ja: `${f.who}が定期便 ${f.text("job")} を再開しました`,
    en: `${f.who} resumed the heartbeat ${f.text("job")}`,
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
