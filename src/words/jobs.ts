import type { Lang } from "../kernel/lang.ts";
import { nameOf } from "../kernel/model/component.ts";
import type { JobSchedule, JobStatus, PingKind } from "../kernel/model/job.ts";
import type { Signal } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import { catalogue } from "./catalogue.ts";
import { clockTime, dateTime, duration } from "./format.ts";

/** What is said about jobs that report by calling their address. */
export const jobWords = catalogue(
  {
    title: "定期便",
    lead: "バッチやバックアップなど、決まった時に終わるはずのものです。終わったら宛先を呼ぶように書き加えると、来ないときにお知らせします。",
    empty: "定期便はまだありません。koboshi.yml の jobs に1つ書くと、呼び出し先の宛先ができます。",
    missed: "未実行",
    failed: "失敗",
    unfinished: "終わらない",
    late: "遅れ",
    running: "実行中",
    notHeard: "まだ一度も届いていません",
    notDeclared: "設定にない定期便です(報告が届いたので作りました)",
    lateSentence: (name: string, due: string, until: string) =>
      `${name} ${due} の予定が ${until} を過ぎても来ていません`,
    unfinishedSentence: (name: string, from: string, grace: string) =>
      `${name} ${from} に始まり、${grace}たっても終わっていません`,
    failedSentence: (name: string, code: string) => `${name} が失敗しました${code}`,
    exitCode: (code: number) => `(終了コード ${code})`,
    lastSuccess: (time: string) => `(最後の成功 ${time})`,
    neverSucceeded: "(成功の報告はまだありません)",
    whenEvery: (length: string) => `${length}ごと`,
    whenAt: (expression: string, zone: string) => `${expression}(${zone})`,
    whenAny: "予定なし(失敗だけを知らせます)",
    schedule: "予定",
    grace: (length: string) => `猶予 ${length}`,
    next: (time: string) => `次の予定 ${time}`,
    waitingUntil: (time: string) => `${time} まで待ちます`,
    since: (time: string) => `${time} から来ていません`,
    took: (length: string) => `所要 ${length}`,
    lastPing: (time: string) => `最後の報告 ${time}`,
    on: (host: string) => `ホスト ${host}`,
    output: "出力の終わり",
    okAgain: "成功の報告を受け取りました。",
    address: "呼び出し先",
    copy: "コピー",
    copied: "コピーしました",
    addressHow: "この宛先を知っている人は、この定期便の報告を送れます。",
    bySlug: "名前で呼ぶ宛先(鍵は全部の定期便で共通)",
    signInForAddress: "宛先を見るにはログインしてください",
    orCommand: "コマンドでも見られます",
    howTo: "書き加え方",
    cron: "crontab(始めと終わりを知らせる)",
    systemd: "systemd サービス",
    shell: "シェルスクリプト",
    powershell: "Windows(PowerShell)",
    noUrl: "外から koboshi に届くアドレス(site.url と hub.public)がまだないため、このコンピュータからだけ呼べます。",
    pings: "届いた報告",
    noPings: "まだ届いていません",
    body: (bytes: number) => `本文 ${bytes} バイト`,
    bodyDropped: (bytes: number) => `本文 ${bytes} バイト(古いため保存していません)`,
    from: (address: string, agent: string) => `${address} ${agent}`.trim(),
    run: (id: string) => `実行 ${id}`,
    pause: "止める",
    resume: "再開する",
    pauseHow: "止めている間は、来なくてもお知らせしません。届いた報告は残ります。",
    paused: (name: string) => `${name} を止めました`,
    resumed: (name: string) => `${name} を再開しました`,
    firstLook: "そのホストで cron やタイマーの記録を見る",
    firstLookWhy:
      "予定の時刻に始まったか、途中で止まったかを journalctl -u cron や systemctl list-timers で確かめてください。",
    zoneIgnored: (line: number) =>
      `${line}行目: Debian の cron は CRON_TZ に従いません(--cron cronie で従う計算になります)`,
    lineNotRead: (line: number, part: string, written: string) =>
      `${line}行目: ${part}「${written}」を読めないため、動きません`,
    noCommand: (line: number) => `${line}行目: 項目が足りないため、動きません`,
    noLineEnd: (line: number) => `${line}行目: 行の終わりの改行がないため、cron はこの行を動かしません`,
    ownTables: (count: number) =>
      `この機械の cron の表 ${count} 個を調べました。--from と --to を省くと、この先24時間です(systemd のタイマーは --crontab NAME.timer で)`,
    noTables: "この機械には、読める cron の表がありません。--crontab FILE でファイルを指定してください",
    fileRefused:
      "Debian の cron は、読めない行が1つでもあると、このファイルの行を1つも動かしません。直してから使ってください",
    dottedName: (file: string) =>
      `${file}: Debian の cron は、英数字・「-」・「_」以外の文字があるファイル名を読みません。名前を変えてください`,
    partMinute: "分",
    partHour: "時",
    partDay: "日",
    partMonth: "月",
    partWeekday: "曜日",
    partYear: "年",
    partSecond: "秒",
    partZone: "時間帯",
    partFields: "予定",
    partCalendar: "予定",
  },
  {
    title: "Jobs",
    lead: "Batches, backups and the like: things that must happen regularly. Have each call its address when it is done, and you hear when it does not.",
    empty: "There is no job yet. Write one into jobs of koboshi.yml and it gets an address to call.",
    missed: "MISSED",
    failed: "FAILED",
    unfinished: "UNFINISHED",
    late: "late",
    running: "running",
    notHeard: "never heard of yet",
    notDeclared: "not in the configuration (made because it reported)",
    lateSentence: (name: string, due: string, until: string) => `${name}: due ${due}, none by ${until}`,
    unfinishedSentence: (name: string, from: string, grace: string) =>
      `${name}: began ${from}, not done after ${grace}`,
    failedSentence: (name: string, code: string) => `${name} failed${code}`,
    exitCode: (code: number) => ` (exit code ${code})`,
    lastSuccess: (time: string) => ` (last OK ${time})`,
    neverSucceeded: " (never OK yet)",
    whenEvery: (length: string) => `every ${length}`,
    whenAt: (expression: string, zone: string) => `${expression} (${zone})`,
    whenAny: "no schedule (only failures are told)",
    schedule: "Schedule",
    grace: (length: string) => `grace ${length}`,
    next: (time: string) => `next ${time}`,
    waitingUntil: (time: string) => `waiting until ${time}`,
    since: (time: string) => `missing since ${time}`,
    took: (length: string) => `took ${length}`,
    lastPing: (time: string) => `last report ${time}`,
    on: (host: string) => `host ${host}`,
    output: "End of its output",
    okAgain: "It reported success.",
    address: "Address to call",
    copy: "Copy",
    copied: "Copied",
    addressHow: "Whoever knows this address can report for the job.",
    bySlug: "Address by name (the key is the same for every job)",
    signInForAddress: "Sign in to see the address",
    orCommand: "or by command",
    howTo: "How to add it",
    cron: "crontab (tells the start and the end)",
    systemd: "systemd service",
    shell: "shell script",
    powershell: "Windows (PowerShell)",
    noUrl: "koboshi has no address outside yet (site.url and hub.public), so only this machine can call it.",
    pings: "Reports",
    noPings: "none yet",
    body: (bytes: number) => `body, ${bytes} bytes`,
    bodyDropped: (bytes: number) => `body, ${bytes} bytes (too old to be kept)`,
    from: (address: string, agent: string) => `${address} ${agent}`.trim(),
    run: (id: string) => `run ${id}`,
    pause: "Pause",
    resume: "Resume",
    pauseHow: "While it is paused you do not hear when it is missing. Reports are still kept.",
    paused: (name: string) => `${name} is paused`,
    resumed: (name: string) => `${name} is waited for again`,
    firstLook: "Read the log of cron or the timer on its host",
    firstLookWhy: "See whether it began in time or stopped halfway: journalctl -u cron, systemctl list-timers.",
    zoneIgnored: (line: number) => `line ${line}: Debian's cron ignores CRON_TZ (--cron cronie follows it)`,
    lineNotRead: (line: number, part: string, written: string) =>
      `line ${line}: the ${part} "${written}" cannot be read, so it never runs`,
    noCommand: (line: number) => `line ${line}: fields are missing, so it never runs`,
    noLineEnd: (line: number) => `line ${line}: its line break is missing, so cron does not run it`,
    ownTables: (count: number) =>
      `from ${count === 1 ? "1 table" : `${count} tables`} of this machine's cron; without --from and --to, the next 24 hours (a timer of systemd: --crontab NAME.timer)`,
    noTables: "there is no table of cron here that can be read; name a file by --crontab FILE",
    fileRefused: "Debian's cron runs no line of this file while it cannot read one of them; mend it first",
    dottedName: (file: string) =>
      `${file}: Debian's cron does not read files with such a name: only letters, digits, "-" and "_"; rename it`,
    partMinute: "minute",
    partHour: "hour",
    partDay: "day",
    partMonth: "month",
    partWeekday: "day of the week",
    partYear: "year",
    partSecond: "second",
    partZone: "time zone",
    partFields: "schedule",
    partCalendar: "schedule",
  },
);

