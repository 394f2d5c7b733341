import type { Lang } from "../kernel/lang.ts";
import type { HardwareHealth, HardwareSensor, PowerState, SensorKind, Trap } from "../kernel/model/hardware.ts";
import type { SourceState } from "../kernel/ports-hardware.ts";
import { catalogue } from "./catalogue.ts";

/** What became of what was sent. */
interface TrapCounts {
  readonly taken: number;
  readonly refused: number;
  readonly malformed: number;
  readonly dropped: number;
}

/** What is said about machines as things of metal. */
export const hardwareWords = catalogue(
  {
    title: "ハードウェア",
    lead: "サーバーの管理用コントローラ(Redfish・IPMI)と SNMP から読んだ、温度・ファン・電源・ディスクの様子です。読むだけで、電源の操作はしません。",
    empty:
      "ハードウェアを読むホストはまだありません。koboshi.yml の hosts に bmc か snmp を書くと、1分ごとに読みます。",
    host: "ホスト",
    health: "健康状態",
    power: "電源",
    temperature: "最高温度",
    fans: "ファン",
    supplies: "電源装置",
    drives: "ディスク",
    lastAnswer: "最後の応答",
    never: "まだありません",
    neverAnswered: "まだ一度も応答がありません",
    answered: (age: string) => `${age}前`,
    source: "読み方",
    took: (ms: number) => `${ms} ミリ秒`,
    sensors: "センサー",
    sensor: "センサー",
    value: "値",
    limits: "しきい値",
    state: "状態",
    noSensors: "センサーの値は読めていません。",
    noDrives: "ディスクの情報はありません。",
    drive: "ディスク",
    model: "型番",
    serial: "製造番号",
    size: "容量",
    lifeLeft: (percent: number) => `残り寿命 ${percent}%`,
    failurePredicted: "故障の予告あり",
    log: "コントローラの記録",
    noLog: "記録はありません。",
    logClock: "時刻はコントローラ自身の時計によるもので、ずれていることがあります。",
    noTime: "時刻なし",
    firmware: "ファームウェア",
    vendor: "メーカー独自の項目",
    unobserved: "読めなかったもの",
    certificate: "証明書",
    certificateKept: (print: string) => `最初に示した証明書を覚えています(${print})`,
    certificateAuthority: "認証局の証明書で確かめています",
    certificateChanged:
      "覚えている証明書と違うものを示しています。ログインはしていません。コントローラの画面で指紋を見比べて、同じなら認めてください。",
    certificateNow: (print: string) => `いま示している指紋: ${print}`,
    certificateBefore: (print: string) => `覚えている指紋: ${print}`,
    trust: "この証明書を認める",
    lookNow: "いま読む",
    noPower: "koboshi はここから電源を入れたり切ったりしません。",
    silentOs:
      "システムが応答しなくても、ここに新しい応答があれば、電源と基板は生きています。OS やネットワークをお調べください。",
    vitals: "SNMP で読んだシステムの様子",
    load: "負荷",
    cpu: "CPU 使用率",
    memory: "空きメモリ",
    disk: (mount: string) => `${mount} の空き`,
    traps: "届いた SNMP トラップ",
    noTraps: "まだ届いていません。",
    trapsClosed: "トラップの受け口は閉じています。koboshi.yml に snmp_traps: { udp: 9162 } と書くと開きます。",
    trapsOpen: (port: number) => `UDP ${port} で受けています。`,
    trapsProblem: (port: number, why: string) =>
      `UDP ${port} を開けません(${why})。別のプログラムが使っていないか、1024 未満の番号でないか確かめてください。`,
    trapsCounts: ({ taken, refused, malformed, dropped }: TrapCounts) =>
      `受け取り ${taken}・拒否 ${refused}・読めない ${malformed}・多すぎて捨てた ${dropped}`,
    trapsUnwritten: (count: number) => `同じ内容のくり返しなどで、記録していないもの ${count}件`,
    trapsRefusedFrom: (from: string) =>
      `最後に断った送り主は ${from} です。コミュニティ名か v3 ユーザーが koboshi.yml の hosts にあるものと違います。`,
    unknownHost: "設定にない送り主",
    all: "すべて正常",
    some: (bad: number, all: number) => `${all}個中 ${bad}個に異常`,
    usage: "どのホストのハードウェアを見ますか(koboshi hardware で一覧が見られます)",
  },
  {
    title: "Hardware",
    lead: "Temperatures, fans, power and drives, as the machines' own controllers (Redfish, IPMI) and SNMP tell them. It is only read; nothing is switched.",
    empty: "No host's hardware is read yet. Give a host bmc or snmp in koboshi.yml and it is read every minute.",
    host: "Host",
    health: "Health",
    power: "Power",
    temperature: "Hottest",
    fans: "Fans",
    supplies: "Supplies",
    drives: "Drives",
    lastAnswer: "Last answer",
    never: "none yet",
    neverAnswered: "it has never answered yet",
    answered: (age: string) => `${age} ago`,
    source: "Read by",
    took: (ms: number) => `${ms} ms`,
    sensors: "Sensors",
    sensor: "Sensor",
    value: "Value",
    limits: "Limits",
    state: "State",
    noSensors: "No sensor could be read.",
    noDrives: "Nothing is told about drives.",
    drive: "Drive",
    model: "Model",
    serial: "Serial number",
    size: "Size",
    lifeLeft: (percent: number) => `${percent}% of its life left`,
    failurePredicted: "expects to fail",
    log: "The controller's log",
    noLog: "It is empty.",
    logClock: "Times are by the controller's own clock, which may be off.",
    noTime: "no time",
    firmware: "Firmware",
    vendor: "The maker's own fields",
    unobserved: "Could not be read",
    certificate: "Certificate",
    certificateKept: (print: string) => `believed by the certificate it showed first (${print})`,
    certificateAuthority: "vouched for by an authority",
    certificateChanged:
      "It shows another certificate than the one that is kept, so nobody logged in. Compare the fingerprint on the controller's own screen, and confirm it if they agree.",
    certificateNow: (print: string) => `It shows now: ${print}`,
    certificateBefore: (print: string) => `Kept: ${print}`,
    trust: "Believe this certificate",
    lookNow: "Look now",
    noPower: "koboshi does not switch power from here.",
    silentOs:
      "Where the system is silent and this answers, power and board are alive: look at the operating system and the network.",
    vitals: "The system, as SNMP tells it",
    load: "Load",
    cpu: "CPU busy",
    memory: "Memory available",
    disk: (mount: string) => `Free on ${mount}`,
    traps: "SNMP traps",
    noTraps: "None has arrived yet.",
    trapsClosed: "The port for traps is closed. Write snmp_traps: { udp: 9162 } into koboshi.yml to open it.",
    trapsOpen: (port: number) => `Listening on UDP ${port}.`,
    trapsProblem: (port: number, why: string) =>
      `UDP ${port} cannot be opened (${why}). See whether another program has it, or whether the number is below 1024.`,
    trapsCounts: ({ taken, refused, malformed, dropped }: TrapCounts) =>
      `taken ${taken}, refused ${refused}, malformed ${malformed}, dropped as too many ${dropped}`,
    trapsUnwritten: (count: number) => `not written down, such as repetitions: ${count}`,
    trapsRefusedFrom: (from: string) =>
      `The last one refused came from ${from}: its community or v3 user is none of those of the hosts in koboshi.yml.`,
    unknownHost: "a sender that is not in the configuration",
    all: "all well",
    some: (bad: number, all: number) => `${bad} of ${all} not well`,
    usage: "which host's hardware? (koboshi hardware lists them)",
  },
);

