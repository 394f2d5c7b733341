import type { Bilingual, Lang } from "../kernel/lang.ts";
import { configBackupWords } from "./config-backups.ts";
import { configFileWords } from "./config-file.ts";
import { configMeaningWords } from "./config-meaning.ts";
import { configPrintWords } from "./config-print.ts";
import { configValueWords } from "./config-values.ts";

/** Everything the configuration's loader says. A message says what is wrong, a hint how to mend it. */
export type ConfigWords = ReturnType<typeof configFileWords> &
  ReturnType<typeof configValueWords> &
  ReturnType<typeof configMeaningWords> &
  ReturnType<typeof configBackupWords> &
  ReturnType<typeof configPrintWords>;

const both: Readonly<Record<Lang, ConfigWords>> = { ja: gather("ja"), en: gather("en") };

function gather(lang: Lang): ConfigWords {
  return {
    ...configFileWords(lang),
    ...configValueWords(lang),
    ...configMeaningWords(lang),
    ...configBackupWords(lang),
    ...configPrintWords(lang),
  };
}

export function configWords(lang: Lang): ConfigWords {
  return both[lang];
}

/** The same sentence in both languages. */
export function inBoth(say: (words: ConfigWords, lang: Lang) => string): Bilingual {
  return { ja: say(configWords("ja"), "ja"), en: say(configWords("en"), "en") };
}

/** What an entry of the file is called in «unknown key "evry" in a check», by the pattern of its path. */
const holderNames: readonly (readonly [RegExp, Bilingual])[] = [
  [/^services\.[^.]+\.checks\.\d+$/, { ja: "監視項目", en: "a check" }],
  [/^services\.[^.]+$/, { ja: "サービス", en: "a service" }],
  [/^hosts\.[^.]+$/, { ja: "ホスト", en: "a host" }],
  [/^people\.[^.]+$/, { ja: "人", en: "a person" }],
  [/^places\.[^.]+$/, { ja: "置き場所", en: "a place" }],
  [/^providers\.[^.]+$/, { ja: "業者", en: "a provider" }],
  [/^vantages\.\d+$/, { ja: "観測地点", en: "a vantage" }],
  [/^notify\.channels\.[^.]+$/, { ja: "連絡手段", en: "a channel" }],
  [/^notify\.escalate\.[^.]+\.\d+$/, { ja: "引き継ぎ", en: "an escalation step" }],
  [/^backups\.[^.]+$/, { ja: "バックアップ", en: "a backup" }],
  [/^jobs\.[^.]+$/, { ja: "ジョブ", en: "a job" }],
  [/^maintenance\.\d+$/, { ja: "保守時間帯", en: "a maintenance window" }],
];

/** `a check`, `status_page`; empty at the top of the file. */
export function holderName(path: string): Bilingual {
  return holderNames.find(([pattern]) => pattern.test(path))?.[1] ?? { ja: path, en: path };
}
