import type { Lang } from "../kernel/lang.ts";
import type {
  AuditHelp,
  CopyReason,
  CutSet,
  DataOutcome,
  LossEvent,
  PhaseEstimate,
  RecoveryEstimate,
} from "../kernel/ports-audit.ts";
import { changeText, componentsText, factText, lossText, phaseText } from "./audit-names.ts";
import { bytesText } from "./backups.ts";
import { catalogue } from "./catalogue.ts";
import { duration, list } from "./format.ts";

interface Survivor {
  readonly event: string;
  readonly data: string;
  readonly place: string;
  readonly newest: string;
  readonly checked: string;
}

interface Loser {
  readonly event: string;
  readonly data: string;
  readonly copies: number;
  readonly cause: string;
}

interface Helping {
  readonly change: string;
  /** how many before and after */
  readonly from: number;
  readonly to: number;
  /** what is said behind it, or nothing */
  readonly rest: string;
}

interface Recovering {
  readonly p50: string;
  readonly range: string;
  readonly formula: string;
  readonly target: string;
}

/** What is said of the survival audit. */
export const auditWords = catalogue(
  {
    title: "生存監査",
    lead: "もしこれがなくなったら、どの控えが残り、どれだけ失い、どれだけで戻れるか。確かめられていないものは「残る」と数えません。",
    leadShort: "なくなったら何が残り、どれだけで戻れるか",
    planned: "計画どおりなら(宣言した控えと申告を正しいとみなす)",
    proven: "確かめられたことだけで答えています",
    survives: "残る",
    lost: "残らない",
    unknown: "分からない",
    choose: "なくなるもの",
    all: "すべての出来事",
    show: "見る",
    grid: "データと置き場所",
    data: "データ",
    live: "本番",
    noCopy: "—",
    never: "まだ",
    sentenceSurvives: ({ event, data, place, newest, checked }: Survivor) =>
      `${event}でも ${data} は ${place} に残ります。${newest}${checked}`,
    newestAge: (age: string) => `${age}前の控えが最新です`,
    newestUnknown: "控えの時刻はまだ確かめていません",
    checkedAge: (age: string) => `(検査 ${age}前)。`,
    checkedNever: "(検査はまだ)。",
    sentenceLost: ({ event, data, copies, cause }: Loser) =>
      copies === 1
        ? `${event}で ${data} はすべて失われます。控えは1つしかなく、${cause} に握られています。`
        : `${event}で ${data} はすべて失われます。${copies}つの控えはどれも ${cause} に握られています。`,
    sentenceNone: (data: string) => `${data} には控えがありません。`,
    sentenceNoCopyLeft: (event: string, data: string, cause: string) =>
      `${event}で ${data} の控えは1つも残りません(${cause})。本番のデータは無事ですが、次に何かあると戻せません。`,
    sentenceUnknown: (event: string, data: string, fact: string) =>
      `${event}で ${data} が残るかは分かりません。${fact}を確かめると決まります。`,
    sentencePair: (events: string, data: string) => `${events}が同時に起きると ${data} は残りません。`,
    sentenceOne: (event: string, data: string) => `${event}だけで ${data} は残りません。`,
    helpLost: ({ change, from, to, rest }: Helping) =>
      `${change}だけで、失われる ${from} 件が ${to} 件に減ります${rest}。`,
    helpUnknown: ({ change, from, to, rest }: Helping) =>
      `${change}だけで、分からない ${from} 件が ${to} 件に減ります${rest}。`,
    helpUnknownToo: (from: number, to: number) => `(分からないものは ${from} 件から ${to} 件に)`,
    helpSame: (lost: number) => `(失われる ${lost} 件はそのまま)`,
    sentenceKey: (holders: string) => `控えは残りますが、開ける鍵が ${holders} にしかありません。`,
    sentenceRetention: (delay: string) => `気づくまでに ${delay} かかると、正しい世代はもう残っていません。`,
    rotate: "控えは残ります。鍵を新しくしてください。",
    recovery: ({ p50, range, formula, target }: Recovering) =>
      `復旧の見込み ${p50}(幅 ${range})= ${formula}。${target}`,
    recoveryUnknown: (formula: string) => `復旧の見込みはまだ出せません = ${formula}。訓練を1回すると決まります。`,
    targetIs: (target: string, verdict: string) => `目標 ${target}: ${verdict}`,
    noTarget: "目標は決まっていません",
    met: "収まります",
    missed: "超えます",
    unproven: "まだ確かめられていません",
    top: "上は不明",
    assumed: "仮定",
    unknownValue: "不明",
    fee: (fee: string) => `取り出しの料金 ${fee}`,
    loses: (most: string, target: string) => `失う時間 最大 ${most}${target}`,
    losesTarget: (target: string) => ` / 目標 ${target}`,
    losesWorst: (worst: string) => `(最悪 ${worst})`,
    worstUnknown: "(最悪値は不明)",
    pageStays: "公開ページは残り、更新もできます",
    pageStuck: "公開ページは見えますが、更新できなくなります",
    pageLost: "公開ページも見えなくなります",
    pageUnknown: "公開ページが残るかは分かりません",
    down: (names: string) => `止まるサービス: ${names}`,
    uncopied: (hosts: string) => `控えを取っていないホスト: ${hosts}`,
    ownUncopied: "koboshi 自身の記録(台帳・鍵・設定)の控えがありません。koboshi のマシンと一緒に失われます。",
    ownLines:
      "次を koboshi.yml に加えると、ほかの控えと同じように取れます(パスワードのファイルと、鍵の写しの置き場所は実際のものに直してください):",
    ownNowhere: "ほかの場所にある保管庫(sftp:、rest:、s3: など)がまだないので、先に1つ用意してください。",
    located: (by: string) => `${by} とともに失われます`,
    deleted: (by: string) => `${by} の権限で消せます`,
    noKey: (by: string) => `開ける鍵が ${by} にしかありません`,
    unreadable: (by: string) => `${by} がないと誰も読めません`,
    noGeneration: "壊れる前の世代がありません",
    absent: "控えがまだ1つもありません",
    damaged: "傷が見つかったか、読み通されていません",
    unprovenCopy: "実際にあることをまだ確かめていません",
    events: "出来事ごとの結果(悪いものから)",
    event: "出来事",
    result: "結果",
    questions: "答えていただくと最も多く決まること",
    decides: (count: number) => `${count} 件が決まります`,
    help: "いちばん効く1つの変更",
    noHelp: "1つの変更では減りません",
    cuts: "これだけで失われる組み合わせ",
    possible: "分からないことがすべて悪いほうだった場合",
    more: (count: number) => `ほか ${count} 件`,
    alike: (event: string, count: number) => `${event} など ${count} 通りのどれか1つ`,
    allSurvive: "どの出来事でも、どのデータにも控えが残ります。",
    empty: "控えの計画がまだありません。koboshi.yml の backups に1つ書くと、ここで答えられます。",
    trend: "訓練の推移",
    places: (count: number) => `${count}か所`,
    appendOnly: "消せない",
    external: "業者の控え",
    rules: "見ているきまり",
    ruleOutside: (data: string, count: number) => `${data}: 本番の事業者の外に ${count} か所(2か所以上が目安)`,
    ruleUndeletable: (data: string, count: number) => `${data}: 本番側から消せない控え ${count} か所(1か所以上が目安)`,
  },
  {
    title: "Survival audit",
    lead: "If this were gone: which copies remain, how much is lost, how long it takes to come back. What is not proven never counts as surviving.",
    leadShort: "what remains if something is gone, and how long it takes to come back",
    planned: "If the plan works (declared copies and claims are taken as true)",
    proven: "Only what has been proven counts",
    survives: "survives",
    lost: "lost",
    unknown: "unknown",
    choose: "What is gone",
    all: "every loss",
    show: "Show",
    grid: "Data and places",
    data: "Data",
    live: "live",
    noCopy: "—",
    never: "never",
    sentenceSurvives: ({ event, data, place, newest, checked }: Survivor) =>
      `After ${event}, ${data} survives at ${place}; ${newest}${checked}`,
    newestAge: (age: string) => `newest copy ${age} old`,
    newestUnknown: "when it was made has not been read",
    checkedAge: (age: string) => `, checked ${age} ago.`,
    checkedNever: ", never checked.",
    sentenceLost: ({ event, data, copies, cause }: Loser) =>
      copies === 1
        ? `${event} destroys the only copy of ${data}: it depends on ${cause}.`
        : `${event} destroys all ${copies} copies of ${data}: every one depends on ${cause}.`,
    sentenceNone: (data: string) => `${data} has no copy at all.`,
    sentenceNoCopyLeft: (event: string, data: string, cause: string) =>
      `${event} leaves no copy of ${data} (${cause}). The live data are untouched, but nothing could bring them back after the next failure.`,
    sentenceUnknown: (event: string, data: string, fact: string) =>
      `Whether ${data} survives ${event} is unknown; confirming ${fact} decides it.`,
    sentencePair: (events: string, data: string) => `${data} does not survive ${events} together.`,
    sentenceOne: (event: string, data: string) => `${event} alone leaves nothing of ${data}.`,
    helpLost: ({ change, from, to, rest }: Helping) => `${change} alone cuts losses from ${from} to ${to}${rest}.`,
    helpUnknown: ({ change, from, to, rest }: Helping) =>
      `${change} alone cuts what is unknown from ${from} to ${to}${rest}.`,
    helpUnknownToo: (from: number, to: number) => ` (and unknown ones from ${from} to ${to})`,
    helpSame: (lost: number) => ` (the ${lost} losses stay)`,
    sentenceKey: (holders: string) => `The copy survives, but only ${holders} has the key.`,
    sentenceRetention: (delay: string) => `If it takes ${delay} to notice, no good generation is left.`,
    rotate: "The copies survive; replace the key.",
    recovery: ({ p50, range, formula, target }: Recovering) =>
      `Expected recovery ${p50} (range ${range}) = ${formula}; ${target}`,
    recoveryUnknown: (formula: string) => `Recovery time cannot be told yet = ${formula}; one drill decides it.`,
    targetIs: (target: string, verdict: string) => `target ${target}: ${verdict}`,
    noTarget: "no target is set",
    met: "met",
    missed: "missed",
    unproven: "unproven",
    top: "open at the top",
    assumed: "assumed",
    unknownValue: "unknown",
    fee: (fee: string) => `fee for retrieval ${fee}`,
    loses: (most: string, target: string) => `loses at most ${most}${target}`,
    losesTarget: (target: string) => ` / target ${target}`,
    losesWorst: (worst: string) => ` (at worst ${worst})`,
    worstUnknown: " (the worst case is unknown)",
    pageStays: "the status page stays, and can be changed",
    pageStuck: "the status page stays, but cannot be changed",
    pageLost: "the status page is gone too",
    pageUnknown: "whether the status page stays is unknown",
    down: (names: string) => `services down: ${names}`,
    uncopied: (hosts: string) => `hosts without any copy: ${hosts}`,
    ownUncopied:
      "koboshi's own records (ledger, keys, configuration) are not copied: they are lost together with its machine",
    ownLines:
      "add this to koboshi.yml and they are copied like everything else (put in the real password file and where a copy of the key is kept):",
    ownNowhere: "no repository lies elsewhere yet (sftp:, rest:, s3: …): make one first",
    located: (by: string) => `goes with ${by}`,
    deleted: (by: string) => `can be deleted with the power of ${by}`,
    noKey: (by: string) => `only ${by} has the key`,
    unreadable: (by: string) => `without ${by} nobody can read it`,
    noGeneration: "no generation from before the damage",
    absent: "there is no copy yet",
    damaged: "damage was found, or it was never read through",
    unprovenCopy: "that it is there has not been proven",
    events: "Every loss, the worst first",
    event: "Loss",
    result: "Result",
    questions: "What your answers would decide most",
    decides: (count: number) => `decides ${count}`,
    help: "The one change that helps most",
    noHelp: "no single change helps",
    cuts: "What is enough to lose data",
    possible: "only if everything unknown is against us",
    more: (count: number) => `${count} more`,
    alike: (event: string, count: number) => `${event}, or any of ${count} like it`,
    allSurvive: "Whatever happens, a copy of all data remains.",
    empty: "There is no backup plan yet. Write one into backups of koboshi.yml and this can be answered.",
    trend: "Drills so far",
    places: (count: number) => `${count} ${count === 1 ? "place" : "places"}`,
    appendOnly: "append-only",
    external: "the provider's own",
    rules: "Rules looked at",
    ruleOutside: (data: string, count: number) =>
      `${data}: ${count} outside the live provider (two or more are wanted)`,
    ruleUndeletable: (data: string, count: number) =>
      `${data}: ${count} that the live side cannot delete (one or more is wanted)`,
  },
);

