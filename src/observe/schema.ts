import { z } from "zod";
import {
  byName,
  durationField,
  fingerprintField,
  hostPortField,
  key,
  oneOrMany,
  percentField,
  secretField,
  urlField,
} from "../kernel/fields.ts";
import type { Probe } from "../kernel/model/probe.ts";
import { serviceKinds } from "../kernel/model/site.ts";
import { writeDuration } from "../kernel/units.ts";
import { probes } from "./probes/index.ts";

/** Keys every check has, whatever it looks at. */
const everyCheck = {
  name: key(z.string().min(1).optional(), {
    ja: "画面や通知に出る名前。省くと対象そのもの",
    en: "what people call it; the target itself when left out",
  }),
  every: key(durationField().prefault("60s"), { ja: "観測の間隔", en: "time between two attempts" }),
  timeout: key(durationField().prefault("10s"), {
    ja: "1回の観測の制限時間。every を超えられません",
    en: "longest time one attempt may take; never above `every`",
  }),
  attempts: key(z.int().min(1).max(10).default(3), {
    ja: "1か所だけで見ているとき、何回続けて異なれば状態を変えるか",
    en: "contrary attempts in a row before one vantage alone changes the state",
  }),
  from: key(oneOrMany(z.string()).optional(), {
    ja: "どの観測地点から見るか。省くとすべて",
    en: "the vantages that look; all of them when left out",
  }),
};
export const everyCheckKeys: readonly string[] = Object.keys(everyCheck);

/** The interval and time limit of a kind that has its own; `ofKind` keeps them out of what every check has. */
function timesOf({ defaults }: Probe): Partial<typeof everyCheck> {
  if (defaults === undefined) return {};
  const { every, timeout } = everyCheck;
  return { every: likewise(every, defaults.everyMs), timeout: likewise(timeout, defaults.timeoutMs) };
}

/** The same key with another default. */
function likewise(field: typeof everyCheck.every, ms: number): typeof everyCheck.every {
  return durationField()
    .prefault(writeDuration(ms))
    .meta({ ...field.meta(), ofKind: true });
}

function probeChecks(): z.ZodObject[] {
  return probes.map((probe) => {
    if (!(probe.schema instanceof z.ZodObject))
      throw new TypeError(`the schema of probe ${probe.kind} is not an object`);
    return z
      .strictObject({ ...probe.schema.shape, ...everyCheck, ...timesOf(probe) })
      .meta({ ...probe.summary, kind: probe.kind });
  });
}

/** A check's kind is its key; a bare URL means the probe of its scheme. A new probe appears here by itself. */
const CheckConfig = z.union([z.string().min(1), ...probeChecks()]);

const ServiceConfig = z.union([
  key(z.string().min(1), {
    ja: "短い書き方: 見守る URL。https なら証明書も見ます",
    en: "short form: the URL to watch; https means its certificate too",
  }),
  z.strictObject({
    name: key(z.string().min(1).optional(), { ja: "人が呼ぶ名前", en: "what people call it" }),
    kind: key(z.enum(serviceKinds).optional(), {
      ja: "種類。省くと監視項目から判断します",
      en: "what it is; taken from the checks when left out",
    }),
    on: key(z.string().optional(), { ja: "動いているホスト", en: "the host it runs on" }),
    needs: key(oneOrMany(z.string()).optional(), {
      ja: "これが止まると一緒に止まる、別のサービス",
      en: "other services it cannot do without",
    }),
    priority: key(z.int().min(1).max(5).default(2), { ja: "重要度。1 が最も重要", en: "1 is the most important" }),
    checks: key(z.array(CheckConfig).optional(), { ja: "監視項目", en: "how it is watched" }),
  }),
]);

const VantageConfig = z.union([
  key(z.string().min(1), { ja: "here は koboshi が動くこのマシン", en: "`here` is the machine koboshi runs on" }),
  z.strictObject({
    name: key(z.string().min(1), { ja: "観測地点の名前", en: "its name" }),
    at: key(z.string().optional(), { ja: "置き場所", en: "the place it stands in" }),
    token: key(secretField().optional(), {
      ja: "参加するときに一度だけ使う合言葉",
      en: "the token it joins with, once",
    }),
    tell_if_silent: key(z.boolean().optional(), {
      ja: "koboshi 本体が5分黙ったら自分でメールを送るか。省くと、合言葉があれば送ります",
      en: "mails by itself when the hub is silent for 5 minutes; when left out, yes with a token",
    }),
    lan: key(z.string().optional(), {
      ja: "どの構内回線か。省くと置き場所",
      en: "its local network; its place when left out",
    }),
    isp: key(z.string().optional(), {
      ja: "どの回線業者か。省くと置き場所",
      en: "its Internet provider; its place when left out",
    }),
  }),
]);

