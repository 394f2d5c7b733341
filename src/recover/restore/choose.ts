import { KoboshiError } from "../../kernel/errors.ts";
import type { KnownLook, ListedSet, RestoreAt, RestoreWanted } from "../../kernel/ports-restore.ts";
import { rfc3339 } from "../../words/format.ts";
import { isoOf } from "../sets/moment.ts";
import { setAtMs } from "../sets/read-sets.ts";
import { quarantineOf, type Quarantine } from "../verify/quarantine.ts";

export interface Choosing {
  /** at the places that were asked for, newest first */
  readonly sets: readonly ListedSet[];
  /** what may be named instead, newest first */
  readonly others: readonly ListedSet[];
  /** of the plan's copies at all places; empty: nothing is known of them */
  readonly looks: readonly KnownLook[];
  /** of the moments in a refusal */
  readonly timeZone: string;
}

/**
 * The set that was asked for. One that a verification found broken is taken only by whoever names it: never in silence, and
 * never in silence another one instead, unless it is the same set at another place.
 * @throws KB8302, KB8312
 */
export function chooseSet(choosing: Choosing, wanted: Pick<RestoreWanted, "at" | "from" | "despite">): ListedSet {
  const { sets } = choosing;
  const { at, from } = wanted;
  const found = sets.find(({ record }) => isAt(at, record.set, setAtMs(record)));
  if (found === undefined) {
    const plan = from.plan ?? [...new Set(sets.map(({ record }) => record.plan))].join(", ");
    const instead = soundInstead(choosing, null);
    throw new KoboshiError("KB8302", {
      plan: plan === "" ? "—" : plan,
      at: writtenAt(at),
      ...insteadFacts(instead, choosing),
    });
  }
  const quarantine = ofSet(choosing, found);
  if (quarantine === null || wanted.despite === found.record.set) return found;
  const twin = sets.find((one) => one.record.set === found.record.set && ofSet(choosing, one) === null);
  if (twin !== undefined) return twin;
  throw refusal(choosing, found, quarantine);
}

/** What is known against a set at its place. */
export function ofSet({ looks }: Pick<Choosing, "looks">, { place, record }: ListedSet): Quarantine | null {
  return quarantineOf(
    looks.filter((look) => look.place === place),
    record,
  );
}

function refusal(choosing: Choosing, found: ListedSet, { finding, look }: Quarantine): KoboshiError {
  const { timeZone } = choosing;
  const { record, place } = found;
  const { facts } = finding;
  const where = [facts["database"], facts["table"], facts["column"]].filter(
    (part) => typeof part === "string" && part !== "",
  );
  return new KoboshiError("KB8312", {
    plan: record.plan,
    place,
    set: record.set,
    at: rfc3339(setAtMs(record), timeZone),
    finding: finding.code,
    where: where.join("."),
    flagged: Number(facts["flagged"] ?? 0),
    sampled: Number(facts["sampled"] ?? 0),
    level: look.level,
    seenAt: rfc3339(look.at.atMs, timeZone),
    ...insteadFacts(soundInstead(choosing, found), choosing),
  });
}

/** The newest set of the same plan that nothing is known against. */
function soundInstead(choosing: Choosing, not: ListedSet | null): ListedSet | null {
  const fits = choosing.others.filter(
    (one) => one.record.set !== not?.record.set && (not === null || one.record.plan === not.record.plan),
  );
  return fits.find((one) => ofSet(choosing, one) === null) ?? null;
}

function insteadFacts(instead: ListedSet | null, { timeZone }: Choosing): Readonly<Record<string, string>> {
  if (instead === null) return {};
  const { place, record } = instead;
  return { insteadPlace: place, insteadSet: record.set, insteadAt: rfc3339(setAtMs(record), timeZone) };
}

function isAt(at: RestoreAt, set: string, atMs: number): boolean {
  if (at.kind === "latest") return true;
  return at.kind === "set" ? set.startsWith(at.set) : atMs <= at.atMs;
}

function writtenAt(at: RestoreAt): string {
  return at.kind === "latest" ? "latest" : at.kind === "set" ? at.set : isoOf(at.atMs);
}
