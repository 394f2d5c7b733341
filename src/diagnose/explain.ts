import { langs, type Lang } from "../kernel/lang.ts";
import { kindOf, nameOf, type ComponentId } from "../kernel/model/component.ts";
import type {
  BundleId,
  CauseAt,
  Diagnosis,
  Missing,
  RankedCause,
  RepairStep,
  Seen,
  Told,
  ToldCause,
  Weighed,
} from "../kernel/model/diagnosis.ts";
import type { Site } from "../kernel/model/site.ts";
import type { BothLangs } from "../kernel/ports-diagnosis.ts";
import { backendVerdict } from "../words/backend-verdict.ts";
import { certainty, percent } from "../words/certainty.ts";
import { diagnosisWords } from "../words/diagnosis.ts";
import { figureText } from "../words/diagnosis-figures.ts";
import { componentName, vantageName } from "../words/incident.ts";
import type { Catalogue } from "./model.ts";

/** What a diagnosis found, before it is told. */
export type Untold = Omit<Diagnosis, "told">;

export interface ExplainDeps {
  readonly catalogue: Catalogue;
  readonly site: Pick<Site, "services" | "people" | "hosts">;
  /** what a repair step is called */
  actionTitle(action: string): BothLangs;
}

interface Teller extends ExplainDeps {
  readonly lang: Lang;
  readonly say: ReturnType<typeof diagnosisWords>;
  /** everybody who looked; where only one did, nobody needs to be told who */
  readonly vantages: ReadonlySet<string>;
  /** what everything is about, so that it is not said; empty: nothing */
  readonly about: string;
}

const mostCauses = 5;
const mostFor = 5;
const mostAgainst = 3;
const mostMissing = 8;
const mostTogether = 4;
const leastChance = 0.2;
const mostSteps = 4;
/** Our own books are silent only where there is no hub; nobody needs to be told that. */
const books: ReadonlySet<BundleId> = new Set(["chg", "user", "bak"]);

/** The whole of it in both languages, from templates. */
export function explain(deps: ExplainDeps, diagnosis: Untold): Readonly<Record<Lang, Told>> {
  const vantages = new Set(diagnosis.seen.flatMap(({ vantage }) => vantage ?? []));
  const inLang = (lang: Lang): Told =>
    tell({ ...deps, lang, say: diagnosisWords(lang), vantages, about: onlyName(deps, diagnosis, lang) }, diagnosis);
  return Object.fromEntries(langs.map((lang) => [lang, inLang(lang)])) as Record<Lang, Told>;
}

/** One address that somebody asked about is both the service and its machine: its name would stand in every line. */
function onlyName({ site }: ExplainDeps, { incidentId, subject }: Untold, lang: Lang): string {
  return incidentId === null && site.services.size === 1 ? componentName(site, subject, lang) : "";
}

function tell(teller: Teller, diagnosis: Untold): Told {
  const { say } = teller;
  const causes = diagnosis.causes.slice(0, mostCauses).map((cause) => toldCause(teller, cause));
  const [first] = causes;
  return {
    headline: headline(teller, diagnosis),
    causes,
    ruledOut: diagnosis.ruledOut.map(({ by, ...cause }) =>
      say.ruledOut(causeTitle(teller, cause), evidenceSentence(beside(teller, cause), by.seen, [])),
    ),
    unobserved: [...unseenInside(teller, diagnosis), ...missingSentences(teller, diagnosis)],
    unexplained: sentences(teller, diagnosis.unexplained, mostFor),
    action: first?.action ?? say.unknownAction,
    notYet: first?.notYet ?? null,
    repair: worthwhile(diagnosis.repair).map((step, index) => repairSentence(teller, step, index + 1)),
    stopped: diagnosis.stoppedBecause === null ? say.underWay : say[diagnosis.stoppedBecause],
  };
}

