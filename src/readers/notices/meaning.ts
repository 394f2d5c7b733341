import type { ProviderNoticeKind } from "../../kernel/model/provider-notice.ts";

const office =
  /キャンペーン|セミナー|ウェビナー|webinar|campaign|休業|営業日|年末年始(?:の)?(?:営業|休業|窓口)|移転|採用|プレスリリース|アンケート|新?料金(?!所)|価格改定|値下げ|値上げ|新機能|新(?:サービス|プラン|メニュー)|提供開始|リリースのお知らせ|請求|お支払い|price|pricing|billing|invoice|survey|holiday|newsletter|event\b|now\s+available|規約(?:の)?改定|約款/i;
const effect =
  /停止|断(?:が|線|を|い)|瞬断|再起動|切替|切り替え|影響|利用(?:いただけ|でき)|つなが(?:ら|り)|繋が(?:ら|り)|不通|アクセス(?:でき|不可)|停電|移設|移行|交換|取り?替え?|更改|変更|リプレース|使えな|使用でき|でき(?:なく|ません|ない)|ご不便|止ま|落と|中断|断続|切断|再接続|入れ?替|増強|拡張|更新|閉塞|メンテ|作業|工事|reboot|restart|failover|switch|replac|upgrad|migrat|interrupt|connectivity|power|shut\s*down|not\s+be\s+available|unreachable|downtime|unavailable|interrupt|outage|disruption|offline|impact/i;
