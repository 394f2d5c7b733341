import { elapsedMs, type Stamp } from "../kernel/clock.ts";
import type { BackupPlan, CommitRecord, VerifiedLevel } from "../kernel/model/backup.ts";
import type { BackupRun, CopyState, RestoreRun } from "../kernel/model/recovery.ts";
import type { Site } from "../kernel/model/site.ts";
import type { BackupStatus } from "../kernel/ports-recovery.ts";
import { instantMs } from "../readers/hardware/instant.ts";
import { quarantineOf } from "./verify/quarantine.ts";

/** Whether the data would be back in time, by what was measured; never by what is promised. */
export type Timeliness = "met" | "likely" | "missed" | "unproven";

/** Why something is unproven or missed; key of its words. */
export type Doubt =
  | "external"
  | "no-target"
  | "never-restored"
  | "restore-failed"
  | "drill-overdue"
  | "old-restore"
  | "sampled-only"
  | "too-slow"
  | "slower-before"
  | "not-read"
  | "foreign-only"
  | "no-copy"
  | "stale-copy"
  | "unreadable"
  | "broken-copy";

/** What is known of one copy of a plan. */
export interface CopyVerdict {
  readonly place: string;
  /** newest committed set that is not of the future; null: none, or none was ever read */
  readonly newest: CommitRecord | null;
  /** Unix epoch UTC */
  readonly newestAtMs: number | null;
  /** of what another tool wrote there: whether it is complete nobody can tell; null: nothing */
  readonly foreignAtMs: number | null;
  /** the highest level that holds for the newest verification of each kind; 0: nothing is proven */
  readonly level: VerifiedLevel;
  /** when the newest good verification of level 2 or more was; null: never */
  readonly verifiedAtMs: number | null;
  /** a verification found the copy broken, and none has passed since */
  readonly isBroken: boolean;
  readonly isUnreadable: boolean;
  /** ids of sets that a restore refuses, for a verification found them broken */
  readonly quarantined: readonly string[];
  /** not in the host's own place, account or provider */
  readonly isElsewhere: boolean;
  /** proven by trying, not older than it is believed; null: not proven either way */
  readonly deletable: boolean | null;
}

export interface BackupVerdict {
  readonly timeliness: Timeliness;
  /** what speaks against it, worst first; empty when it would be met */
  readonly doubts: readonly Doubt[];
  /** of all sound copies */
  readonly newestAtMs: number | null;
  readonly newestPlace: string | null;
  /** age of the newest against what may be lost; unknown without a promise or a copy */
  readonly freshness: "fresh" | "stale" | "unknown";
  readonly verifiedAtMs: number | null;
  /** the newest that came to a good end; null: never */
  readonly lastRestore: RestoreRun | null;
  readonly restoreSeconds: number | null;
  /** when the next drill is due; null: none is scheduled */
  readonly drillDueAtMs: number | null;
  readonly isDrillOverdue: boolean;
  readonly copiesElsewhere: number;
  /** in the order of the file */
  readonly copies: readonly CopyVerdict[];
  /** the newest run that ended */
  readonly lastRun: BackupRun | null;
}

export interface Judging {
  readonly status: BackupStatus;
  readonly site: Site;
  readonly now: Stamp;
}

/** A proof that the writer cannot delete is believed for a month: credentials and rules change. */
const proofValidMs = 31 * 86_400_000;
/** What was restored longer ago proves nothing of today, where no drill says otherwise: UX §2.7. */
const restoreValidMs = 90 * 86_400_000;

