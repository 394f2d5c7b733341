import type { Bilingual } from "../../kernel/lang.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { configEditWords } from "../../words/config-edit.ts";

/** How one thing stands; `down` with what was said. */
export interface Tried {
  readonly state: StateWord;
  readonly say: Bilingual;
  readonly error: string | null;
}

type Words = ReturnType<typeof configEditWords>;

export function inBothLanguages(say: (words: Words) => string): Bilingual {
  return { ja: say(configEditWords("ja")), en: say(configEditWords("en")) };
}
