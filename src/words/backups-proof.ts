import type { Bilingual, Lang } from "../kernel/lang.ts";
import type { StateWord } from "../kernel/model/status.ts";
import type { VerifiedLevel } from "../kernel/model/backup.ts";
import type { RunState } from "../kernel/model/backup.ts";
import type { DrillPhase } from "../kernel/model/recovery.ts";
import { levelWords, proofWords } from "./recovery-verify.ts";

/** `V3 全データ` */
export function levelName(level: VerifiedLevel, lang: Lang): string {
  return `V${level} ${levelWords(lang, level).name}`;
}

const timelinessNames = {
  met: { ja: "間に合う見込み", en: "would meet" },
  likely: { ja: "おそらく間に合う", en: "likely" },
  missed: { ja: "間に合わない", en: "would miss" },
  unproven: { ja: "未証明", en: "unproven" },
} as const satisfies Readonly<Record<string, Bilingual>>;
type Timeliness = keyof typeof timelinessNames;

export function timelinessName(timeliness: Timeliness, lang: Lang): string {
  return timelinessNames[timeliness][lang];
}

/** What is not proven is as red as what is lost: a backup is never a green tick. */
export const timelinessMark: Readonly<Record<Timeliness, StateWord>> = {
  met: "ok",
  likely: "warning",
  missed: "down",
  unproven: "down",
};

const doubts: Readonly<Record<string, Bilingual>> = {
  external: {
    ja: "業者の控えは、一度戻してみるまで数えられません",
    en: "the provider's copies count once one was restored",
  },
  "no-target": { ja: "目標(target)が書かれていません", en: "no target is written" },
  "never-restored": { ja: "まだ一度も戻したことがありません", en: "it has never been restored" },
  "restore-failed": { ja: "最後に戻したときは失敗しました", en: "the last restore failed" },
  "drill-overdue": { ja: "復旧訓練の期限を過ぎています", en: "its drill is overdue" },
  "old-restore": { ja: "最後に戻したのが90日より前です", en: "it was last restored more than 90 days ago" },
  "sampled-only": { ja: "全部を戻したことはありません(一部だけ)", en: "only a part of it was ever restored" },
  "too-slow": { ja: "最後に戻したときは目標より長くかかりました", en: "the last restore took longer than the target" },
  "slower-before": { ja: "前の訓練では目標を超えたことがあります", en: "an earlier drill took longer than the target" },
  "not-read": { ja: "保管庫をまだ読んでいません", en: "the repository was not read yet" },
  "foreign-only": {
    ja: "ほかの道具の控えだけで、欠けがないかは分かりません",
    en: "only copies of another tool, which may be incomplete",
  },
  "no-copy": { ja: "使える控えがありません", en: "there is no sound copy" },
  "stale-copy": {
    ja: "最も新しい控えが、失ってよい時間より古いです",
    en: "the newest copy is older than what may be lost",
  },
  unreadable: { ja: "読めない保管庫があります", en: "a repository cannot be read" },
  "broken-copy": { ja: "検査で壊れた控えが見つかっています", en: "a verification found a copy broken" },
};

export function doubtText(doubt: string, lang: Lang): string {
  return doubts[doubt]?.[lang] ?? doubt;
}

const runStates: Readonly<Record<RunState, Bilingual>> = {
  planned: { ja: "予定", en: "planned" },
  preparing: { ja: "準備中", en: "preparing" },
  dumping: { ja: "データベースを書き出し中", en: "dumping databases" },
  filing: { ja: "ファイルを保存中", en: "storing files" },
  manifesting: { ja: "目録を作成中", en: "writing the manifest" },
  committing: { ja: "確定中", en: "committing" },
  committed: { ja: "完了", en: "committed" },
  partial: { ja: "欠けあり", en: "partial" },
  failed: { ja: "失敗", en: "failed" },
  interrupted: { ja: "中断", en: "interrupted" },
};

export function runStateName(state: RunState, lang: Lang): string {
  return runStates[state][lang];
}

export function runMark(state: RunState): StateWord {
  if (state === "committed") return "ok";
  if (state === "failed" || state === "interrupted") return "down";
  return state === "partial" ? "warning" : "unknown";
}

const phases: Readonly<Record<DrillPhase, Bilingual>> = {
  decide: { ja: "判断", en: "decide" },
  provision: { ja: "サーバの用意", en: "provision" },
  base: { ja: "土台", en: "base" },
  fetch: { ja: "取り出し", en: "fetch" },
  load: { ja: "読み込み", en: "load" },
  verify: { ja: "検証", en: "verify" },
  switch: { ja: "切り替え", en: "switch" },
  smoke: { ja: "動作確認", en: "smoke test" },
};

export function phaseName(phase: string, lang: Lang): string {
  return Object.hasOwn(phases, phase) ? phases[phase as DrillPhase][lang] : phase;
}

const shortProofs = {
  refused: { ja: "消せない", en: "not deletable" },
  deletable: { ja: "消せる", en: "deletable" },
  inconclusive: { ja: "不明", en: "not known" },
} as const satisfies Readonly<Record<string, Bilingual>>;

/** The same in a word or two. */
export function proofWord(result: keyof typeof shortProofs, lang: Lang): string {
  return shortProofs[result][lang];
}

/** What was tried, in words; a way of a later version as it is. */
export function wayName(way: string, lang: Lang): string {
  const words: Readonly<Record<string, string>> = proofWords(lang);
  return Object.hasOwn(words, `way-${way}`) ? (words[`way-${way}`] ?? way) : way;
}
