import type { ProviderNoticeKind, ProviderNoticeState } from "../../kernel/model/provider-notice.ts";
import type { Update } from "./updates.ts";

const office =
  /キャンペーン|セミナー|ウェビナー|webinar|campaign|休業|営業日|年末年始(?:の)?(?:営業|休業|窓口)|移転|採用|プレスリリース|アンケート|料金改定|価格改定|値下げ|値上げ|新機能|提供開始|リリースのお知らせ|請求|お支払い|price|pricing|billing|invoice|survey|holiday|newsletter|event\b|now\s+available|規約(?:の)?改定|約款/i;
const effect =
  /停止|断(?:が|線|を|い)|瞬断|再起動|切替|切り替え|影響|利用(?:いただけ|でき)|つなが(?:ら|り)|繋が(?:ら|り)|不通|アクセス(?:でき|不可)|停電|移設|移行|交換|リプレース|使えな|使用でき|でき(?:なく|ません|ない)|ご不便|止ま|落と|中断|断続|切断|再接続|入れ?替|増強|拡張|更新|閉塞|メンテ|作業|工事|reboot|restart|failover|switch|replac|upgrad|migrat|interrupt|connectivity|power|shut\s*down|not\s+be\s+available|unreachable|downtime|unavailable|interrupt|outage|disruption|offline|impact/i;
const emergency = /緊急(?:の)?(?:メンテ|保守|作業|停止|工事|対応|の)|緊急メンテナンス|emergency|urgent\s+maintenance/i;
const outage =
  /障害|不具合|不通|ダウン|高負荷|エラー|故障|電源断|表示され(?:ない|ません)|届か(?:ない|ず)|受信でき(?:ない|ず|ません)|送信でき(?:ない|ず|ません)|認証でき(?:ない|ず|ません)|ログインでき(?:ない|ず|ません)|ご?利用でき(?:ない|ず)|利用いただけ(?:ない|ず)|繋がり(?:にく|づら)|つながり(?:にく|づら)|停止(?:いた)?しました|停止していた|接続でき(?:ない|ません)|つながら(?:ない|ず)|繋がら(?:ない|ず)|アクセス(?:でき(?:ない|ません)|不可|しづらい|しにくい)|遅延|停止して(?:い|お)|利用でき(?:ない|ません)(?:事象|状況|状態)|事象|outage|incident|disruption|elevated\s+error|degraded|degradation|unavailab|unable\s+to|connectivity\s+(?:issue|problem|loss)|packet\s+loss|latency\s+issue|service\s+issue|became\s+aware|investigating|failure|not\s+able\s+to|(?<![a-z])down(?![a-z])|errors?(?![a-z])|problems?\s+with|(?<![a-z])issues?(?![a-z])/i;
const work =
  /メンテナンス|メンテ|保守|作業|工事|点検|停電|切替|切り替え|交換|増設|増強|拡張|移設|移行|マイグレーション|リプレース|アップデート|アップグレード|バージョンアップ|更新作業|再起動|休止|計画停止|サービス停止|maintenance|upgrade|migration|replacement|scheduled|planned|reboot|patching/i;
const endOfService =
  /提供終了|サービス終了|販売終了|サポート終了|廃止|end[\s-]of[\s-](?:service|life|support|sale)|sunset|discontinu|retire|deprecat/i;
const security =
  /脆弱性|セキュリティ(?:アップデート|情報|に関する|上の|対応|注意)|不正アクセス|フィッシング|CVE-\d|vulnerabilit|security\s+(?:advisory|notice|bulletin|update)|phishing/i;
const slow = /性能(?:の)?低下|レスポンス|応答(?:が|の)?遅|表示(?:が|の)?遅|遅延|degraded|degradation|latency|slow/i;
const past =
  /(?:発生|停止|障害)(?:いた)?し(?:て(?:お|い)り?(?:ました|ます)|ました)|復旧(?:いた)?し|解消(?:いた)?し|occurred|experienced|was\s+resolved|has\s+been\s+resolved/i;

