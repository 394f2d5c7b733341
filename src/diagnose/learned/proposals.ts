import { stringify } from "yaml";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Seen } from "../../kernel/model/diagnosis.ts";
import type { CauseProposal } from "../../kernel/model/learned.ts";
import type { BothLangs } from "../../kernel/ports-diagnosis.ts";
import type { StoredCase } from "../../storage/ledger/nouns/diagnoses.ts";
import { learnedWords } from "../../words/learned.ts";
import { createReach, type Reach } from "../engine/reach.ts";
import { otherUnknown } from "../engine/unknown.ts";
import type { Catalogue, EvidenceKind, PartGraph, PartKind } from "../model.ts";

export interface ProposalsFrom {
  readonly catalogue: Catalogue;
  readonly graph: PartGraph;
}

const leastCases = 3;
/** What most of the incidents show is a sign of them; one may have been looked at too late. */
const commonShare = 2 / 3;
const mostSigns = 12;
/** Three cases would be nothing beside the eight that a shipped likelihood counts as. */
const ownCases = 2;

/** Causes that incidents nobody could explain have in common, by the kind of part they sat at. */
export function proposalsFrom(cases: readonly StoredCase[], from: ProposalsFrom): readonly CauseProposal[] {
  const byKind = new Map<PartKind, StoredCase[]>();
  const newest = new Map(cases.filter(isUnexplained).map((one) => [one.incidentId, one]));
  for (const one of newest.values()) {
    const kind = kindAt(one, from.graph);
    if (kind !== null) byKind.set(kind, [...(byKind.get(kind) ?? []), one]);
  }
  const reach = createReach(from.graph);
  return [...byKind]
    .filter(([, alike]) => alike.length >= leastCases)
    .flatMap(([kind, alike]) => proposal(kind, alike, { ...from, reach }) ?? []);
}

function isUnexplained({ cause, withdrawn }: StoredCase): boolean {
  return cause.id === otherUnknown && !withdrawn;
}

function kindAt({ cause: { component } }: StoredCase, { parts }: PartGraph): PartKind | null {
  return component === null ? null : (parts.get(component)?.kinds[0] ?? null);
}

interface World extends ProposalsFrom {
  readonly reach: Reach;
}

interface Sign {
  /** `^vp.http`, as a file of a cause writes it */
  readonly written: string;
  readonly kind: EvidenceKind;
  /** how many incidents found each abnormal state */
  readonly states: ReadonlyMap<string, number>;
  readonly count: number;
}

function proposal(kind: PartKind, cases: readonly StoredCase[], world: World): CauseProposal | null {
  const signs = commonSigns(cases, world);
  if (signs.length === 0) return null;
  const incidents = cases.map(({ incidentId }) => incidentId);
  const id = `local-${kind}-${incidents[0]}`;
  return {
    id,
    incidents,
    signs: signs.map(({ kind: evidence, states, count }) => {
      const [state = ""] = commonest(states);
      return {
        evidence: evidence.id,
        title: evidence.title,
        word: evidence.stateWords[state] ?? { ja: state, en: state },
        count,
      };
    }),
    yaml: fileOf({ id, kind, incidents, signs }),
  };
}

/** The commonest first. */
function commonest(states: ReadonlyMap<string, number>): readonly string[] {
  return [...states].toSorted(([, a], [, b]) => b - a).map(([state]) => state);
}

function commonSigns(cases: readonly StoredCase[], world: World): readonly Sign[] {
  const found = new Map<string, { kind: EvidenceKind; states: Map<string, number>; count: number }>();
  for (const one of cases) {
    for (const [written, { kind, state }] of signsOf(one, world)) {
      const known = found.get(written) ?? { kind, states: new Map<string, number>(), count: 0 };
      known.states.set(state, (known.states.get(state) ?? 0) + 1);
      found.set(written, { ...known, count: known.count + 1 });
    }
  }
  return [...found]
    .map(([written, sign]) => ({ written, ...sign }))
    .filter(({ count }) => count >= commonShare * cases.length)
    .toSorted((a, b) => b.count - a.count || (a.written < b.written ? -1 : 1))
    .slice(0, mostSigns);
}

/** The worst state of each abnormal evidence that stands in some relation to where it sat. */
function signsOf(
  { cause: { component }, seen }: StoredCase,
  { catalogue, reach }: World,
): ReadonlyMap<string, { readonly kind: EvidenceKind; readonly state: string }> {
  const signs = new Map<string, { kind: EvidenceKind; state: string }>();
  for (const one of seen) {
    const kind = catalogue.evidence.get(one.evidence);
    const mark = component === null ? null : markOf(component, one, reach);
    if (kind === undefined || mark === null || kind.states.indexOf(one.state) < 1) continue;
    const known = signs.get(mark + kind.id);
    if (known === undefined || kind.states.indexOf(one.state) > kind.states.indexOf(known.state))
      signs.set(mark + kind.id, { kind, state: one.state });
  }
  return signs;
}

function markOf(component: ComponentId, { target }: Seen, reach: Reach): "" | "^" | "@" | null {
  if (target === component) return "";
  if (isFelt(reach, component, target)) return "^";
  return isFelt(reach, target, component) ? "@" : null;
}

function isFelt(reach: Reach, from: ComponentId, at: ComponentId): boolean {
  const position = reach.indexOf(from);
  return position >= 0 && (reach.effectOf(position)[reach.indexOf(at)] ?? 0) > 0;
}

const layers: Readonly<Partial<Record<PartKind, string>>> = {
  client: "client",
  lan: "client",
  isp: "path",
  vantage: "monitor",
  domain: "dns",
  cert: "tls",
  account: "provider",
  provider: "provider",
  site: "provider",
  segment: "network",
  host: "resource",
  db: "db",
  mail: "mail",
  backup: "data",
};

function both(say: (words: ReturnType<typeof learnedWords>) => string): BothLangs {
  return { ja: say(learnedWords("ja")), en: say(learnedWords("en")) };
}

interface FileInput {
  readonly id: string;
  readonly kind: PartKind;
  readonly incidents: readonly number[];
  readonly signs: readonly Sign[];
}

function fileOf({ id, kind, incidents, signs }: FileInput): string {
  const names = incidents.map((incident) => `#${incident}`).join(", ");
  return stringify(
    {
      id,
      layer: layers[kind] ?? "app",
      at: kind,
      weight: 1,
      title: both((say) => say.proposalTitle(names)),
      action: both((say) => say.proposalAction(names)),
      "not-yet": both((say) => say.proposalNotYet),
      fix: both((say) => say.proposalFix),
      prevention: both((say) => say.proposalPrevention),
      likelihood: signs.map((sign) => lineOf(sign, incidents.length)),
    },
    { lineWidth: 0 },
  );
}

/** `^vp.http slow=.1 c500=.4`: what the cases found, with two cases of what chance brings. */
function lineOf({ written, kind, states }: Sign, cases: number): string {
  const chances = kind.states.slice(1).flatMap((state, index) => {
    const count = states.get(state);
    if (count === undefined) return [];
    const chance = (count + ownCases * (kind.leak[index] ?? 0)) / (cases + ownCases);
    return [`${state}=${Math.max(0.01, Math.floor(chance * 100) / 100)}`];
  });
  return [written, ...chances].join(" ");
}
