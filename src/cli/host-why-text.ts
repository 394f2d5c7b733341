import { safeText } from "../clients/safe-text.ts";
import type { Lang } from "../kernel/lang.ts";
import type { HostAnswers } from "../kernel/model/host-answers.ts";
import { whyParts, whyUnseen } from "../words/host-why.ts";
import { hostWhyWords } from "../words/host-why-words.ts";
import type { Terminal } from "./terminal.ts";

export interface WhyShown {
  readonly host: string;
  readonly lang: Lang;
  readonly timeZone: string;
  readonly terminal: Terminal;
}

const titleCells = 24;
/** A line of another machine's words that is longer is cut. */
const longestLine = 200;

/** What stands out first, then every section, then what nobody could see. */
export function whyText(answers: HostAnswers, { host, lang, timeZone, terminal }: WhyShown): string {
  const say = hostWhyWords(lang);
  const parts = whyParts(answers, { lang, timeZone });
  const count = parts.flatMap(({ lines }) => lines).filter(({ isNotable }) => isNotable).length;
  const unseen = whyUnseen(answers, lang).map((text) => ({ text, isNotable: false }));
  const row = (title: string, lines: readonly { readonly text: string; readonly isNotable: boolean }[]): string[] =>
    lines.map(({ text, isNotable }, index) => {
      const shown = safeText(text, []).slice(0, longestLine);
      const mark = isNotable ? terminal.paint(`! ${shown}`, "warning") : `  ${shown}`;
      return `${terminal.pad(index === 0 ? title : "", titleCells)}${mark}`;
    });
  return [
    say.asked(host),
    count === 0 ? say.nothingNotable : terminal.paint(say.notable(count), "warning"),
    "",
    ...parts.flatMap(({ title, lines }) => row(title, lines)),
    ...row(say.unobserved, unseen),
  ].join("\n");
}
