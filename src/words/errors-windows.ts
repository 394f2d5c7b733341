import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type WindowCode = Extract<ErrorCode, `KB71${string}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

const wrongTimes: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  "no-end": { ja: "保守の終わりの時刻がありません", en: "The maintenance has no end" },
  "wrong-order": { ja: "保守の終わりが始まりより前です", en: "The maintenance ends before it begins" },
  past: { ja: "保守の終わりがもう過ぎています", en: "The end of the maintenance is past already" },
  "too-long": { ja: "保守が 62 日を超えています", en: "The maintenance is longer than 62 days" },
};

const states: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  planned: { ja: "まだ始まっていません", en: "has not begun yet" },
  preparing: { ja: "準備中です", en: "is being prepared" },
  open: { ja: "作業中です", en: "is under way" },
  verifying: { ja: "終了後の確認中です", en: "is being verified" },
  closed: { ja: "もう終わっています", en: "is over" },
  cancelled: { ja: "取り消されています", en: "was cancelled" },
};

/** Refusals about maintenance windows. */
export const windowErrors: Readonly<Record<WindowCode, Readonly<Record<Lang, Say>>>> = {
  KB7101: {
    ja: (f) => ({
      message: `保守の対象 ${of(f, "target")} は設定にありません`,
      fix:
        f["nearest"] === undefined
          ? "host:・service:・place: に続けて、設定にある名前を書いてください"
          : `${of(f, "nearest")} のことではありませんか`,
    }),
    en: (f) => ({
      message: `There is no ${of(f, "target")} in the configuration`,
      fix:
        f["nearest"] === undefined
          ? "write host:, service: or place: and a name of the configuration"
          : `did you mean ${of(f, "nearest")}?`,
    }),
  },
  KB7102: {
    ja: (f) => ({
      message: wrongTimes[of(f, "why")]?.ja ?? "保守の時刻が正しくありません",
      fix: "終わりの時刻を決めてください。分からないときは、始まりの 6 時間後がひとまずの目安です",
    }),
    en: (f) => ({
      message: wrongTimes[of(f, "why")]?.en ?? "The times of the maintenance make no sense",
      fix: "say when it ends; while nobody knows, six hours after its beginning is a fair start",
    }),
  },
  KB7103: {
    ja: (f) => ({
      message: `保守 #${of(f, "window")} は${states[of(f, "state")]?.ja ?? "その操作ができる段階ではありません"}`,
      fix: "koboshi maintenance ls で今の段階を確かめてください。始まった作業は done で終え、確認中のものは理由を書いて承認できます",
    }),
    en: (f) => ({
      message: `Maintenance #${of(f, "window")} ${states[of(f, "state")]?.en ?? "is not where this can be done"}`,
      fix: "see koboshi maintenance ls; work under way is ended with done, and what is being verified can be signed for with a reason",
    }),
  },
  KB7104: {
    ja: (f) => ({
      message: `${of(f, "checks")} は、理由を書いても見送れない点検です`,
      fix: "先に直してください。直ると自動で確かめ直し、保守は終わります",
    }),
    en: (f) => ({
      message: `${of(f, "checks")} cannot be waived, whatever the reason`,
      fix: "mend it first; it is looked at again by itself, and the maintenance ends",
    }),
  },
};
