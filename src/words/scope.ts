import type { Lang } from "../kernel/lang.ts";
import { componentId, type ComponentId } from "../kernel/model/component.ts";
import type { Layer, ProbeError } from "../kernel/model/observation.ts";
import type { ScopeReason, ScopeVerdict } from "../kernel/model/scope.ts";
import { list } from "./format.ts";
import { componentName } from "./incident.ts";
import { layerWords, stopSentence } from "./layer-words.ts";
import { reasonWords, scopeWords, type ReasonFacts } from "./scope-words.ts";

type Named = Parameters<typeof componentName>[0];

/**
 * Who sees the fault, what that rules out, and how far it reaches; without a full stop, so that it fits a list or a
 * sentence. @param nameOf what people call a vantage
 */
export function scopeLine(verdict: ScopeVerdict, nameOf: (vantage: string) => string, lang: Lang): string {
  const say = scopeWords(lang);
  const seen = seenLine(verdict, nameOf, lang);
  const where = whereLine(verdict, lang);
  return where === null ? seen : say.join(seen, where);
}

function seenLine(verdict: ScopeVerdict, nameOf: (vantage: string) => string, lang: Lang): string {
  const say = scopeWords(lang);
  const from = list(verdict.failingFrom.map(nameOf), lang);
  const fine = list(verdict.workingFrom.map(nameOf), lang);
  if (verdict.id === "none") return say.none;
  if (verdict.id === "monitor") return from === "" ? say.ownNotices : say.blind(from);
  if (verdict.id === "only-me") return say.onlyMe(from, fine);
  if (verdict.id === "local-lan") return say.localLan(from, fine);
  if (fine !== "") return verdict.id === "path" ? say.path(from, fine) : say.some(from, fine);
  if (verdict.reach === "nobody") return say.stillServes(from);
  return confirmedLine(verdict, from, lang);
}

/** Nobody sees it working: then the question is whether it could be our own line. */
function confirmedLine({ failingFrom, reasons }: ScopeVerdict, from: string, lang: Lang): string {
  const say = scopeWords(lang);
  const has = (...codes: readonly string[]): boolean => reasons.some(({ code }) => codes.includes(code));
  if (has("all-vantages-fail")) return say.all(from, failingFrom.length);
  if (has("target-answered", "name-server-answered")) return say.answered(from);
  if (has("own-line-checked")) return say.checked(from);
  return has("controls-fine") ? say.controls(from) : say.alone(from);
}

function whereLine({ id, reasons }: ScopeVerdict, lang: Lang): string | null {
  const say = scopeWords(lang);
  if (id === "name") return reasons.some(({ code }) => code === "certificate") ? say.certificate : say.dns;
  return id === "host" || id === "segment" || id === "site" || id === "provider" ? say[id] : null;
}

/** One reason of a verdict, in words; a code this version does not know is shown as it is. */
export function reasonLine({ code, facts }: ScopeReason, site: Named, lang: Lang): string {
  const sentence = (reasonWords(lang) as Readonly<Record<string, (told: ReasonFacts) => string>>)[code];
  return sentence === undefined ? code : sentence(reasonFacts(facts, site, lang));
}

function reasonFacts(facts: ScopeReason["facts"], site: Named, lang: Lang): ReasonFacts {
  const names = (kind: "vantage" | "service", key: string): string =>
    list(
      textsOf(facts[key]).map((name) => componentName(site, componentId(kind, name), lang)),
      lang,
    );
  const vantages = textsOf(facts["vantages"] ?? facts["vantage"]);
  return {
    vantages: names("vantage", facts["vantages"] === undefined ? "vantage" : "vantages"),
    working: names("vantage", "working"),
    hosts: list(textsOf(facts["hosts"]), lang),
    services: names("service", "services"),
    component: componentOf(facts, site, lang),
    way: textsOf(facts["lan"] ?? facts["isp"]).join(""),
    count: vantages.length,
  };
}

function componentOf(facts: ScopeReason["facts"], site: Named, lang: Lang): string {
  const { host, component } = facts;
  if (typeof host === "string") return host;
  return typeof component === "string" ? componentName(site, component as ComponentId, lang) : "";
}

function textsOf(fact: ScopeReason["facts"][string] | undefined): readonly string[] {
  if (fact === undefined) return [];
  return typeof fact === "object" ? fact : [String(fact)];
}

/** Where an attempt stopped and why, in plain words, on one line and without a full stop. */
export function layerLine(layer: Layer | null, error: ProbeError | null, lang: Lang): string {
  const say = layerWords(lang);
  if (layer === null) return "";
  const port = error === null ? null : portIn(error.text);
  const told = {
    port: port === null ? say.server : say.port(port),
    number: error === null ? "" : statusIn(error.text),
  };
  const sentence = error === null ? undefined : stopSentence(layer, error.code, lang);
  if (sentence !== undefined) return sentence(told);
  const general = layer === "connect" ? say.connect(told.port) : say[layer];
  return error === null ? general : say.because(general, error.code.slice(0, 60));
}

/** The port of `connect ECONNREFUSED 203.0.113.10:443`, as the system writes it. */
function portIn(text: string): string | null {
  return /\bE[A-Z]+ \S{1,60}:(\d{1,5})(?!\d)/.exec(text)?.[1] ?? null;
}

/** The reply code a server's own words begin with: `503 Service Unavailable`, `554 5.7.1 …`. */
function statusIn(text: string): string {
  return /^[1-5]\d\d(?!\d)/.exec(text)?.[0] ?? "";
}
