import { z } from "zod";
import { durationField, fingerprintField, key, oneOrMany, rateField, secretField, urlField } from "../kernel/fields.ts";
import type { Bilingual } from "../kernel/lang.ts";

const user = key(z.string().optional(), { ja: "ユーザー名", en: "user" });
const password = key(secretField().optional(), { ja: "パスワード", en: "password" });
const within = key(durationField().optional(), { ja: "これより遅ければ注意", en: "slower than this is a warning" });
const target = { ja: "対象", en: "the target" };
const records = key(oneOrMany(z.string()).optional(), { ja: "この値であること", en: "must be this" });

function mailbox(scheme: string): Record<string, z.ZodType> {
  return { [scheme]: key(urlField([`${scheme}s`, scheme]), target), user, password, within };
}

function database(kind: string, schemes: readonly string[]): Record<string, z.ZodType> {
  return {
    [kind]: key(urlField(schemes), target),
    user,
    password,
    query: key(z.string().optional(), { ja: "試しに実行する問い合わせ", en: "a query to try" }),
    within,
  };
}

/** Checks the language knows and this version does not run yet: validated, and listed as not active. */
export const laterChecks: Readonly<Record<string, { text: Bilingual; shape: Record<string, z.ZodType> }>> = {
  log: {
    text: { ja: "ログに現れる行", en: "lines in a log" },
    shape: {
      log: key(z.string().regex(/^[^:\s]+:\/.+/), { ja: "ホスト名:パス", en: "host:path" }),
      match: key(z.string().min(1), { ja: "探す文字列", en: "text to look for" }),
      more_than: key(rateField().optional(), {
        ja: "これより多ければ異常(例 5 per 1m)",
        en: "more than this is a fault, such as 5 per 1m",
      }),
    },
  },
  dns: {
    text: { ja: "名前解決の答え", en: "what a name resolves to" },
    shape: {
      dns: key(z.string().min(1), { ja: "ドメイン名", en: "the name" }),
      server: key(z.string().optional(), { ja: "尋ねるサーバ", en: "the server to ask" }),
      expect: key(
        z
          .strictObject({ a: records, aaaa: records, cname: records, mx: records, ns: records, txt: records })
          .optional(),
        { ja: "期待する答え", en: "the answer expected" },
      ),
      within,
    },
  },
  roundtrip: {
    text: { ja: "メールを送って届くまで", en: "a mail sent and read back" },
    shape: {
      roundtrip: key(
        z.strictObject({
          send: key(z.string().min(3), { ja: "送り先", en: "address to send to" }),
          read: key(urlField(["imaps", "imap", "pop3s", "pop3"]), { ja: "受け取る箱", en: "mailbox to read" }),
          via: key(urlField(["smtps", "smtp"]).optional(), { ja: "送信に使うサーバ", en: "server to send by" }),
          user,
          password,
          within,
        }),
        { ja: "送る先と読む箱", en: "where to send and read" },
      ),
    },
  },
  pop3: { text: { ja: "POP3 サーバ", en: "a POP3 server" }, shape: mailbox("pop3") },
  imap: { text: { ja: "IMAP サーバ", en: "an IMAP server" }, shape: mailbox("imap") },
  ssh: {
    text: { ja: "SSH サーバ", en: "an SSH server" },
    shape: {
      ssh: key(z.string().min(1), target),
      host_key: key(fingerprintField().optional(), { ja: "ホスト鍵の指紋", en: "fingerprint of the host key" }),
      within,
    },
  },
  ntp: {
    text: { ja: "時刻サーバ", en: "a time server" },
    shape: {
      ntp: key(z.string().min(1), target),
      warn: key(durationField().optional(), { ja: "これ以上のずれは注意", en: "further off than this is a warning" }),
    },
  },
  postgres: { text: { ja: "PostgreSQL", en: "PostgreSQL" }, shape: database("postgres", ["postgres", "postgresql"]) },
  mysql: { text: { ja: "MySQL / MariaDB", en: "MySQL / MariaDB" }, shape: database("mysql", ["mysql", "mariadb"]) },
  redis: { text: { ja: "Redis / Valkey", en: "Redis / Valkey" }, shape: database("redis", ["redis", "rediss"]) },
  command: {
    text: { ja: "コマンドの結果(Nagios プラグイン互換)", en: "a command's result (as Nagios plugins give it)" },
    shape: {
      command: key(oneOrMany(z.string().min(1)), { ja: "コマンドと引数", en: "command and arguments" }),
      on: key(z.string().optional(), { ja: "実行するホスト", en: "the host to run it on" }),
    },
  },
  browser: {
    text: { ja: "本物のブラウザでの操作", en: "steps in a real browser" },
    shape: {
      browser: key(urlField(["https", "http"]), target),
      steps: key(z.array(z.record(z.string(), z.string())).optional(), { ja: "操作の手順", en: "what to do there" }),
      within,
    },
  },
  domain: {
    text: { ja: "ドメインの期限", en: "a domain's expiry" },
    shape: {
      domain: key(z.string().min(1), { ja: "ドメイン名", en: "the domain" }),
      warn: key(durationField().optional(), { ja: "期限のどれだけ前に知らせるか", en: "how long before to tell" }),
    },
  },
  websocket: {
    text: { ja: "WebSocket", en: "a WebSocket" },
    shape: { websocket: key(urlField(["wss", "ws"]), target), within },
  },
};
