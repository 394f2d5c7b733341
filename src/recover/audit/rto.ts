import type { PhaseTime, RestoreRun } from "../../kernel/model/recovery.ts";
import {
  recoveryPhases,
  type Estimate,
  type PhaseEstimate,
  type RecoveryEstimate,
  type RecoveryPhase,
} from "../../kernel/ports-audit.ts";
import type { AuditFacts, CopyFacts } from "./facts.ts";
import { usableSets } from "./time.ts";

/** Seconds for what no drill has measured. Judgement, shown as an assumption. */
const assumed: Readonly<Partial<Record<RecoveryPhase, readonly [number, number, number]>>> = {
  decide: [900, 1_800, 3_600],
  provision: [600, 1_800, 14_400],
  switch: [300, 600, 3_600],
};
const unknownTime: Estimate = { p10: null, p50: null, p90: null };
/** Drills of the same data before their spread is taken as it is. */
const enoughDrills = 3;
/** how far a rate measured once may be off */
const rateSpread = { fast: 0.8, slow: 1.5 };

/** How long it would take to come back from this copy, phase by phase, each with what it was taken from. */
export function recoveryOf(copy: CopyFacts, facts: AuditFacts): RecoveryEstimate {
  const { plan, target } = copy;
  const runs = (facts.restores ?? []).filter(({ state, scope }) => state === "done" && scope !== "part");
  const own = runs.filter((run) => run.plan === plan.key);
  const bytes = copy.state === null ? null : (usableSets(copy.state, facts.nowMs)[0]?.record.totals.bytes ?? null);
  const phases = recoveryPhases.map((phase): PhaseEstimate => {
    if (phase === "access") return accessTime(copy, facts);
    const measured = fromDrills(phase, own);
    if (measured !== null) return measured;
    if (phase === "fetch") return fetchTime(copy, { facts, runs, bytes });
    const near = fromOneDrill(phase, own.length > 0 ? own : runs.filter(({ place }) => place === target.at));
    return near ?? byDefault(phase);
  });
  const total = added(phases);
  const targetSeconds = plan.backWithinMs === null ? null : plan.backWithinMs / 1_000;
  const retrieval = facts.site.places.get(target.at)?.retrieval;
  return {
    ...total,
    plan: plan.key,
    place: target.at,
    phases,
    fee: retrieval?.feePerGigabyte ?? null,
    targetSeconds,
    verdict: verdictOf(total, targetSeconds),
  };
}

function verdictOf({ p50, p90 }: Estimate, targetSeconds: number | null): RecoveryEstimate["verdict"] {
  if (targetSeconds === null) return "no-target";
  if (p50 !== null && p50 > targetSeconds) return "missed";
  return p50 === null || p90 === null ? "unproven" : p90 <= targetSeconds ? "met" : "unproven";
}

function phaseTimes(phase: RecoveryPhase, runs: readonly RestoreRun[]): readonly PhaseTime[] {
  const names: Readonly<Record<RecoveryPhase, readonly string[]>> = {
    decide: ["decide"],
    provision: ["provision", "base"],
    access: [],
    fetch: ["fetch"],
    load: ["load"],
    verify: ["verify", "smoke"],
    switch: ["switch"],
  };
  return runs.flatMap((run): readonly PhaseTime[] => {
    const parts = run.phases.filter((one) => names[phase].includes(one.phase));
    const [first] = parts;
    if (first === undefined) return [];
    return [{ ...first, seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0) }];
  });
}

function fromDrills(phase: RecoveryPhase, own: readonly RestoreRun[]): PhaseEstimate | null {
  const times = phaseTimes(
    phase,
    own.filter(({ scope }) => scope === "full"),
  ).toSorted((a, b) => a.seconds - b.seconds);
  if (times.length < enoughDrills) return null;
  const at = (share: number): number => times[Math.round(share * (times.length - 1))]?.seconds ?? 0;
  return { phase, p10: at(0.1), p50: at(0.5), p90: at(0.9), from: "drills", ...bytesOf(times) };
}

