import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type WatchCode = Extract<ErrorCode, `KB85${string}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** Refusals about tidying copies away and taking over what others made. */
export const recoveryWatchErrors: Readonly<Record<WatchCode, Readonly<Record<Lang, Say>>>> = {
  KB8501: {
    ja: (f) => ({
      message: `${of(f, "place")} にあるバックアップ ${of(f, "plan")} の古い控えは、1つも消していません(${of(f, "why")})`,
      fix: "理由を確かめてください。控えが多いだけなら、消えるものを見たうえで確認を付けて実行できます",
    }),
    en: (f) => ({
      message: `No old copy of backup ${of(f, "plan")} at ${of(f, "place")} was removed (${of(f, "why")})`,
      fix: "look into the reasons; if there are merely many, confirm after looking at what would go",
    }),
  },
  KB8502: {
    ja: (f) => ({
      message: `バックアップ ${of(f, "plan")} の ${of(f, "place")} には、整理のための資格情報がありません`,
      fix: `koboshi.yml の backups.${of(f, "plan")}.to に maintainer を書いてください(書き込みの資格情報では消しません)`,
    }),
    en: (f) => ({
      message: `Backup ${of(f, "plan")} has no maintainer's credential for ${of(f, "place")}`,
      fix: `write maintainer into backups.${of(f, "plan")}.to of koboshi.yml; nothing is removed with the writer's credential`,
    }),
  },
  KB8504: {
    ja: (f) => ({
      message: `控え ${of(f, "set")} には、確かめを待っている変化がありません`,
      fix: "koboshi backup show で、どの控えに不審な変化があるかを見てください",
    }),
    en: (f) => ({
      message: `No change of set ${of(f, "set")} waits for anybody's word`,
      fix: "koboshi backup show tells which set looks suspicious",
    }),
  },
  KB8503: {
    ja: (f) => ({
      message: `取り込もうとした保管庫 ${of(f, "repo")} を読めません: ${of(f, "text")}`,
      fix: "場所とパスワードを確かめてください。保管庫には何も書いていません",
    }),
    en: (f) => ({
      message: `The repository ${of(f, "repo")} to take over cannot be read: ${of(f, "text")}`,
      fix: "check where it is and its password; nothing was written to it",
    }),
  },
};
