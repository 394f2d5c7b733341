import { langs, type Bilingual, type Lang } from "../kernel/lang.ts";
import type { Diagnosis } from "../kernel/model/diagnosis.ts";
import type { ScopeReason, ScopeVerdict } from "../kernel/model/scope.ts";
import type { Site } from "../kernel/model/site.ts";
import { rfc3339 } from "../words/format.ts";
import { reasonLine } from "../words/scope.ts";

/** A diagnosis as machines read it, in the API, in webhooks and from the command line. */
export interface DiagnosisView {
  at: string;
  seconds: number;
  scope: {
    id: ScopeVerdict["id"];
    reach: ScopeVerdict["reach"];
    failingFrom: string[];
    workingFrom: string[];
    reasons: { code: string; facts: Record<string, unknown>; text: { ja: string; en: string } }[];
  };
  causes: {
    id: string;
    component: string | null;
    probability: number;
    /** in the reader's language */
    title: string;
    certainty: string;
    for: string[];
    against: string[];
    action: string;
    notYet: string;
  }[];
  headline: string;
  ruledOut: string[];
  unobserved: string[];
  unexplained: string[];
  repair: string[];
  /** `scope-only`: no diagnosis ran; null: it is under way */
  stoppedBecause: string | null;
}

export function diagnosisView(diagnosis: Diagnosis, site: Site, lang: Lang): DiagnosisView {
  const told = diagnosis.told[lang];
  return {
    at: rfc3339(diagnosis.at.atMs, site.timeZone),
    seconds: diagnosis.seconds,
    scope: scopeView(diagnosis.scope, site),
    causes: told.causes.map(({ id, component, title, certainty, ...one }, index) => ({
      id,
      component,
      probability: diagnosis.causes[index]?.probability ?? 0,
      title,
      certainty,
      for: [...one.for],
      against: [...one.against],
      action: one.action,
      notYet: one.notYet,
    })),
    headline: told.headline,
    ruledOut: [...told.ruledOut],
    unobserved: [...told.unobserved],
    unexplained: [...told.unexplained],
    repair: [...told.repair],
    stoppedBecause: diagnosis.stoppedBecause,
  };
}

export function scopeView(scope: ScopeVerdict, site: Site): DiagnosisView["scope"] {
  const reason = ({ code, facts }: ScopeReason): DiagnosisView["scope"]["reasons"][number] => ({
    code,
    facts: { ...facts },
    text: inBoth((lang) => reasonLine({ code, facts }, site, lang)),
  });
  return {
    id: scope.id,
    reach: scope.reach,
    failingFrom: [...scope.failingFrom],
    workingFrom: [...scope.workingFrom],
    reasons: scope.reasons.map(reason),
  };
}

function inBoth(say: (lang: Lang) => string): { ja: string; en: string } {
  return Object.fromEntries(langs.map((lang) => [lang, say(lang)])) as Bilingual;
}