function bytesOf(times: readonly PhaseTime[]): Pick<PhaseEstimate, "bytes" | "bytesPerSecond"> {
  const middle = times[Math.floor(times.length / 2)];
  if (middle === undefined || middle.bytes === 0 || middle.seconds === 0) return { bytes: null, bytesPerSecond: null };
  return { bytes: middle.bytes, bytesPerSecond: middle.bytes / middle.seconds };
}

/** One or two rehearsals say about how long, and not how far it may be off. */
function fromOneDrill(phase: RecoveryPhase, runs: readonly RestoreRun[]): PhaseEstimate | null {
  const [newest] = phaseTimes(phase, runs);
  if (newest === undefined) return null;
  const { seconds } = newest;
  return {
    phase,
    p10: seconds * rateSpread.fast,
    p50: seconds,
    p90: null,
    from: "place",
    bytes: null,
    bytesPerSecond: null,
  };
}

function byDefault(phase: RecoveryPhase): PhaseEstimate {
  const [p10, p50, p90] = assumed[phase] ?? [];
  const none = { phase, bytes: null, bytesPerSecond: null };
  if (p10 === undefined || p50 === undefined || p90 === undefined) return { ...none, ...unknownTime, from: "unknown" };
  return { ...none, p10, p50, p90, from: "assumed" };
}

/** What the place makes one wait before it hands anything out. */
function accessTime({ target }: CopyFacts, { site }: AuditFacts): PhaseEstimate {
  const none = { phase: "access", bytes: null, bytesPerSecond: null } as const;
  const place = site.places.get(target.at);
  if (place?.retrieval !== undefined) {
    const seconds = place.retrieval.delayMs / 1_000;
    return { ...none, p10: seconds, p50: seconds, p90: seconds, from: "declared" };
  }
  // one's own rooms make nobody wait; of a provider nobody has said
  return place === undefined || place.account === null
    ? { ...none, p10: 0, p50: 0, p90: 0, from: "declared" }
    : { ...none, p10: 0, p50: 0, p90: null, from: "assumed" };
}

interface Fetching {
  readonly facts: AuditFacts;
  readonly runs: readonly RestoreRun[];
  readonly bytes: number | null;
}

function fetchTime({ plan, target }: CopyFacts, { facts, runs, bytes }: Fetching): PhaseEstimate {
  const fromPlace = phaseTimes(
    "fetch",
    runs.filter(({ place }) => place === target.at),
  );
  const measured = fromPlace.find((one) => one.seconds > 0 && one.bytes > 0);
  const line = facts.site.hosts.get(plan.host)?.bandwidthBitsPerSecond;
  const rate = measured === undefined ? (line === undefined ? null : line / 8) : measured.bytes / measured.seconds;
  if (bytes === null || rate === null) {
    return { phase: "fetch", ...unknownTime, from: "unknown", bytes, bytesPerSecond: rate };
  }
  const seconds = bytes / rate;
  const spread = { p10: seconds * rateSpread.fast, p50: seconds, p90: seconds * rateSpread.slow };
  return measured === undefined
    ? { phase: "fetch", ...spread, p90: null, from: "declared", bytes, bytesPerSecond: rate }
    : { phase: "fetch", ...spread, from: "rate", bytes, bytesPerSecond: rate };
}

/** Phases over one link keep their spread; those that have nothing to do with each other even each other out. */
export function added(phases: readonly (Estimate & { readonly phase: RecoveryPhase })[]): Estimate {
  const sure = phases.flatMap(({ p50 }) => p50 ?? []);
  if (sure.length < phases.length) return unknownTime;
  const p50 = sure.reduce((sum, one) => sum + one, 0);
  const linked = new Set<RecoveryPhase>(["access", "fetch"]);
  const far = (side: "p10" | "p90"): number | null => {
    let [together, squares] = [0, 0];
    for (const one of phases) {
      const end = one[side];
      if (end === null || one.p50 === null) return null;
      const off = Math.abs(end - one.p50);
      if (linked.has(one.phase)) together += off;
      else squares += off * off;
    }
    return together + Math.sqrt(squares);
  };
  const [down, up] = [far("p10"), far("p90")];
  return { p10: down === null ? null : p50 - down, p50, p90: up === null ? null : p50 + up };
}
