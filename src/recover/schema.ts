import { z } from "zod";
import { byName, durationField, key, oneOrMany, scheduleField, secretField } from "../kernel/fields.ts";

const optional = z.string().optional();
const count = z.int().min(0).optional();

const database = z.strictObject({
  postgres: key(optional, { ja: "PostgreSQL のデータベース", en: "a PostgreSQL database" }),
  mysql: key(optional, { ja: "MySQL のデータベース", en: "a MySQL database" }),
  mariadb: key(optional, { ja: "MariaDB のデータベース", en: "a MariaDB database" }),
  sqlite: key(optional, { ja: "SQLite のファイル", en: "an SQLite file" }),
  user: key(optional, { ja: "ユーザー名", en: "user" }),
  password: key(secretField().optional(), { ja: "パスワード", en: "password" }),
  host: key(optional, { ja: "データベースのアドレス", en: "address of the database" }),
  port: key(z.int().min(1).max(65_535).optional(), { ja: "ポート", en: "port" }),
});

const source = z.strictObject({
  host: key(z.string(), {
    ja: "控えを取るホスト。hub は koboshi 自身(台帳・鍵・設定)",
    en: "the host copied from; `hub`: koboshi's own ledger, keys and configuration",
  }),
  paths: key(z.array(z.string()).optional(), { ja: "控えを取るフォルダ", en: "folders copied" }),
  dump: key(z.enum(["mysql", "mariadb", "postgres"]).optional(), {
    ja: "丸ごと書き出すデータベース",
    en: "database dumped as a whole",
  }),
  databases: key(z.array(database).optional(), { ja: "控えを取るデータベース", en: "databases copied" }),
});

const repository = z.strictObject({
  at: key(z.string(), { ja: "置き場所", en: "the place" }),
  repo: key(optional, { ja: "保管庫", en: "the repository" }),
  append_only: key(z.boolean().optional(), {
    ja: "消せない保管庫である(確かめるまでは申告)",
    en: "it cannot be deleted from (a claim until proven)",
  }),
  locked_for: key(durationField().optional(), { ja: "消せない期間", en: "how long nothing can be deleted" }),
  kept: key(durationField().optional(), { ja: "保存される期間", en: "how long copies are kept" }),
  reader: key(secretField().optional(), { ja: "読むための資格情報", en: "credential for reading" }),
  maintainer: key(secretField().optional(), { ja: "整理のための資格情報", en: "credential for pruning" }),
  adopt: key(z.boolean().optional(), { ja: "すでにある控えを取り込む", en: "takes over copies that exist already" }),
});

const drill = z.strictObject({
  every: key(durationField().optional(), { ja: "訓練の間隔", en: "time between drills" }),
  restore_to: key(
    z.strictObject({
      host: key(z.string(), { ja: "復元先のホスト", en: "host restored to" }),
      boot_check: key(optional, { ja: "起動を確かめるサービス", en: "service that must come up" }),
      start: key(z.array(z.string().min(1)).optional(), {
        ja: "アプリケーションを起動するもの(shop.service などのユニットか、コマンド)。省くと、復元先が別のホストのときは元のホストの watch.units か、控えの中で有効なユニット",
        en: "what starts the application: units such as shop.service, or commands; when left out and another host is restored to, watch.units of the source or what is enabled in the copy",
      }),
    }),
    { ja: "復元先", en: "where to" },
  ),
});

const marker = z.strictObject({
  sql: key(optional, { ja: "確かめる問い合わせ", en: "query to ask" }),
  expect: key(z.union([z.string(), z.number(), z.boolean()]).optional(), {
    ja: "期待する答え",
    en: "the answer expected",
  }),
  path: key(optional, { ja: "確かめるパス", en: "path to look at" }),
  owner_uid: key(z.int().optional(), { ja: "持ち主の番号", en: "number of the owner" }),
  text: key(optional, { ja: "読むファイル", en: "files to read" }),
  must_not: key(optional, { ja: "あってはならない文字列", en: "text that must not be there" }),
});