const watch = z.strictObject({
  disk: key(percentField("disk").optional(), {
    ja: "ディスク使用率がこれを超えたら知らせる",
    en: "tell when a disk is fuller than this",
  }),
  memory: key(percentField("memory").optional(), {
    ja: "メモリ使用率がこれを超えたら知らせる",
    en: "tell when more memory is used",
  }),
  inodes: key(percentField().optional(), {
    ja: "inode 使用率がこれを超えたら知らせる",
    en: "tell when more inodes are used",
  }),
  swap: key(percentField().optional(), {
    ja: "スワップ使用率がこれを超えたら知らせる",
    en: "tell when more swap is used",
  }),
  load: key(z.number().positive().optional(), {
    ja: "コア数あたりの負荷がこれを超えたら知らせる",
    en: "tell when the load per core is higher",
  }),
  clock: key(durationField().optional(), {
    ja: "時計がこれ以上ずれたら知らせる",
    en: "tell when the clock is further off",
  }),
  units: key(z.array(z.string()).optional(), {
    ja: "動いているべき systemd ユニット",
    en: "systemd units that must run",
  }),
});

const bmc = z.strictObject({
  redfish: key(urlField(["https", "http"]).optional(), { ja: "Redfish の URL", en: "URL of Redfish" }),
  ipmi: key(z.string().optional(), { ja: "IPMI のアドレス", en: "address of IPMI" }),
  user: key(z.string().optional(), { ja: "ユーザー名", en: "user" }),
  password: key(secretField().optional(), { ja: "パスワード", en: "password" }),
});

const snmp = z.strictObject({
  version: key(z.union([z.literal(1), z.literal(2), z.literal("2c"), z.literal(3)]).default(3), {
    ja: "SNMP の版",
    en: "version of SNMP",
  }),
  user: key(z.string().optional(), { ja: "ユーザー名(v3)", en: "user (v3)" }),
  community: key(secretField().optional(), { ja: "コミュニティ名(v1, v2c)", en: "community (v1, v2c)" }),
  auth: key(secretField().optional(), { ja: "認証パスワード(v3)", en: "authentication password (v3)" }),
  privacy: key(secretField().optional(), { ja: "暗号パスワード(v3)", en: "privacy password (v3)" }),
});

const hostKeys = z.strictObject({
  read: key(secretField().optional(), { ja: "読むだけの鍵", en: "key that only reads" }),
  act: key(secretField().optional(), { ja: "書き込みと操作の鍵", en: "key that may write and act" }),
  backup: key(secretField().optional(), { ja: "バックアップの鍵", en: "key for backups" }),
});

