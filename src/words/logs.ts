import type { LogProblem, LogSourceState, TemplateNews } from "../kernel/ports-logs.ts";
import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";

/** What is said about log lines, where they come from, and what is not as usual in them. */
export const logWords = catalogue(
  {
    title: "ログ",
    lead: "いつもと違う行を先に並べます。同じ形の行は1つにまとめ、パスワードなどは伏せて保存しています。",
    aroundIncident: (id: string) => `障害 #${id} の前後`,
    aroundNow: "直近の20分",
    comparedWith: (when: string) => `${when} の同じ時間帯と比べています`,
    notCompared: "1週間前のログがまだないため、新しい・消えたの区別はできません。数の少ないものから確かめてください。",
    newsNew: "新しい",
    newsSurging: "急増",
    newsGone: "消えた",
    newsRare: "まれ",
    newsUsual: "いつもどおり",
    all: "すべて",
    count: (lines: number) => `${lines.toLocaleString("ja")}行`,
    usual: (lines: number) => `ふだん${lines.toLocaleString("ja")}行`,
    first: "最初",
    last: "最後",
    lines: "行を見る",
    noNews: "この時間帯に、いつもと違う行はありません。",
    nothingHere: "この時間帯の行はありません。",
    empty: "ログはまだ集めていません。koboshi.yml に1行加えると、そのファイルを追いかけます。",
    search: "探す",
    searchTitle: "行を探す",
    text: "含まれる文字",
    host: "サーバー",
    field: "項目(名前=値)",
    from: "から",
    to: "まで",
    severity: "重さ",
    anySeverity: "すべて",
    errorsOnly: "エラー以上",
    warningsOnly: "警告以上",
    any: "すべて",
    older: "前の行",
    found: (lines: number) => `${lines}行`,
    notFound: "当てはまる行はありません。期間を広げるか、条件を減らしてください。",
    sources: "集めている場所",
    backlog: (size: string) => `${size} を読み込み中です。新しい行は少し遅れて現れます。`,
    blocked: (reason: string) => `いまは保存できないため、行を待たせています(失ってはいません): ${reason}`,
    lag: (size: string) => `未読 ${size}`,
    dropped: (count: number) => `取りこぼし ${count.toLocaleString("ja")}件`,
    format: (name: string) => `形式 ${name}`,
    linesSoFar: (count: number) => `${count.toLocaleString("ja")}行`,
    lastLine: (time: string) => `最後の行 ${time}`,
    stateFollowing: "受信中",
    stateWaiting: "行を待っています",
    stateMissing: "ファイルがまだありません",
    stateFailed: "読めません",
    problemNotThere: "まだありません。できたら初めから読みます。",
    problemDenied: "読む権限がありません。koboshi を動かしている利用者を adm グループに加えるなどしてください。",
    problemNotAFile: "ファイルではありません。通常のファイルのパスを書いてください。",
    problemReadFailed: "読み取りに失敗しました。少し後にもう一度読みます。",
    problemSshKeyMissing: "読み取り用の鍵が使えません。hosts の keys.read を確かめてください。",
    problemHostKeyUnknown:
      "ホスト鍵が確かめられていないため、接続していません。表示された指紋が正しければ host_key に書いてください。",
    problemHostKeyChanged:
      "ホスト鍵が登録と違うため、接続していません。入れ替えでなければ、なりすましを疑ってください。",
    problemSshRefused: "鍵でのログインを断られました。公開鍵の登録と user を確かめてください。",
    problemSshUnreachable: "SSH でつながりません。つながり次第、続きから読みます。",
    problemPortTaken: "このポートは別のプログラムが使っています。空けば30秒以内に受け始めます。",
    problemPortDenied: "このポートを開く権限がありません。1024 以上のポートを書いてください。",
    problemListenFailed: "受け口を開けません。",
    problemSpoolFull: "待たせられる量の上限に達しました。保存が進めば続きから読みます。",
    problemRotatedAway: "読み終える前に、切り替えられたファイルが消えました。",
    problemRotatedDenied:
      "切り替えられたファイルを読む権限がなく、その分の行が抜けています。logrotate の create の指定などで、新しいファイルと同じ権限にしてください。",
    problemKeyRestricted:
      "この鍵ではログを読めません。koboshi host collector の出力を相手に置き直し、authorized_keys の command= の後にこのログのパスを書いてください。",
    problemAgentRestricted:
      "エージェントは /var/log の下だけを読みます。ほかの場所は koboshi agent の --logs に加えてください。",
    problemAgentSilent:
      "エージェントから届いていません。そのサーバーで systemctl status koboshi-agent を見てください。",
    severity0: "緊急",
    severity1: "要対応",
    severity2: "致命的",
    severity3: "エラー",
    severity4: "警告",
    severity5: "通知",
    severity6: "情報",
    severity7: "デバッグ",
    tailStarted: "新しい行を待っています(Ctrl-C で終わります)",
    badField: (written: string) => `--field ${written}(名前=値 の形で書いてください)`,
    badMoment: (name: string, written: string) => `${name} ${written}(例: 2026-11-22T02:00 または 30m)`,
    badIncident: (written: string) => `--around ${written}(障害の番号を書いてください。例: --around 241)`,
    nothingCollected: "ログはまだ集めていません。koboshi.yml の hosts に logs: を書いてください。",
    wait: "新しい行を見る: koboshi logs --follow",
  },
  {
    title: "Logs",
    lead: "Lines that are not as usual come first. Lines of one shape are counted as one; passwords and the like are masked before they are stored.",
    aroundIncident: (id: string) => `around incident #${id}`,
    aroundNow: "the last 20 minutes",
    comparedWith: (when: string) => `compared with the same time on ${when}`,
    notCompared: "There are no logs of a week ago yet, so new and gone cannot be told. Look at the rare ones first.",
    newsNew: "New",
    newsSurging: "Surging",
    newsGone: "Gone",
    newsRare: "Rare",
    newsUsual: "As usual",
    all: "All",
    count: (lines: number) => `${lines.toLocaleString("en")} lines`,
    usual: (lines: number) => `usually ${lines.toLocaleString("en")}`,
    first: "first",
    last: "last",
    lines: "show lines",
    noNews: "Nothing out of the usual in this window.",
    nothingHere: "No lines in this window.",
    empty: "No logs are collected yet. Add one line to koboshi.yml and that file is followed.",
    search: "Search",
    searchTitle: "Search lines",
    text: "Text",
    host: "Host",
    field: "Field (name=value)",
    from: "From",
    to: "To",
    severity: "Severity",
    anySeverity: "any",
    errorsOnly: "errors and worse",
    warningsOnly: "warnings and worse",
    any: "any",
    older: "Older lines",
    found: (lines: number) => `${lines} lines`,
    notFound: "No line fits. Widen the time or ask for less.",
    sources: "Where lines come from",
    backlog: (size: string) => `${size} still to be read in; new lines appear a little late.`,
    blocked: (reason: string) => `Lines cannot be stored now and wait (none is lost): ${reason}`,
    lag: (size: string) => `${size} unread`,
    dropped: (count: number) => `${count.toLocaleString("en")} dropped`,
    format: (name: string) => `format ${name}`,
    linesSoFar: (count: number) => `${count.toLocaleString("en")} lines`,
    lastLine: (time: string) => `last line ${time}`,
    stateFollowing: "receiving",
    stateWaiting: "waiting for lines",
    stateMissing: "the file is not there yet",
    stateFailed: "cannot be read",
    problemNotThere: "Not there yet; it is read from its beginning once it is.",
    problemDenied: "No permission to read it. Add the user koboshi runs as to the group adm, for example.",
    problemNotAFile: "Not a regular file. Write the path of one.",
    problemReadFailed: "Reading failed; it is tried again soon.",
    problemSshKeyMissing: "The key for reading cannot be used. See keys.read of the host.",
    problemHostKeyUnknown:
      "The host key is not confirmed, so no connection is made. If the fingerprint shown is right, write it as host_key.",
    problemHostKeyChanged:
      "The host shows another key than the pinned one, so no connection is made. Unless it was replaced, suspect an impostor.",
    problemSshRefused: "The login by key was refused. Check the authorized key and user.",
    problemSshUnreachable: "No SSH connection; reading goes on where it stopped once there is one.",
    problemPortTaken: "Another program has this port; once it is free it is opened within 30 seconds.",
    problemPortDenied: "No permission to open this port. Write one of 1024 or more.",
    problemListenFailed: "The port cannot be opened.",
    problemSpoolFull: "As much waits as may wait; reading goes on once some of it is stored.",
    problemRotatedAway: "A rotated file was removed before it was read to its end.",
    problemRotatedDenied:
      "A rotated file may not be read, so its lines are missing. Give it the permissions of the new one, by logrotate's create for example.",
    problemKeyRestricted:
      "This key may not read logs. Put what koboshi host collector prints on the host anew, and write this log's path behind command= in authorized_keys.",
    problemAgentRestricted: "The agent reads below /var/log only. Add another place to --logs of koboshi agent.",
    problemAgentSilent: "Its agent sends nothing. See systemctl status koboshi-agent on the host.",
    severity0: "emergency",
    severity1: "alert",
    severity2: "critical",
    severity3: "error",
    severity4: "warning",
    severity5: "notice",
    severity6: "info",
    severity7: "debug",
    tailStarted: "waiting for new lines (Ctrl-C ends it)",
    badField: (written: string) => `--field ${written} (write it as name=value)`,
    badMoment: (name: string, written: string) => `${name} ${written} (such as 2026-11-22T02:00 or 30m)`,
    badIncident: (written: string) => `--around ${written} (write an incident's number, such as --around 241)`,
    nothingCollected: "No logs are collected yet. Write logs: below a host in koboshi.yml.",
    wait: "to watch new lines: koboshi logs --follow",
  },
);

