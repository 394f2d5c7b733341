import { z } from "zod";
import { byName, durationField, key, momentField, oneOrMany, urlField, zoneField } from "../kernel/fields.ts";
import { readRecurrence } from "../readers/schedule/recurrence-rule.ts";
import { readSchedule } from "../readers/schedule/schedule.ts";

const optional = z.string().optional();

/** A time of a crontab or of a systemd timer. Kept as written. */
const scheduleTime = z
  .string()
  .transform((text, context): string => {
    if (readSchedule(text, "UTC").ok) return text;
    context.addIssue({ code: "custom", params: { finding: "bad-schedule", form: "15 3 * * *" }, input: text });
    return z.NEVER;
  })
  .meta({ unit: "schedule" });

/** An RRULE, with EXDATE and RDATE behind it or not. Kept as written. */
const recurrence = z
  .string()
  .transform((text, context): string => {
    if (readRecurrence(text).ok) return text;
    const form = "FREQ=MONTHLY;BYDAY=2SU";
    context.addIssue({ code: "custom", params: { finding: "bad-recurrence", form }, input: text });
    return z.NEVER;
  })
  .meta({ unit: "recurrence" });

const JobConfig = z.strictObject({
  name: key(optional, { ja: "呼び名", en: "what people call it" }),
  on: key(optional, { ja: "動くホスト", en: "the host it runs on" }),
  at: key(scheduleTime.optional(), {
    ja: "いつ。crontab(15 3 * * *)か systemd タイマー(Mon..Fri 03:15)の書き方",
    en: "when, as in a crontab (15 3 * * *) or a systemd timer (Mon..Fri 03:15)",
  }),
  timezone: key(zoneField().optional(), {
    ja: "at の時間帯。省くと site.timezone",
    en: "the zone of `at`; site.timezone when left out",
  }),
  every: key(durationField().optional(), { ja: "間隔", en: "time between two runs" }),
  grace: key(durationField().prefault("10m"), { ja: "これだけ遅れても待つ", en: "how late it may be" }),
  after_maintenance: key(z.enum(["run", "ask", "skip"]).default("ask"), {
    ja: "保守で抜けた分をどうするか",
    en: "what to do with runs missed in a maintenance",
  }),
  safe_twice: key(z.enum(["yes", "no", "unknown"]).default("unknown"), {
    ja: "2回動いても安全か",
    en: "whether running twice is safe",
  }),
  proof: key(optional, { ja: "動いた証拠になるファイル", en: "files that prove it ran", later: true }),
});

const MaintenanceConfig = z.strictObject({
  title: key(z.string().min(1), { ja: "件名", en: "what it is" }),
  from: key(momentField(), { ja: "始まり", en: "begins" }),
  to: key(momentField(), { ja: "終わり", en: "ends" }),
  timezone: key(zoneField().optional(), {
    ja: "from・to・repeat の時間帯。省くと site.timezone",
    en: "the zone of from, to and repeat; site.timezone when left out",
  }),
  repeat: key(recurrence.optional(), { ja: "繰り返し(RRULE)", en: "repetition (RRULE)" }),
  affects: key(oneOrMany(z.string()).optional(), { ja: "影響を受けるもの", en: "what it affects" }),
  alternate: key(optional, { ja: "その間の代わり", en: "what stands in meanwhile" }),
  // eslint-disable-next-line unicorn/no-thenable -- the language's own word; never awaited
  then: key(z.array(z.string()).optional(), { ja: "終わったあとの点検", en: "what is checked afterwards" }),
  end_after: key(durationField().prefault("15m"), {
    ja: "予定の終わりを過ぎてから、知らせるまで待つ時間",
    en: "how late it may be before somebody is told",
  }),
  public: key(z.boolean().default(true), {
    ja: "稼働状況ページに出す",
    en: "shown on the status page",
  }),
});

const FreezeConfig = z.strictObject({
  from: key(momentField().optional(), { ja: "始まり", en: "begins" }),
  to: key(momentField().optional(), { ja: "終わり", en: "ends" }),
  repeat: key(optional, { ja: "繰り返し(RRULE)", en: "repetition (RRULE)" }),
  for: key(oneOrMany(z.string()).optional(), { ja: "対象のサービス", en: "services it is for" }),
  reason: key(optional, { ja: "理由", en: "why" }),
});

/** Keys at the top of the file that belong to preventing. */
export const preventSchema = {
  jobs: key(byName(JobConfig).optional(), {
    ja: "定期的に起きるべきこと。終わったら呼ぶ宛先がそれぞれに付きます",
    en: "things that must happen regularly; each gets an address to call when done",
  }),
  maintenance: key(z.array(MaintenanceConfig).optional(), { ja: "保守時間帯", en: "maintenance windows" }),
  freeze: key(z.array(FreezeConfig).optional(), { ja: "変更を控える期間", en: "times without changes", later: true }),
  history: key(
    z
      .strictObject({
        mask: key(z.array(z.string()).optional(), { ja: "伏せる文字列の型", en: "patterns that are masked" }),
        keep: key(durationField().optional(), { ja: "残す期間", en: "how long it is kept" }),
        push: key(urlField(["ssh", "https"]).optional(), { ja: "写しを送る Git", en: "Git it is copied to" }),
      })
      .optional(),
    { ja: "設定の変更履歴", en: "history of configuration files", later: true },
  ),
  changes: key(
    z
      .strictObject({
        approvers: key(z.array(z.string()).optional(), { ja: "承認できる人", en: "who may approve" }),
        delay_alone: key(durationField().optional(), {
          ja: "1人のときに待つ時間",
          en: "how long a person alone waits",
        }),
        over_hosts: key(z.int().min(1).optional(), {
          ja: "この台数を超えたら2人の承認",
          en: "above this many hosts two approve",
        }),
      })
      .optional(),
    { ja: "変更の承認", en: "approval of changes", later: true },
  ),
};
