import { errorCodes, type ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import { explainError } from "./errors.ts";

interface Trouble {
  readonly code: string;
  /** what the tool said: foreign, so escaped or cleaned by who shows it */
  readonly text: string;
}

interface Whose {
  readonly plan: string;
  readonly place: string;
  readonly host: string;
}

/** What is wrong with a copy or a run, and how to mend it; a code of a later version as it is. */
export function troubleWords(
  { code, text }: Trouble,
  whose: Whose,
  lang: Lang,
): { readonly message: string; readonly fix: string | null } {
  if (!isKnown(code)) return { message: text, fix: null };
  return explainError(code, { ...whose, text }, lang);
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
