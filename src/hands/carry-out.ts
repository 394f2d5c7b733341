import { elapsedMs, stampNow } from "../kernel/clock.ts";
import type { RepairTrouble } from "../kernel/ports-prevent.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { StoredRepair } from "../storage/ledger/nouns/repairs.ts";
import { orderOf, standingStep } from "./claims.ts";
import { wayOf, type HandsDeps } from "./deps.ts";
import { keepEnds, type NthEnd } from "./keep-ends.ts";
import { createReach, type Reach } from "./reach.ts";
import { repairEvent, withStep } from "./record.ts";
import { runStep } from "./run-step.ts";
import { tidyMachine } from "./tidy.ts";

/** An approval does not wait longer than this for its first use. */
const approvalMs = 15 * 60_000;

/** Carries an approved repair out from where it stands, step by step, and stops at the first that is not done. */
export async function carryOut(deps: HandsDeps, id: number, signal: AbortSignal): Promise<void> {
  const stored = await deps.ledger.read.repair(id);
  if (stored === null || (stored.run.state !== "approved" && stored.run.state !== "running")) return;
  const { way, sha256 } = await wayOf(deps, stored.run);
  if (!way.ok || sha256 !== stored.run.sha256) return giveUp(deps, stored, "not-as-approved");
  const reach = createReach({ clock: deps.clock, signal, connect: deps.connect }, way.value);
  try {
    let current: StoredRepair | null = stored;
    while (current !== null && !signal.aborted) current = await next(deps, current, { reach, signal });
    const isDone = (await deps.ledger.read.repair(id))?.run.state === "done";
    if (isDone && !signal.aborted) await tidyMachine(deps, stored.run.host, reach);
  } finally {
    reach.close();
  }
}

interface Doing {
  readonly reach: Reach;
  readonly signal: AbortSignal;
}

/** @returns the repair after its next step; null when nothing is left to do now */
async function next(deps: HandsDeps, stored: StoredRepair, { reach, signal }: Doing): Promise<StoredRepair | null> {
  const nth = standingStep(stored);
  if (nth === null) return null;
  const step = stored.run.repair.steps[nth];
  const order = orderOf(deps.stepsFolder, stored, nth);
  if (step === undefined || order === null) return null;
  const mayHaveBeenSent = stored.run.steps[nth]?.state === "running";
  const intended = mayHaveBeenSent ? ok(stored) : await intend(deps, stored, nth);
  if (!intended.ok) return null;
  const end = await runStep({ ...deps, signal, reach }, { step, order, mayHaveBeenSent });
  return end === null ? null : keep(deps, intended.value, { nth, end });
}

/** On the disk before anything is sent: after a crash it is known which step to ask about. */
async function intend(deps: HandsDeps, stored: StoredRepair, nth: number): Promise<Result<StoredRepair, null>> {
  const at = stampNow(deps.clock);
  const isFirst = stored.run.state === "approved";
  const { approvedAt } = stored.run;
  if (isFirst && (approvedAt === null || elapsedMs(approvedAt, at) > approvalMs)) {
    await giveUp(deps, stored, "expired");
    return err(null);
  }
  const { id } = stored.run.repair.steps[nth] ?? { id: "" };
  const step = { id, state: "running", code: null, output: "", at } as const;
  const changed = { ...stored, run: { ...withStep(stored.run, nth, step), state: "running" as const } };
  await deps.ledger.transaction(async (tx) => {
    await tx.putRepair(changed);
    await tx.append(repairEvent(changed.run, "repair.step", { step: id, state: "running" }));
  });
  return ok(changed);
}

/** @returns null when the repair ended with it */
async function keep(deps: HandsDeps, stored: StoredRepair, ended: NthEnd): Promise<StoredRepair | null> {
  const kept = await keepEnds(deps, stored, [ended]);
  return kept.run.state === "running" ? kept : null;
}

/** Nothing more is sent. A step that may have been under way has an unknown outcome; otherwise nothing of the next one ran. */
async function giveUp(deps: HandsDeps, stored: StoredRepair, reason: RepairTrouble): Promise<void> {
  const nth = standingStep(stored) ?? 0;
  const wasSent = stored.run.steps[nth]?.state === "running";
  const state = wasSent ? "unknown" : "failed";
  await keep(deps, stored, {
    nth,
    end: { state, code: null, output: "", trouble: { reason, seen: "" }, bootId: null },
  });
}
