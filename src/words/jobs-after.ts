import type { JobOccurrence, JobOutcome, JobsVerdict } from "../kernel/model/aftercare.ts";
import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";
import { dateTime, duration } from "./format.ts";

/** What became of jobs while work was done on their host. */
export const jobsAfterWords = catalogue(
  {
    ran: "実行済み",
    ranLate: (late: string) => `${late}遅れて実行`,
    ranEarly: (early: string) => `${early}早く実行`,
    ranTwice: "2回実行",
    missed: "未実行",
    willRunAtStep: "時計を直すと自動で実行",
    willRunByItself: "このあと自動で実行",
    unproven: "実行したか確認できません",
    due: (time: string) => `予定 ${time}`,
    ranAt: (time: string) => `実行 ${time}`,
    willRunAt: (time: string) => `見込み ${time}`,
    byLog: "cron のログ",
    byStamp: "anacron の記録",
    byTimer: "systemd タイマーの記録",
    byHeartbeat: "定期便の報告",
    bySnapshot: "koboshi の記録",
    bySimulation: "cron の動きの計算",
    byNothing: "この時間の記録がありません",
    safeTwice: "2回動いても安全",
    notSafeTwice: "2回動くと困る",
    askTwice: "2回動いても安全か分かりません",
    risks: (words: string) => `注意する語: ${words}`,
    often: (line: string, missed: number) => `${line}: ${missed}回分が未実行です。次の実行で追いつきます`,
    atStep: (count: number) => `時計を直すと、${count}件がすぐに自動で動きます`,
    atStepNone: "時計を直しても、自動で動き出すものはありません",
    nothingDue: "この間に予定されていた実行はありません",
    zoneIgnored: (place: string) => `${place}: CRON_TZ はこのホストの cron では効きません。時刻はホストの時間帯です`,
    noLineEnd: (place: string) => `${place}: 最後の行に改行がないため、この行は動きません。改行を足してください`,
    noCommand: (place: string) => `${place}: 項目が足りないため、この行は動きません`,
    lineNotRead: (place: string) => `${place}: 予定の書き方が正しくないため、この行は動きません`,
    fileRefused: (place: string) =>
      `${place}: 読めない行があるため、cron はこのファイルの行を1つも動かしません。その行を直してください`,
    dottedName: (place: string) =>
      `${place}: ファイル名に英数字・「-」・「_」以外の文字があるため、cron はこのファイルを読みません。名前を変えてください`,
    wrongOwner: (place: string) => `${place}: 所有者が正しくないため、cron はこのファイルを読みません`,
    wrongMode: (place: string) => `${place}: ほかの人も書き込めるため、cron はこのファイルを読みません(chmod 644)`,
    wrongModeUser: (place: string) => `${place}: 本人以外も読めるため、cron はこのファイルを読みません(chmod 600)`,
    eitherDay: (place: string) => `${place}: 日と曜日の両方を指定しているため、どちらか一方に当たる日にも動きます`,
    linesLeftOut: (place: string) => `${place}: 行が多すぎるため、ここから先は見ていません`,
    crontabChanged: (place: string) =>
      `${place}: 作業の前と内容が変わっています。変わった時刻の前後でそれぞれの内容を使いました`,
    crontabNew: (place: string) => `${place}: 作業の前にはありませんでした`,
    crontabGone: (place: string) => `${place}: 作業の前にはありましたが、今はありません`,
    cronUnseen: (host: string) => `${host}: crontab とタイマーを読めていないため、動くはずだったものが分かりません`,
    cronUnseenBefore: (host: string) => `${host}: 作業の前の crontab を読めていないため、今の内容で判断しました`,
    cronUnseenAfter: (host: string) => `${host}: 作業のあとの crontab をまだ読めていません`,
  },
  {
    ran: "ran",
    ranLate: (late: string) => `ran ${late} late`,
    ranEarly: (early: string) => `ran ${early} early`,
    ranTwice: "ran twice",
    missed: "missed",
    willRunAtStep: "runs by itself when the clock is set",
    willRunByItself: "still runs by itself",
    unproven: "no proof that it ran",
    due: (time: string) => `due ${time}`,
    ranAt: (time: string) => `ran ${time}`,
    willRunAt: (time: string) => `expected ${time}`,
    byLog: "cron's log",
    byStamp: "anacron's stamp",
    byTimer: "the systemd timer",
    byHeartbeat: "the job's own report",
    bySnapshot: "koboshi's record",
    bySimulation: "worked out from how cron behaves",
    byNothing: "nothing covers that time",
    safeTwice: "safe to run twice",
    notSafeTwice: "not safe to run twice",
    askTwice: "not known whether it is safe to run twice",
    risks: (words: string) => `take care: ${words}`,
    often: (line: string, missed: number) => `${line}: ${missed} runs missing; the next one covers them`,
    atStep: (count: number) =>
      count === 1 ? "Setting the clock starts 1 job at once" : `Setting the clock starts ${count} jobs at once`,
    atStepNone: "Setting the clock starts no job by itself",
    nothingDue: "No run was due in this time",
    zoneIgnored: (place: string) => `${place}: this host's cron ignores CRON_TZ; the times are of the host's zone`,
    noLineEnd: (place: string) => `${place}: the last line has no line break, so it does not run; add one`,
    noCommand: (place: string) => `${place}: fields are missing, so this line does not run`,
    lineNotRead: (place: string) => `${place}: its times cannot be read, so this line does not run`,
    fileRefused: (place: string) =>
      `${place}: cron runs no line of this file because it cannot read one of them; mend that line`,
    dottedName: (place: string) =>
      `${place}: cron does not read this file: its name may only have letters, digits, "-" and "_"; rename it`,
    wrongOwner: (place: string) => `${place}: cron does not read this file: it belongs to the wrong user`,
    wrongMode: (place: string) => `${place}: cron does not read this file: others may write to it (chmod 644)`,
    wrongModeUser: (place: string) =>
      `${place}: cron does not read this file: others than its user may read it (chmod 600)`,
    eitherDay: (place: string) =>
      `${place}: day of the month and weekday are both given, so it runs on days that match either`,
    linesLeftOut: (place: string) => `${place}: too many lines; from here on they were not looked at`,
    crontabChanged: (place: string) => `${place}: changed since before the work; each version counts for its own time`,
    crontabNew: (place: string) => `${place}: was not there before the work`,
    crontabGone: (place: string) => `${place}: was there before the work and is gone`,
    cronUnseen: (host: string) => `${host}: its crontabs and timers could not be read, so nobody knows what was due`,
    cronUnseenBefore: (host: string) => `${host}: its crontabs were not read before the work; today's are used`,
    cronUnseenAfter: (host: string) => `${host}: its crontabs have not been read since the work`,
  },
);

