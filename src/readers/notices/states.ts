import type { ProviderNoticeKind, ProviderNoticeState } from "../../kernel/model/provider-notice.ts";
import type { Update } from "./updates.ts";

type Rule = readonly [ProviderNoticeState, RegExp];

/** Said of a case that may come, not of what is. */
const conditional =
  /(?:中止|延期|延長|変更|遅延)(?:する|した|となった|となる|の)(?:場合|可能性|際|こと(?:が|も))[^。\n]*|(?:if|in\s+case|may\s+be|might\s+be|could\s+be)[^.\n]{0,60}(?:cancell?ed|postponed|extended|rescheduled)[^.\n]*|(?:完了|終了|復旧)次第[^。\n]*|復旧(?:作業|の見込み|見込み|目処|めど|時刻|予定|に向け)[^。\n、]*|(?:終了|完了)(?:予定|時刻|日時|の見込み)|予備日[^。\n]*|(?:should|will|(?:is|are)\s+(?:now\s+)?expected\s+to|expects?\s+to|to)\s+(?:be\s+)?(?:finish(?:ed)?|completed?|resolved?|restored?|end)(?![a-z])[^.\n]*|復旧(?:日時|時刻|時間)?\s*[】\])]?\s*:?\s*(?:未定|調査中|確認中|対応中|作業中|-)|新(?:しい|たな)?(?:日程|日時)(?:は|につきましては|については)[^。\n]{0,24}(?:決|未定|調整|改めて|あらためて|後日|別途)[^。\n]*/gi;

const cancelled: Rule = [
  "cancelled",
  /中止(?:と|いた|し|の|に|$|\s|】|\])|取り?やめ|キャンセル(?:と|し|いた|の)|見合わせ|見送(?:り|る)|取り消し|延期(?:と|いた|し|の|に|$|\s|】)|無期限延期|再調整|cancell?ed|called\s+off|postponed(?:\s+until\s+further\s+notice)?|will\s+not\s+(?:take\s+place|proceed)/i,
];
const moved: Rule = [
  "moved",
  /(?:日程|日時|時間帯?|時刻|実施日|開始時刻|スケジュール)(?:の|を|が|に)?(?:変更|訂正|修正|延期)|変更後|(?:変更|下記(?:の)?(?:とおり|通り)変更)となり|[時分半日頃\d)][ \t]*(?:に|へ|まで)[ \t]*(?:日程を|日時を)?変更|延期(?:後|し.{0,20}(?:実施|行))|繰り?(?:上げ|下げ|延べ)|前倒し|順延|リスケ|(?:実施|作業|工事|メンテナンス)日(?:の)?変更|再度実施|訂正|rescheduled|ha(?:s|ve)\s+(?:been\s+)?moved|moved\s+(?:to|from)|new\s+(?:date|time|window|schedule)|(?:window|date|time|schedule)\s+ha(?:s|ve)\s+(?:been\s+)?(?:changed|revised|updated)|will\s+now|開始(?:時刻|時間)?が遅れ|brought\s+forward|postponed\s+(?:to|from)/i,
];
const extended: Rule = [
  "extended",
  /延長|(?:終了|完了)(?:予定)?(?:時刻|時間|日時)?(?:が|を|の)?(?:遅れ|超過|変更)|長引|extended|taking\s+longer|overrun/i,
];
const completed: Rule = [
  "completed",
  /(?:完了|終了)(?:いた)?し(?:まし)?た|(?:完了|終了)のお知らせ|(?:完了|終了)のご報告|(?:完了|終了)しており|^[^\n]{0,40}(?:完了|終了)[\])】》]|\[(?:完了|終了)\]|無事(?:に)?(?:完了|終了)|completed|has\s+(?:been\s+)?(?:finished|concluded|ended)|finished|is\s+complete|ended\s+(?:early|at|on|successfully|as\s+planned)/i,
];
const inProgress: Rule = [
  "in-progress",
  /(?:作業|メンテナンス|保守|工事)(?:を)?(?:開始(?:いた)?し(?:まし)?た|実施(?:して(?:い|お)|中)|中(?:です|で|\]|】))|実施中|作業中(?:です|の|$|】|\])|開始しました|現在[^。\n]{0,20}(?:作業|メンテナンス)|in\s+progress|underway|under\s+way|has\s+(?:begun|started)|currently\s+(?:performing|undergoing)/i,
];
const scheduled: Rule = [
  "scheduled",
  /予定|実施(?:いた)?し(?:ます)|行い?ます|scheduled|planned|will\s+(?:be|perform|conduct|take)|upcoming/i,
];
const resolved: Rule = [
  "resolved",
  /(?:\d時?|分|頃|に)[ \t]*復旧|復旧(?:いた)?し(?:まし|て(?:い|お)|、|た|$)|復旧(?:を確認|済|しております|のお知らせ|のご報告|報告|(?:日時|時刻|時間)?\s*[】\])]?\s*:?\s*\n?\s*\d)|解消(?:いた)?し(?:まし|て|、|た)|(?:に|分|時|頃)(?:完全)?(?:復旧|解消|回復)|回復(?:いた)?し(?:まし|て|、)|正常な?(?:状態|稼働)?(?:に|へ)?(?:復旧|戻|稼働|化)|復旧[\])】》]|\[復旧\]|収束|最終報|resolved|(?:(?:was|were|is|are|been)\s+(?:now\s+)?(?:fully\s+)?|fully\s+)(?:restored|fixed|mitigated|repaired)|back\s+to\s+normal|recovered|(?<![a-z])fixed(?:\s+at)?(?![a-z])|operating\s+normally|is\s+now\s+working/i,
];
const monitoring: Rule = [
  "monitoring",
  /経過(?:観察|を(?:観察|監視))|監視(?:を(?:継続|続け)|して(?:い|お)|中)|様子を見|暫定(?:対応|復旧|的)|monitoring|continue\s+to\s+(?:monitor|watch)|fix\s+(?:has\s+been\s+|was\s+|is\s+)?(?:implemented|applied|deployed|in\s+place|rolled\s+out)/i,
];
const identified: Rule = [
  "identified",
  /原因(?:が|は|を)?[^。\n]{0,20}(?:判明|特定|であることを確認)|(?:判明|特定)(?:いた)?し|identified|root\s+cause|cause\s+(?:was|is|has\s+been)\s+(?:found|determined)/i,
];
const investigating: Rule = [
  "investigating",
  /調査|確認(?:中|して)|発生(?:いた)?し(?:て)?|障害|investigat|looking\s+into|aware\s+of|experiencing|reports\s+of/i,
];

