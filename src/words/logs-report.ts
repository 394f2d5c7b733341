import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type ReportCode = Extract<ErrorCode, `KB220${number}`>;

/** What `koboshi logs report`, `logs scan` and `logs templates` refuse. */
export const logReportErrors: Readonly<Record<ReportCode, Readonly<Record<Lang, Say>>>> = {
  KB2201: {
    ja: (f) => ({
      message: `ログ ${f["file"]} を読めません(${f["why"]})`,
      fix: "ファイルの場所と権限を確かめてください。標準入力から読むときは - と書きます",
    }),
    en: (f) => ({
      message: `The log ${f["file"]} cannot be read (${f["why"]})`,
      fix: "check its path and permissions; write - to read from standard input",
    }),
  },
  KB2202: {
    ja: (f) => ({
      message: `${f["file"]} は Web サーバーのアクセスログにもエラーログにも見えません(先頭の 200 行で判断します)`,
      fix: "Apache か nginx のアクセスログ(common・combined)またはエラーログを指定してください。ほかのログは koboshi logs templates で種類ごとに数えられます",
    }),
    en: (f) => ({
      message: `${f["file"]} looks like neither an access log nor the error log of a web server (judged by its first 200 lines)`,
      fix: "give an access log (common or combined) or an error log of Apache or nginx; koboshi logs templates counts the kinds of lines of any other log",
    }),
  },
  KB2203: {
    ja: (f) => ({
      message: `${f["file"]} は先に指定したログと種類が違います(アクセスログとエラーログは一度に集計できません)`,
      fix: "種類ごとに分けて koboshi logs report を実行してください",
    }),
    en: (f) => ({
      message: `${f["file"]} is of another kind than the logs before it (access and error logs are not counted together)`,
      fix: "run koboshi logs report once for each kind",
    }),
  },
  KB2204: {
    ja: (f) => ({
      message: `レポートを ${f["file"]} に書けません(${f["why"]})`,
      fix: "--html には、書き込めるフォルダーの下のファイル名を指定してください",
    }),
    en: (f) => ({
      message: `The report cannot be written to ${f["file"]} (${f["why"]})`,
      fix: "give --html a file name in a folder that can be written to",
    }),
  },
  KB2205: {
    ja: (f) => ({
      message: `${f["file"]} には ${f["field"]} という列がありません(見つかった列: ${f["columns"]})`,
      fix: "--field には、CSV の 1 行目にある列名を書いてください",
    }),
    en: (f) => ({
      message: `${f["file"]} has no column ${f["field"]} (its columns: ${f["columns"]})`,
      fix: "give --field one of the names in the first line of the CSV",
    }),
  },
};

