import type { Lang } from "../kernel/lang.ts";

/** `99.93 %`; however short a stop was, it never rounds to `100 %`. */
export function percent(ratio: number): string {
  if (ratio >= 1) return "100 %";
  return `${(Math.min(Math.round(ratio * 10_000), 9_999) / 100).toFixed(2)} %`;
}

/** `120 ms`, `1.4 s` / `120ミリ秒`, `1.4秒`. */
export function milliseconds(ms: number, lang: Lang): string {
  if (ms < 1_000) return lang === "ja" ? `${Math.round(ms)}ミリ秒` : `${Math.round(ms)} ms`;
  const seconds = (ms / 1_000).toFixed(1);
  return lang === "ja" ? `${seconds}秒` : `${seconds} s`;
}

/** `41,232` in both languages. */
export function thousands(value: number): string {
  return new Intl.NumberFormat("en-US").format(value);
}