const emergency =
  /[【[(《]緊急|緊急(?:の)?(?:メンテ|保守|作業|停止|工事|対応|交換|再起動|切り?替|の)|緊急メンテナンス|emergency|urgent\s+maintenance/i;
const outage =
  /障害|不具合|不通|不安定|応答(?:停止|して(?:い|お)|が?(?:ない|なく|なし))|ダウン|高負荷|エラー|故障|電源断|表示され(?:ない|ません)|届か(?:ない|ず)|受信でき(?:ない|ず|ません)|送信でき(?:ない|ず|ません)|認証でき(?:ない|ず|ません)|ログインでき(?:ない|ず|ません)|ご?利用でき(?:ない|ず)|利用いただけ(?:ない|ず)|繋がり(?:にく|づら)|つながり(?:にく|づら)|停止(?:いた)?しました|停止していた|接続でき(?:ない|ません)|つながら(?:ない|ず)|繋がら(?:ない|ず)|アクセス(?:でき(?:ない|ません)|不可|しづらい|しにくい)|遅延|停止して(?:い|お)|利用でき(?:ない|ません)(?:事象|状況|状態)|事象|outage|incident|disruption|(?<![a-z])delays?(?![a-z])|unreachable|not\s+reachable|time-?outs?(?![a-z])|elevated\s+error|degraded|degradation|unavailab|unable\s+to|connectivity\s+(?:issue|problem|loss)|packet\s+loss|latency\s+issue|service\s+issue|became\s+aware|investigating|failure|not\s+able\s+to|(?<![a-z])down(?![a-z])|not\s+work(?:ing)?|errors?(?![a-z])|problems?\s+with|(?<![a-z])issues?(?![a-z])/i;
const work =
  /メンテナンス|メンテ|保守|作業|工事|点検|停電|切替|切り替え|切離|交換|入れ?替え?|取り?替え?|更改|収容替え?|ファームウェア|適用|増設|増強|拡張|移設|移行|マイグレーション|リプレース|アップデート|アップグレード|バージョンアップ|更新作業|再起動|休止|計画停止|サービス停止|maintenance|upgrade|migration|replacement|scheduled|(?<!un)planned|reboot|patch(?:es|ing)?|roll-?out|firmware|deployment|swap/i;
const endOfService =
  /提供終了|サービス終了|販売終了|サポート終了|廃止|end[\s-]of[\s-](?:service|life|support|sale)|sunset|discontinu|retire|deprecat/i;
const security =
  /脆弱性|セキュリティ(?:アップデート|情報|に関する|上の|対応|注意)|不正アクセス|フィッシング|CVE-\d|vulnerabilit|security\s+(?:advisory|notice|bulletin|update)|phishing/i;
const slow =
  /(?:性能|パフォーマンス|レスポンス|応答|処理|表示|速度)[^。\n]{0,6}(?:低下|遅|悪化|劣化)|degraded|degradation|latency|slow/i;
const past =
  /(?:発生|停止|障害)(?:いた)?し(?:て(?:お|い)り?(?:ました|ます)|ました)|復旧(?:いた)?し|解消(?:いた)?し|occurred|experienced|was\s+resolved|has\s+been\s+resolved/i;

export interface MeaningInput {
  readonly title: string;
  readonly text: string;
  /** a time from-to with its day was found, or when it begins */
  readonly hasTime: boolean;
  /** the newest of it lies before the receipt, or it has no end */
  readonly isPast: boolean;
}

/** @returns `unclear`: there is a time from-to, and no word says what of */
export function kindOf(input: MeaningInput): ProviderNoticeKind | "unclear" {
  const { title, text } = input;
  if (isOfficeOnly(title, text)) return "info";
  return kindByTitle(title, text) ?? kindByText(input);
}

/** "Fibre work": the noun, as only a title has it alone. */
const workNoun = /(?<!(?:not|n't)\s)(?<![a-z])works?(?![a-z])/i;

/** The title decides where it says anything: what it is about is its purpose. */
function kindByTitle(title: string, text: string): ProviderNoticeKind | null {
  const planned = work.test(title) || workNoun.test(title);
  if (wasUnplanned(title, text)) return "outage";
  if (emergency.test(title) && (planned || !title.includes("障害"))) return "emergency-maintenance";
  if (isFaultTitle(title, planned)) return faultKind(title, text);
  if (endOfService.test(title)) return "end-of-service";
  if (planned) return emergency.test(text) ? "emergency-maintenance" : "maintenance";
  return security.test(title) ? "security" : null;
}

/** 「メンテナンスに伴う停止」 is work, 「メンテナンス後の障害」 is not. */
function isFaultTitle(title: string, planned: boolean): boolean {
  if (!planned && /復旧(?!作業|訓練|手順|計画)/.test(title)) return true;
  // 「メンテナンス開始遅延」: late work is no failure
  const fault = title.replace(/(?:メンテナンス|作業|保守|工事)(?:の)?(?:開始|終了|完了)?(?:の)?遅延/, "");
  if (!outage.test(fault) || /(?:障害|不具合|故障)(?:の)?(?:予防|予兆|対策|復旧作業のための)/.test(title)) return false;
  if (/(?<!un)(?:planned|scheduled)|計画/i.test(title)) return title.includes("障害");
  return !planned || title.includes("障害") || !/メンテナンス(?:の|に)|作業(?:の|に)|maintenance/i.test(title);
}

/** 「重要なお知らせ」: the text has to tell what it is about. */
const saysNothing =
  /^[\s【】[\]《》()■●]*(?:重要|大切|お客様)?(?:な|への)?[\s【】[\]]*(?:お知らせ|ご案内|ご連絡|notice|information|news|announcement)[\s】\]。]*$/i;

/** Shop talk is about no service, unless it says what stops. */
export function isOfficeOnly(title: string, text: string): boolean {
  if (saysNothing.test(title)) return office.test(text) && !work.test(text) && !outage.test(text);
  if (!office.test(title)) return false;
  return !(
    effect.test(text) &&
    (work.test(title) || outage.test(title) || /停止|reboot|downtime|unavailable/.test(text))
  );
}

/** 「緊急再起動しました」: it happened, and nothing calls it work. */
function wasUnplanned(title: string, text: string): boolean {
  const isEvent = /再起動|停止/.test(title) && !namedWork.test(`${title}\n${text}`);
  return (
    isEvent &&
    /(?:再起動|停止)(?:いた)?し(?:ました|ており(?:ました)?)/.test(text) &&
    !/予定|(?:停止|再起動)(?:いた)?します/.test(text)
  );
}

const namedWork = /メンテ|保守|作業|工事|点検|計画|maintenance|scheduled|planned/i;

function faultKind(title: string, text: string): ProviderNoticeKind {
  const stands = /停止|不通|できない|不可|down|outage|unavailable|障害/i.test(title);
  if (slow.test(title) && !stands && !/できない|できません|しづらい|しにくい|不可|unavailable/i.test(text))
    return "degraded";
  return "outage";
}

function kindByText({ text, hasTime, isPast }: MeaningInput): ProviderNoticeKind | "unclear" {
  if (emergency.test(text)) return "emergency-maintenance";
  const isWork = work.test(text);
  if (outage.test(text) && (!isWork || (isPast && past.test(text)))) return "outage";
  if (isWork && (hasTime || /予定|実施|scheduled|planned|will/i.test(text))) return "maintenance";
  if (endOfService.test(text)) return "end-of-service";
  if (security.test(text)) return "security";
  return hasTime ? kindByEffect(text, isPast) : "info";
}

/** No word says what it is: a time from-to in which something stops is work to come, or a failure that was. */
function kindByEffect(text: string, isPast: boolean): ProviderNoticeKind | "unclear" {
  if (!effect.test(text)) return "unclear";
  return isPast ? "outage" : "maintenance";
}
