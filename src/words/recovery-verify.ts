import type { Lang } from "../kernel/lang.ts";
import type { VerifiedLevel } from "../kernel/model/backup.ts";
import type { DeleteProof, VerifyFinding } from "../kernel/model/recovery.ts";
import { catalogue } from "./catalogue.ts";
import { findingSentences, type SayFinding } from "./recovery-findings.ts";

/** What a level looks at, what it proves and what it does not. */
export interface LevelWords {
  readonly name: string;
  readonly does: string;
  readonly proves: string;
  readonly not: string;
}

const levels: Readonly<Record<VerifiedLevel, Readonly<Record<Lang, LevelWords>>>> = {
  0: {
    ja: {
      name: "報告のみ",
      does: "取った側が成功と言っています",
      proves: "何も証明していません",
      not: "控えがあることも、まだ確かめていません",
    },
    en: {
      name: "Reported",
      does: "the writer says it went well",
      proves: "nothing",
      not: "not even that there is a copy",
    },
  },
  1: {
    ja: {
      name: "存在",
      does: "別の資格情報で、保管庫から完了の記録を読みました",
      proves: "控えがあることと、その時刻",
      not: "データが読めること",
    },
    en: {
      name: "Exists",
      does: "the commit record was read from the repository by another credential",
      proves: "that the set exists, and its time",
      not: "that its data can be read",
    },
  },
  2: {
    ja: {
      name: "構造",
      does: "索引・一覧・設定・鍵を、手元の写しなしで調べました",
      proves: "索引・一覧・設定・鍵が無傷であること",
      not: "中身のデータが無傷であること",
    },
    en: {
      name: "Structure",
      does: "index, snapshots, configuration and keys were checked with an empty cache",
      proves: "that they are whole",
      not: "that the data themselves are",
    },
  },
  3: {
    ja: {
      name: "全データ",
      does: "保管庫のデータを、決めた期間ですべて読みました",
      proves: "保存したとおりのデータが残っていること",
      not: "保存したデータがもともと正しかったこと",
    },
    en: {
      name: "All data",
      does: "everything stored was read within the stated time",
      proves: "that every byte is as it was written",
      not: "that what was written was right",
    },
  },
  4: {
    ja: {
      name: "抜き取り",
      does: "一部を復元し、元のファイルの記録と照合しました",
      proves: "抜き取ったファイルと書き出しが元と同じであること",
      not: "ほかのファイルと、アプリケーションが起動すること",
    },
    en: {
      name: "Sample",
      does: "a sample was restored and compared with what the source was",
      proves: "that the sampled files and the dumps equal the source",
      not: "the rest, and that the application starts",
    },
  },
  5: {
    ja: {
      name: "データベース",
      does: "専用のサーバーに読み込み、件数・参照・文字・持ち主を調べました",
      proves: "データが使えて、自分たちのものであること",
      not: "サービス全体が動くこと",
    },
    en: {
      name: "Database",
      does: "it was loaded into a server of its own; rows, references, text and owner were checked",
      proves: "that the data can be used and are ours",
      not: "that the whole service works",
    },
  },
  6: {
    ja: {
      name: "復旧訓練",
      does: "復元したサービスが、外からの確認に答えました",
      proves: "計った時間で復旧できること",
      not: "次の変更のあとも復旧できること",
    },
    en: {
      name: "Drill",
      does: "the restored service answered its checks from outside",
      proves: "that it comes back, in a measured time",
      not: "that it still does after the next change",
    },
  },
};

export function levelWords(lang: Lang, level: VerifiedLevel): LevelWords {
  return levels[level][lang];
}

/** Findings that a person should know and that do not keep a level from holding. */
export const verifyNotes = [
  "same-credential",
  "config-unknown",
  "stray-files",
  "mojibake-live",
  "mojibake-few",
] as const;

export type VerifyFindingCode = keyof typeof findingSentences;
export const verifyFindingCodes = Object.keys(findingSentences) as readonly VerifyFindingCode[];

/** One finding in one sentence; a code of a later version is shown as it is. */
export function findingSentence(lang: Lang, { code, facts }: Pick<VerifyFinding, "code" | "facts">): string {
  const all: Readonly<Record<string, Readonly<Record<Lang, SayFinding>>>> = findingSentences;
  return all[code]?.[lang](facts, lang) ?? code;
}

/** What trying to delete has shown. */
export const proofWords = catalogue(
  {
    refused: "消せませんでした(試して確かめました)",
    deletable: "取った側の資格情報で消せてしまいます。侵入者は控えも消せます",
    inconclusive: "消せるかどうかを確かめられませんでした",
    "way-write": "試し用のファイルを書く",
    "way-delete": "消す",
    "way-overwrite": "上書きする",
    "way-put": "別の手順で上書きする",
    "way-rename": "名前を変える",
    "way-truncate": "空にする",
    "way-permissions": "権限を変える",
    "way-delete-snapshot": "試し用の控えを一覧から消す",
    "way-delete-version": "その版を指して消す",
    "way-retention": "ロックを短くしてから消す",
    "way-lock": "オブジェクトロックの期限(locked_for と比べて)",
    "way-control": "管理用の資格情報で消す(比較)",
  },
  {
    refused: "It cannot be deleted (that was tried)",
    deletable: "The writer's own credential can delete it: whoever breaks in can delete the copies, too",
    inconclusive: "Whether it can be deleted could not be found out",
    "way-write": "write a file to try on",
    "way-delete": "delete it",
    "way-overwrite": "write over it",
    "way-put": "write over it in another way",
    "way-rename": "rename it",
    "way-truncate": "empty it",
    "way-permissions": "change its permissions",
    "way-delete-snapshot": "delete a snapshot made to try on",
    "way-delete-version": "delete that version of it",
    "way-retention": "shorten its lock, then delete it",
    "way-lock": "how long object lock keeps it, compared with locked_for",
    "way-control": "delete it with the maintainer's credential, to compare",
  },
);

export function proofSentence(lang: Lang, { result }: Pick<DeleteProof, "result">): string {
  return proofWords(lang)[result];
}
