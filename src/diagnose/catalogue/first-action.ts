/** 「再起動の有無」「削除された」 tell of it, they do not advise it. */
const notTold = "(?!の(?!実施|実行)|後|前|時|した|され|が|回|履歴|記録|日時|直)";

/**
 * What must not be done while the cause is still sought: it loses evidence or data, or cannot be taken back. Stopping
 * writes, or taking something out of public view, is not among them: that protects.
 */
const forbidden: readonly RegExp[] = [
  new RegExp(
    `(?:再起動|リブート|強制終了|削除|消去|初期化|フォーマット|上書き|書き換え|再インストール|遮断(?:の|を)?解除)${notTold}`,
    "gu",
  ),
  /電源を(?:切|落と|入れ直)|電源の入れ直し|消す|(?<!取り)消し(?:ます|て)|作り直(?!した|され)/gu,
  /\b(?:re-?start|re-?boot|power[- ]cycl|kill|delet|remov|eras|wip|flush|purg|truncat|overwrit|reinstall|rebuild|unblock|unbann?)(?:e|es|ed|ing|s)?\b/giu,
  /\b(?:power|shut)(?:s|ing)? (?:it |them |the \w+ )?(?:off|down)\b/giu,
  /\b(?:clear|format|reset)(?:s|t?ed|t?ing)? (?:the|all|its|every|out|it|them|this)\b/giu,
  /\bfsck\b|\brm -|\bmkfs|\b(?:ANALYZE|OPTIMIZE) TABLE\b|\bsmartctl -t\b/giu,
];

/** 「再起動はしません」 names it only to say that it is not done. */
const deniedAfter = /^[^。、]{0,14}?(?:しません|しない|せず|行いません|行わ(?:ず|ない))/u;
const deniedBefore =
  /\b(?:no|not|never|without|neither|nor|nothing|last|latest|recent|since|after|before|whether|when|why|was|were|been)(?:\W+\w+){0,2}\W+$/iu;

/** The first forbidden thing a sentence advises; null when there is none. A guard against slips, no proof. */
export function forbiddenIn(sentence: string): { readonly word: string; readonly index: number } | null {
  const found = forbidden
    .flatMap((pattern) => [...sentence.matchAll(pattern)])
    .filter((match) => !denied(sentence, match))
    .toSorted((a, b) => a.index - b.index)[0];
  return found === undefined ? null : { word: found[0], index: found.index };
}

function denied(sentence: string, { 0: word, index }: RegExpExecArray): boolean {
  const after = sentence.slice(index + word.length);
  // a comma begins another advice: «after saving the log, restart it»
  const before = sentence.slice(Math.max(0, index - 40), index).replace(/^.*[.,;:]/su, "");
  return deniedAfter.test(after) || deniedBefore.test(before);
}