export interface MeaningInput {
  readonly title: string;
  readonly text: string;
  /** a time from-to with its day was found */
  readonly hasWindow: boolean;
  /** the newest of it lies before the receipt, or it has no end */
  readonly isPast: boolean;
}

/** @returns `unclear`: there is a time from-to, and no word says what of */
export function kindOf(input: MeaningInput): ProviderNoticeKind | "unclear" {
  const { title, text } = input;
  if (isOfficeOnly(title, text)) return "info";
  return kindByTitle(title, text) ?? kindByText(input);
}

/** The title decides where it says anything: what it is about is its purpose. */
function kindByTitle(title: string, text: string): ProviderNoticeKind | null {
  const planned = work.test(title);
  const fault = isFaultTitle(title, planned);
  if (emergency.test(title) && (planned || !title.includes("障害"))) return "emergency-maintenance";
  if (endOfService.test(title) && !fault) return "end-of-service";
  if (security.test(title) && !planned && !fault) return "security";
  if (fault) return faultKind(title, text);
  if (!planned) return null;
  return emergency.test(text) ? "emergency-maintenance" : "maintenance";
}

/** 「メンテナンスに伴う停止」 is work, 「メンテナンス後の障害」 is not. */
function isFaultTitle(title: string, planned: boolean): boolean {
  if (!outage.test(title) || /(?:障害|不具合)(?:の)?(?:予防|対策|復旧作業のための)/.test(title)) return false;
  return !planned || title.includes("障害") || !/メンテナンス(?:の|に)|作業(?:の|に)|maintenance/i.test(title);
}

/** Shop talk is about no service, unless it says what stops. */
export function isOfficeOnly(title: string, text: string): boolean {
  if (!office.test(title)) return false;
  return !(
    effect.test(text) &&
    (work.test(title) || outage.test(title) || /停止|reboot|downtime|unavailable/.test(text))
  );
}

function faultKind(title: string, text: string): ProviderNoticeKind {
  const stands = /停止|不通|できない|不可|down|outage|unavailable|障害/i.test(title);
  if (slow.test(title) && !stands && !/できない|できません|不可|unavailable/i.test(text)) return "degraded";
  return "outage";
}

function kindByText({ text, hasWindow, isPast }: MeaningInput): ProviderNoticeKind | "unclear" {
  if (emergency.test(text)) return "emergency-maintenance";
  const isWork = work.test(text);
  if (outage.test(text) && (!isWork || (isPast && past.test(text)))) return "outage";
  if (isWork && (hasWindow || /予定|実施|scheduled|planned|will/i.test(text))) return "maintenance";
  if (endOfService.test(text)) return "end-of-service";
  if (security.test(text)) return "security";
  return hasWindow ? kindByEffect(text, isPast) : "info";
}

/** No word says what it is: a time from-to in which something stops is work to come, or a failure that was. */
function kindByEffect(text: string, isPast: boolean): ProviderNoticeKind | "unclear" {
  if (!effect.test(text)) return "unclear";
  return isPast ? "outage" : "maintenance";
}

type Rule = readonly [ProviderNoticeState, RegExp];

/** Said of a case that may come, not of what is. */
const conditional =
  /(?:中止|延期|延長|変更|遅延)(?:する|した|となった|となる|の)(?:場合|可能性|際|こと(?:が|も))[^。\n]*|(?:if|in\s+case|may\s+be|might\s+be|could\s+be)[^.\n]{0,60}(?:cancell?ed|postponed|extended|rescheduled)[^.\n]*|(?:完了|終了|復旧)次第[^。\n]*|復旧(?:作業|の見込み|見込み|目処|めど|時刻|予定|に向け)[^。\n、]*|(?:終了|完了)(?:予定|時刻|日時|の見込み)|予備日[^。\n]*|復旧(?:日時|時刻|時間)?\s*[】\])]?\s*:?\s*(?:未定|調査中|確認中|対応中|作業中|-)|新(?:しい|たな)?(?:日程|日時)(?:は|につきましては|については)[^。\n]{0,24}(?:決|未定|調整|改めて|あらためて|後日|別途)[^。\n]*/gi;

