import { componentId } from "../kernel/model/component.ts";
import { isOpen, type Incident } from "../kernel/model/incident.ts";
import type { SiteStatus, StateWord } from "../kernel/model/status.ts";
import { attentionText } from "../words/attention.ts";
import { duration, list } from "../words/format.ts";
import { componentName, incidentTitle } from "../words/incident.ts";
import { glyphs } from "../words/states.ts";
import type { PageContext } from "./context.ts";
import { latePulseMs } from "./frame.tsx";

/** The first line of Home, and what the tab says. */
export interface Verdict {
  readonly state: StateWord;
  readonly sentence: string;
  readonly tab: string;
  /** the incident the page is about first; null: none */
  readonly first: Incident | null;
}

const namesShown = 3;

/** Answers «is everything all right?» in one sentence; never better than what is known. `status` null: it cannot be read. */
export function verdictOf(status: SiteStatus | null, context: PageContext): Verdict {
  const { say, lang, site } = context;
  if (status === null) return unknown(context, say.stateUnreadable);
  const loud = loudOf(status);
  const first = loud[0] ?? null;
  const state = stateOf(status, first);
  const count = loud.length === 0 ? "" : `(${loud.length}) `;
  if (status.verdict === "empty") {
    return { state, sentence: say.emptyTitle, tab: `${glyphs[state]} ${say.emptyTitle}`, first };
  }
  if (state === "unknown" && status.pulseAgeMs > latePulseMs) {
    return { ...unknown(context, say.pulseStopped(duration(status.pulseAgeMs, lang))), first };
  }
  if (state === "unknown") return { ...unknown(context, whyUnknown(status, context)), first };
  if (state === "ok") return { state, sentence: say.allWell, tab: `${glyphs.ok} ${say.allWell}`, first };
  const sentence = troubleSentence(status, loud, context);
  const name = first === null ? sentence : componentName(site, first.subject, lang);
  return { state, sentence, tab: `${count}${glyphs[state]} ${name}`, first };
}

/** Open incidents that someone is woken for, the gravest first. */
export function loudOf(status: SiteStatus): readonly Incident[] {
  return status.openIncidents.filter((incident) => isOpen(incident) && !incident.quiet).toSorted(graver);
}

function stateOf(status: SiteStatus, first: Incident | null): StateWord {
  if (status.verdict === "empty") return "unknown";
  if (status.pulseAgeMs > latePulseMs) return "unknown";
  if (status.verdict === "ok" && first !== null) return first.severity === "critical" ? "down" : "warning";
  return status.verdict;
}

function graver(a: Incident, b: Incident): number {
  const order = ["critical", "warning", "info"];
  return order.indexOf(a.severity) - order.indexOf(b.severity) || b.services.length - a.services.length || b.id - a.id;
}

function unknown({ say }: PageContext, reason: string): Verdict {
  const sentence = say.cannotJudge(reason);
  return { state: "unknown", sentence, tab: `${glyphs.unknown} ${sentence}`, first: null };
}

function troubleSentence(status: SiteStatus, loud: readonly Incident[], context: PageContext): string {
  const { say, site, lang } = context;
  const [first] = loud;
  if (first !== undefined) return loud.length === 1 ? incidentTitle(first, site, lang) : say.manyDown(loud.length);
  const level = status.verdict === "down" ? "down" : "warning";
  const attention = status.attentions.find((one) => one.level === level);
  const broken = status.services.filter(({ state }) => state === "down" || state === "affected").length;
  if (level === "down" && broken > 0) return say.someDown(broken);
  return attention === undefined ? say.needsCare : attentionText(attention, lang);
}

function whyUnknown({ vantages, services }: SiteStatus, { say, site, lang }: PageContext): string {
  const silent = vantages.filter(({ state }) => state !== "ok");
  const unseen = services.filter(({ state }) => state === "unknown").map(({ name }) => name);
  if (silent.length > 0) {
    const names = silent.map(({ name }) => componentName(site, componentId("vantage", name), lang));
    return say.blindVantages(silent.length, vantages.length, list(names, lang));
  }
  const more = unseen.length > namesShown ? ` +${unseen.length - namesShown}` : "";
  return say.notSeen(list(unseen.slice(0, namesShown), lang) + more);
}
