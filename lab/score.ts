import { matches, writeCause, writeNamed, type Named } from "./cause.ts";
import type { Scenario } from "./scenario.ts";
import { firstNamed, type EndedIncident, type Watched } from "./watch.ts";

export const results = ["passed", "failed", "void"] as const;

/** One scenario's row of the answer; its form is fixed. */
export interface Verdict {
  readonly id: string;
  readonly result: (typeof results)[number];
  /** most probable first; the first of each incident before the rest */
  readonly causes: readonly Named[];
  readonly scope: string | null;
  readonly reach: string | null;
  /** how often somebody was woken */
  readonly pages: number;
  /** from the first signal */
  readonly scopeSeconds: number | null;
  readonly seconds: number | null;
  /** why it did not pass; empty when it did */
  readonly reason: string;
}

/** What the figures over all scenarios are made of. */
export interface Marks {
  readonly isHealthy: boolean;
  readonly top1: boolean;
  readonly top3: boolean;
  readonly scopeRight: boolean;
  /** the top cause's; null: nothing was named */
  readonly confidence: number | null;
  /** a cause was named though nothing was broken */
  readonly accused: boolean;
  /** from the first signal to the end of the last diagnosis */
  readonly lastWordSeconds: number | null;
}

export interface Scored {
  readonly verdict: Verdict;
  readonly marks: Marks;
}

export interface ScoreOptions {
  /** what the injection's commands said against it; empty: nothing */
  readonly complaints: readonly string[];
  /** the true causes were left out of the catalogue: whoever then is sure of another is wrong */
  readonly isBlind: boolean;
}

/** With the true cause out of the catalogue this much certainty of another is confidently wrong. */
const confidentFrom = 0.9;
const mostCauses = 10;

export function score(scenario: Scenario, watched: Watched, options: ScoreOptions): Scored {
  const incidents = watched.incidents.toSorted(byWeight);
  const causes = mergedCauses(incidents);
  const leading = incidents[0]?.last ?? null;
  const marks = marksOf(scenario, incidents, watched);
  const { result, reason } = judge({ scenario, watched, incidents, marks, ...options });
  const verdict: Verdict = {
    id: scenario.id,
    result,
    causes: causes.slice(0, mostCauses).map(({ id, component, probability }) => ({ id, component, probability })),
    scope: leading?.scope ?? null,
    reach: leading?.reach ?? null,
    pages: incidents.filter(({ woke }) => woke).length,
    scopeSeconds: rounded(watched.scopeSeconds),
    seconds: rounded(watched.seconds),
    reason,
  };
  return { verdict, marks };
}

/** A scenario that could not be played at all. */
export function unplayed(scenario: Scenario, reason: string): Scored {
  const nothing: Watched = {
    incidents: [],
    steps: [],
    firstSignalSeconds: null,
    scopeSeconds: null,
    seconds: null,
    lastWordSeconds: null,
    signals: [],
    effect: null,
    silence: null,
  };
  const { verdict, marks } = score(scenario, nothing, { complaints: [], isBlind: false });
  return { verdict: { ...verdict, result: "failed", reason }, marks };
}

function rounded(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 10) / 10;
}

const severityRank: Readonly<Record<string, number>> = { critical: 0, warning: 1, info: 2 };

/** The incident that speaks for the scenario comes first: one that woke somebody, then the gravest, then the oldest. */
function byWeight(a: EndedIncident, b: EndedIncident): number {
  return rank(a) - rank(b) || a.id - b.id;
}

function rank({ woke, severity }: EndedIncident): number {
  return (woke ? 0 : 10) + (severityRank[severity] ?? 3);
}

function mergedCauses(incidents: readonly EndedIncident[]): Named[] {
  const lists = incidents.map(({ last }) => last?.causes ?? []);
  const firsts = lists.flatMap((list) => list.slice(0, 1));
  const rest = lists.flatMap((list) => list.slice(1)).toSorted((a, b) => b.probability - a.probability);
  const seen = new Set<string>();
  return [...firsts, ...rest].filter((named) => {
    const key = writeNamed(named);
    return !seen.has(key) && seen.add(key);
  });
}

/** What counts as named: each incident's first cause; of one incident as many as are expected. */
function namedCauses({ expect }: Scenario, incidents: readonly EndedIncident[]): readonly Named[] {
  const lists = incidents.map(({ last }) => last?.causes ?? []).filter((list) => list.length > 0);
  const one = lists[0];
  if (lists.length === 1 && one !== undefined) return one.slice(0, expect.causes.length);
  return expect.causes.length > 1 ? lists.flatMap((list) => list.slice(0, 1)) : (one ?? []).slice(0, 1);
}

