import type { Lang } from "../../kernel/lang.ts";
import { letterWords, measureStateName, measureTypeName } from "../../words/report.ts";
import { fact, text, type Block, type Line, type Span } from "./document.ts";
import type { ReportBlank, ReportDraft } from "./report.ts";

/** Puts spans where a sentence names them: `検知 {time}`. What is not given stays as it is written. */
export function fill(sentence: string, spans: Readonly<Record<string, Span>>): Line {
  return sentence
    .split(/(\{\w+\})/)
    .filter((part) => part !== "")
    .map((part) => (part.startsWith("{") ? spans[part.slice(1, -1)] : undefined) ?? text(part));
}

/** Makes blanks of one draft: filled where someone has written, else with the hint. */
export function blanksOf({ texts }: ReportDraft): (key: ReportBlank, hint: string) => Span {
  return (key, hint) => ({ kind: "blank", key, hint, value: texts[key]?.trim() || null });
}

/** A sentence around one blank of the same name. */
export function blankLine(
  draft: ReportDraft,
  sentence: string,
  { key, hint }: { key: ReportBlank; hint: string },
): Line {
  return fill(sentence, { [key]: blanksOf(draft)(key, hint) });
}

/** What will be done about it, as a table; a row of blanks when nothing is written. */
export function measuresTable({ measures }: ReportDraft, lang: Lang): Block {
  const say = letterWords(lang);
  const head = [say.headWhat, say.headType, say.headDue, say.headOwner, say.headCheck, say.headState];
  const rows = measures.map(({ what, type, due, owner, check, state }) => [
    [text(what)],
    [text(measureTypeName(type, lang))],
    [text(due)],
    [text(owner)],
    [text(check)],
    [fact(measureStateName(state, lang))],
  ]);
  const none: readonly Line[] = [
    [{ kind: "blank", key: "measures", hint: say.measuresBlank, value: null }],
    ...head.slice(1).map(() => []),
  ];
  return { kind: "table", head, rows: rows.length === 0 ? [none] : rows };
}
