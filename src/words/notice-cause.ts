import type { Diagnosis } from "../kernel/model/diagnosis.ts";
import { catalogue } from "./catalogue.ts";
import { saysNothingIsBroken } from "./diagnosis.ts";
import { safeLine } from "./one-line.ts";
import type { Block, NoticeFacts } from "./notice-blocks.ts";

const words = catalogue(
  {
    heading: "◆ いちばん疑わしい原因",
    underWay: "(診断の途中です)",
    evidence: (text: string) => `・${text}`,
    also: (text: string) => `ほかの候補: ${text}`,
    other: (title: string, percent: number) => `${title} ${percent}%`,
    notSeen: (text: string) => `見ていないもの: ${text}`,
    first: "◆ まずすること",
    notYet: (text: string) => `まだしないこと: ${text}`,
    list: (items: readonly string[]) => items.join("、"),
  },
  {
    heading: "◆ Most likely cause",
    underWay: "(the diagnosis is still under way)",
    evidence: (text: string) => `- ${text}`,
    also: (text: string) => `Other candidates: ${text}`,
    other: (title: string, percent: number) => `${title} ${percent}%`,
    notSeen: (text: string) => `Not looked at: ${text}`,
    first: "◆ First",
    notYet: (text: string) => `Do not yet: ${text}`,
    list: (items: readonly string[]) => items.join(", "),
  },
);

const mostEvidence = 3;
const mostOthers = 2;
const mostUnseen = 3;
/** A rival below this is not worth a line on a phone. */
const worthNaming = 10;

/** Why, with what speaks for it, and the first safe step; nothing while there is no diagnosis. */
export function causeBlocks({ snapshot, lang }: NoticeFacts): Block[] {
  const { diagnosis } = snapshot;
  if (diagnosis === undefined || diagnosis === null || diagnosis.waves.length === 0) return [];
  const say = words(lang);
  const told = diagnosis.told[lang];
  if (saysNothingIsBroken(told.headline, lang)) return [[say.heading, safeLine(told.headline)]];
  const [first, ...others] = told.causes;
  const rivals = others.filter(({ percent }) => percent >= worthNaming).slice(0, mostOthers);
  const why = first !== undefined && namesOne(diagnosis) ? first.for.slice(0, mostEvidence) : [];
  const rivalText = say.list(rivals.map(({ title, percent }) => say.other(title, percent)));
  const unseen = told.unobserved.slice(0, mostUnseen);
  return [
    [
      say.heading,
      safeLine(told.headline),
      ...(diagnosis.stoppedBecause === null ? [say.underWay] : []),
      ...why.map((text) => say.evidence(safeLine(text))),
      ...(rivals.length > 0 && namesOne(diagnosis) ? [say.also(rivalText)] : []),
      ...(unseen.length > 0 ? [say.notSeen(safeLine(say.list(unseen)))] : []),
    ],
    [say.first, safeLine(told.action), ...(told.notYet === null ? [] : [say.notYet(safeLine(told.notYet))])],
  ];
}

/** One cause stands out: then its evidence is told; of several candidates none is. */
export function namesOne({ causes }: Pick<Diagnosis, "causes">): boolean {
  return (causes[0]?.probability ?? 0) >= 0.5;
}
