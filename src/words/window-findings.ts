import { aftercareResults, type AftercareFinding, type AftercareResult } from "../kernel/model/aftercare.ts";
import type { StateWord } from "../kernel/model/status.ts";
import { aftercareResultWord, aftercareSaid } from "./aftercare.ts";
import { foundOf } from "./aftercare-words.ts";
import { catalogue } from "./catalogue.ts";
import { safeLine } from "./one-line.ts";
import { checkName, checkWords } from "./window-checks.ts";
import { few, type WindowPlace } from "./windows.ts";

const words = catalogue(
  {
    of: (name: string, text: string) => `${name}: ${text}`,
    unseen: (name: string) => `${name} 見えず`,
  },
  {
    of: (name: string, text: string) => `${name}: ${text}`,
    unseen: (name: string) => `not seen: ${name}`,
  },
);

/** What was found, in as few words as a subject has room for: `時計 +3時間2分ずれ`, `chronyd 停止`. */
export function findingPhrase(finding: AftercareFinding, place: WindowPlace): string {
  const { lang } = place;
  const name = checkName(finding.check, lang);
  if (finding.result === "unobserved") return words(lang).unseen(name);
  const said = finding.result === "blocked" ? null : checkWords(finding.check, lang);
  return said === null ? name : safeLine(said.short(foundOf(finding, place)));
}

/** What was found, in one sentence without a full stop. */
export function findingSentence(finding: AftercareFinding, place: WindowPlace): string {
  const { lang } = place;
  if (checkWords(finding.check, lang) !== null) return safeLine(aftercareSaid(finding, place).found);
  const word = aftercareResultWord(finding.result, lang);
  return finding.items.length === 0 ? word : words(lang).of(word, few(finding.items.map(safeLine), lang));
}

/** It keeps its window from ending: it did not pass, and it is not only for information. */
export function isLeft({ result, weight }: Pick<AftercareFinding, "result" | "weight">): boolean {
  return result !== "pass" && weight !== "info";
}

const marks: Readonly<Record<AftercareResult, StateWord>> = {
  pass: "ok",
  fail: "down",
  warn: "warning",
  unobserved: "unknown",
  blocked: "affected",
};

export function findingMark({ result, weight }: Pick<AftercareFinding, "result" | "weight">): StateWord {
  return result === "fail" && weight !== "critical" ? "warning" : marks[result];
}

const worstFirst: readonly AftercareResult[] = ["fail", "unobserved", "blocked", "warn", "pass"];
const heaviestFirst: readonly AftercareFinding["weight"][] = ["critical", "warning", "info"];

/** What keeps the window from ending first, then the worse, then the heavier. */
export function worstFindingsFirst<T extends Pick<AftercareFinding, "result" | "weight">>(
  found: readonly T[],
): readonly T[] {
  const rank = (one: T): number =>
    (isLeft(one) ? 0 : 100) +
    worstFirst.indexOf(one.result) * aftercareResults.length +
    heaviestFirst.indexOf(one.weight);
  return found.toSorted((a, b) => rank(a) - rank(b));
}