/** What a plan's copies are worth. Pure: the same status and moment give the same verdict. */
export function backupVerdict({ status, site, now }: Judging): BackupVerdict {
  const { plan } = status;
  const copies = status.copies.map((copy) => copyVerdict(copy, { plan, site, now }));
  const sound = copies.filter(({ isBroken, isUnreadable, newest }) => newest !== null && !isBroken && !isUnreadable);
  const best = sound.toSorted((a, b) => (b.newestAtMs ?? 0) - (a.newestAtMs ?? 0))[0] ?? null;
  const lastRestore = status.restores.find(({ state }) => state === "done") ?? null;
  const drillDueAtMs = dueAt(plan, lastRestore);
  const isDrillOverdue = isOverdue({ plan, lastRestore, now });
  const freshness = freshnessOf(plan, best?.newestAtMs ?? null, now);
  const weighing = { status, now, copies, sound, isDrillOverdue, freshness };
  const doubts = [...copyDoubts(weighing), ...restoreDoubts(weighing)];
  return {
    timeliness: timelinessOf(doubts, sound.length > 0),
    doubts,
    newestAtMs: best?.newestAtMs ?? null,
    newestPlace: best?.place ?? null,
    freshness,
    verifiedAtMs: newestOf(copies.map(({ verifiedAtMs }) => verifiedAtMs)),
    lastRestore,
    restoreSeconds: lastRestore === null ? null : secondsOf(lastRestore),
    drillDueAtMs,
    isDrillOverdue,
    copiesElsewhere: sound.filter(({ isElsewhere }) => isElsewhere).length,
    copies,
    lastRun: status.runs.find(({ endedAt }) => endedAt !== null) ?? null,
  };
}

/** What it took from the alarm to the service that answers: the phases, else both ends where both are known. */
export function secondsOf({ phases, startedAt, endedAt, trouble }: RestoreRun): number | null {
  if (phases.length > 0) return phases.reduce((sum, { seconds }) => sum + seconds, 0);
  if (trouble?.code === "hub-ended") return null;
  return endedAt === null ? null : elapsedMs(startedAt, endedAt) / 1_000;
}

function copyVerdict(
  copy: CopyState,
  { plan, site, now }: { readonly plan: BackupPlan; readonly site: Site; readonly now: Stamp },
): CopyVerdict {
  const dated = copy.sets
    .map((record) => ({ record, atMs: instantMs(record.snapshotAt) }))
    .filter(({ atMs }) => atMs !== null && atMs <= now.atMs) // a set dated in the future is never the newest
    .toSorted((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0));
  const newest = dated[0] ?? null;
  const good = copy.verified.filter(({ ok, level }) => ok && level >= 2);
  const broken = copy.verified.find(
    ({ ok, findings }) => !ok && findings.some(({ severity }) => severity === "broken"),
  );
  const lastGood = newestOf(good.map(({ at }) => at.atMs));
  return {
    place: copy.place,
    newest: newest?.record ?? null,
    newestAtMs: newest?.atMs ?? null,
    foreignAtMs: newestOf((copy.foreign ?? []).map(({ atMs }) => (atMs <= now.atMs ? atMs : null))),
    level: levelOf(copy, newest !== null),
    verifiedAtMs: lastGood,
    isBroken: broken !== undefined && !good.some(({ at, level }) => level >= broken.level && at.atMs > broken.at.atMs),
    isUnreadable: copy.trouble !== null,
    quarantined: copy.sets.filter((record) => quarantineOf(copy.verified, record) !== null).map(({ set }) => set),
    isElsewhere: liesElsewhere(copy.place, plan.host, site),
    deletable: deletableOf(copy, now),
  };
}

/** V1 is a commit record that was read; more is what verifications have shown. */
function levelOf({ verified, trouble }: CopyState, hasSet: boolean): VerifiedLevel {
  if (!hasSet || trouble !== null) return 0;
  let level: VerifiedLevel = 1;
  for (const one of verified) if (one.ok && one.level > level) level = one.level;
  return level;
}

function deletableOf({ proof }: CopyState, now: Stamp): boolean | null {
  if (proof === null || proof.result === "inconclusive" || elapsedMs(proof.at, now) > proofValidMs) return null;
  return proof.result === "deletable";
}

/** A copy that one lost place, account or provider takes together with the host is not elsewhere; unknown is not either. */
function liesElsewhere(place: string, hostKey: string, { hosts, places }: Site): boolean {
  const liveKey = hosts.get(hostKey)?.at ?? null;
  const [live, copy] = [liveKey === null ? undefined : places.get(liveKey), places.get(place)];
  if (live === undefined || copy === undefined || live.key === copy.key) return false;
  if (live.provider !== null && live.provider === copy.provider && live.provider !== "own") return false;
  return live.account === null || live.account !== copy.account;
}

function freshnessOf({ loseAtMostMs }: BackupPlan, newestAtMs: number | null, now: Stamp): BackupVerdict["freshness"] {
  if (loseAtMostMs === null) return "unknown";
  if (newestAtMs === null) return "stale";
  return now.atMs - newestAtMs > loseAtMostMs ? "stale" : "fresh";
}