type Words = ReturnType<typeof logWords>;

export function newsWord(news: TemplateNews, lang: Lang): string {
  const say = logWords(lang);
  const words: Readonly<Record<TemplateNews, string>> = {
    new: say.newsNew,
    surging: say.newsSurging,
    gone: say.newsGone,
    rare: say.newsRare,
    usual: say.newsUsual,
  };
  return words[news];
}

export function sourceStateWord(state: LogSourceState, lang: Lang): string {
  const say = logWords(lang);
  const words: Readonly<Record<LogSourceState, string>> = {
    following: say.stateFollowing,
    waiting: say.stateWaiting,
    missing: say.stateMissing,
    failed: say.stateFailed,
  };
  return words[state];
}

const problemWords: Readonly<Record<LogProblem, (say: Words) => string>> = {
  "not-there": (say) => say.problemNotThere,
  denied: (say) => say.problemDenied,
  "not-a-file": (say) => say.problemNotAFile,
  "read-failed": (say) => say.problemReadFailed,
  "ssh-key-missing": (say) => say.problemSshKeyMissing,
  "host-key-unknown": (say) => say.problemHostKeyUnknown,
  "host-key-changed": (say) => say.problemHostKeyChanged,
  "ssh-refused": (say) => say.problemSshRefused,
  "ssh-unreachable": (say) => say.problemSshUnreachable,
  "port-taken": (say) => say.problemPortTaken,
  "port-denied": (say) => say.problemPortDenied,
  "listen-failed": (say) => say.problemListenFailed,
  "spool-full": (say) => say.problemSpoolFull,
  "rotated-away": (say) => say.problemRotatedAway,
  "rotated-denied": (say) => say.problemRotatedDenied,
  "key-restricted": (say) => say.problemKeyRestricted,
  "agent-restricted": (say) => say.problemAgentRestricted,
  "agent-silent": (say) => say.problemAgentSilent,
};

/** Why a source cannot be read, and what mends it. */
export function problemText(problem: LogProblem, lang: Lang): string {
  return problemWords[problem](logWords(lang));
}

/** `エラー`, `error`; empty when not known. */
export function severityWord(severity: number | null, lang: Lang): string {
  const say = logWords(lang);
  const words = [
    say.severity0,
    say.severity1,
    say.severity2,
    say.severity3,
    say.severity4,
    say.severity5,
    say.severity6,
    say.severity7,
  ];
  return severity === null ? "" : (words[severity] ?? "");
}

/** `18 GB`, `2.5 MB`. */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1_000 && unit < units.length - 1) [value, unit] = [value / 1_000, unit + 1];
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ""}`;
}