const cancelled: Rule = [
  "cancelled",
  /中止(?:と|いた|し|の|に|$|\s|】|\])|取り?やめ|キャンセル(?:と|し|いた|の)|見合わせ|見送(?:り|る)|取り消し|延期(?:と|いた|し|の|に|$|\s|】)|無期限延期|再調整|cancell?ed|called\s+off|postponed(?:\s+until\s+further\s+notice)?|will\s+not\s+(?:take\s+place|proceed)/i,
];
const moved: Rule = [
  "moved",
  /(?:日程|日時|時間帯?|時刻|実施日|開始時刻|スケジュール)(?:の|を|が|に)?(?:変更|訂正|修正|延期)|変更(?:後|いたしま|しま|となり|になり)|延期(?:後|し.{0,20}(?:実施|行))|繰り?(?:上げ|下げ|延べ)|前倒し|順延|リスケ|再度実施|訂正|rescheduled|ha(?:s|ve)\s+(?:been\s+)?moved|moved\s+(?:to|from)|new\s+(?:date|time|window|schedule)|brought\s+forward|postponed\s+(?:to|from)/i,
];
const extended: Rule = [
  "extended",
  /延長|(?:終了|完了)(?:予定)?(?:時刻|時間|日時)?(?:が|を|の)?(?:遅れ|超過|変更)|長引|extended|taking\s+longer|overrun/i,
];
const completed: Rule = [
  "completed",
  /(?:完了|終了)(?:いた)?し(?:まし)?た|(?:完了|終了)のお知らせ|(?:完了|終了)のご報告|(?:完了|終了)しており|^[^\n]{0,40}(?:完了|終了)[\])】》]|\[(?:完了|終了)\]|無事(?:に)?(?:完了|終了)|completed|has\s+(?:been\s+)?(?:finished|concluded|ended)|finished|is\s+complete/i,
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
  /復旧(?:いた)?し(?:まし|て(?:い|お)|、|た|$)|復旧(?:を確認|済|しております|のお知らせ|のご報告|報告|(?:日時|時刻|時間)?\s*[】\])]?\s*:?\s*\n?\s*\d)|解消(?:いた)?し(?:まし|て|、|た)|(?:に|分|時|頃)(?:完全)?(?:復旧|解消|回復)|回復(?:いた)?し(?:まし|て|、)|正常な?(?:状態|稼働)?(?:に|へ)?(?:復旧|戻|稼働|化)|復旧[\])】》]|\[復旧\]|収束|resolved|fully\s+restored|has\s+been\s+(?:restored|fixed|mitigated)|back\s+to\s+normal|recovered|(?<![a-z])fixed(?:\s+at)?(?![a-z])|operating\s+normally|is\s+now\s+working/i,
];
const monitoring: Rule = [
  "monitoring",
  /経過(?:観察|を(?:観察|監視))|監視(?:を(?:継続|続け)|して(?:い|お)|中)|様子を見|暫定(?:対応|復旧|的)|monitoring|fix\s+has\s+been\s+(?:implemented|applied|deployed)/i,
];
const identified: Rule = [
  "identified",
  /原因(?:が|は|を)?[^。\n]{0,20}(?:判明|特定|であることを確認)|(?:判明|特定)(?:いた)?し|復旧(?:作業|対応)(?:中|を(?:行|実施|進め|開始))|対応(?:中|を(?:行|進め))|identified|root\s+cause/i,
];
const investigating: Rule = [
  "investigating",
  /調査|確認(?:中|して)|発生(?:いた)?し(?:て)?|障害|investigat|looking\s+into|aware\s+of|experiencing|reports\s+of/i,
];

const workRules = [cancelled, moved, extended, completed, inProgress, scheduled];
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
    /変更後|新日程|新しい日程|延期後|振替|に延期|へ延期|に順延|再度実施|postponed\s+(?:to|from)|rescheduled|new\s+(?:date|time|window|schedule)|will\s+now/i.test(
      said,
    );
  return !stopped && isNew ? "moved" : "cancelled";
}

function firstOf(rules: readonly Rule[], text: string): ProviderNoticeState | null {
  const said = text.replaceAll(conditional, " ");
  return rules.find(([, words]) => words.test(said))?.[0] ?? null;
}
