import { monthName, weekdayName } from "./token-forms.ts";

/**
 * What a time in a notice is for, by the label or verb it stands beside: `window` the planned time, `start` and `end` of a
 * failure, `old` and `new` of a change, `reserve` a spare day, `publish` when the notice was written, `other` opening hours
 * and the like, `detail` a part of the time, `actual` when it was really done.
 */
export type Role = "window" | "start" | "end" | "old" | "new" | "reserve" | "publish" | "other" | "detail" | "actual";

/** 日時 and its kin, as they end a label: 作業日時, 復旧予定時刻, 変更後の日程. */
const moment = "(?:日時|日程|期間|時間帯|時間|時刻|予定日|日)";
/** What it is of stands before: サービス停止日時, 障害発生時刻. */
const subject = String.raw`[\p{Script=Han}\p{Script=Katakana}ー・]{0,10}?`;
const planned = String.raw`(?:予定)?(?:の)?${moment}?(?:\(予定\))?`;

/** Where two labels end at one place and are as long, the later of this list says more. */
const labels: readonly (readonly [Role, string])[] = [
  [
    "window",
    String.raw`${subject}(?:予定)?(?:日\s?時|日\s?程|期\s?間|時間帯|時\s?間|予定日|時刻|日付)(?:\(予定\))?|(?:メンテナンス|作業|実施|施工|対応|切替|工事|停止|移行|点検)(?:予定)?日|予定|when|window(?:\s*\d)?|scheduled\s+(?:for|time|window)?|schedule|time(?:frame)?|(?:maintenance|outage|change)\s+(?:window|time|period|date)|date|date\s*(?:and|&|/)\s*time|duration|period`,
  ],
  [
    "publish",
    "掲載日時?|掲載|更新日時?|最終更新|公開日時?|投稿日時?|発表日時?|発行日|送信日時?|配信日時?|作成日時?|受信日時|お知らせ日|posted(?:\\s+(?:on|at))?|published|last\\s+updated?|updated|issued|sent|date\\s+(?:posted|issued|sent)",
  ],
  [
    "other",
    String.raw`${subject}(?:営業|受付|対応|サポート)時間|窓口|お?問い?合わ?せ|お?電話(?:番号)?|平日|キャンペーン期間|開催日時?|申込期間|応募期間|休業期間|休業日|定休日|phone|tel|(?:office|business|support)\s+hours|前回|次回(?:の)?(?:更新|報告|ご報告|ご案内)|next\s+update`,
  ],
  [
    "start",
    String.raw`自|${subject}(?:発生|検知|開始)${planned}|start(?:ed|s)?(?:\s+(?:time|at))?|begin(?:s|ning)?|detected(?:\s+at)?|began(?:\s+at)?|from`,
  ],
  [
    "end",
    String.raw`至|${subject}(?:復旧(?:確認)?|解消|収束|回復|終了|完了)${planned}|end(?:ed|s)?(?:\s+(?:time|at))?|finish(?:ed|es)?(?:\s+at)?|resolved(?:\s+at)?|restored(?:\s+at)?|(?:estimated|expected)\s+(?:end|completion|finish)(?:\s+time)?|until|to`,
  ],
  [
    "actual",
    "実施日時|実績|実作業(?:時間|日時)|作業実績|実施時間|実際の(?:作業)?(?:時間|日時)|actual(?:\\s+(?:time|window))?",
  ],
  [
    "old",
    String.raw`(?:変更|延期|修正|訂正|延長)前(?:の)?${subject}${moment}?|誤\)?|当初(?:の)?(?:予定)?(?:の)?${moment}?|旧(?:日程|日時|予定)|元の(?:日程|日時|予定)|previously(?:\s+scheduled)?|originally(?:\s+(?:scheduled|planned))?|was\s+scheduled|(?:old|original|previous)\s+(?:time|date|window|schedule)|instead\s+of`,
  ],
  [
    "new",
    String.raw`(?:変更|延期|修正|訂正|延長)後(?:の)?${subject}${moment}?|正\)?|新(?:しい|たな)?${subject}(?:日程|日時|予定)|new\s+(?:maintenance\s+)?(?:time|date|window|schedule)|rescheduled\s+(?:to|for)|(?:moved|postponed|delayed)\s+(?:to|until)|now\s+(?:be\s+)?(?:scheduled|take\s+place|planned)`,
  ],
  [
    "reserve",
    "予備日時?|予備日程|予備|雨天時|延期の場合|中止の場合|(?:backup|reserved?|alternat(?:e|ive)|fallback|contingency)\\s+(?:date|window|slot)",
  ],
];

