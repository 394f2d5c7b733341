import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type LogCode = Extract<ErrorCode, `KB22${"10" | "11"}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** Refusals about searching log lines. */
export const logErrors: Readonly<Record<LogCode, Readonly<Record<Lang, Say>>>> = {
  KB2210: {
    ja: (f) => ({
      message: `項目の条件「${of(f, "written")}」を読めません`,
      fix: "名前=値 の形で書いてください(例: status=500)",
    }),
    en: (f) => ({
      message: `The field condition “${of(f, "written")}” cannot be read`,
      fix: "write it as name=value, such as status=500",
    }),
  },
  KB2211: {
    ja: (f) => ({
      message: `${of(f, "name")} の「${of(f, "written")}」を日時として読めません`,
      fix: "2026-11-22T02:00:00+09:00 の形か、ミリ秒の数で書いてください",
    }),
    en: (f) => ({
      message: `${of(f, "name")}: “${of(f, "written")}” is not a moment`,
      fix: "write it as 2026-11-22T02:00:00+09:00, or as Unix milliseconds",
    }),
  },
};