function headline(teller: Teller, { causes, best, noneProbability, waves }: Untold): string {
  const { say, lang } = teller;
  const [first] = causes;
  if (waves.length === 0) return say.nothingYet;
  if (first === undefined || noneProbability > first.probability) return say.nothingBroken;
  if (first.probability < 0.5) {
    const named = causes.slice(0, 3).map((one) => say.candidate(causeTitle(teller, one), percent(one.probability)));
    return say.candidates(say.list(named));
  }
  const [root, second] = best.causes;
  const whole =
    second === undefined ? causeTitle(teller, root ?? first) : twoTitles(teller, [root ?? first, second], best.chained);
  const probability = second === undefined ? first.probability : Math.max(best.probability, 0.01);
  return say.headline(whole, certainty(probability, lang), percent(probability));
}

/** Where both sit at one place, it is said once. */
function twoTitles(teller: Teller, [one, other]: readonly [CauseAt, CauseAt], chained: boolean): string {
  const { say } = teller;
  const isSamePlace = placeOf(teller, one) === placeOf(teller, other);
  const title = isSamePlace ? bareTitle(teller, one) : causeTitle(teller, one);
  return (chained ? say.chained : say.both)(title, causeTitle(teller, other));
}

function toldCause(told: Teller, ranked: RankedCause): ToldCause {
  const teller = beside(told, ranked);
  const { catalogue, lang, say } = teller;
  const cause = catalogue.causes.get(ranked.id);
  return {
    id: ranked.id,
    component: ranked.component,
    title: causeTitle(told, ranked),
    certainty: certainty(ranked.probability, lang),
    percent: percent(ranked.probability),
    for: weighedSentences(teller, ranked.for, mostFor),
    against: weighedSentences(teller, ranked.against, mostAgainst),
    action: cause?.action[lang] ?? say.unknownAction,
    notYet: cause?.notYet[lang] ?? say.unknownNotYet,
    fix: cause?.fix[lang] ?? say.unknownFix,
    prevention: cause?.prevention[lang] ?? say.unknownPrevention,
  };
}

function causeTitle(teller: Teller, cause: CauseAt): string {
  const where = placeOf(teller, cause);
  const title = bareTitle(teller, cause);
  return where === "" ? title : teller.say.where(title, where);
}

function bareTitle({ catalogue, lang, say }: Teller, { id }: CauseAt): string {
  return catalogue.causes.get(id)?.title[lang] ?? say.unknown;
}

/** Empty where it need not be said. */
function placeOf(teller: Teller, { component }: CauseAt): string {
  return component === null ? "" : place(teller, component);
}

/** What stands below a cause's title does not say its place again. */
function beside(teller: Teller, { component }: CauseAt): Teller {
  return component === null ? teller : { ...teller, about: componentName(teller.site, component, teller.lang) };
}

/** What people call it; empty where everything is about it. */
function place({ site, lang, about }: Teller, component: ComponentId): string {
  const name = componentName(site, component, lang);
  return name === about ? "" : name;
}

function weighedSentences(teller: Teller, weighed: readonly Weighed[], most: number): readonly string[] {
  return sentences(
    teller,
    weighed.map(({ seen }) => seen),
    most,
  );
}

/** What several vantages saw alike is one sentence. */
function sentences(teller: Teller, all: readonly Seen[], most: number): readonly string[] {
  const alike = new Map<string, Seen[]>();
  for (const seen of all) {
    const key = `${seen.evidence} ${seen.target} ${seen.state} ${seen.past}`;
    alike.set(key, [...(alike.get(key) ?? []), seen]);
  }
  return [...alike.values()].slice(0, most).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      evidenceSentence(
        teller,
        first,
        group.flatMap(({ vantage }) => vantage ?? []),
      ),
    ];
  });
}

/** 「web1のディスクの空き: 空きがありません(/var 100%)」 */
function evidenceSentence(teller: Teller, seen: Seen, vantages: readonly string[]): string {
  const { catalogue, lang, say } = teller;
  const kind = catalogue.evidence.get(seen.evidence);
  const title = kind?.title[lang] ?? seen.evidence;
  const state = kind?.stateWords[seen.state]?.[lang] ?? seen.state;
  const isNormal = seen.state === kind?.states[0];
  const detail = isNormal ? detailOf(seen, "", lang) : withVerdict(detailOf(seen, kind?.unit ?? "", lang), seen, lang);
  const fact = say.evidence(say.of(place(teller, seen.target), title), state);
  const text = `${fact}${detail === "" ? "" : say.detail(detail)}${fromWhere(teller, vantages)}`;
  return seen.past ? say.atTheTime(text) : text;
}

