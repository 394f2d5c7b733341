import type { Bilingual, Lang } from "../kernel/lang.ts";
import type { StateWord } from "../kernel/model/status.ts";
import type { RepairState, RepairStepRun } from "../kernel/ports-prevent.ts";
import { catalogue } from "./catalogue.ts";

/** Repairs that were offered after work: what would be run, and what became of it. */
export const repairWords = catalogue(
  {
    offered: "修復",
    every: (count: number, host: string) =>
      `承認すると、${host} で次の ${count} つの命令を root として順に実行します。`,
    beforeRun: "承認するまで、何も実行しません。",
    expects: (text: string) => `出力に「${text}」があること`,
    undo: "取り消すとき",
    noUndo: "取り消せません",
    safeTwice: "2回実行しても安全です",
    notSafeTwice: "2回実行してはいけません",
    safeTwiceUnknown: "2回実行して安全かどうかは分かりません",
    know: "先に知っておくこと",
    approve: "この命令を承認して実行する",
    refuse: "実行しない",
    refuseWhy: "理由(任意)",
    reason: "理由",
    refused: (id: number) => `修復 ${id} は実行しません`,
    unknownHow:
      "実行されたか分かりません。結果をホストに問い合わせ続けていますが、急ぐときはそのホストで確かめてください。自動では二度と実行しません。",
    code: (code: number) => `終了コード ${code}`,
    output: "出力",
    signIn: "承認するにはログインしてください",
    none: "提案されている修復はありません。",
    needsId: "修復の番号を書いてください(koboshi repair ls で分かります)",
    toApprove: (id: number) => `実行するには: koboshi repair approve ${id} --yes`,
    ask: "実行しますか? [y/N] ",
    notApproved: "承認しませんでした。何も実行していません",
    forWindow: (id: number) => `保守 ${id}`,
    goesOn: (id: number) => `実行はまだ続いています: koboshi repair show ${id}`,
  },
  {
    offered: "Repair",
    every: (count: number, host: string) =>
      count === 1
        ? `Once approved, this one command runs as root on ${host}.`
        : `Once approved, these ${count} commands run as root on ${host}, one after the other.`,
    beforeRun: "Nothing runs before that.",
    expects: (text: string) => `“${text}” must be in its output`,
    undo: "to take it back",
    noUndo: "nothing takes it back",
    safeTwice: "safe to run twice",
    notSafeTwice: "must not run twice",
    safeTwiceUnknown: "whether it may run twice is not known",
    know: "Know first",
    approve: "Approve and run these commands",
    refuse: "Do not run it",
    refuseWhy: "Why (optional)",
    reason: "Reason",
    refused: (id: number) => `repair ${id} will not be run`,
    unknownHow:
      "Whether it ran is not known. The host is asked again and again; when there is no time for that, look there. It is never run again by itself.",
    code: (code: number) => `exit code ${code}`,
    output: "Output",
    signIn: "Sign in to approve it",
    none: "No repair is offered.",
    needsId: "say which one by its number (koboshi repair ls lists them)",
    toApprove: (id: number) => `to run it: koboshi repair approve ${id} --yes`,
    ask: "Run it? [y/N] ",
    notApproved: "not approved; nothing was run",
    forWindow: (id: number) => `maintenance ${id}`,
    goesOn: (id: number) => `it still runs: koboshi repair show ${id}`,
  },
);

const stateNames: Readonly<Record<RepairState, Bilingual>> = {
  offered: { ja: "承認待ち", en: "Waits for a yes" },
  approved: { ja: "承認済み", en: "Approved" },
  running: { ja: "実行中", en: "Running" },
  done: { ja: "済み", en: "Done" },
  failed: { ja: "失敗", en: "Failed" },
  unknown: { ja: "不明", en: "Not known" },
  refused: { ja: "実行しない", en: "Refused" },
  withdrawn: { ja: "取り下げ", en: "Withdrawn" },
};

const stepNames: Readonly<Record<RepairStepRun["state"], Bilingual>> = {
  waiting: { ja: "待ち", en: "waits" },
  running: { ja: "実行中", en: "running" },
  done: { ja: "済み", en: "done" },
  failed: { ja: "失敗", en: "failed" },
  unknown: { ja: "不明", en: "not known" },
};

const marks: Readonly<Record<RepairState | "waiting", StateWord>> = {
  offered: "warning",
  approved: "maintenance",
  running: "maintenance",
  done: "ok",
  failed: "down",
  unknown: "unknown",
  refused: "paused",
  withdrawn: "paused",
  waiting: "paused",
};

export function repairStateName(state: RepairState, lang: Lang): string {
  return stateNames[state][lang];
}

export function stepStateName(state: RepairStepRun["state"], lang: Lang): string {
  return stepNames[state][lang];
}

export function repairMark(state: RepairState | RepairStepRun["state"]): StateWord {
  return marks[state];
}

/** Whether it may run twice, for whoever approves it. */
export function safeTwiceText(isSafeTwice: boolean | null, lang: Lang): string {
  const say = repairWords(lang);
  if (isSafeTwice === null) return say.safeTwiceUnknown;
  return isSafeTwice ? say.safeTwice : say.notSafeTwice;
}
