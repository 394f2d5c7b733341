import type { BackupPlan, BackupTarget } from "../../kernel/model/backup.ts";
import type { CopyState, RestoreRun } from "../../kernel/model/recovery.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Truth } from "../../kernel/ports-audit.ts";
import { usableSets } from "./time.ts";

/** A credential that was found where it lies: by name and fingerprint, never by content. */
export interface FoundCredential {
  /** `host:db1`, `person:sato`, `automation:ansible` */
  readonly holder: string;
  /** `repository:office/shop-data`, `host:web1`, `account:omni-1` */
  readonly opens: string;
  readonly power: "read" | "append" | "delete" | "admin";
}

/** What the audit is computed from. What is absent is not known. */
export interface AuditFacts {
  readonly site: Site;
  readonly nowMs: number;
  /** read from the repositories; nothing is taken from what the writers reported */
  readonly copies: readonly CopyState[];
  readonly credentials?: readonly FoundCredential[];
  /** hosts whose credentials were all looked for */
  readonly scannedHosts?: ReadonlySet<string>;
  /** keys that somebody has looked at where they are said to be */
  readonly keysSeen?: readonly { readonly plan: string; readonly holder: string; readonly atMs: number }[];
  /** rehearsals and recoveries, newest first */
  readonly restores?: readonly RestoreRun[];
}

export const dayMs = 86_400_000;
/** a proof that the writer cannot delete, and the last reading of a repository, are good for so long */
const proofMs = 31 * dayMs;
/** an envelope that nobody has opened for longer is a claim */
const keySeenMs = 180 * dayMs;

/** One plan's copies at one place. */
export interface CopyFacts {
  /** `office/shop-data` */
  readonly id: string;
  readonly plan: BackupPlan;
  readonly target: BackupTarget;
  readonly state: CopyState | null;
  /** whether there are committed sets */
  readonly exists: Truth;
  /** whether the whole repository is known to be sound: false after a failed verification that none has mended */
  readonly sound: Truth;
  /** whether its writer's credential can delete it */
  readonly writerDeletes: Truth;
  /** whether whoever rules over its place can */
  readonly rulerDeletes: Truth;
}

export function copyId(place: string, plan: string): string {
  return `${place}/${plan}`;
}

/** Every copy that the configuration declares, with what has been proven of it. */
export function copyFacts(facts: AuditFacts, planned: boolean): readonly CopyFacts[] {
  const states = new Map(facts.copies.map((state) => [copyId(state.place, state.plan), state]));
  return [...(facts.site.backups?.values() ?? [])].flatMap((plan) =>
    plan.to.map((target): CopyFacts => {
      const id = copyId(target.at, plan.key);
      const state = states.get(id) ?? null;
      return {
        id,
        plan,
        target,
        state,
        exists: planned ? true : existence(state, { facts, plan, target }),
        sound: soundness(state),
        writerDeletes: plan.with === "external" ? false : writerDeletes(target, state, { facts, planned }),
        rulerDeletes: target.lockedForMs === null ? true : planned ? false : "unknown",
      };
    }),
  );
}

function existence(
  state: CopyState | null,
  { facts, plan, target }: { facts: AuditFacts; plan: BackupPlan; target: BackupTarget },
): Truth {
  // the provider's own copies are there once one of them has been restored
  const restored = (facts.restores ?? []).some(
    (run) => run.plan === plan.key && run.place === target.at && run.state === "done",
  );
  if (plan.with === "external" && restored) return true;
  if (state === null || state.readAt === null || state.trouble !== null) return "unknown";
  if (facts.nowMs - state.readAt.atMs > proofMs) return "unknown";
  if (usableSets(state, facts.nowMs).length > 0) return true;
  // a snapshot of another tool is there, but whether it is complete cannot be known from it
  return (state.foreign ?? []).length > 0 ? "unknown" : false;
}

function soundness(state: CopyState | null): Truth {
  const whole = (state?.verified ?? []).filter(({ set, level }) => set === null && level >= 2);
  const last = whole.toSorted((a, b) => b.at.atMs - a.at.atMs)[0];
  if (last === undefined) return "unknown";
  return last.ok || !last.findings.some(({ severity }) => severity === "broken");
}

function writerDeletes(
  target: BackupTarget,
  state: CopyState | null,
  { facts, planned }: { facts: AuditFacts; planned: boolean },
): Truth {
  const proof = state?.proof ?? null;
  // what was tried counts for more than any claim
  if (proof?.result === "deletable") return true;
  if (proof?.result === "refused" && facts.nowMs - proof.at.atMs <= proofMs) return false;
  if (!target.appendOnlyClaimed && target.lockedForMs === null) return true;
  return planned ? false : "unknown";
}

/** Whether the holder has been seen to have the key lately. */
export function keySeen(facts: AuditFacts, plan: string, holder: string): boolean {
  return (facts.keysSeen ?? []).some(
    (seen) => seen.plan === plan && seen.holder === holder && facts.nowMs - seen.atMs <= keySeenMs,
  );
}

/** Plans whose copies hold all that `plan` copies: itself, and those that copy more of the same host. */
export function covering(plan: BackupPlan, plans: Iterable<BackupPlan>): readonly BackupPlan[] {
  return [...plans].filter((other) => other === plan || (other.host === plan.host && covers(other, plan)));
}

function covers(wide: BackupPlan, narrow: BackupPlan): boolean {
  if (isWholeHost(wide)) return true;
  if (isWholeHost(narrow)) return false;
  const holds = (path: string): boolean =>
    wide.paths.some((one) => path === one || one === "/" || path.startsWith(`${one}/`));
  const dumps = (engine: string, name: string): boolean =>
    wide.databases.some((one) => one.engine === engine && (one.name === name || one.name === "*"));
  return narrow.paths.every(holds) && narrow.databases.every(({ engine, name }) => dumps(engine, name));
}

function isWholeHost({ paths, databases }: BackupPlan): boolean {
  return paths.length === 0 && databases.length === 0;
}

function isImage(plan: BackupPlan): boolean {
  return plan.with === "external" && isWholeHost(plan);
}

/** Sets of data to answer for: the provider's copies of the whole host stand for themselves, once, only where nothing else of the host is copied. */
export function dataPlans(plans: readonly BackupPlan[]): readonly BackupPlan[] {
  const known = new Set(plans.filter((plan) => !isImage(plan)).map(({ host }) => host));
  return plans.filter((plan) => {
    if (!isImage(plan)) return true;
    const isFirst = !known.has(plan.host);
    known.add(plan.host);
    return isFirst;
  });
}