const workRules = [cancelled, extended, moved, completed, inProgress, scheduled];
const faultRules = [resolved, monitoring, identified, investigating];

function rulesOf(kind: ProviderNoticeKind | "unclear"): readonly Rule[] {
  return kind === "outage" || kind === "degraded" ? faultRules : workRules;
}

/** How far it is: from the newest update; the title counts where there is only one message, or where it leads the list. */
export function stateOf(
  kind: ProviderNoticeKind | "unclear",
  title: string,
  updates: readonly Update[],
): ProviderNoticeState {
  if (kind === "info" || kind === "security") return "none";
  const rules = rulesOf(kind);
  const said = updates.map((update) => saidBy(update, rules, updates.length === 1 ? `${title}\n` : ""));
  const newest = said.find((state) => state !== null) ?? firstOf(rules, title);
  if (newest === "scheduled") return firstOf([cancelled, moved], title) ?? newest;
  return newest ?? (rules === workRules ? "scheduled" : "investigating");
}

function saidBy({ heading, text }: Update, rules: readonly Rule[], title: string): ProviderNoticeState | null {
  return firstOf(rules, heading.replace(/^\s*update\b/i, "")) ?? inText(rules, title + text);
}

/** Whether the newest update says that someone is still at it. */
export function isStillOn([newest]: readonly Update[]): boolean {
  return (
    newest !== undefined &&
    /調査(?:中|して|を)|確認(?:中|を進)|継続|発生して(?:おります|います)|状況です|状態です|対応(?:中|して|を)|復旧(?:作業|の見込)|investigating|looking\s+into|working\s+on|ongoing|continu/i.test(
      newest.text,
    )
  );
}

/** The state word of one update alone; null: it says none. */
export function stateIn(kind: ProviderNoticeKind | "unclear", text: string): ProviderNoticeState | null {
  return inText(rulesOf(kind), text);
}

function inText(rules: readonly Rule[], text: string): ProviderNoticeState | null {
  const said = text.replaceAll(conditional, " ");
  const state = firstOf(rules, said);
  if (state !== "cancelled") return state;
  // 延期 with a new day is a move; without one it is off until a new day comes
  const stopped =
    /中止|取り?やめ|キャンセル|見合わせ|見送|取り消し|cancell?ed|called\s+off|further\s+notice|will\s+not/i.test(said);
  const isNew =
    /変更後|新日程|新しい日程|延期後|振替|[にへ](?:日程を|日時を)?(?:変更|延期|順延)|再度実施|(?:postponed|moved)\s+(?:to|from)|rescheduled|new\s+(?:date|time|window|schedule)|will\s+now/i.test(
      said,
    );
  const isSetAnew = /再度実施|変更後|rescheduled\s+(?:to|for)|改めて[^。\n]{0,6}\d/i.test(said);
  return (isNew && !stopped) || isSetAnew ? "moved" : "cancelled";
}

function firstOf(rules: readonly Rule[], text: string): ProviderNoticeState | null {
  const said = text.replaceAll(conditional, " ");
  return rules.find(([, words]) => words.test(said))?.[0] ?? null;
}
