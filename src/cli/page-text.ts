import type { Lang } from "../kernel/lang.ts";
import { cliWords } from "../words/cli.ts";
import { publishReason } from "../words/page.ts";
import { wallTime } from "./incident-text.ts";
import type { Terminal } from "./terminal.ts";

export interface PageAnswer {
  readonly configured: boolean;
  readonly targets: readonly {
    readonly target: string;
    readonly verifiedAt: string | null;
    readonly lastError: string | null;
  }[];
}

/** One line per place: current since when, or why not. */
export function pageLines(page: PageAnswer, terminal: Terminal, lang: Lang): string[] {
  const say = cliWords(lang);
  return page.targets.map(({ target, verifiedAt, lastError }) => {
    if (lastError !== null)
      return `${terminal.paint(terminal.glyph("down"), "down")} ${say.pageFailed(target, publishReason(lastError, lang))}`;
    if (verifiedAt === null) return `${terminal.paint(terminal.glyph("unknown"), "unknown")} ${target}`;
    return `${terminal.paint(terminal.glyph("ok"), "ok")} ${say.published(target)} (${wallTime(verifiedAt, lang)})`;
  });
}
