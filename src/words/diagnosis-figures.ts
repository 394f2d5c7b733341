import type { Bilingual, Lang } from "../kernel/lang.ts";

type Form = (figure: string) => Bilingual;

/** The units of evidence that are said with their figure; what is not among them is no figure for a person. */
const forms: Readonly<Record<string, Form>> = {
  "%": same((figure) => `${figure}%`),
  ms: same((figure) => `${figure} ms`),
  s: (figure) => ({ ja: `${figure}秒`, en: `${figure} s` }),
  min: (figure) => ({ ja: `${figure}分`, en: `${figure} min` }),
  h: (figure) => ({ ja: `${figure}時間`, en: `${figure} h` }),
  days: (figure) => ({ ja: `${figure}日`, en: figure === "1" ? "1 day" : `${figure} days` }),
  count: (figure) => ({ ja: `${figure}件`, en: figure }),
  "count/min": (figure) => ({ ja: `毎分${figure}件`, en: `${figure} a minute` }),
  "pages/s": (figure) => ({ ja: `毎秒${figure}ページ`, en: `${figure} pages a second` }),
  times: (figure) => ({ ja: `ふだんの${figure}倍`, en: `${figure} times the usual` }),
};

function same(form: (figure: string) => string): Form {
  return (figure) => ({ ja: form(figure), en: form(figure) });
}

/** Three digits with their unit; empty where the figure says nothing by itself. */
export function figureText(value: number, unit: string, lang: Lang): string {
  if (unit === "ms" && value >= 1_000) return figureText(value / 1_000, "s", lang);
  if (unit === "ratio") return figureText(value * 100, "%", lang);
  if (unit.startsWith("count") && value === 0) return "";
  const figure = String(Number(value.toPrecision(3)));
  return forms[unit]?.(figure)[lang] ?? "";
}