function marksOf(scenario: Scenario, incidents: readonly EndedIncident[], { steps, lastWordSeconds }: Watched): Marks {
  const { causes, scope } = scenario.expect;
  const isHealthy = causes.length === 0;
  const top = incidents[0]?.last?.causes[0];
  const within3 = incidents.flatMap(({ last }) => last?.causes.slice(0, 3) ?? []);
  const found = incidents[0]?.last?.scope;
  return {
    isHealthy,
    top1: top !== undefined && causes.some((cause) => matches(cause, top)),
    top3: !isHealthy && causes.every((cause) => within3.some((named) => matches(cause, named))),
    scopeRight: scope === null || scope.some((one) => one === found),
    confidence: top?.probability ?? null,
    accused: isHealthy && firstNamed(steps) !== null,
    lastWordSeconds: rounded(lastWordSeconds),
  };
}

interface Judged extends ScoreOptions {
  readonly scenario: Scenario;
  readonly watched: Watched;
  readonly incidents: readonly EndedIncident[];
  readonly marks: Marks;
}

function judge(judged: Judged): Pick<Verdict, "result" | "reason"> {
  const { scenario, watched, complaints } = judged;
  if (watched.silence !== null) return { result: "failed", reason: `the hub did not answer: ${watched.silence}` };
  const isHealthy = scenario.expect.causes.length === 0;
  // a command may end badly and have done its work; it is told when something else went wrong
  const aside = complaints.length === 0 ? "" : ` (injecting ${complaints.join("; ")})`;
  if (!isHealthy && watched.effect === null) {
    return { result: "void", reason: `no signal, and no look differs from before${aside}` };
  }
  const against = [
    ...(isHealthy ? accusation(watched) : causeFlaws(judged)),
    ...(isHealthy || judged.isBlind ? [] : scopeFlaws(judged)),
    ...pageFlaws(judged),
  ];
  if (against.length === 0) return { result: "passed", reason: "" };
  return { result: "failed", reason: `${against.join("; ")}${aside}` };
}

function accusation({ steps }: Watched): string[] {
  const named = firstNamed(steps);
  return named === null
    ? []
    : [`named ${named.cause} after ${Math.round(named.atSeconds)} s, though nothing is broken`];
}

function causeFlaws({ scenario, incidents, isBlind, watched }: Judged): string[] {
  const wanted = scenario.expect.causes;
  const text = wanted.map(writeCause).join(" and ");
  if (isBlind) {
    const sure = incidents
      .flatMap(({ last }) => last?.causes ?? [])
      .find(({ probability, id }) => probability >= confidentFrom && id !== "other-unknown");
    return sure === undefined ? [] : [`sure of ${writeNamed(sure)} ${sure.probability.toFixed(2)} without ${text}`];
  }
  if (incidents.length === 0) {
    return [`no incident, expected ${text}; seen: ${watched.signals.join(", ") || watched.effect || "nothing"}`];
  }
  const named = namedCauses(scenario, incidents);
  const top = named[0];
  if (top === undefined) return [`no diagnosis, expected ${text}`];
  const missing = wanted.filter((cause) => !named.some((one) => matches(cause, one)));
  const topIsRight = wanted.some((cause) => matches(cause, top));
  if (topIsRight && missing.length === 0) return [];
  const told = named.map((one) => `${writeNamed(one)} ${one.probability.toFixed(2)}`).join(", ");
  return [`named ${told}; expected ${text}`];
}

function scopeFlaws({ scenario: { expect }, incidents }: Judged): string[] {
  const last = incidents[0]?.last ?? null;
  if (last === null) return [];
  const { scope, reach } = expect;
  return [
    ...(scope === null || scope.some((one) => one === last.scope)
      ? []
      : [`scope ${last.scope}, expected ${scope.join(" or ")}`]),
    ...(reach === null || reach === last.reach ? [] : [`reach ${last.reach}, expected ${reach}`]),
  ];
}

function pageFlaws({ scenario: { expect }, incidents }: Judged): string[] {
  const pages = incidents.filter(({ woke }) => woke).length;
  return expect.page === null || expect.page === pages ? [] : [`woke ${pages} times, expected ${expect.page}`];
}