const healthNames = catalogue(
  { ok: "正常", warning: "注意", critical: "異常", unknown: "不明" },
  { ok: "OK", warning: "Warning", critical: "Critical", unknown: "Unknown" },
);
const powerNames = catalogue({ on: "入", off: "切", unknown: "不明" }, { on: "on", off: "off", unknown: "unknown" });
const sourceStates = catalogue(
  {
    ok: "応答あり",
    waiting: "これから読みます",
    silent: "応答がありません",
    refused:
      "ログインを断られました。ユーザー名とパスワードを確かめてください(締め出しを避けるため、次は30分後に試します)",
    certificate: "証明書が変わりました",
    broken: "応答を読めません",
    missing: "読むためのものが足りません(IPMI には ipmitool、SNMP にはホストの address が必要です)",
  },
  {
    ok: "answers",
    waiting: "about to be asked",
    silent: "does not answer",
    refused:
      "refused the login: check user and password (tried again in 30 minutes, so that the account is not locked)",
    certificate: "shows another certificate",
    broken: "answers, but not readably",
    missing: "something is missing (IPMI needs the program ipmitool, SNMP the host's address)",
  },
);
const kindNames = catalogue(
  {
    temperature: "温度",
    fan: "ファン",
    voltage: "電圧",
    power: "電力",
    current: "電流",
    drive: "ディスク",
    memory: "メモリ",
    processor: "CPU",
    psu: "電源装置",
    other: "その他",
  },
  {
    temperature: "temperature",
    fan: "fan",
    voltage: "voltage",
    power: "power",
    current: "current",
    drive: "drive",
    memory: "memory",
    processor: "processor",
    psu: "power supply",
    other: "other",
  },
);
const trapNames = catalogue(
  {
    coldStart: "機器が起動しました",
    warmStart: "機器が再起動しました",
    linkDown: "ネットワークのポートが切れました",
    linkUp: "ネットワークのポートがつながりました",
    authenticationFailure: "違う名前での問い合わせがありました",
    upsOnBattery: "UPS がバッテリーで動いています(停電)",
    upsTestCompleted: "UPS の試験が終わりました",
    upsAlarmEntryAdded: "UPS が警報を出しました",
    upsAlarmEntryRemoved: "UPS の警報が消えました",
    apcOnBattery: "UPS がバッテリーで動いています(停電)",
    apcLowBattery: "UPS のバッテリーが残りわずかです",
    apcPowerRestored: "UPS の電源が戻りました",
    apcLowBatteryEnded: "UPS のバッテリーが回復しました",
    agentStopped: "SNMP エージェントが止まりました",
    platformEvent: "管理用コントローラからの知らせ",
  },
  {
    coldStart: "the device started",
    warmStart: "the device restarted",
    linkDown: "a network port went down",
    linkUp: "a network port came up",
    authenticationFailure: "someone asked with a wrong name",
    upsOnBattery: "the UPS runs on battery (no mains)",
    upsTestCompleted: "the UPS ended a test",
    upsAlarmEntryAdded: "the UPS raised an alarm",
    upsAlarmEntryRemoved: "an alarm of the UPS is over",
    apcOnBattery: "the UPS runs on battery (no mains)",
    apcLowBattery: "the UPS battery is nearly empty",
    apcPowerRestored: "the UPS has mains again",
    apcLowBatteryEnded: "the UPS battery has recovered",
    agentStopped: "the SNMP agent stopped",
    platformEvent: "word from the management controller",
  },
);

export function healthName(health: HardwareHealth, lang: Lang): string {
  return healthNames(lang)[health];
}

export function powerName(power: PowerState, lang: Lang): string {
  return powerNames(lang)[power];
}

export function sourceStateName(state: SourceState, lang: Lang): string {
  return sourceStates(lang)[state];
}

export function sensorKindName(kind: SensorKind, lang: Lang): string {
  return kindNames(lang)[kind];
}

/** What a trap says; of an unknown one its number. */
export function trapName({ name, oid }: Pick<Trap, "name" | "oid">, lang: Lang): string {
  const known = trapNames(lang) as Readonly<Record<string, string>>;
  return known[name?.split(" ")[0] ?? ""] ?? oid;
}

/** `42 °C`, `4,200 rpm`; what it says in words where there is no value. */
export function sensorValue({ value, unit, text }: Pick<HardwareSensor, "value" | "unit" | "text">): string {
  if (value === null) return text === "" ? "—" : text;
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
  return `${rounded.toLocaleString("en-US")} ${unit}`.trim();
}
