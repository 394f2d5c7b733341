import type { Lang } from "../kernel/lang.ts";
import type { LearnedFit } from "../kernel/model/learned.ts";
import { catalogue } from "./catalogue.ts";

/** What was learned from healthy days and confirmed causes, on its page and in the terminal. */
export const learnedWords = catalogue(
  {
    title: "学んだこと",
    lead: "確定した原因と、問題のなかった日のようすから、診断の見方をこの環境に合わせています。どれも取り消せます。取り消すと、その分の影響はなくなります。",
    cases: "確定した原因",
    noCases: "まだありません。障害のページの「原因を確定」で記録すると、次からの順位づけに使います。",
    incident: "障害",
    cause: "原因",
    by: "だれが・いつ",
    withdraw: "取り消す",
    restore: "元に戻す",
    withdrawn: "取り消し済み",
    counts: "有効",
    habits: "ふだんのようす",
    habitsLead: (kept: string) =>
      `何も問題がないときにも現れる異常は、その頻度に応じて軽く見ます。ふだんはない新しい異常と、ふだんより悪い状態は軽く見ません。記録: ${kept} 件。`,
    noHabits: "一覧の値と違うふだんのようすは、まだありません(3日分の記録から使い始めます)。",
    evidence: "証拠",
    place: "対象",
    rate: "異常の割合(初めの値 → いまの値)",
    chronic: "いつものこと",
    days: (days: string) => `${days} 日分`,
    fit: "確信の強さ",
    fitted: (temperature: string, shipped: string, cases: string) =>
      `確定した原因 ${cases} 件に照らして、証拠の効き方を合わせています(${shipped} → ${temperature}。大きいほど控えめです)。`,
    notFitted: (least: string) => `確定した原因が ${least} 件になると、確率の強さを実際の当たり具合に合わせます。`,
    proposals: "新しい原因の候補",
    proposalsLead: "一覧にない原因として確定した障害に、共通の現れ方があります。原因に名前を付けて一覧に加えられます。",
    noProposals: "一覧にない原因として確定した障害が、同じ種類の対象で3件になると、ここに候補が出ます。",
    proposalOf: (incidents: string) => `${incidents} に共通`,
    sign: (title: string, word: string, count: string) => `${title}: ${word}(${count} 件)`,
    addWith: (id: string) =>
      `koboshi cause learned --proposal ${id} > ${id}.yaml で書き出し、文章を直してから koboshi cause add ${id}.yaml で加えます。`,
    asFile: "ファイルの内容",
    confirmedHere: "確定した原因",
    mistake: "間違えて確定したときは、取り消してください。学習にも使われなくなります。",
    notInCatalogue: "一覧にない原因",
    seeLearned: "学んだことの一覧",
    undone: (title: string) => `原因の確定を取り消しました: ${title}`,
    redone: (title: string) => `原因の確定を元に戻しました: ${title}`,
    nothingConfirmed: "確定した原因はありません",
    pictures: "失敗したときの画面",
    picture: (check: string, at: string) => `${check} — ${at}`,
    proposalTitle: (incidents: string) => `原因の名前を付けてください(${incidents} に共通)`,
    proposalAction: (incidents: string) => `${incidents} の経過と記録を読み比べます。`,
    proposalNotYet: "原因が確かめられるまで、再起動しないでください。手がかりが失われます。",
    proposalFix: "直し方が分かったら、ここに書いてください。",
    proposalPrevention: "再発を防ぐ方法が分かったら、ここに書いてください。",
  },
  {
    title: "What was learned",
    lead: "Confirmed causes and days on which nothing was wrong fit the diagnosis to this place. Each can be taken back; then it changes nothing any more.",
    cases: "Confirmed causes",
    noCases: "None yet. “Confirm the cause” on an incident’s page keeps one; later rankings use it.",
    incident: "Incident",
    cause: "Cause",
    by: "Who, when",
    withdraw: "Take back",
    restore: "Count again",
    withdrawn: "taken back",
    counts: "counts",
    habits: "What is usual here",
    habitsLead: (kept: string) =>
      `What is abnormal while nothing is wrong counts less, by how often it is. What is new, or worse than usual, counts in full. Kept: ${kept}.`,
    noHabits: "Nothing is usual here that the catalogue does not expect (it is used from the third day on).",
    evidence: "Evidence",
    place: "Of",
    rate: "How often it is abnormal (shipped → here)",
    chronic: "as always",
    days: (days: string) => `${days} days`,
    fit: "How sure it is",
    fitted: (temperature: string, shipped: string, cases: string) =>
      `How strongly evidence counts is fitted to ${cases} confirmed causes (${shipped} → ${temperature}; higher is more cautious).`,
    notFitted: (least: string) =>
      `From ${least} confirmed causes on, how strongly evidence counts is fitted to how often it was right.`,
    proposals: "Causes the catalogue may lack",
    proposalsLead: "Incidents that were confirmed as not in the catalogue look alike. Name the cause and add it.",
    noProposals:
      "Three incidents at one kind of part that were confirmed as not in the catalogue, and look alike, appear here.",
    proposalOf: (incidents: string) => `common to ${incidents}`,
    sign: (title: string, word: string, count: string) => `${title}: ${word} (${count})`,
    addWith: (id: string) =>
      `Write it out with koboshi cause learned --proposal ${id} > ${id}.yaml, put the texts right, and add it with koboshi cause add ${id}.yaml.`,
    asFile: "As a file",
    confirmedHere: "Confirmed cause",
    mistake: "If this was a mistake, take it back; nothing is learned from it then.",
    notInCatalogue: "A cause that is not in the catalogue",
    seeLearned: "Everything that was learned",
    undone: (title: string) => `Confirmed cause taken back: ${title}`,
    redone: (title: string) => `Confirmed cause counts again: ${title}`,
    nothingConfirmed: "No cause is confirmed",
    pictures: "What the page showed when it failed",
    picture: (check: string, at: string) => `${check} — ${at}`,
    proposalTitle: (incidents: string) => `Give this cause a name (common to ${incidents})`,
    proposalAction: (incidents: string) => `Compare the timelines and records of ${incidents}.`,
    proposalNotYet: "Do not restart anything until the cause is certain: the traces would be lost.",
    proposalFix: "Write here how it is mended, once that is known.",
    proposalPrevention: "Write here how it is prevented, once that is known.",
  },
);

/** One sentence on how strongly evidence is taken here. */
export function fitSentence({ temperature, shipped, cases, leastCases }: LearnedFit, lang: Lang): string {
  const say = learnedWords(lang);
  if (temperature === null) return say.notFitted(String(leastCases));
  return say.fitted(String(temperature), String(shipped), String(cases));
}
