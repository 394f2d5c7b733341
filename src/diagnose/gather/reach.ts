import type { Clock } from "../../kernel/clock.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { PastObservation } from "../../kernel/ports-diagnosis-sources.ts";
import type { Reading } from "../evidence/evidence.ts";
import type { Watched } from "./attempts.ts";
import { together, type Gathered } from "./gatherer.ts";
import { noted, stampAt } from "./noted.ts";
import { rankOf, yieldsOf, type AnyTried, type Yield } from "./readings.ts";
import type { Situation } from "./situation.ts";

/** What the readings of attempts need beside them. */
export interface Looker {
  readonly clock: Clock;
  readonly situation: Situation;
  /** a vantage's wall clock minus the hub's */
  aheadSeconds(vantage: string): number;
  /** whether the page of a check looks like that of a fresh installation; null: not looked at */
  looksDefault(checkId: string, vantage: string): boolean | null;
}

/** The state of one piece of evidence by one check from one vantage. */
interface Found extends Yield {
  readonly vantage: string;
  readonly now: Reading | MissingReason;
  readonly atMs: number;
  /** the worst in the window, with its time; null: nothing abnormal was seen */
  readonly worst: { readonly reading: Reading; readonly atMs: number } | null;
  readonly changedAtMs: number | null;
}

/** Attempts that were slow once and once only are the noise of any line. */
const passingStates: ReadonlySet<string> = new Set(["slow", "loss", "delayed"]);
const oftenEnough = 2;

/** One piece of evidence for each thing told of and each vantage: the worst that any check says. */
export function reachEvidence(watched: readonly Watched[], looker: Looker): Gathered {
  const groups = new Map<string, Found[]>();
  for (const one of watched) {
    for (const found of foundBy(one, looker)) {
      const key = `${found.evidence.id} ${found.target} ${found.vantage}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [found]);
      else group.push(found);
    }
  }
  return together([...groups.values()].map((group) => tell(group, looker)));
}

function foundBy(watched: Watched, looker: Looker): readonly Found[] {
  const { check, vantage, now, silence, atMs, earlier } = watched;
  const asksResolver = [...earlier, ...(now === null ? [] : [now])].some(
    ({ facts }) => facts["recursionOffered"] === true && facts["authoritative"] === false,
  );
  return yieldsOf(check, { ...looker.situation, asksResolver }).map((one) => {
    const read = (result: ProbeResult): Reading | MissingReason => one.evidence.read(triedOf(result, watched, looker));
    const rows = earlier.map((row) => ({ row, reading: read(row) }));
    return {
      ...one,
      vantage,
      atMs,
      now: now === null ? silence : read(now),
      worst: worstOf(one, rows),
      changedAtMs: changeIn(one, rows),
    };
  });
}

function triedOf(result: ProbeResult, { check, vantage, usual }: Watched, looker: Looker): AnyTried {
  return {
    kind: check.kind,
    result,
    usual,
    lookerAheadSeconds: looker.aheadSeconds(vantage),
    looksDefault: looker.looksDefault(check.id, vantage),
  };
}

interface ReadRow {
  readonly row: PastObservation;
  readonly reading: Reading | MissingReason;
}

function worstOf({ evidence }: Yield, rows: readonly ReadRow[]): Found["worst"] {
  let worst: Found["worst"] = null;
  for (const { row, reading } of rows) {
    if (typeof reading === "string" || rankOf(evidence, reading) < 1) continue;
    if (passingStates.has(reading.state) && countOf(rows, reading.state) < oftenEnough) continue;
    if (worst === null || rankOf(evidence, reading) >= rankOf(evidence, worst.reading))
      worst = { reading, atMs: row.atMs };
  }
  return worst;
}

function countOf(rows: readonly ReadRow[], state: string): number {
  return rows.filter(({ reading }) => typeof reading !== "string" && reading.state === state).length;
}

/** The first abnormal reading of the window that follows a normal one. */
function changeIn({ evidence }: Yield, rows: readonly ReadRow[]): number | null {
  const from = rows.findIndex(({ reading }) => rankOf(evidence, reading) === 0);
  const changed = from === -1 ? undefined : rows.slice(from).find(({ reading }) => rankOf(evidence, reading) > 0);
  return changed?.row.atMs ?? null;
}

function tell(group: readonly Found[], { clock }: Looker): Gathered {
  const [first] = group;
  if (first === undefined) return { seen: [], missing: [] };
  const { evidence, target, vantage } = first;
  const about = (atMs: number): AboutOf => ({ evidence: evidence.id, target, vantage, at: stampAt(clock, atMs) });
  const now = group.reduce((a, b) => (rankOf(evidence, b.now) > rankOf(evidence, a.now) ? b : a));
  const worst = group.flatMap((one) => (one.worst === null ? [] : [{ ...one.worst, changedAtMs: one.changedAtMs }]));
  const top = worst.toSorted((a, b) => rankOf(evidence, b.reading) - rankOf(evidence, a.reading))[0];
  if (top !== undefined && rankOf(evidence, top.reading) > rankOf(evidence, now.now)) {
    return noted({ ...about(top.atMs), past: true, changedAtMs: top.changedAtMs }, top.reading);
  }
  const isAbnormal = rankOf(evidence, now.now) > 0;
  return noted({ ...about(now.atMs), changedAtMs: isAbnormal ? (now.changedAtMs ?? null) : null }, now.now);
}

interface AboutOf {
  readonly evidence: string;
  readonly target: ComponentId;
  readonly vantage: string;
  readonly at: ReturnType<typeof stampAt>;
}