const HostConfig = z.strictObject({
  at: key(z.string().optional(), { ja: "置き場所", en: "the place it stands in" }),
  address: key(z.string().min(1).optional(), { ja: "IP アドレスまたは名前", en: "IP address or name" }),
  segment: key(z.string().optional(), {
    ja: "同じ場所の中の区画(ラック、セグメント)",
    en: "part of the place: rack, network segment",
  }),
  user: key(z.string().optional(), { ja: "SSH・SFTP のユーザー名", en: "user for SSH and SFTP" }),
  port: key(z.int().min(1).max(65_535).default(22), { ja: "SSH のポート", en: "port of SSH" }),
  host_key: key(fingerprintField().optional(), {
    ja: "SSH ホスト鍵の指紋。ssh-keygen -lf の出力",
    en: "fingerprint of its SSH host key, as `ssh-keygen -lf` prints it",
  }),
  key: key(secretField().optional(), {
    ja: "SSH の秘密鍵。読むだけに使います",
    en: "SSH private key, used for reading only",
  }),
  keys: key(hostKeys.optional(), { ja: "用途ごとの秘密鍵", en: "private keys by purpose" }),
  sudo: key(z.enum(["none", "listed"]).default("none"), {
    ja: "listed は同梱の sudoers に載ったものだけ",
    en: "`listed`: only what the shipped sudoers file names",
  }),
  collect: key(z.enum(["agent", "ssh", "snmp", "none"]).optional(), {
    ja: "バイタルの集め方",
    en: "how its vitals are read",
  }),
  watch: key(watch.optional(), { ja: "バイタルのしきい値", en: "thresholds of its vitals" }),
  bandwidth: key(
    z
      .string()
      .regex(/^\d+(?:\.\d+)?\s*[kMG]bps$/)
      .optional(),
    { ja: "回線の太さ(例 100Mbps)", en: "its line, such as 100Mbps" },
  ),
  bmc: key(bmc.optional(), { ja: "管理用コントローラ", en: "its management controller" }),
  snmp: key(snmp.optional(), { ja: "SNMP での読み方", en: "how SNMP reads it" }),
  logs: key(
    z
      .array(
        z.union([
          z.string(),
          z.strictObject({
            path: key(z.string(), { ja: "ログのパス", en: "path of the log" }),
            format: key(z.string().optional(), {
              ja: "形式。省くと自動判定",
              en: "its format; recognised when left out",
            }),
            keep: key(durationField().optional(), {
              ja: "この行を残す期間(例 30d)。hub.keep.logs より長くはできません",
              en: "how long its lines are kept, such as 30d; hub.keep.logs is the most",
            }),
          }),
        ]),
      )
      .optional(),
    { ja: "読むログ", en: "logs to read" },
  ),
  scrape: key(
    z
      .array(
        z.union([
          urlField(["http", "https"]),
          z.strictObject({
            url: key(urlField(["http", "https"]), { ja: "メトリクスの URL", en: "URL of the metrics" }),
            every: key(durationField().prefault("60s"), { ja: "取りに行く間隔", en: "how often they are fetched" }),
            labels: key(z.record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string()).default({}), {
              ja: "値に添えるラベル",
              en: "labels added to every value",
            }),
          }),
        ]),
      )
      .optional(),
    {
      ja: "Prometheus 形式のメトリクスを取りに行く先(node_exporter など)",
      en: "pages of metrics in Prometheus' format to fetch, such as node_exporter's",
    },
  ),
  track: key(z.array(z.string()).optional(), {
    ja: "変更履歴を残す場所",
    en: "folders whose changes are kept",
    later: true,
  }),
  contract: key(
    z
      .strictObject({
        vendor: key(z.string().optional(), { ja: "保守会社", en: "who maintains it" }),
        until: key(z.string().optional(), { ja: "契約の終わり", en: "end of the contract" }),
        phone: key(z.string().optional(), { ja: "電話", en: "phone" }),
        number: key(z.string().optional(), { ja: "契約番号", en: "contract number" }),
      })
      .optional(),
    { ja: "保守契約", en: "its maintenance contract", later: true },
  ),
  role: key(z.enum(["production", "drill"]).optional(), {
    ja: "drill は復旧訓練用",
    en: "`drill`: for restore drills",
  }),
  provider_names: key(z.array(z.string()).optional(), {
    ja: "業者のお知らせでの呼び名",
    en: "what the provider's notices call it",
  }),
});

/** Keys at the top of the file that belong to observing. */
export const observeSchema = {
  vantages: key(z.array(VantageConfig).min(1).prefault(["here"]), {
    ja: "観測地点。2か所以上あると、障害の確認が速く確かになります",
    en: "where koboshi looks from; with two or more an outage is confirmed faster and surer",
  }),
  hosts: key(byName(HostConfig).default({}), { ja: "ホスト(サーバ)", en: "machines" }),
  services: key(byName(ServiceConfig).default({}), { ja: "見守るサービス", en: "what is watched" }),
  syslog: key(
    z
      .strictObject({
        udp: key(z.int().min(1).max(65_535).optional(), { ja: "UDP のポート", en: "port for UDP" }),
        tcp: key(z.int().min(1).max(65_535).optional(), { ja: "TCP のポート", en: "port for TCP" }),
      })
      .optional(),
    { ja: "syslog の受け口", en: "takes syslog" },
  ),
  snmp_traps: key(
    z.strictObject({ udp: key(z.int().min(1).max(65_535), { ja: "UDP のポート", en: "port for UDP" }) }).optional(),
    {
      ja: "SNMP トラップの受け口",
      en: "takes SNMP traps",
    },
  ),
  otlp: key(
    z
      .strictObject({ listen: key(hostPortField(), { ja: "待ち受けるアドレス", en: "address to listen on" }) })
      .optional(),
    {
      ja: "OpenTelemetry の受け口",
      en: "takes OpenTelemetry",
    },
  ),
};