/** What a log report says. */
export const logReportWords = catalogue(
  {
    accessTitle: "アクセスログの集計",
    errorTitle: "エラーログの集計",
    span: (from: string, to: string) => `${from} 〜 ${to}`,
    noSpan: "日時のある行がありません",
    requests: "リクエスト",
    lines: "行数",
    unread: "読めなかった行",
    tooLong: "長すぎて数えなかった行(1 MB 超)",
    bytes: "送信量",
    visitors: "訪問者(IP・ブラウザー・日ごと)",
    atLeast: (count: string) => `${count} 以上`,
    durations: "応答時間 50%・95%・99%",
    statuses: "ステータス",
    clients: "アクセス元",
    urls: "URL",
    notFound: "見つからなかった URL(404)",
    failing: "サーバーエラーの URL(5xx)",
    slowest: "遅かった URL(3 秒以上)",
    referrers: "リンク元",
    agents: "ブラウザー・ロボット",
    modules: "モジュールとレベル",
    codes: "メッセージ番号",
    distinct: (count: string) => `全 ${count} 種類`,
    others: (count: string) => `種類が多すぎて個別に数えられなかったもの: ${count} 行`,
    hours: "時間ごと",
    surges: "急に増えた時間帯(直前 1 時間の 3 倍以上)",
    surge: (lines: string, peak: string, usual: string) => `${lines} 行、最大で毎分 ${peak}(ふだんは毎分 ${usual})`,
    troubles: "遅延・エラーの多かった時間帯(5 % 以上)",
    trouble: (errors: string, timeouts: string, slow: string) =>
      `5xx ${errors}、タイムアウト・中断 ${timeouts}、3 秒以上 ${slow}`,
    suspects: "怪しいアクセス元",
    none: "ありません",
    probes: (count: string) => `脆弱性を探すリクエストが ${count} 回`,
    logins: (count: string) => `ログインの試行が ${count} 回`,
    denied: (count: string) => `拒否(401・403)が ${count} 回`,
    "not-found": (count: string) => `404 が ${count} 回で、その半分以上`,
    flood: (count: string) => `全体の 2 割以上を占める ${count} 回`,
    ofRequests: (count: string) => `(全 ${count} 回)`,
    written: (file: string) => `レポートを書きました: ${file}`,
    momentTitle: (from: string, to: string) => `${from} 〜 ${to} の様子`,
    momentEmpty: "この時間帯の行はありません。--around の日時とログの期間を確かめてください",
    perMinute: "毎分の行数",
    clientErrors: "4xx の割合",
    serverErrors: "5xx の割合",
    timeoutShare: "タイムアウト・中断の割合",
    slowShare: "3 秒以上の割合",
    besideUsual: (here: string, usual: string) => `${here}(ほかの時間は ${usual})`,
    minutes: "1 分ごと",
    minute: (lines: string, errors: string, timeouts: string) => `${lines} 行  5xx ${errors}  タイムアウト ${timeouts}`,
    logSpan: (from: string, to: string) => `このログの期間: ${from} 〜 ${to}`,
    whichFile: "logs report FILE…(- は標準入力)",
    whichMoment: "logs scan FILE --around 2026-11-22T02:05",
    degraded: (lines: string) =>
      `種類が多すぎるため、${lines} 行は先頭の語と長さだけでまとめました(ほかの行の結果には影響しません)`,
  },
  {
    accessTitle: "Access log",
    errorTitle: "Error log",
    span: (from: string, to: string) => `${from} to ${to}`,
    noSpan: "no line has a time",
    requests: "Requests",
    lines: "Lines",
    unread: "Lines not understood",
    tooLong: "Lines too long to count (over 1 MB)",
    bytes: "Bytes sent",
    visitors: "Visitors (address, browser and day)",
    atLeast: (count: string) => `at least ${count}`,
    durations: "Response time 50 %, 95 %, 99 %",
    statuses: "Status",
    clients: "Clients",
    urls: "URLs",
    notFound: "URLs not found (404)",
    failing: "URLs with server errors (5xx)",
    slowest: "Slow URLs (3 s and more)",
    referrers: "Referrers",
    agents: "Browsers and robots",
    modules: "Module and level",
    codes: "Message numbers",
    distinct: (count: string) => `${count} different`,
    others: (count: string) => `too many kinds to count each: ${count} lines`,
    hours: "By the hour",
    surges: "Surges (three times the hour before)",
    surge: (lines: string, peak: string, usual: string) => `${lines} lines, up to ${peak} a minute (usually ${usual})`,
    troubles: "Times of errors and delays (5 % and more)",
    trouble: (errors: string, timeouts: string, slow: string) =>
      `5xx ${errors}, timed out or given up ${timeouts}, 3 s and more ${slow}`,
    suspects: "Suspicious clients",
    none: "none",
    probes: (count: string) => `${count} requests that look for holes`,
    logins: (count: string) => `${count} attempts to sign in`,
    denied: (count: string) => `refused ${count} times (401, 403)`,
    "not-found": (count: string) => `${count} times 404, half of its requests or more`,
    flood: (count: string) => `${count} requests, a fifth of all or more`,
    ofRequests: (count: string) => ` (of ${count} requests)`,
    written: (file: string) => `Report written: ${file}`,
    momentTitle: (from: string, to: string) => `${from} to ${to}`,
    momentEmpty: "No line in this span; check the time of --around against the span of the log",
    perMinute: "Lines a minute",
    clientErrors: "4xx",
    serverErrors: "5xx",
    timeoutShare: "Timed out or given up",
    slowShare: "3 s and more",
    besideUsual: (here: string, usual: string) => `${here} (at other times ${usual})`,
    minutes: "By the minute",
    minute: (lines: string, errors: string, timeouts: string) => `${lines} lines  5xx ${errors}  timed out ${timeouts}`,
    logSpan: (from: string, to: string) => `This log goes from ${from} to ${to}`,
    whichFile: "logs report FILE… (- is standard input)",
    whichMoment: "logs scan FILE --around 2026-11-22T02:05",
    degraded: (lines: string) =>
      `too many kinds of lines: ${lines} of them were grouped by their first word and length only (the others are not affected)`,
  },
);