// a Japanese label may stand before its value with nothing but a space
const separator = String.raw`\s*(?:\([^()\n]{0,20}\))?\s*(?:[】\]》〕>:)]|\s-\s|・|\||$|(?<=[\p{Script=Han})])\s+(?=[\d午未深早正本明翌令平約]))`;
const opening = String.raw`(?:^|[【\[《〔<■□▼▽●○◆◇★☆*・#|。、,;.(]|\d[.)]|\s)\s*`;
const labelForms = labels.map(
  ([role, words]) => [role, new RegExp(`${opening}(?:${words})${separator}`, "giu")] as const,
);

const dayAhead = String.raw`(?=(?:on\s+)?(?:${weekdayName}|${monthName}|20\d\d-|\d{1,2}(?:st|nd|rd|th)?\s+${monthName}))`;
const movedFromTo = String.raw`(?:moved|changed|rescheduled|postponed|shifted|delayed)\s+from\s[^.\n]{4,80}?\sto\s+${dayAhead}`;

/** Words that say what a time is without being a label: after them it counts. */
const leading: readonly (readonly [Role, RegExp])[] = [
  [
    "reserve",
    /予備日|延期(?:した|する|となった|の)場合|中止(?:した|する|の)場合|if\s+(?:postponed|cancelled|canceled|needed|necessary)/gi,
  ],
  ["old", /当初|変更前|previously|originally|was\s+scheduled|instead\s+of|rescheduled\s+from|moved\s+from/gi],
  ["new", new RegExp(movedFromTo, "gi")],
  [
    "new",
    /変更後|新(?:しい|たな)?(?:日程|日時|予定|時間|時刻)は|rescheduled\s+(?:to|for)|(?:moved|postponed|delayed)\s+(?:to|until)|will\s+now|new\s+(?:window|date|time|schedule)/gi,
  ],
  [
    "other",
    /前回|次回(?:の)?(?:更新|報告|ご報告|ご案内|続報)|next\s+update|受付|営業時間|平日|お?問い?合わ?せ|電話|(?<![a-z])tel(?![a-z])|support\s+desk|call\s+us/gi,
  ],
  ["start", /(?:発生|開始|着手)(?:予定)?(?:時刻|日時|時間)?(?:を|は|が|も|が?、|\()/g],
  ["end", /(?:終了|完了|復旧|再開)(?:予定)?(?:時刻|日時|時間)?(?:を|は|が|も|の?見込み?は|\()/g],
  ["start", /(?<![a-z])(?:starts?|begins?|started|began|commences?)\s+(?:at|around|from|was)/gi],
  [
    "end",
    /(?<![a-z])(?:ends?|ended|finish(?:es|ed)?|concludes?|completes?|completed|completion|complete|end|finish|resolved|restored|fixed|recovered)\s+(?:at|around|by|as\s+of|is\s+(?:now\s+)?(?:expected\s+)?(?:at|by))/gi,
  ],
  ["publish", /掲載|更新日|posted|last\s+updated/gi],
];

export interface RoleMark {
  readonly role: Role;
  /** its first character in the line */
  readonly start: number;
  /** where it begins to hold in the line */
  readonly end: number;
  /** the line is nothing but this label: it holds for the lines below */
  readonly alone: boolean;
  /** a label, not only a word of a sentence */
  readonly isLabel: boolean;
}

/** The labels and leading words of one line, in order. */
export function rolesIn(line: string): readonly RoleMark[] {
  const found: RoleMark[] = [];
  for (const [role, form] of labelForms) {
    for (const match of line.matchAll(form)) {
      const end = match.index + match[0].length;
      found.push({
        role,
        start: match.index,
        end,
        alone: line.slice(end).trim() === "" && match.index < 12,
        isLabel: true,
      });
    }
  }
  for (const [role, form] of leading) {
    for (const match of line.matchAll(form)) {
      found.push({ role, start: match.index, end: match.index + match[0].length, alone: false, isLabel: false });
    }
  }
  // of two that end at one place the longer says more: 終了予定, not 予定
  return found.toSorted((a, b) => a.end - b.end || b.start - a.start);
}

/** A line that is only a heading of something else: what stood above holds no longer. */
export function isOtherHeading(line: string): boolean {
  return /^\s*(?:[【[《〔<■□▼▽●○◆◇★☆#]|\d[.)]\s)/.test(line);
}
