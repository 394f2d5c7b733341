import type { AftercareFinding, AftercareResult } from "../kernel/model/aftercare.ts";
import type { Lang } from "../kernel/lang.ts";
import { hostChecks } from "./aftercare-host.ts";
import { serviceChecks } from "./aftercare-services.ts";
import { foundOf, type CheckWords, type SaidInBoth } from "./aftercare-words.ts";
import { catalogue } from "./catalogue.ts";
import { list } from "./format.ts";

const words = catalogue(
  {
    pass: "前と同じ",
    fail: "違います",
    warn: "確かめてください",
    unobserved: "見えません",
    blocked: "先に直すものがあります",
    blockedBy: (checks: string) => `先に「${checks}」を直してから確かめます`,
    inside: (why: string) => `${why}。前と同じとは言えません`,
    line: (host: string, what: string) => `◆保守後の確認 ${host}: ${what}。直しますか?`,
    lineSigned: (host: string, what: string) => `◆保守後の確認 ${host}: ${what}。確かめてください`,
    more: (count: number) => `ほか${count}件`,
    unseen: (title: string) => `${title}が見えません`,
    comma: "、",
  },
  {
    pass: "as before",
    fail: "not as before",
    warn: "please look",
    unobserved: "not seen",
    blocked: "something else first",
    blockedBy: (checks: string) => `counts once ${checks} is mended`,
    inside: (why: string) => `${why}, so nobody can say that it is as before`,
    line: (host: string, what: string) => `◆AFTER MAINTENANCE ${host}: ${what}. Fix?`,
    lineSigned: (host: string, what: string) => `◆AFTER MAINTENANCE ${host}: ${what}. Please look`,
    more: (count: number) => `${count} more`,
    unseen: (title: string) => `not seen: ${title}`,
    comma: ", ",
  },
);

const reasons: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  "no-before": { ja: "作業の前の記録がありません", en: "there is no record from before the work" },
  "no-after": { ja: "ホストを読めませんでした", en: "the host could not be read" },
  "no-reading": { ja: "測った値がありません", en: "there is no reading" },
  "no-proof": { ja: "動いた証拠も、動かなかった証拠もありません", en: "nothing shows whether they ran" },
  "hub-clock-unsure": {
    ja: "koboshi 自身の時計が正しいと確かめられません",
    en: "koboshi's own clock is not known to be right",
  },
  "clock-settling": {
    ja: "時計を合わせました。1分あけた2回の測定が一致するのを待っています",
    en: "the clock was set; two readings a minute apart have to agree first",
  },
  "clock-coarse": {
    ja: "時計を合わせましたが、測定の誤差が大きく、止まらずに合い続けるかまだ分かりません",
    en: "the clock was set, and the readings are too coarse yet to tell whether it keeps time",
  },
  starting: { ja: "まだ始まっている途中です", en: "it is still starting" },
  "needs-root": { ja: "読む権限がありません", en: "it takes rights that koboshi lacks" },
  "cut-off": { ja: "読み取りが途中で切れました", en: "the reading broke off" },
  "not-asked": { ja: "まだ読んでいません", en: "it was not asked for" },
  "not-installed": { ja: "調べるための命令がありません", en: "the commands to ask for it are missing" },
  timeout: { ja: "時間内に読めませんでした", en: "it did not answer in time" },
  "too-long": { ja: "大きすぎて読みきれません", en: "it is too long to be read" },
  "look-failed": { ja: "確認の途中で失敗しました", en: "the look failed" },
};

function wordsOf(check: string, lang: Lang): CheckWords {
  const said: SaidInBoth | undefined = hostChecks[check] ?? serviceChecks[check];
  if (said === undefined) throw new TypeError(`no words for the check ${check}`);
  return said[lang];
}

export function aftercareTitle(check: string, lang: Lang): string {
  return wordsOf(check, lang).title;
}

export function aftercareResultWord(result: AftercareResult, lang: Lang): string {
  return words(lang)[result];
}

/** A finding in words: what was asked, what was compared, and what was found, one sentence without a full stop each. */
export function aftercareSaid(
  finding: AftercareFinding,
  how: { readonly timeZone: string; readonly lang: Lang },
): { readonly title: string; readonly compared: string; readonly found: string } {
  const { title, compared } = wordsOf(finding.check, how.lang);
  return { title, compared, found: foundSentence(finding, how) };
}

function foundSentence(finding: AftercareFinding, how: { readonly timeZone: string; readonly lang: Lang }): string {
  const say = words(how.lang);
  const { pass, bad } = wordsOf(finding.check, how.lang);
  if (finding.result === "pass") return pass;
  if (finding.result === "unobserved") return say.inside(reasonOf(finding, how.lang));
  if (finding.result !== "blocked") return bad(foundOf(finding, how));
  const first = finding.blockedBy.map((check) => aftercareTitle(check, how.lang));
  return say.blockedBy(list(first, how.lang));
}

function reasonOf({ facts }: AftercareFinding, lang: Lang): string {
  const why = String(facts["why"] ?? "no-reading");
  return reasons[why]?.[lang] ?? `${reasons["no-after"]?.[lang]} (${why})`;
}

/** As many things as one line names. */
const mostInLine = 4;

/**
 * `◆保守後の確認 web1: 時計 -3時間ずれ、chronyd 停止、cron 1件未実行。直しますか?` — what keeps one host's window open, worst first.
 * Null: nothing does.
 * @param findings of that host, worst first
 */
export function aftercareLine(
  host: string,
  findings: readonly AftercareFinding[],
  how: { readonly timeZone: string; readonly lang: Lang },
): string | null {
  const say = words(how.lang);
  const open = findings.filter(({ weight, result }) => weight !== "info" && result !== "pass" && result !== "blocked");
  if (open.length === 0) return null;
  const named = open.slice(0, mostInLine).map((finding) => shortOf(finding, how));
  const rest = open.length - named.length;
  const what = [...named, ...(rest > 0 ? [say.more(rest)] : [])].join(say.comma);
  return open.some(({ repairs }) => repairs.length > 0) ? say.line(host, what) : say.lineSigned(host, what);
}

function shortOf(finding: AftercareFinding, how: { readonly timeZone: string; readonly lang: Lang }): string {
  const { title, short } = wordsOf(finding.check, how.lang);
  return finding.result === "unobserved" ? words(how.lang).unseen(title) : short(foundOf(finding, how));
}
