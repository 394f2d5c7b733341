import { z } from "zod";
import { key, rateField } from "../kernel/fields.ts";
import type { Bilingual } from "../kernel/lang.ts";

/** Checks the language knows and this version does not run yet: validated, and listed as not active. */
export const laterChecks: Readonly<Record<string, { text: Bilingual; shape: Record<string, z.ZodType> }>> = {
  log: {
    text: { ja: "ログに現れる行", en: "lines in a log" },
    shape: {
      log: key(z.string().regex(/^[^:\s]+:\/.+/), { ja: "ホスト名:パス", en: "host:path" }),
      match: key(z.string().min(1), { ja: "探す文字列", en: "text to look for" }),
      more_than: key(rateField().optional(), {
        ja: "これより多ければ異常(例 5 per 1m)",
        en: "more than this is a fault, such as 5 per 1m",
      }),
    },
  },
};
