import type { Lang } from "../kernel/lang.ts";
import { percent } from "../words/certainty.ts";
import { diagnosisFaceWords } from "../words/diagnosis-faces.ts";
import { saysNothingIsBroken } from "../words/diagnosis.ts";
import type { IncidentAnswer } from "./incident-text.ts";

export type DiagnosisAnswer = IncidentAnswer["diagnosis"];
type Cause = DiagnosisAnswer["causes"][number];

const mostCauses = 3;
/** Rivals below this are in the JSON, not on the screen. */
const worthShowing = 0.05;

/** Why, what speaks for it, and the first safe step; then the rivals with what would decide, and what was not seen. */
export function diagnosisLines(diagnosis: DiagnosisAnswer, lang: Lang): readonly string[] {
  const say = diagnosisFaceWords(lang);
  if (diagnosis.stoppedBecause === "scope-only") return [say.none];
  if (saysNothingIsBroken(diagnosis.headline, lang)) return [diagnosis.headline, say.took(seconds(diagnosis))];
  const [first, ...others] = diagnosis.causes;
  const rivals = others.filter(({ probability }) => probability >= worthShowing).slice(0, mostCauses - 1);
  const named = isNamed(diagnosis);
  return [
    say.why(diagnosis.headline),
    ...(first !== undefined && named ? evidenceLines(first, lang) : part(say.facts, factsOf(diagnosis))),
    ...(first === undefined ? [] : [...part(say.action, [first.action]), ...part(say.notYet, [first.notYet])]),
    ...(named ? rivals : diagnosis.causes.slice(0, mostCauses)).flatMap((cause, index) =>
      rivalLines(cause, { order: named ? index + 2 : index + 1, lang }),
    ),
    ...part(say.unexplained, diagnosis.unexplained),
    ...part(say.ruledOut, diagnosis.ruledOut),
    ...part(say.unobserved, diagnosis.unobserved),
    ...part(say.repair, diagnosis.repair),
    say.took(seconds(diagnosis)),
  ];
}

function seconds(diagnosis: DiagnosisAnswer): string {
  return String(Math.round(diagnosis.seconds * 10) / 10);
}

/** One cause stands out; else all that is known is that it is among several. */
function isNamed({ causes }: DiagnosisAnswer): boolean {
  return (causes[0]?.probability ?? 0) >= 0.5;
}

/** What speaks for one or another of several candidates. */
function factsOf({ causes }: DiagnosisAnswer): readonly string[] {
  return [...new Set(causes.slice(0, mostCauses).flatMap((cause) => cause.for))];
}

function evidenceLines({ for: speaking, against }: Cause, lang: Lang): readonly string[] {
  const say = diagnosisFaceWords(lang);
  return [
    ...speaking.map((text) => `   + ${text}`),
    ...(against.length === 0 ? [`   - ${say.against}: ${say.nothingAgainst}`] : against.map((text) => `   - ${text}`)),
  ];
}

/** The first of all has its step above. */
function rivalLines(cause: Cause, { order, lang }: { readonly order: number; readonly lang: Lang }): readonly string[] {
  const say = diagnosisFaceWords(lang);
  return [
    say.cause(order, percent(cause.probability), cause.title),
    ...cause.against.map((text) => `   - ${text}`),
    ...(order === 1 ? [] : [`   ${say.decide(cause.action)}`]),
  ];
}

function part(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${heading}:`, ...lines.map((line) => `   ${line}`)];
}
