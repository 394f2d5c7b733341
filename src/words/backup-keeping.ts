import type { Lang } from "../kernel/lang.ts";
import type { TidyAnswer } from "../kernel/ports-recovery.ts";
import { catalogue } from "./catalogue.ts";
import { list } from "./format.ts";
import { retentionReasonText } from "./recovery-watch.ts";

/** What commands say of sets that stay, go, or are taken over. */
export const backupKeepingWords = catalogue(
  {
    tidyTitle: "古い控えを整理する",
    tidyHow:
      "保存の決まり(keep)から外れた控えを置き場所ごとに示します。見るだけでは何も消えません。消すときは、消去用の資格情報(maintainer)だけを使います。",
    tidyButton: "古い控えを整理する",
    tidyNow: (count: number) => `この ${count} 個を消す`,
    tidySure: (count: number) => `消した控えは元に戻せません。上の ${count} 個でよければ押してください。`,
    tidyMoved: "見ていた間に、消す対象が変わりました。何も消していません。もう一度ご確認ください。",
    tidyWillGo: (count: number) => `${count} 個が消えます。`,
    when: "時刻",
    fate: "扱い",
    suspect: "不審な変化",
    acceptHow: "調べたうえで、予定した変更だった場合だけ押してください。これより古い控えも、また整理の対象になります。",
    acceptWhy: "理由(記録に残ります)",
    acceptButton: "想定どおり",
    hourly: "その1時間の最新",
    daily: "その日の最新",
    weekly: "その週の最新",
    monthly: "その月の最新",
    yearly: "その年の最新",
    whichSet: "控え(SET)",
    accepted: (set: string, copies: string) =>
      `控え ${set} の変化を想定どおりとしました(${copies})。これより古い控えは、また整理の対象になります。`,
    stays: (units: string) => `残します(${units})`,
    goes: "消します",
    nothingGoes: "消すものはありません。",
    wouldGo: (count: number) => `${count} 個が消えます。消すには --yes を付けてください。`,
    gone: (count: number) => `${count} 個を消しました。`,
    refused: (why: string) => `消していません: ${why}`,
    failed: (why: string) => `整理できませんでした: ${why}`,
    noMaintainer: "整理のための資格情報(maintainer)がないので、何も消しません。書き込みの資格情報では消しません。",
    noOwn: "整理できる保管庫がありません。",
    needsRepo: "保管庫(例: sftp:backup@office:/srv/restic)と --password-file",
    noForeign: "koboshi 以外が取った控えは見つかりませんでした。",
    found: (host: string, paths: string) => `${host}: ${paths}`,
    counted: (count: number, oldest: string, newest: string) => `${count} 個(${oldest} 〜 ${newest})`,
    foreignLimit: "中身がそろっているかは、この控えからは分かりません(検査は V3 まで)。保管庫には何も書いていません。",
    pasteIt: "このまま使うなら、次の行を koboshi.yml に書いてください:",
  },
  {
    tidyTitle: "Let old copies go",
    tidyHow:
      "What the rules (keep) let go, place by place. Looking removes nothing. Removing uses the maintainer's credential alone.",
    tidyButton: "Let old copies go",
    tidyNow: (count: number) => `Remove ${count === 1 ? "this one" : `these ${count}`}`,
    tidySure: (count: number) =>
      `What is removed cannot be brought back. Press only if ${count === 1 ? "the one" : `the ${count}`} above may go.`,
    tidyMoved: "While you looked, what would go has changed. Nothing was removed; please look again.",
    tidyWillGo: (count: number) => `${count} would go.`,
    when: "Time",
    fate: "What becomes of it",
    suspect: "Suspicious change",
    acceptHow: "Only after looking into it, and only if it was planned. Older copies may go again from then on.",
    acceptWhy: "Reason (kept in the record)",
    acceptButton: "Expected",
    hourly: "newest of its hour",
    daily: "newest of its day",
    weekly: "newest of its week",
    monthly: "newest of its month",
    yearly: "newest of its year",
    whichSet: "a SET",
    accepted: (set, copies) => `The change of set ${set} counts as expected (${copies}). Older sets may go again.`,
    stays: (units) => `stays (${units})`,
    goes: "goes",
    nothingGoes: "Nothing would go.",
    wouldGo: (count) => `${count} would go. Add --yes to let them go.`,
    gone: (count) => `${count} went.`,
    refused: (why) => `Nothing was removed: ${why}`,
    failed: (why) => `It could not be done: ${why}`,
    noMaintainer: "There is no maintainer's credential, so nothing is removed; never with the writer's.",
    noOwn: "There is no repository to tidy.",
    needsRepo: "a repository, such as sftp:backup@office:/srv/restic, and --password-file",
    noForeign: "There is no copy that anything but koboshi made.",
    found: (host, paths) => `${host}: ${paths}`,
    counted: (count, oldest, newest) => `${count} (${oldest} to ${newest})`,
    foreignLimit:
      "Whether these are complete cannot be told from them (V3 at most). Nothing was written to the repository.",
    pasteIt: "To watch and audit them as they are, write this into koboshi.yml:",
  },
);

/** What becomes of one set: what it stands for, or that it goes. */
export function keptText(keeps: readonly string[], lang: Lang): string {
  const say = backupKeepingWords(lang);
  const { hourly, daily, weekly, monthly, yearly } = say;
  const names: Readonly<Record<string, string>> = { hourly, daily, weekly, monthly, yearly };
  if (keeps.length === 0) return say.goes;
  return say.stays(
    list(
      keeps.map((unit) => names[unit] ?? unit),
      lang,
    ),
  );
}

/** Why nothing goes at a place; null: something may, or did. */
export function nothingGoesText(
  {
    state,
    sets,
    refusals,
    trouble,
  }: Pick<TidyAnswer, "state" | "refusals" | "trouble"> & {
    readonly sets: readonly { readonly keeps: readonly string[] }[];
  },
  lang: Lang,
): string | null {
  const say = backupKeepingWords(lang);
  if (state === "no-maintainer") return say.noMaintainer;
  if (state === "failed") return say.failed(trouble ?? "");
  if (refusals.length > 0) return say.refused(retentionReasonText(refusals, lang));
  return state === "planned" && sets.every(({ keeps }) => keeps.length > 0) ? say.nothingGoes : null;
}
