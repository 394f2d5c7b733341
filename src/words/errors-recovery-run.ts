import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type RunCode = Extract<ErrorCode, `KB80${string}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** Why a backup was not begun, failed, or is incomplete. `text`: what the tool itself said. */
export const recoverRunErrors: Readonly<Record<RunCode, Readonly<Record<Lang, Say>>>> = {
  KB8001: {
    ja: (f) => ({
      message: `${of(f, "plan")} の控えは、ホスト ${of(f, "host")} ですでに取っている最中です(先に始めたもの: ${of(f, "holder")})`,
      fix: `終わるまでお待ちください。koboshi backup show ${of(f, "plan")} で進み具合が分かります`,
    }),
    en: (f) => ({
      message: `A backup ${of(f, "plan")} is under way on host ${of(f, "host")} already: ${of(f, "holder")}`,
      fix: `wait until it has ended; koboshi backup show ${of(f, "plan")} tells how far it is`,
    }),
  },
  KB8002: {
    ja: (f) => ({
      message: `置き場所 ${of(f, "place")} の保管庫は、このパスワードでは開けません: ${of(f, "text")}`,
      fix: `backups.${of(f, "plan")}.password が、保管庫を作ったときのものと同じか確かめてください`,
    }),
    en: (f) => ({
      message: `The password does not open the repository at ${of(f, "place")}: ${of(f, "text")}`,
      fix: `check that backups.${of(f, "plan")}.password is the one the repository was made with`,
    }),
  },
  KB8003: {
    ja: (f) => ({
      message: `置き場所 ${of(f, "place")} に保管庫がありません: ${of(f, "text")}`,
      fix: "アドレスと、ディスクの接続(マウント)を確かめてください。前に控えがあった場所には、新しい保管庫を自動では作りません",
    }),
    en: (f) => ({
      message: `There is no repository at ${of(f, "place")}: ${of(f, "text")}`,
      fix: "check the address and that its disk is mounted; where copies were before, none is made anew by itself",
    }),
  },
  KB8004: {
    ja: (f) => ({
      message: `置き場所 ${of(f, "place")} の保管庫は、ほかの作業がロックしています: ${of(f, "text")}`,
      fix: "その作業が終わってからもう一度お試しください。持ち主がいないと確かめられたときだけ、restic unlock で外せます",
    }),
    en: (f) => ({
      message: `Someone else holds the repository at ${of(f, "place")} locked: ${of(f, "text")}`,
      fix: "try again when that has ended; only when nobody holds it any more, restic unlock takes it away",
    }),
  },
  KB8005: {
    ja: (f) => ({
      message: `置き場所 ${of(f, "place")} の保管庫に届きません: ${of(f, "text")}`,
      fix: "ネットワーク、相手のサーバー、証明書とホスト鍵を確かめてください。取り直すと続きから送ります",
    }),
    en: (f) => ({
      message: `The repository at ${of(f, "place")} cannot be reached: ${of(f, "text")}`,
      fix: "check the network, the far server, its certificate and host key; the next run goes on where this one ended",
    }),
  },
  KB8006: {
    ja: (f) => ({
      message: `空き容量が足りません: ${of(f, "text")}`,
      fix: `置き場所 ${of(f, "place")}(SQLite では元のホストの /var/tmp も)の空きを増やしてから、もう一度取ってください。これまでの控えはそのまま残っています`,
    }),
    en: (f) => ({
      message: `No space is left: ${of(f, "text")}`,
      fix: `make room at ${of(f, "place")} (for SQLite also in /var/tmp of the host) and run it again; earlier copies are untouched`,
    }),
  },
  KB8007: {
    ja: (f) => ({
      message: `${of(f, "plan")} の控えは不完全です。読めなかったもの: ${of(f, "text")}`,
      fix: `パスと読み取りの権限を確かめてください。なくてもよいものは backups.${of(f, "plan")}.allow_missing に書きます`,
    }),
    en: (f) => ({
      message: `The backup ${of(f, "plan")} is incomplete; not read: ${of(f, "text")}`,
      fix: `check paths and permissions; what may be missing goes into backups.${of(f, "plan")}.allow_missing`,
    }),
  },
  KB8008: {
    ja: (f) => ({
      message: `データベースの書き出しが失敗しました: ${of(f, "text")}`,
      fix: "データベースが動いているか、書き出す利用者に権限があるかを確かめてください。途中までの書き出しは控えにしていません",
    }),
    en: (f) => ({
      message: `Dumping a database failed: ${of(f, "text")}`,
      fix: "check that it runs and that the user may dump it; the half dump was not kept",
    }),
  },
  KB8009: {
    ja: (f) => ({
      message: `データベースの書き出しが最後まで届いていません: ${of(f, "text")}`,
      fix: "書き出しのプログラムは成功と答えましたが、終わりの印がありません。途中に入る中継や容量の上限を確かめてください",
    }),
    en: (f) => ({
      message: `The dump of a database is not whole: ${of(f, "text")}`,
      fix: "its program said success, yet the closing mark is missing: look for wrappers and limits in between",
    }),
  },
  KB8010: {
    ja: (f) => ({
      message: `書き出した文字が壊れています: ${of(f, "text")}`,
      fix: "データベースと書き出しの文字コードを utf8mb4 にそろえてください。この書き出しは控えにしていません",
    }),
    en: (f) => ({
      message: `The texts of the dump are garbled: ${of(f, "text")}`,
      fix: "make database and dump agree on utf8mb4; this dump was not kept",
    }),
  },
  KB8011: {
    ja: (f) => ({
      message: `書き出した行数が、同じ時点のデータベースと合いません: ${of(f, "text")}`,
      fix: "もう一度取ってください。続くときは、書き出す利用者から見えない行がないか(行レベルの制限など)を確かめてください",
    }),
    en: (f) => ({
      message: `The dump has other rows than the database at the same moment: ${of(f, "text")}`,
      fix: "run it again; if it stays so, look for rows the user may not see (row level security)",
    }),
  },
  KB8012: {
    ja: (f) => ({
      message: `控えの途中で中断しました: ${of(f, "text")}`,
      fix: "もう一度取ると、送り終えた分は送り直しません",
    }),
    en: (f) => ({
      message: `The backup was interrupted: ${of(f, "text")}`,
      fix: "run it again: what was sent already is not sent again",
    }),
  },
  KB8013: {
    ja: (f) => ({
      message: `控えの前後に動かすコマンドが失敗しました: ${of(f, "text")}`,
      fix: `backups.${of(f, "plan")}.hooks のコマンドを、ホスト ${of(f, "host")} で試してください`,
    }),
    en: (f) => ({
      message: `A hook of the backup failed: ${of(f, "text")}`,
      fix: `try the command of backups.${of(f, "plan")}.hooks on host ${of(f, "host")}`,
    }),
  },
  KB8014: {
    ja: (f) => ({
      message: `必要なプログラムがホスト ${of(f, "host")} にありません: ${of(f, "text")}`,
      fix: "Debian では apt-get install restic などで入れてください(データベースはその client パッケージ)",
    }),
    en: (f) => ({
      message: `A program is missing on host ${of(f, "host")}: ${of(f, "text")}`,
      fix: "on Debian: apt-get install restic, and the client package of the database",
    }),
  },
  KB8015: {
    ja: (f) => ({
      message: `restic が失敗しました: ${of(f, "text")}`,
      fix: "上の restic の言葉をもとに確かめてください。新しい控えはできていませんが、これまでの控えはそのままです",
    }),
    en: (f) => ({
      message: `restic failed: ${of(f, "text")}`,
      fix: "see restic's own words above; no new copy was made, earlier ones are untouched",
    }),
  },
  KB8016: {
    ja: (f) => ({
      message: `データベースが壊れています: ${of(f, "text")}`,
      fix: "これまでの控えから戻すことを検討してください。壊れたままの控えは取っていません",
    }),
    en: (f) => ({
      message: `The database is damaged: ${of(f, "text")}`,
      fix: "consider restoring an earlier copy; the damaged one was not kept",
    }),
  },
  KB8017: {
    ja: (f) => ({
      message: `長い間、まったく進みませんでした: ${of(f, "text")}`,
      fix: "データベースのロック待ち、回線、保管庫のサーバーを確かめてください",
    }),
    en: (f) => ({
      message: `Nothing moved for too long: ${of(f, "text")}`,
      fix: "look at locks in the database, the link, and the repository's server",
    }),
  },
  KB8018: {
    ja: (f) => ({
      message: `置き場所 ${of(f, "place")} の保管庫が拒みました: ${of(f, "text")}`,
      fix: "資格情報と、書き込みの権限を確かめてください",
    }),
    en: (f) => ({
      message: `The storage at ${of(f, "place")} refuses: ${of(f, "text")}`,
      fix: "check the credential and that it may write",
    }),
  },
  KB8019: {
    ja: (f) => ({
      message: `書いたはずのものが保管庫に見つかりません: ${of(f, "text")}`,
      fix: `koboshi backup verify ${of(f, "plan")} で保管庫を検査してください。この控えは数えていません`,
    }),
    en: (f) => ({
      message: `What was written is not found in the repository: ${of(f, "text")}`,
      fix: `check it with koboshi backup verify ${of(f, "plan")}; this copy is not counted`,
    }),
  },
  KB8020: {
    ja: (f) => ({
      message: `${of(f, "plan")} の控えは koboshi からは取れません: ${of(f, "why")}`,
      fix: "external と adopt は見守るだけです。restic では、保管庫、パスワード、絶対パス(末尾に / なし)が要ります",
    }),
    en: (f) => ({
      message: `The backup ${of(f, "plan")} cannot be run: ${of(f, "why")}`,
      fix: "external and adopted ones are only watched; restic needs a repository, a password, and absolute paths without a trailing slash",
    }),
  },
  KB8021: {
    ja: (f) => ({
      message: `ホスト ${of(f, "host")} で作業を始められません: ${of(f, "text")}`,
      fix: "ssh で入れるか、/run に書けるかを確かめてください",
    }),
    en: (f) => ({
      message: `Work on host ${of(f, "host")} cannot begin: ${of(f, "text")}`,
      fix: "check that ssh gets in and that /run can be written",
    }),
  },
  KB8022: {
    ja: (f) => ({
      message: `ホスト ${of(f, "host")} が示した鍵は、決められたものではありません: ${of(f, "text")}`,
      fix: "ホストを作り直したのでなければ、接続先がすり替わっているおそれがあります。指紋を確かめてから hosts の host_key を直してください",
    }),
    en: (f) => ({
      message: `The key that host ${of(f, "host")} showed is not the pinned one: ${of(f, "text")}`,
      fix: "unless the host was rebuilt, someone may be in between; compare the fingerprint before changing host_key",
    }),
  },
  KB8023: {
    ja: (f) => ({
      message: `置き場所 ${of(f, "place")} に、repo に書かれたバケットがありません: ${of(f, "text")}`,
      fix: "バケットの名前と endpoint を確かめてください。まだなければ、業者の画面で先に作ってください(消されないようにするオブジェクトロックとバージョニングは、作るときに有効にします)",
    }),
    en: (f) => ({
      message: `At ${of(f, "place")} there is no bucket as written in repo: ${of(f, "text")}`,
      fix: "check the bucket's name and the endpoint, or make the bucket first: object lock and versioning are switched on when it is made",
    }),
  },
  KB8024: {
    ja: (f) => ({
      message: `控えを取るマシンと置き場所 ${of(f, "place")} のサーバーの時計がずれていて、署名が受け付けられません: ${of(f, "text")}`,
      fix: "両方の時計を NTP に合わせてください(ずれが15分を超えると拒まれます)。合えば次の回から取れます",
    }),
    en: (f) => ({
      message: `The clocks of the machine that writes and of the storage at ${of(f, "place")} differ, so signatures are refused: ${of(f, "text")}`,
      fix: "set both by NTP (more than 15 minutes are refused); the next run then succeeds",
    }),
  },
  KB8025: {
    ja: (f) => ({
      message: `置き場所 ${of(f, "place")} のサーバーの証明書を信頼できません: ${of(f, "text")}`,
      fix: `独自の認証局や自己署名の証明書なら、places.${of(f, "place")}.ca にその PEM ファイルを書いてください。期限切れやホスト名の違いなら、相手のサーバーの証明書を直してください`,
    }),
    en: (f) => ({
      message: `The certificate of the storage at ${of(f, "place")} is not trusted: ${of(f, "text")}`,
      fix: `if it is self-signed or of your own authority, name the PEM file in places.${of(f, "place")}.ca; if it has expired or is for another name, it has to be mended there`,
    }),
  },
  KB8026: {
    ja: (f) => ({
      message: `保管庫のサーバーを確かめるための認証局のファイルを読めません: ${of(f, "text")}`,
      fix: "places の ca には、koboshi を動かしているマシンにあり、koboshi が読める PEM ファイルを絶対パスで書いてください",
    }),
    en: (f) => ({
      message: `The file of authorities that vouches for the storage cannot be read: ${of(f, "text")}`,
      fix: "name in ca of the place the full path of a PEM file that lies on koboshi's own machine and that koboshi may read",
    }),
  },
};
