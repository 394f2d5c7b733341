import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type AuditCode = Extract<ErrorCode, `KB82${string}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** Refusals of the survival audit. */
export const auditErrors: Readonly<Record<AuditCode, Readonly<Record<Lang, Say>>>> = {
  KB8201: {
    ja: (f) => ({
      message: `「${of(f, "what")}」というものは設定にありません`,
      fix: `place:名前 のように 種類:名前 で書いてください。近いもの: ${of(f, "like")}`,
    }),
    en: (f) => ({
      message: `There is nothing called “${of(f, "what")}” in the configuration`,
      fix: `write kind:name, such as place:office; close to it: ${of(f, "like")}`,
    }),
  },
  KB8202: {
    ja: (f) => ({
      message: `「${of(f, "what")}」という名前のものがいくつかあります`,
      fix: `種類を付けて書いてください: ${of(f, "like")}`,
    }),
    en: (f) => ({
      message: `Several things are called “${of(f, "what")}”`,
      fix: `write it with its kind: ${of(f, "like")}`,
    }),
  },
};
