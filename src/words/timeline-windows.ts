import type { EventKind } from "../kernel/event.ts";
import type { Bilingual } from "../kernel/lang.ts";
import { duration } from "./format.ts";
import type { Facts, Sentence } from "./timeline.ts";

export type WindowEvent = Exclude<Extract<EventKind, `window.${string}`>, "window.noted">;

function name(f: Facts): string {
  return `#${f.text("window")} ${f.text("title")}`;
}

function lasting(f: Facts, fact: string): Bilingual {
  const ms = Number(f.text(fact));
  return { ja: duration(ms, "ja"), en: duration(ms, "en") };
}

const startedBy: Readonly<Record<string, Bilingual>> = {
  lost: { ja: "対象が応答しなくなりました", en: "a target stopped answering" },
  provider: { ja: "提供元が開始を知らせました", en: "its provider says so" },
  clock: { ja: "予定の時刻になりました", en: "its time has come" },
};

const otherMachine: Readonly<Record<string, Bilingual>> = {
  replaced: { ja: "別のマシンになっています", en: "is another machine now" },
  moved: { ja: "別の機器に移っています", en: "was moved to other hardware" },
  rekeyed: { ja: "前と違うホスト鍵を示しています", en: "shows another host key" },
  cloned: { ja: "ほかのホストと同じマシン ID です", en: "has the machine id of another host" },
};

function early(f: Facts): Bilingual {
  if (f.text("early") !== "true") return { ja: "", en: "" };
  const by = lasting(f, "earlyMs");
  return { ja: `(予定より ${by.ja} 早く)`, en: ` (${by.en} early)` };
}

/** What becomes of planned work. */
export const windowSentences: Readonly<Record<WindowEvent, Sentence>> = {
  "window.planned": (f) => ({
    ja: `${f.who}が保守を登録しました: ${name(f)}`,
    en: `${f.who} planned maintenance: ${name(f)}`,
  }),
  "window.moved": (f) => ({
    ja: `${f.who}が保守の日時を変えました: ${name(f)}`,
    en: `${f.who} moved maintenance to other times: ${name(f)}`,
  }),
  "window.changed": (f) => ({
    ja: `${f.who}が保守の内容を変えました: ${name(f)}`,
    en: `${f.who} changed maintenance: ${name(f)}`,
  }),
  "window.cancelled": (f) => ({
    ja: `${f.who}が保守を取り消しました: ${name(f)}`,
    en: `${f.who} cancelled maintenance: ${name(f)}`,
  }),
  "window.preparing": (f) => ({
    ja: `保守の準備に入りました。対象の警報を控えます: ${name(f)}`,
    en: `Maintenance is about to begin; alarms of its targets wait: ${name(f)}`,
  }),
  "window.snapshot-taken": (f) => ({
    ja: `保守前の状態を記録しました: ${f.text("host")}`,
    en: `What ${f.text("host")} is like before the maintenance was written down`,
  }),
  "window.snapshot-failed": (f) => ({
    ja: `保守前の状態を記録できませんでした: ${f.text("host")}(${f.text("why")})`,
    en: `What ${f.text("host")} is like before the maintenance could not be written down (${f.text("why")})`,
  }),
  "window.started": (f) => {
    const by = startedBy[f.text("by")] ?? { ja: "", en: "" };
    return { ja: `保守が始まりました(${by.ja}): ${name(f)}`, en: `Maintenance began (${by.en}): ${name(f)}` };
  },
  "window.host-rebooted": (f) => ({
    ja: `${f.text("host")} が再起動しました(保守 ${name(f)})`,
    en: `${f.text("host")} started anew (maintenance ${name(f)})`,
  }),
  "window.host-paused": (f) => {
    const ms = lasting(f, "ms");
    return {
      ja: `${f.text("host")} は再起動せずに ${ms.ja} 止まっていました`,
      en: `${f.text("host")} stood still for ${ms.en} without starting anew`,
    };
  },
  "window.other-machine": (f) => {
    const way = otherMachine[f.text("way")] ?? { ja: "前と同じマシンではありません", en: "is not the machine it was" };
    return { ja: `${f.text("host")} は${way.ja}`, en: `${f.text("host")} ${way.en}` };
  },
  "window.lost-again": (f) => ({
    ja: `保守の対象がまた応答しなくなりました(${f.text("times")} 回目): ${name(f)}`,
    en: `A target was lost again (${f.text("times")}×): ${name(f)}`,
  }),
  "window.back": (f) => {
    const by = early(f);
    return {
      ja: `保守の対象が戻りました${by.ja}。確認を始めます: ${name(f)}`,
      en: `Everything under maintenance is back${by.en}; it is being verified: ${name(f)}`,
    };
  },
  "window.never-went-down": (f) => ({
    ja: `保守の時間中、対象は一度も止まりませんでした: ${name(f)}`,
    en: `Nothing was lost while the maintenance lasted: ${name(f)}`,
  }),
  "window.overrun": (f) => {
    const ms = lasting(f, "lateMs");
    return f.text("gate") === "shut"
      ? {
          ja: `保守の予定を ${ms.ja} 過ぎましたが、確認が終わっていません: ${name(f)}`,
          en: `${ms.en} after its planned end the maintenance is not verified: ${name(f)}`,
        }
      : {
          ja: `保守の予定を ${ms.ja} 過ぎましたが、対象が戻っていません: ${name(f)}`,
          en: `${ms.en} after its planned end what is under maintenance is not back: ${name(f)}`,
        };
  },
  "window.reopened": (f) => ({
    ja: `確認中に対象がまた止まり、作業中に戻しました: ${name(f)}`,
    en: `A target was lost while it was verified; the maintenance goes on: ${name(f)}`,
  }),
  "window.done": (f) => {
    const by = early(f);
    return {
      ja: `${f.who}が保守の作業を終えたとしました${by.ja}: ${name(f)}`,
      en: `${f.who} says that the work is over${by.en}: ${name(f)}`,
    };
  },
  "window.checked": (f) => ({
    ja: `保守後の確認がまだ通っていません: ${f.text("failing")}`,
    en: `Not as before the maintenance: ${f.text("failing")}`,
  }),
  "window.signed": (f) => ({
    ja: `${f.who}が残りを承知して保守を終えました: ${f.text("reason")}`,
    en: `${f.who} signed for what is not as before: ${f.text("reason")}`,
  }),
  "window.closed": (f) => ({
    ja: `保守が終わりました。控えた警報 ${f.text("held")} 件: ${name(f)}`,
    en: `The maintenance is over; ${f.text("held")} alarms had waited: ${name(f)}`,
  }),
};
