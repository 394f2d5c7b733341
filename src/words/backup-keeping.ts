import { catalogue } from "./catalogue.ts";

/** What commands say of sets that stay, go, or are taken over. */
export const backupKeepingWords = catalogue(
  {
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