export interface Reader {
  readonly lang: Lang;
  readonly nowMs: number;
}

/** Why a copy is of no use, in a few words. */
export function reasonText({ code, by }: CopyReason, lang: Lang): string {
  const say = auditWords(lang);
  const who = by.length === 0 ? say.unknownValue : componentsText(by, lang);
  const texts: Readonly<Record<CopyReason["code"], string>> = {
    located: say.located(who),
    deleted: say.deleted(who),
    "no-key": say.noKey(who),
    unreadable: say.unreadable(who),
    "no-generation": say.noGeneration,
    absent: say.absent,
    damaged: say.damaged,
    unproven: say.unprovenCopy,
  };
  return texts[code];
}

/** A sentence that begins with the name of a loss. */
function begun(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** What becomes of one set of data, in one sentence. */
export function dataSentence(data: DataOutcome, event: LossEvent, reader: Reader): string {
  if (data.copies === 0) return auditWords(reader.lang).sentenceNone(data.data);
  if (data.fate === "survives") return survivesSentence(data, event, reader);
  if (data.fate === "unknown") return unknownSentence(data, event, reader.lang);
  return begun(lostSentence(data, event, reader.lang));
}

function survivesSentence({ data, best }: DataOutcome, event: LossEvent, { lang, nowMs }: Reader): string {
  const say = auditWords(lang);
  const age = (atMs: number): string => duration(Math.max(0, nowMs - atMs), lang);
  const [newestAtMs, checkedAtMs] = [best?.newestAtMs ?? null, best?.checkedAtMs ?? null];
  return say.sentenceSurvives({
    event: lossText(event, lang),
    data,
    place: best?.place ?? say.unknownValue,
    newest: newestAtMs === null ? say.newestUnknown : say.newestAge(age(newestAtMs)),
    checked: checkedAtMs === null ? say.checkedNever : say.checkedAge(age(checkedAtMs)),
  });
}

function unknownSentence({ data, reason }: DataOutcome, event: LossEvent, lang: Lang): string {
  const say = auditWords(lang);
  const fact = reason?.fact ?? null;
  const open = fact !== null ? factText(fact, lang) : reason !== null ? reasonText(reason, lang) : say.unknownValue;
  return say.sentenceUnknown(lossText(event, lang), data, open);
}

function lostSentence({ data, reason, live, copies }: DataOutcome, event: LossEvent, lang: Lang): string {
  const say = auditWords(lang);
  const loss = lossText(event, lang);
  if (reason === null) return say.sentenceLost({ event: loss, data, copies, cause: loss });
  if (reason.code === "no-generation") {
    return `${loss}: ${data} — ${say.sentenceRetention(duration(event.unnoticedMs, lang))}`;
  }
  if (live === true) return say.sentenceNoCopyLeft(loss, data, reasonText(reason, lang));
  if (reason.code === "no-key") return `${loss}: ${data} — ${say.sentenceKey(componentsText(reason.by, lang))}`;
  const cause = reason.by.length === 0 ? loss : componentsText(reason.by, lang);
  return say.sentenceLost({ event: loss, data, copies, cause });
}

function span(seconds: number | null, lang: Lang): string {
  return seconds === null ? auditWords(lang).unknownValue : duration(seconds * 1_000, lang);
}

function phaseSummand(phase: PhaseEstimate, lang: Lang): string {
  const say = auditWords(lang);
  const size = phase.bytes === null ? "" : ` ${bytesText(phase.bytes)}`;
  const rate = phase.bytesPerSecond === null ? "" : ` ÷ ${bytesText(phase.bytesPerSecond)}/s`;
  const from = phase.from === "assumed" ? ` [${say.assumed}]` : "";
  return `${phaseText(phase.phase, lang)}${size}${rate} ${span(phase.p50, lang)}${from}`;
}

/** The expected recovery with its formula and all that goes into it. */
export function recoverySentence(recovery: RecoveryEstimate, lang: Lang): string {
  const say = auditWords(lang);
  const formula = recovery.phases
    .filter(({ p50 }) => p50 !== 0)
    .map((phase) => phaseSummand(phase, lang))
    .join(" + ");
  const verdicts = { met: say.met, missed: say.missed, unproven: say.unproven, "no-target": say.noTarget };
  const target =
    recovery.targetSeconds === null
      ? say.noTarget
      : say.targetIs(span(recovery.targetSeconds, lang), verdicts[recovery.verdict]);
  const fee = recovery.fee === null ? "" : ` ${say.fee(recovery.fee)}`;
  if (recovery.p50 === null) return `${say.recoveryUnknown(formula)} ${target}${fee}`;
  const top = recovery.p90 === null ? say.top : span(recovery.p90, lang);
  const range = `${span(recovery.p10, lang)}–${top}`;
  return `${say.recovery({ p50: span(recovery.p50, lang), range, formula, target })}${fee}`;
}

/** How much business is lost with it, now and at the worst moment. */
export function lossSentence(data: DataOutcome, lang: Lang): string {
  const say = auditWords(lang);
  const target = data.loseTargetSeconds === null ? "" : say.losesTarget(span(data.loseTargetSeconds, lang));
  const worst = data.loseWorstSeconds === null ? say.worstUnknown : say.losesWorst(span(data.loseWorstSeconds, lang));
  return `${say.loses(span(data.loseSeconds, lang), target)}${worst}`;
}

export function helpSentence({ change, before, after }: AuditHelp, lang: Lang): string {
  const say = auditWords(lang);
  const text = changeText(change, lang);
  if (before.lost === after.lost) {
    const rest = before.lost === 0 ? "" : say.helpSame(before.lost);
    return say.helpUnknown({ change: text, from: before.unknown, to: after.unknown, rest });
  }
  const rest = before.unknown === after.unknown ? "" : say.helpUnknownToo(before.unknown, after.unknown);
  return say.helpLost({ change: text, from: before.lost, to: after.lost, rest });
}

export function cutSentence({ events, data }: CutSet, lang: Lang): string {
  const say = auditWords(lang);
  const names = events.map(({ event, alike }) =>
    alike === 1 ? lossText(event, lang) : say.alike(lossText(event, lang), alike),
  );
  return events.length === 1
    ? begun(say.sentenceOne(names.join(""), list(data, lang)))
    : say.sentencePair(names.join(lang === "ja" ? " と " : " and "), list(data, lang));
}
