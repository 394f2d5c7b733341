import type { JobsVerdict } from "../kernel/model/aftercare.ts";
import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";

/** What became of jobs while work was done on their host. */
export const jobsAfterWords = catalogue(
  {
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