type Named = Partial<Pick<Site, "jobs">> & Pick<Site, "timeZone">;

/** What people call a job. */
export function jobName(site: Partial<Pick<Site, "jobs">>, key: string): string {
  return site.jobs?.get(key)?.name ?? key;
}

/** `3:15` on the day of `nowMs`, `昨日3:18` on the day before, else with its date. */
export function nearTime(
  atMs: number,
  { nowMs, timeZone, lang }: { nowMs: number; timeZone: string; lang: Lang },
): string {
  const day = (ms: number): string => dateTime(ms, timeZone, "en").split(" ").slice(0, 3).join(" ");
  const time = clockTime(atMs, timeZone, lang);
  if (day(atMs) === day(nowMs)) return time;
  if (day(atMs) === day(nowMs - 86_400_000)) return lang === "ja" ? `昨日${time}` : `yesterday ${time}`;
  return dateTime(atMs, timeZone, lang);
}

/** `未実行`, `失敗` …: what a job's signal is called in one word; null when it is not a job's. */
export function jobTroubleWord(signal: Signal, lang: Lang): string | null {
  const say = jobWords(lang);
  const trouble = signal.facts["trouble"];
  if (trouble === "failed") return say.failed;
  return trouble === "late" || trouble === "unfinished" ? say.missed : null;
}

