import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import { lendingErrors } from "./lending-errors.ts";
import { configRefusal } from "./config-refusal.ts";
import { accessErrors } from "./errors-access.ts";
import { diagnosisErrors } from "./errors-diagnosis.ts";
import { drillErrors } from "./errors-recovery-drill.ts";
import { auditErrors } from "./errors-recovery-audit.ts";
import { restoreErrors } from "./errors-recovery-restore.ts";
import { incidentErrors } from "./errors-incidents.ts";
import { hardwareErrors } from "./errors-hardware.ts";
import { intakeErrors } from "./errors-metrics.ts";
import { feedErrors } from "./errors-feeds.ts";
import { hostErrors } from "./errors-hosts.ts";
import { windowErrors } from "./errors-windows.ts";
import { handsErrors } from "./errors-hands.ts";
import { logErrors } from "./errors-logs.ts";
import { logReportErrors } from "./logs-report.ts";
import { recoveryWatchErrors } from "./errors-recovery-watch.ts";
import { recoverRunErrors } from "./errors-recovery-run.ts";
import { publishReason } from "./page.ts";
import { serviceFix, serviceObstacle } from "./service.ts";

type Facts = Readonly<Record<string, string | number>>;
interface Explanation {
  readonly message: string;
  /** what to do about it */
  readonly fix: string;
}
type Say = (facts: Facts) => Explanation;

/** `facts.name`, or a dash when the thrower did not know it. */
function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** What to do about a damaged ledger: put the last good copy back when there is one. */
function wayBack(facts: Facts): Readonly<Record<Lang, string>> {
  if (facts["backup"] === undefined) {
    return {
      ja: "このファイルは消さずに別の場所へ移してから起動してください(控えはまだありません。新しい記録簿で始まります)",
      en: "move the file aside (do not delete it) and start again; there is no copy yet, so a new ledger begins",
    };
  }
  const [copy, age] = [of(facts, "backup"), of(facts, "backupAgeHours")];
  return {
    ja: `このファイルは消さずに別の場所へ移し、${age}時間前の控え ${copy} を元の名前で置いてから起動してください`,
    en: `move the file aside (do not delete it), put the copy ${copy} (${age} h old) in its place, and start again`,
  };
}

