/**
 * What a time in a notice is for, by the label or verb it stands beside: `window` the planned time, `start` and `end` of a
 * failure, `old` and `new` of a change, `reserve` a spare day, `publish` when the notice was written, `other` opening hours
 * and the like, `detail` a part of the time, `actual` when it was really done.
 */
export type Role = "window" | "start" | "end" | "old" | "new" | "reserve" | "publish" | "other" | "detail" | "actual";

const labels: readonly (readonly [Role, string])[] = [
  [
    "publish",
    "掲載日時?|掲載|更新日時?|最終更新|公開日時?|投稿日時?|発表日時?|配信日時?|作成日|受信日時|お知らせ日|posted(?:\\s+(?:on|at))?|published|last\\s+updated?|updated|issued|date|sent",
  ],
  [
    "other",
    "営業時間|受付時間|対応時間|窓口|お?問い?合わ?せ|お電話|平日|キャンペーン期間|開催日時?|申込期間|応募期間|休業期間|休業日|定休日|サポート時間|office\\s+hours|business\\s+hours|support\\s+hours|前回|次回(?:の)?(?:更新|報告|ご報告|ご案内)|next\\s+update",
  ],
  [
    "reserve",
    "予備日時?|予備日程|予備|雨天時|延期の場合|中止の場合|backup\\s+(?:date|window)|reserve(?:d)?\\s+(?:date|window)|alternate\\s+(?:date|window)",
  ],
  [
    "old",
    "変更前|誤\\)?|当初(?:の)?(?:予定|日時|日程)?|旧日程|旧日時|元の日程|延期前|修正前|訂正前|previously(?:\\s+scheduled)?|originally(?:\\s+(?:scheduled|planned))?|was\\s+scheduled|old\\s+(?:time|date|window|schedule)|original\\s+(?:time|date|window|schedule)|instead\\s+of",
  ],
  [
    "new",
    "変更後|正\\)?|新日程|新日時|新しい日程|新たな日程|延期後|延長後|修正後|訂正後|new\\s+(?:time|date|window|schedule)|rescheduled\\s+(?:to|for)|(?:moved|postponed|delayed)\\s+(?:to|until)|now\\s+(?:be\\s+)?(?:scheduled|take\\s+place|planned)",
  ],
  [
    "actual",
    "実施日時|実績|実作業(?:時間|日時)|作業実績|実施時間|実際の(?:作業)?(?:時間|日時)|actual(?:\\s+(?:time|window))?",
  ],
  [
    "start",
    "自|発生日時|発生時刻|発生時間|発生|検知日時|検知時刻|障害開始|開始日時|開始時刻|開始予定(?:日時|時刻)?|作業開始|開始|start(?:ed|s)?(?:\\s+(?:time|at))?|begin(?:s|ning)?|detected(?:\\s+at)?|began(?:\\s+at)?",
  ],
  [
    "end",
    "至|復旧日時|復旧時刻|復旧時間|復旧確認|解消日時|解消時刻|復旧|解消|終了日時|終了時刻|終了予定(?:日時|時刻)?|作業終了|完了日時|完了時刻|完了予定(?:日時|時刻)?|終了|end(?:ed|s)?(?:\\s+(?:time|at))?|finish(?:ed|es)?(?:\\s+at)?|resolved(?:\\s+at)?|restored(?:\\s+at)?|estimated\\s+(?:end|completion)",
  ],
  [
    "window",
    "(?:作業|実施|メンテナンス|工事|停止|保守|障害|影響|切替|点検|停電)?(?:予定)?(?:日時|日程|期間|時間帯|時間|予定日|時刻)(?:\\(予定\\))?|(?:メンテナンス|作業|実施|施工|対応)(?:予定)?日|予定|when|window|scheduled\\s+(?:for|time|window)?|schedule|time(?:frame)?|maintenance\\s+(?:window|time|period)|date\\s*(?:and|&|/)\\s*time|duration|period",
  ],
];

const separator = String.raw`\s*(?:\([^()\n]{0,20}\))?\s*(?:[】\]》〕>:]|\s-\s|・|\||$)`;
const opening = String.raw`(?:^|[【\[《〔<■□▼▽●○◆◇★☆*・#|。、,;.(]|\d[.)]|\s)\s*`;
const labelForms = labels.map(
  ([role, words]) => [role, new RegExp(`${opening}(?:${words})${separator}`, "giu")] as const,
);

/** Words that say what a time is without being a label: after them it counts. */
const leading: readonly (readonly [Role, RegExp])[] = [
  [
    "reserve",
    /予備日|延期(?:した|する|となった|の)場合|中止(?:した|する|の)場合|if\s+(?:postponed|cancelled|canceled|needed|necessary)/gi,
  ],
  ["old", /当初|変更前|previously|originally|was\s+scheduled|instead\s+of|rescheduled\s+from|moved\s+from/gi],
  [
    "new",
    /変更後|新(?:しい)?(?:日程|日時)は|rescheduled\s+(?:to|for)|(?:moved|postponed|delayed)\s+(?:to|until)|will\s+now|new\s+(?:window|date|time|schedule)/gi,
  ],
  ["other", /次回|next\s+update|受付|営業時間|平日|お問い?合わ?せ|お電話|support\s+desk|call\s+us/gi],
  ["start", /(?<![a-z])(?:starts?|begins?|started|began|commences?)\s+(?:at|around|from)/gi],
  [
    "end",
    /(?<![a-z])(?:ends?|ended|finish(?:es|ed)?|concludes?|completes?|resolved|restored|fixed|recovered)\s+(?:at|around|by)/gi,
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