const BackupConfig = z.strictObject({
  of: key(source, { ja: "何の控えか", en: "what is copied" }),
  with: key(z.enum(["restic", "borg", "external"]).default("restic"), {
    ja: "道具。external は業者によるもの",
    en: "by which tool; `external`: the provider's own",
  }),
  password: key(secretField().optional(), {
    ja: "保管庫の暗号パスワード",
    en: "password the repository is encrypted with",
  }),
  at: key(scheduleField().optional(), { ja: "いつ(crontab の書き方)", en: "when, as in a crontab" }),
  to: key(z.array(repository).min(1), { ja: "控えの置き先", en: "where copies go" }),
  keep: key(
    z
      .strictObject({
        hourly: key(count, { ja: "毎時の数", en: "hourly ones" }),
        daily: key(count, { ja: "毎日の数", en: "daily ones" }),
        weekly: key(count, { ja: "毎週の数", en: "weekly ones" }),
        monthly: key(count, { ja: "毎月の数", en: "monthly ones" }),
        yearly: key(count, { ja: "毎年の数", en: "yearly ones" }),
      })
      .optional(),
    { ja: "残す数", en: "how many are kept" },
  ),
  target: key(
    z
      .strictObject({
        lose_at_most: key(durationField().optional(), { ja: "失ってよい時間(RPO)", en: "how much may be lost (RPO)" }),
        back_within: key(durationField().optional(), {
          ja: "戻すまでの時間(RTO)",
          en: "how soon it must be back (RTO)",
        }),
      })
      .optional(),
    { ja: "目標", en: "what is promised" },
  ),
  drill: key(drill.optional(), { ja: "復旧訓練", en: "restore drills" }),
  key: key(
    z
      .strictObject({
        in: key(z.array(secretField()).optional(), { ja: "鍵のありか", en: "where the key is" }),
        also: key(z.array(z.string()).optional(), {
          ja: "鍵の写し(紙、人)",
          en: "further copies of it: paper, people",
        }),
      })
      .optional(),
    { ja: "暗号鍵", en: "the encryption key" },
  ),
  consistency: key(z.enum(["lvm", "btrfs", "zfs", "stop", "none"]).optional(), {
    ja: "そろえ方",
    en: "how files are made consistent",
  }),
  hooks: key(
    z
      .strictObject({
        before: key(optional, { ja: "前に実行するもの", en: "run before" }),
        after: key(optional, { ja: "後に実行するもの", en: "run after" }),
      })
      .optional(),
    { ja: "前後の処理", en: "commands around it" },
  ),
  limits: key(z.record(z.string(), z.string()).optional(), {
    ja: "通信の上限。up: 20Mbit、down: 50Mbit、時間帯 22:00-06:00: none",
    en: "limits of traffic: up: 20Mbit, down: 50Mbit, or by the hour 22:00-06:00: none",
  }),
  verify: key(
    z
      .strictObject({
        newest: key(optional, {
          ja: "最も新しい記録の時刻を尋ねる SQL",
          en: "query for the time of the newest record",
        }),
        marker: key(z.array(marker).optional(), {
          ja: "自分たちのデータである印",
          en: "what shows that the data are ours",
        }),
      })
      .optional(),
    { ja: "確かめ方", en: "how a copy is verified" },
  ),
  allow_missing: key(z.array(z.string()).optional(), {
    ja: "読めなくてもよいパス",
    en: "paths that may be unreadable",
  }),
  priority: key(z.int().min(1).max(5).optional(), { ja: "復元の順", en: "order of restoring" }),
});

/** Keys at the top of the file that belong to recovering. */
export const recoverSchema = {
  backups: key(byName(BackupConfig).optional(), { ja: "バックアップ", en: "backups" }),
  audit: key(
    z
      .strictObject({
        events: key(
          byName(
            z.strictObject({
              lost: key(oneOrMany(z.string()), { ja: "失うもの", en: "what is lost" }),
              acts: key(oneOrMany(z.string()).optional(), { ja: "動ける人", en: "who can act" }),
            }),
          ).optional(),
          { ja: "自分で決めた出来事", en: "events of one's own" },
        ),
      })
      .optional(),
    { ja: "生存監査", en: "the survival audit" },
  ),
  automation: key(
    byName(
      z.strictObject({
        on: key(oneOrMany(z.string()), { ja: "操作できるもの", en: "what it can act on" }),
        runs_from: key(optional, { ja: "動く場所", en: "where it runs" }),
        with: key(optional, { ja: "使う資格情報", en: "the credential it uses" }),
      }),
    ).optional(),
    { ja: "自動化の道具", en: "automation that reaches hosts" },
  ),
};
