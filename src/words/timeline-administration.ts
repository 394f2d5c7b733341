import type { EventKind } from "../kernel/event.ts";
import type { Bilingual, Lang } from "../kernel/lang.ts";
import { roles } from "../kernel/access.ts";
import { roleName } from "./accounts.ts";
import { channelResult, readChannelResult } from "./channels.ts";
import { repairSentences } from "./repairs.ts";
import type { Facts, Sentence } from "./timeline.ts";
import { windowSentences, type WindowEvent } from "./timeline-windows.ts";

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
  | `hardware.${string}`
  | `report.${string}`
  | `watchdog.${string}`
  | `peer.${string}`
  | `host.${string}`
  | `path.${string}`
  | `provider-notice.${string}`
  | WindowEvent
  | `repair.${string}`
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
  ...windowSentences,
  ...repairSentences,
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
  "hardware.certificate-kept": (f) => ({
    ja: `${f.text("host")} の管理用コントローラが示した証明書を覚えました(${f.text("fingerprint")})`,
    en: `The certificate that the controller of ${f.text("host")} showed is kept from now on (${f.text("fingerprint")})`,
  }),
  "hardware.certificate-trusted": (f) => ({
    ja: `${f.who}が ${f.text("host")} の管理用コントローラの新しい証明書を認めました(${f.text("fingerprint")})`,
    en: `${f.who} confirmed the new certificate of the controller of ${f.text("host")} (${f.text("fingerprint")})`,
  }),
  "provider-notice.received": (f) => ({
    ja: `${f.text("provider")} からのお知らせを受け取りました: ${f.text("title")}`,
    en: `A notice of ${f.text("provider")} came in: ${f.text("title")}`,
  }),
  "provider-notice.changed": (f) => ({
    ja: `${f.text("provider")} がお知らせを書き換えました: ${f.text("title")}`,
    en: `${f.text("provider")} rewrote its notice: ${f.text("title")}`,
  }),
  "provider-notice.confirmed": (f) => ({
    ja: `${f.who}が ${f.text("provider")} のお知らせの作業時間を確定しました: ${f.text("title")}`,
    en: `${f.who} confirmed the window of the notice of ${f.text("provider")}: ${f.text("title")}`,
  }),
  "provider-notice.rejected": (f) => ({
    ja: `${f.who}が ${f.text("provider")} のお知らせを「うちには関係ない」としました: ${f.text("title")}`,
    en: `${f.who} said that the notice of ${f.text("provider")} is not about us: ${f.text("title")}`,
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
  "host.key-seen": (f) => ({
    ja: `ホスト ${f.text("host")} が、まだ確認していない SSH 鍵 ${f.text("fingerprint")} を示しました`,
    en: `Host ${f.text("host")} showed an SSH key nobody has confirmed: ${f.text("fingerprint")}`,
  }),
  "host.key-confirmed": (f) => ({
    ja: `${f.who}がホスト ${f.text("host")} の SSH 鍵 ${f.text("fingerprint")} を確認しました`,
    en: `${f.who} confirmed the SSH key of host ${f.text("host")}: ${f.text("fingerprint")}`,
  }),
  "host.rebooted": (f) => ({
    ja: `ホスト ${f.text("host")} が再起動しました`,
    en: `Host ${f.text("host")} was rebooted`,
  }),
  "host.machine-changed": (f) => ({
    ja: `ホスト ${f.text("host")} は別のマシンになっています(machine-id が変わったか、${f.text("sameAs")} と同じです)`,
    en: `Host ${f.text("host")} is another machine now (its machine-id changed, or is that of ${f.text("sameAs")})`,
  }),
  "path.changed": (f) => ({
    ja: `${f.text("target")} までの経路が変わりました(${f.text("before")} → ${f.text("after")})`,
    en: `The route to ${f.text("target")} changed (${f.text("before")} → ${f.text("after")})`,
  }),
};