type Words = ReturnType<typeof jobsAfterWords>;

/** The sentences that a place, or a host, is put into. */
type PlaceSentence = {
  [Key in keyof Words]: Words[Key] extends (place: string) => string ? Key : never;
}[keyof Words];

const remarks: Readonly<Record<string, PlaceSentence>> = {
  "zone-ignored": "zoneIgnored",
  "no-line-end": "noLineEnd",
  "no-command": "noCommand",
  "line-not-read": "lineNotRead",
  "file-refused": "fileRefused",
  "dotted-name": "dottedName",
  "wrong-owner": "wrongOwner",
  "wrong-mode": "wrongMode",
  "wrong-mode-user": "wrongModeUser",
  "either-day": "eitherDay",
  "lines-left-out": "linesLeftOut",
  "crontab-changed": "crontabChanged",
  "crontab-new": "crontabNew",
  "crontab-gone": "crontabGone",
  "cron-unseen": "cronUnseen",
  "cron-unseen-before": "cronUnseenBefore",
  "cron-unseen-after": "cronUnseenAfter",
};

/** One of a verdict's remarks, `CODE PLACE`, as a sentence. */
export function remarkText(remark: JobsVerdict["remarks"][number], lang: Lang): string {
  const [, code = "", place = ""] = /^(\S+) (.*)$/s.exec(remark) ?? [];
  const sentence = remarks[code];
  return sentence === undefined ? remark : jobsAfterWords(lang)[sentence](place);
}

const outcomes: Readonly<
  Record<
    Exclude<JobOutcome, "ran-late" | "ran-early">,
    "ran" | "ranTwice" | "missed" | "willRunAtStep" | "willRunByItself" | "unproven"
  >
> = {
  ran: "ran",
  "ran-twice": "ranTwice",
  missed: "missed",
  "will-run-at-step": "willRunAtStep",
  "will-run-by-itself": "willRunByItself",
  unproven: "unproven",
};

/** `3時間10分遅れて実行`, `missed`: what became of one time at which a job was due. */
export function outcomeText({ outcome, dueAtMs, ranAtMs }: JobOccurrence, lang: Lang): string {
  const say = jobsAfterWords(lang);
  const apart = duration(Math.abs((ranAtMs ?? dueAtMs) - dueAtMs), lang);
  if (outcome === "ran-late") return say.ranLate(apart);
  if (outcome === "ran-early") return say.ranEarly(apart);
  return say[outcomes[outcome]];
}

const sources: Readonly<
  Record<string, "byLog" | "byStamp" | "byTimer" | "byHeartbeat" | "bySnapshot" | "bySimulation">
> = {
  log: "byLog",
  stamp: "byStamp",
  timer: "byTimer",
  heartbeat: "byHeartbeat",
  snapshot: "bySnapshot",
  simulation: "bySimulation",
};

/** How it is known. */
export function evidenceText(evidence: string | null, lang: Lang): string {
  const say = jobsAfterWords(lang);
  const source = evidence === null ? undefined : sources[evidence];
  return source === undefined ? say.byNothing : say[source];
}

/** When it was due and when it ran or will run, in the site's zone. */
export function occurrenceTimes({ dueAtMs, ranAtMs, outcome }: JobOccurrence, timeZone: string, lang: Lang): string {
  const say = jobsAfterWords(lang);
  const due = say.due(dateTime(dueAtMs, timeZone, lang));
  if (ranAtMs === null) return due;
  const at = dateTime(ranAtMs, timeZone, lang);
  return `${due} · ${outcome.startsWith("will-") ? say.willRunAt(at) : say.ranAt(at)}`;
}

/** Whether it may be run once more, and why care is needed. */
export function twiceText({ isSafeTwice, risks }: JobOccurrence, lang: Lang): string {
  const say = jobsAfterWords(lang);
  const word = isSafeTwice === null ? say.askTwice : isSafeTwice ? say.safeTwice : say.notSafeTwice;
  return risks.length === 0 ? word : `${word} · ${say.risks(risks.join(" "))}`;
}
