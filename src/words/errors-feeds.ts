import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type FeedCode = Extract<ErrorCode, `KB45${"01" | "02" | "03"}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** Refusals about providers' notices. */
export const feedErrors: Readonly<Record<FeedCode, Readonly<Record<Lang, Say>>>> = {
  KB4501: {
    ja: (f) => ({
      message: `お知らせ ${of(f, "file")} を読めません(${of(f, "why")})`,
      fix: "UTF-8 のテキストか HTML、または - で標準入力を指定してください。--jsonl なら 1 行に 1 件、text を持つ JSON です",
    }),
    en: (f) => ({
      message: `The notice ${of(f, "file")} cannot be read (${of(f, "why")})`,
      fix: "Give a text or HTML file in UTF-8, or - for standard input; with --jsonl one JSON object with text a line",
    }),
  },
  KB4502: {
    ja: () => ({
      message: "このお知らせは、開始か終了の時刻がまだ決まっていません",
      fix: "確認事項を読み、開始と終了を入れてから確定してください",
    }),
    en: () => ({
      message: "The beginning or the end of this notice is not settled yet",
      fix: "Read what is asked, enter beginning and end, then confirm",
    }),
  },
  KB4503: {
    ja: () => ({
      message: "読んでいるあいだに、提供元がお知らせを書き換えました",
      fix: "新しい版を読んでから、もう一度決めてください",
    }),
    en: () => ({
      message: "The provider changed the notice while you were reading it",
      fix: "Read the new version, then decide again",
    }),
  },
};