/** A distribution of times that names no program behind accuses none. */
function withVerdict(figures: string, { facts }: Seen, lang: Lang): string {
  const verdict = typeof facts["backend"] === "string" ? backendVerdict(facts["verdict"], lang) : "";
  return [figures, verdict].filter((part) => part !== "").join(" · ");
}

function fromWhere({ say, lang, vantages: all }: Teller, vantages: readonly string[]): string {
  if (vantages.length === 0 || all.size < 2) return "";
  if (new Set(vantages).size === all.size) return say.seenFromAll(all.size);
  return say.seenFrom(say.list(vantages.map((name) => vantageName(name, lang))));
}

/** The fact called `detail` as it came; else the figure, where its unit tells something. */
function detailOf({ facts, value, state }: Seen, unit: string, lang: Lang): string {
  const { detail } = facts;
  if (typeof detail === "string") return detail;
  if (Array.isArray(detail)) return detail.join(" ");
  // how long it took to be turned away says nothing
  if (value === null || (unit === "ms" && !slowStates.has(state))) return "";
  return figureText(value, unit, lang);
}

const slowStates: ReadonlySet<string> = new Set(["slow", "stall"]);

function suspects({ causes, subject }: Untold): readonly ComponentId[] {
  return [subject, ...causes.slice(0, mostCauses).flatMap(({ component }) => component ?? [])];
}

/** Machines that a cause may sit on and that nobody looks into. */
function unseenInside({ site, say }: Teller, diagnosis: Untold): readonly string[] {
  const hosts = suspects(diagnosis).flatMap((id) => {
    if (kindOf(id) === "host") return nameOf(id);
    return kindOf(id) === "service" ? (site.services.get(nameOf(id))?.on ?? []) : [];
  });
  return [...new Set(hosts)]
    .filter((key) => site.hosts.has(key) && (site.hosts.get(key)?.look ?? null) === null)
    .map(say.inside);
}

/** Things of one place that one reason hides are one sentence. */
function missingSentences(teller: Teller, diagnosis: Untold): readonly string[] {
  const { catalogue, lang, say } = teller;
  const grouped = new Map<string, { readonly one: Missing; readonly titles: Set<string> }>();
  for (const one of diagnosis.unobserved.filter((missing) => isWorthSaying(teller, missing, diagnosis))) {
    const key = `${place(teller, one.target)} ${one.reason}`;
    const group = grouped.get(key) ?? { one, titles: new Set() };
    group.titles.add(catalogue.evidence.get(one.evidence)?.title[lang] ?? one.evidence);
    grouped.set(key, group);
  }
  return [...grouped.values()].slice(0, mostMissing).map(({ one, titles }) => {
    const named = say.list([...titles].slice(0, mostTogether));
    const rest = titles.size - mostTogether;
    return say.missing(say.of(place(teller, one.target), rest > 0 ? say.andMore(named, rest) : named), say[one.reason]);
  });
}

/** What the failure itself hides from whoever looked is no gap, nor is what nobody set up for a part that nobody suspects. */
function isWorthSaying(
  { catalogue }: Teller,
  { evidence, target, vantage, reason }: Missing,
  diagnosis: Untold,
): boolean {
  const bundle = catalogue.evidence.get(evidence)?.bundle ?? "net";
  if (reason === "not-configured") return !books.has(bundle) && suspects(diagnosis).includes(target);
  if (bundle !== "net" || (reason !== "unreachable" && reason !== "parent-down")) return true;
  return !diagnosis.seen.some((one) => one.target === target && one.vantage === vantage);
}

/** A step that hardly ever mends it is no advice. */
function worthwhile(steps: readonly RepairStep[]): readonly RepairStep[] {
  return steps.filter(({ chance }) => chance >= leastChance).slice(0, mostSteps);
}

function repairSentence(teller: Teller, { action, component, chance }: RepairStep, order: number): string {
  const { lang, say } = teller;
  const title = teller.actionTitle(action)[lang];
  const where = component === null ? "" : place(teller, component);
  return say.step(order, where === "" ? title : say.where(title, where), percent(chance));
}