interface Weighing {
  readonly status: BackupStatus;
  readonly now: Stamp;
  readonly copies: readonly CopyVerdict[];
  readonly sound: readonly CopyVerdict[];
  readonly isDrillOverdue: boolean;
  readonly freshness: BackupVerdict["freshness"];
}

function copyDoubts({ status, copies, sound, freshness }: Weighing): readonly Doubt[] {
  const found: Doubt[] = [];
  if (copies.some(({ isBroken }) => isBroken)) found.push("broken-copy");
  if (copies.some(({ isUnreadable }) => isUnreadable)) found.push("unreadable");
  if (sound.length > 0) return freshness === "stale" ? [...found, "stale-copy"] : found;
  if (status.plan.with === "external") return found; // its copies are the provider's: only a restore can show them
  if (copies.some(({ foreignAtMs }) => foreignAtMs !== null)) return [...found, "foreign-only"];
  const isRead = status.copies.some(({ readAt }) => readAt !== null);
  if (found.length === 0) found.push(isRead ? "no-copy" : "not-read");
  return found;
}

function restoreDoubts({ status: { plan, restores }, now, isDrillOverdue }: Weighing): readonly Doubt[] {
  const found: Doubt[] = [];
  if (plan.loseAtMostMs === null || plan.backWithinMs === null) found.push("no-target");
  const done = restores.filter(({ state }) => state === "done");
  const [last] = done;
  if (last === undefined) return [...found, plan.with === "external" ? "external" : "never-restored"];
  // one that was cut off says nothing of the copy: the one before it does
  const judged = restores.find(({ state }) => state === "done" || state === "failed");
  if (judged?.state === "failed") found.push("restore-failed");
  if (isDrillOverdue) found.push("drill-overdue");
  else if (plan.drill?.everyMs == null && elapsedMs(last.endedAt ?? last.startedAt, now) > restoreValidMs)
    found.push("old-restore");
  return [...found, ...timeDoubts(plan, done)];
}

/** Against the target: the last full restore decides, the two before it leave a doubt. */
function timeDoubts({ backWithinMs }: BackupPlan, done: readonly RestoreRun[]): readonly Doubt[] {
  const [last] = done;
  if (last === undefined || last.scope !== "full") return ["sampled-only"];
  if (backWithinMs === null) return [];
  const isOver = (run: RestoreRun): boolean => (secondsOf(run) ?? 0) * 1_000 > backWithinMs;
  if (isOver(last)) return ["too-slow"];
  const before = done.filter(({ scope }) => scope === "full").slice(1, 3);
  return before.some(isOver) ? ["slower-before"] : [];
}

/** What is known to come too late, or to be lost. */
const missing: ReadonlySet<Doubt> = new Set(["too-slow", "stale-copy", "no-copy"]);
/** Beside another copy that is sound they do not decide. */
const ofOneCopy: ReadonlySet<Doubt> = new Set(["broken-copy", "unreadable"]);

function timelinessOf(doubts: readonly Doubt[], hasSound: boolean): Timeliness {
  const deciding = doubts.filter((doubt) => !(hasSound && ofOneCopy.has(doubt)));
  if (deciding.some((doubt) => missing.has(doubt))) return "missed";
  if (deciding.some((doubt) => doubt !== "slower-before")) return "unproven";
  return deciding.length === 0 ? "met" : "likely";
}

function dueAt({ drill }: BackupPlan, last: RestoreRun | null): number | null {
  if (drill?.everyMs == null || last === null) return null;
  return (last.endedAt ?? last.startedAt).atMs + drill.everyMs;
}

/** A plan with drills that was never restored is due at once. */
function isOverdue({
  plan: { drill },
  lastRestore,
  now,
}: {
  readonly plan: BackupPlan;
  readonly lastRestore: RestoreRun | null;
  readonly now: Stamp;
}): boolean {
  if (drill?.everyMs == null) return false;
  return lastRestore === null || elapsedMs(lastRestore.endedAt ?? lastRestore.startedAt, now) > drill.everyMs;
}

function newestOf(moments: readonly (number | null)[]): number | null {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.max(...known);
}