const texts: Readonly<Record<ErrorCode, Readonly<Record<Lang, Say>>>> = {
  KB1001: {
    ja: (f) => ({ message: `使い方が違います: ${of(f, "what")}`, fix: "koboshi --help で使い方をご覧ください" }),
    en: (f) => ({ message: `This is not how it is used: ${of(f, "what")}`, fix: "see koboshi --help" }),
  },
  KB1002: {
    ja: (f) => ({
      message: `${of(f, "what")} は見つかりません`,
      fix: "名前や番号を確かめてください(koboshi status で一覧が見られます)",
    }),
    en: (f) => ({
      message: `${of(f, "what")} was not found`,
      fix: "check the name or number (koboshi status lists them)",
    }),
  },
  KB1004: {
    ja: (f) => ({
      message: `koboshi 自身の不具合です(${of(f, "what")})`,
      fix: "もう一度お試しください。続くときは koboshi doctor の結果を添えてご連絡ください。監視と通知は動き続けています",
    }),
    en: (f) => ({
      message: `A fault of koboshi itself (${of(f, "what")})`,
      fix: "try again; if it stays, report it with the output of koboshi doctor. Checks and notices go on",
    }),
  },
  KB1005: {
    ja: (f) => ({
      message: `${of(f, "file")} はもうあります`,
      fix: "上書きはしません。別の名前にするか、今あるものを移してください",
    }),
    en: (f) => ({
      message: `${of(f, "file")} exists already`,
      fix: "nothing is written over; choose another name, or move the one that is there",
    }),
  },
  KB1101: {
    ja: (f) => ({
      message: `設定に誤りがあります: ${of(f, "what")}`,
      fix: "koboshi config check で場所と直し方を確かめてください。動いている設定はそのままです",
    }),
    en: (f) => ({
      message: `The configuration is not valid: ${of(f, "what")}`,
      fix: "koboshi config check shows where and how to mend it; the running configuration stays in force",
    }),
  },
  KB1102: {
    ja: (f) => ({ message: `設定ファイルを読めません: ${of(f, "path")}`, fix: "場所と読み取り権限を確かめてください" }),
    en: (f) => ({
      message: `The configuration file cannot be read: ${of(f, "path")}`,
      fix: "check its path and permissions",
    }),
  },
  KB1103: {
    ja: (f) => ({
      message: `秘密の値を開けません: ${of(f, "source")}`,
      fix: "環境変数またはファイルを用意してください(ファイルは本人だけが読める権限 0600)",
    }),
    en: (f) => ({
      message: `A secret cannot be opened: ${of(f, "source")}`,
      fix: "set the variable or make the file (readable by its owner only, mode 0600)",
    }),
  },
  KB1104: configRefusal("KB1104"),
  KB1105: configRefusal("KB1105"),
  KB1106: configRefusal("KB1106"),
  KB1107: configRefusal("KB1107"),
  KB1108: configRefusal("KB1108"),
  KB1109: configRefusal("KB1109"),
  KB1201: {
    ja: (f) => ({
      message: `koboshi が応答しません: ${of(f, "url")}`,
      fix: "koboshi up で起動しているか確かめてください",
    }),
    en: (f) => ({ message: `No koboshi answers at ${of(f, "url")}`, fix: "is it running? start it with koboshi up" }),
  },
  KB1202: {
    ja: () => ({
      message: "このコンピュータがネットワークにつながっていません",
      fix: "回線・無線・VPN を確かめてください",
    }),
    en: () => ({ message: "This machine has no network", fix: "check the cable, the wireless or the VPN" }),
  },
  KB1203: {
    ja: (f) => ({
      message: `${of(f, "address")} で待ち受けできません(${of(f, "reason")})`,
      fix: "ほかのプログラムが使っていないか確かめ、hub.listen で別の番号を指定してください",
    }),
    en: (f) => ({
      message: `Cannot listen on ${of(f, "address")} (${of(f, "reason")})`,
      fix: "is another program using it? choose another with hub.listen",
    }),
  },
  ...lendingErrors,
  KB1204: {
    ja: (f) => ({
      message: `サービスとして登録できません: ${serviceObstacle(of(f, "reason"), "ja")}`,
      fix: serviceFix.ja,
    }),
    en: (f) => ({
      message: `The service cannot be installed: ${serviceObstacle(of(f, "reason"), "en")}`,
      fix: serviceFix.en,
    }),
  },
  KB2001: {
    ja: (f) => ({
      message: `データフォルダー ${of(f, "folder")} は別の koboshi(プロセス ${of(f, "pid")})が使っています`,
      fix: "そちらを止めるか、hub.data で別のフォルダーを指定してください",
    }),
    en: (f) => ({
      message: `The data folder ${of(f, "folder")} is in use by another koboshi (process ${of(f, "pid")})`,
      fix: "stop that one, or choose another folder with hub.data",
    }),
  },
  KB2002: {
    ja: (f) => ({ message: `記録簿 ${of(f, "file")} が壊れています(${of(f, "damage")})`, fix: wayBack(f).ja }),
    en: (f) => ({ message: `The ledger ${of(f, "file")} is damaged (${of(f, "damage")})`, fix: wayBack(f).en }),
  },
  KB2003: {
    ja: (f) => ({
      message: `記録簿に書き込む空きがありません: ${of(f, "folder")}`,
      fix: "空きを作ってください。それまでは監視を続け、空きができ次第、書き込みを再開します",
    }),
    en: (f) => ({
      message: `There is no space to write the ledger: ${of(f, "folder")}`,
      fix: "free some space; until then checks go on, and writing resumes by itself",
    }),
  },
  KB2004: {
    ja: (f) => ({
      message: `記録簿はより新しい koboshi のものです(版 ${of(f, "found")}、この版は ${of(f, "known")} まで)`,
      fix: "新しい koboshi を使うか、別のデータフォルダーを指定してください",
    }),
    en: (f) => ({
      message: `The ledger is of a newer koboshi (version ${of(f, "found")}, this one knows ${of(f, "known")})`,
      fix: "use the newer koboshi, or another data folder",
    }),
  },
  KB2005: {
    ja: (f) => ({
      message: `データフォルダー ${of(f, "folder")} に書き込めません(${of(f, "reason")})`,
      fix: "koboshi を動かすユーザーが書き込めるようにするか、hub.data で別のフォルダーを指定してください",
    }),
    en: (f) => ({
      message: `The data folder ${of(f, "folder")} cannot be written (${of(f, "reason")})`,
      fix: "let the user koboshi runs as write there, or choose another folder with hub.data",
    }),
  },
  KB2101: {
    ja: (f) => ({
      message: `計測値を書き込む空きがありません: ${of(f, "folder")}(${of(f, "reason")})`,
      fix: "空きを作ってください。監視と通知は続いています。空きができ次第、計測値の記録を再開します",
    }),
    en: (f) => ({
      message: `There is no space for measurements: ${of(f, "folder")} (${of(f, "reason")})`,
      fix: "free some space; checks and notices go on meanwhile, and measurements are kept again by themselves",
    }),
  },
  KB2102: {
    ja: (f) => ({
      message: `計測値のフォルダー ${of(f, "folder")} は別のプロセスが使っています(${of(f, "reason")})`,
      fix: "そのプロセスを終了してください。空き次第、計測値の記録を再開します",
    }),
    en: (f) => ({
      message: `The folder of measurements ${of(f, "folder")} is in use by another process (${of(f, "reason")})`,
      fix: "end that process; measurements are kept again as soon as it is gone",
    }),
  },
  KB2103: {
    ja: (f) => ({
      message: `計測値のフォルダー ${of(f, "folder")} に書き込めません(${of(f, "reason")})`,
      fix: "koboshi を動かすユーザーが書き込めるようにしてください。監視と通知は続いています",
    }),
    en: (f) => ({
      message: `The folder of measurements ${of(f, "folder")} cannot be written (${of(f, "reason")})`,
      fix: "let the user koboshi runs as write there; checks and notices go on meanwhile",
    }),
  },
  KB2104: {
    ja: (f) => ({
      message: `計測値のフォルダー ${of(f, "folder")} を開けません(${of(f, "reason")})`,
      fix: "koboshi は自動で開き直しを続け、監視と通知も続いています。長引くときは koboshi doctor の結果を確かめてください",
    }),
    en: (f) => ({
      message: `The folder of measurements ${of(f, "folder")} cannot be opened (${of(f, "reason")})`,
      fix: "koboshi keeps trying, and checks and notices go on; if it lasts, see what koboshi doctor says",
    }),
  },
  KB3001: {
    ja: () => ({
      message: "ログインが必要です",
      fix: "/login でログインしてください。アカウントがまだないときは koboshi up が表示した開始用の合い言葉で、プログラムからは API トークンで入れます",
    }),
    en: () => ({
      message: "You are not signed in",
      fix: "sign in at /login; while nobody has an account, with the start token that koboshi up printed; programs show an API token",
    }),
  },
  KB3002: {
    ja: (f) => ({
      message: `この経路からは使えません(${of(f, "why")})`,
      fix: "このコンピュータから http://127.0.0.1 で直接開くか、site.url の名前で開いてください",
    }),
    en: (f) => ({
      message: `Not allowed this way (${of(f, "why")})`,
      fix: "open it on this machine at http://127.0.0.1, or by the name in site.url",
    }),
  },
  KB3003: {
    ja: () => ({
      message: "このリンクは期限が切れたか、新しいものに替わりました",
      fix: "いちばん新しいメールのリンクを開くか、koboshi ack 番号 をお使いください",
    }),
    en: () => ({
      message: "This link has expired or was replaced by a newer one",
      fix: "open the link of the newest mail, or use koboshi ack NUMBER",
    }),
  },
  KB3004: {
    ja: (f) => ({ message: "試行回数が多すぎます", fix: `${of(f, "waitSeconds")}秒待ってからお試しください` }),
    en: (f) => ({ message: "Too many tries", fix: `wait ${of(f, "waitSeconds")} s and try again` }),
  },
  ...accessErrors,
  KB4001: {
    ja: () => ({
      message: "参加用の合い言葉が違うか、使用済みか、期限(15分)が過ぎています",
      fix: "設定の token を新しい値に替えて読み込み直し、15分以内にもう一度参加してください",
    }),
    en: () => ({
      message: "The join token is wrong, used already, or older than 15 minutes",
      fix: "put a new value into the vantage's token, reload, and join again within 15 minutes",
    }),
  },
  KB4002: {
    ja: () => ({ message: "この観測地点の署名ではありません", fix: "観測地点をもう一度参加させてください" }),
    en: () => ({ message: "This is not signed by that vantage", fix: "join the vantage again" }),
  },
  KB4003: {
    ja: (f) => ({ message: `報告 ${of(f, "sequence")} は受け取り済みです`, fix: "次の番号から送ってください" }),
    en: (f) => ({ message: `Report ${of(f, "sequence")} was taken already`, fix: "go on with the next number" }),
  },
  KB4004: {
    ja: (f) => ({
      message: `${of(f, "target")} は、この観測地点が許可した相手ではありません`,
      fix: "観測地点の --allow に加えてください",
    }),
    en: (f) => ({
      message: `${of(f, "target")} is not on this vantage's own list`,
      fix: "add it to the vantage's --allow",
    }),
  },
  KB4101: {
    ja: (f) => ({
      message: `予定のファイル ${of(f, "file")} を読めません(${of(f, "why")})`,
      fix: "crontab または systemd タイマーのファイルの場所と権限を確かめてください(1 MB まで)",
    }),
    en: (f) => ({
      message: `The file of schedules ${of(f, "file")} cannot be read (${of(f, "why")})`,
      fix: "check the path and permissions of the crontab or systemd timer (1 MB at most)",
    }),
  },
  KB4102: {
    ja: (f) => ({
      message: `${of(f, "flag")} ${of(f, "written")} は日時として読めません`,
      fix: "2026-11-22T03:15+09:00 のように書いてください。時差を省くと --tz の時間帯です",
    }),
    en: (f) => ({
      message: `${of(f, "flag")} ${of(f, "written")} is not a date and time`,
      fix: "write it like 2026-11-22T03:15+09:00; without an offset it is meant in the zone of --tz",
    }),
  },
  ...feedErrors,
  ...hostErrors,
  ...windowErrors,
  ...handsErrors,
  ...recoverRunErrors,
  ...recoveryWatchErrors,
  ...logErrors,
  ...logReportErrors,
  ...auditErrors,
  ...hardwareErrors,
  ...diagnosisErrors,
  ...restoreErrors,
  ...drillErrors,
  ...intakeErrors,
  KB5001: {
    ja: () => ({
      message: "通知を送る手段がありません",
      fix: "koboshi.yml の notify.channels にメールまたは webhook を書いてください",
    }),
    en: () => ({ message: "Nothing can send notices", fix: "write a mail or webhook channel into notify.channels" }),
  },
  KB6001: {
    ja: (f) => ({
      message: `${of(f, "target")} に置いた公開ページが、送った内容と違います(${of(f, "file")})`,
      fix: "置き場所で別のものが書き換えていないか確かめてください。自動でもう一度送ります",
    }),
    en: (f) => ({
      message: `The page on ${of(f, "target")} differs from what was sent (${of(f, "file")})`,
      fix: "see whether something else writes there; it is sent again by itself",
    }),
  },
  KB6002: {
    ja: (f) => ({
      message: `${of(f, "target")} に公開ページを置けません(${publishReason(of(f, "reason"), "ja")})`,
      fix: "接続先・鍵・空き・権限を確かめてください。自動で送り直します",
    }),
    en: (f) => ({
      message: `The page cannot be put on ${of(f, "target")} (${publishReason(of(f, "reason"), "en")})`,
      fix: "check the address, key, space and permissions; it is tried again by itself",
    }),
  },
  KB7001: {
    ja: (f) => ({
      message: `障害 #${of(f, "id")} の報告書は、開いているあいだに別の人が保存しました`,
      fix: "今の内容を読み直してから、書いたものを入れ直してください",
    }),
    en: (f) => ({
      message: `Someone else saved the report on incident #${of(f, "id")} while you had it open`,
      fix: "read it again and put your words in once more",
    }),
  },
  KB7002: {
    ja: (f) => ({
      message: `PDF を作れません(${of(f, "reason")})`,
      fix: "このコンピュータに Chromium を入れるか、CHROMIUM_PATH で場所を示すか、HTML をブラウザから印刷してください",
    }),
    en: (f) => ({
      message: `No PDF can be made (${of(f, "reason")})`,
      fix: "install Chromium on this machine, name it in CHROMIUM_PATH, or print the HTML from a browser",
    }),
  },
  ...incidentErrors,
};

/** What a code means, with the facts of this occurrence; without facts, in general. */
export function explainError(code: ErrorCode, facts: Facts, lang: Lang): Explanation {
  return texts[code][lang](facts);
}