/** What is wrong with a job, in one sentence without a full stop, its last success behind it. */
export function jobSentence(signal: Signal, site: Named, { nowMs, lang }: { nowMs: number; lang: Lang }): string {
  const say = jobWords(lang);
  const name = jobName(site, nameOf(signal.subject));
  const time = (fact: string): string => {
    const atMs = signal.facts[fact];
    return typeof atMs === "number" ? nearTime(atMs, { nowMs, timeZone: site.timeZone, lang }) : "—";
  };
  const { trouble, exitCode, graceMs, lastSuccessAtMs } = signal.facts;
  const last = typeof lastSuccessAtMs === "number" ? say.lastSuccess(time("lastSuccessAtMs")) : say.neverSucceeded;
  if (trouble === "failed") {
    return `${say.failedSentence(name, typeof exitCode === "number" ? say.exitCode(exitCode) : "")}${last}`;
  }
  if (trouble === "unfinished") {
    return `${say.unfinishedSentence(name, time("runningSinceMs"), duration(Number(graceMs), lang))}${last}`;
  }
  return `${say.lateSentence(name, time("expectedAtMs"), time("lateAtMs"))}${last}`;
}

/** `15 3 * * *(Asia/Tokyo)`, `1時間ごと`. */
export function scheduleText(schedule: JobSchedule | null, lang: Lang): string {
  const say = jobWords(lang);
  if (schedule === null) return say.whenAny;
  return schedule.kind === "every"
    ? say.whenEvery(duration(schedule.everyMs, lang))
    : say.whenAt(schedule.expression, schedule.timeZone);
}

/** How a job stands, in a few words beside its state. */
export function jobLine(
  job: JobStatus,
  site: Pick<Site, "timeZone">,
  { nowMs, lang }: { nowMs: number; lang: Lang },
): string {
  const say = jobWords(lang);
  const at = (ms: number): string => nearTime(ms, { nowMs, timeZone: site.timeZone, lang });
  if (job.trouble === "failed") return say.failed;
  if (job.trouble === "unfinished") return say.unfinished;
  if (job.trouble === "late" && job.state === "down" && job.lateAtMs !== null) return say.since(at(job.lateAtMs));
  if (job.trouble === "late" && job.lateAtMs !== null) return `${say.late} ${say.waitingUntil(at(job.lateAtMs))}`;
  if (job.runningSince !== null) return say.running;
  if (job.lastPingAt === null) return say.notHeard;
  return job.expectedAtMs === null ? "" : say.next(at(job.expectedAtMs));
}

const pingNames: Readonly<Record<PingKind, Readonly<Record<Lang, string>>>> = {
  success: { ja: "成功", en: "success" },
  start: { ja: "開始", en: "start" },
  fail: { ja: "失敗", en: "failure" },
  log: { ja: "記録", en: "log" },
};

export function pingName(kind: PingKind, lang: Lang): string {
  return pingNames[kind][lang];
}
