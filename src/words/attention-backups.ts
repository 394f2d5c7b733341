import type { Bilingual } from "../kernel/lang.ts";
import type { Attention } from "../kernel/model/status.ts";

type Facts = Attention["facts"];
interface Saying {
  readonly text: (facts: Facts) => Bilingual;
  /** what to do about it */
  readonly fix: (facts: Facts) => Bilingual;
}

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** What Home says of backups. */
export const backupSayings: Readonly<Record<string, Saying>> = {
  "backup-broken": {
    text: (f) => ({
      ja: `控え ${of(f, "plan")}(${of(f, "place")})が壊れています`,
      en: `The copy of ${of(f, "plan")} at ${of(f, "place")} is broken`,
    }),
    fix: () => ({
      ja: "「控え」の画面で検査の結果を見て、別の場所の控えが無事かを確かめてください。いまの控えは消さないでください",
      en: "see what was found on the Backups page and whether the other copies are sound; delete nothing",
    }),
  },
  "backup-unreadable": {
    text: (f) => ({
      ja: `控え ${of(f, "plan")} の保管庫(${of(f, "place")})を読めません: ${of(f, "error")}`,
      en: `The repository of ${of(f, "plan")} at ${of(f, "place")} cannot be read: ${of(f, "error")}`,
    }),
    fix: (f) => ({
      ja: `接続先・パスワード・鍵を確かめて、koboshi backup show ${of(f, "plan")} で読み直してください`,
      en: `check its address, password and keys, then look again with koboshi backup show ${of(f, "plan")}`,
    }),
  },
  "backup-deletable": {
    text: (f) => ({
      ja: `消せないはずの控え ${of(f, "plan")}(${of(f, "place")})を、書き込み側から消せます`,
      en: `The copy of ${of(f, "plan")} at ${of(f, "place")} is said to be append-only, and its writer can delete it`,
    }),
    fix: () => ({
      ja: "保管庫を追記専用(rest-server の --append-only など)にするか、消せない別の置き場所を加えてください",
      en: "make the repository append-only (rest-server --append-only and the like), or add a place that is",
    }),
  },
  "backup-late": {
    text: (f) => ({
      ja: `控え ${of(f, "plan")} が、失ってよい時間より古くなっています`,
      en: `The newest copy of ${of(f, "plan")} is older than what may be lost`,
    }),
    fix: (f) => ({
      ja: `koboshi backup run ${of(f, "plan")} でいま取れます。取れなければ理由が出ます`,
      en: `take one now with koboshi backup run ${of(f, "plan")}; if it fails it says why`,
    }),
  },
  "backup-failed": {
    text: (f) => ({
      ja: `控え ${of(f, "plan")}(${of(f, "place")})を取れませんでした: ${of(f, "error")}`,
      en: `The last backup of ${of(f, "plan")} to ${of(f, "place")} failed: ${of(f, "error")}`,
    }),
    fix: (f) => ({
      ja: `原因を直して koboshi backup run ${of(f, "plan")} を実行してください`,
      en: `mend the cause and run koboshi backup run ${of(f, "plan")}`,
    }),
  },
  "backup-partial": {
    text: (f) => ({
      ja: `控え ${of(f, "plan")}(${of(f, "place")})に欠けがあります: ${of(f, "error")}`,
      en: `The last backup of ${of(f, "plan")} to ${of(f, "place")} is incomplete: ${of(f, "error")}`,
    }),
    fix: () => ({
      ja: "読めなかったパスの権限を直すか、欠けてよいものなら allow_missing に書いてください",
      en: "give the user rights to what could not be read, or write into allow_missing what may be left out",
    }),
  },
  "drill-overdue": {
    text: (f) => ({
      ja: `${of(f, "plan")} の復旧訓練が期限を過ぎています`,
      en: `The restore drill of ${of(f, "plan")} is overdue`,
    }),
    fix: () => ({
      ja: "「控え」の画面の「訓練をする」で、戻す時間を測り直してください",
      en: "press “Run a drill” on the Backups page and measure the time again",
    }),
  },
  "hub-not-copied": {
    text: () => ({
      ja: "koboshi 自身の台帳・鍵・設定の控えがありません。koboshi のマシンと一緒に失われます",
      en: "koboshi's own ledger, keys and configuration are not copied: they would be lost with its machine",
    }),
    fix: () => ({
      ja: "backups に of: { host: hub } の計画を1つ加えてください。書く行は koboshi audit が示します",
      en: "add a plan with of: { host: hub } to backups; koboshi audit prints the lines",
    }),
  },
  "backup-never-restored": {
    text: (f) => ({
      ja: `${of(f, "plan")} は一度も戻したことがありません。戻せるかどうかは未証明です`,
      en: `${of(f, "plan")} has never been restored; that it can be is not proven`,
    }),
    fix: () => ({
      ja: "drill: を書くか、「控え」の画面で一度戻してみてください",
      en: "write drill: into the backup, or restore it once from the Backups page",
    }),
  },
};
