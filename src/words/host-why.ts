import type { Lang } from "../kernel/lang.ts";
import { whySections, type HostAnswers, type WhySection } from "../kernel/model/host-answers.ts";
import { hostLookWords } from "./host-look.ts";
import { sayingIn, type WhyLine, type WhyPlace, type WhySaying, type WhyTellers } from "./host-why-line.ts";
import { backendTellers } from "./host-why-backends.ts";
import { programTellers } from "./host-why-programs.ts";
import { systemTellers } from "./host-why-system.ts";
import { hostWhyWords } from "./host-why-words.ts";

export interface WhyPart {
  readonly section: WhySection;
  readonly title: string;
  readonly lines: readonly WhyLine[];
}

const tellers: WhyTellers = { ...systemTellers, ...programTellers, ...backendTellers };

/** What a machine answered, in words, section by section; what was not answered is left out here. Its own words are foreign text. */
export function whyParts(answers: HostAnswers, place: WhyPlace): readonly WhyPart[] {
  const saying = sayingIn(place);
  return whySections.flatMap((section) => {
    const lines = linesOf(answers, section, saying);
    return lines.length === 0 ? [] : [{ section, title: saying.say[section], lines }];
  });
}

function linesOf(answers: HostAnswers, section: WhySection, saying: WhySaying): readonly WhyLine[] {
  const answer = answers[section];
  const tell = tellers[section] as ((answer: unknown, saying: WhySaying) => readonly WhyLine[]) | undefined;
  return answer === null || tell === undefined ? [] : tell(answer, saying);
}

/** Which sections, or parts of them, were not seen, and why; what nobody asked for is left out. */
export function whyUnseen({ unobserved }: HostAnswers, lang: Lang): readonly string[] {
  const say = hostWhyWords(lang);
  return Object.entries(unobserved)
    .filter(([, reason]) => reason !== "not-asked")
    .map(([part, reason]) => {
      const [section = "", more] = part.split(".");
      const title = isSection(section) ? say[section] : section;
      return `${title}${more === undefined || more === "part" ? "" : ` ${more}`}: ${whyReason(reason, lang)}`;
    });
}

function isSection(name: string): name is WhySection {
  return whySections.some((section) => section === name);
}

/** Why something was not answered, in words; one of a newer version by its name. */
export function whyReason(reason: string, lang: Lang): string {
  const [look, say] = [hostLookWords(lang), hostWhyWords(lang)];
  const known: Readonly<Record<string, string>> = {
    "needs-root": look.reasonNeedsRoot,
    "not-installed": look.reasonNotInstalled,
    timeout: look.reasonTimeout,
    "cut-off": look.reasonCutOff,
    "too-long": look.reasonTooLong,
    failed: look.reasonFailed,
    "not-read": look.reasonNotRead,
    "not-supported": say.notSupported,
    "not-configured": say.notConfigured,
    "no-record": say.noRecord,
    "not-found": say.notFound,
    "old-script": say.oldScriptShort,
  };
  return known[reason] ?? reason;
}
