import { elapsedMs, stampNow, type Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import type { RepairRun, RepairTrouble } from "../kernel/ports-prevent.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { connectSsh } from "../clients/ssh.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { StoredRepair } from "../storage/ledger/nouns/repairs.ts";
import { repairHash } from "./canonical.ts";
import { bindingOf, createReach, hostOf, pinnedKeyOf, wayTo, type NoWay, type Way } from "./reach.ts";
import { closingState, endedStep, repairEvent, withStep } from "./record.ts";
import { runStep, type Patience, type StepEnd } from "./run-step.ts";

export interface HandsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  site(): Site;
  /** takes secrets out of foreign text */
  mask(text: string): string;
  readonly connect: typeof connectSsh;
  /** where steps are claimed on the machines, absolute */
  readonly stepsFolder: string;
  readonly patience: Patience;
}

/** An approval does not wait longer than this for its first use. */
const approvalMs = 15 * 60_000;

/** The way to a repair's machine and the hash of what would run there now. */
export async function wayOf(
  { ledger, site }: Pick<HandsDeps, "ledger" | "site">,
  { host: key, repair }: Pick<RepairRun, "host" | "repair">,
): Promise<{ readonly way: Result<Way, NoWay>; readonly sha256: string }> {
  const host = hostOf(site(), key);
  const pinned = host === null ? null : await pinnedKeyOf(ledger, host);
  const sha256 = repairHash(key, bindingOf(host, pinned), repair);
  return { way: host === null ? err("keys.act") : wayTo(host, pinned), sha256 };
}

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
  } finally {
    reach.close();
  }
}

interface Doing {
  readonly reach: ReturnType<typeof createReach>;
  readonly signal: AbortSignal;
}

/** @returns the repair after its next step; null when nothing is left to do now */
async function next(deps: HandsDeps, stored: StoredRepair, { reach, signal }: Doing): Promise<StoredRepair | null> {
  const { run, bootId } = stored;
  const nth = run.steps.findIndex(({ state }) => state !== "done");
  const step = run.repair.steps[nth];
  if (step === undefined) return null;
  const mayHaveBeenSent = run.steps[nth]?.state === "running";
  const intended = mayHaveBeenSent ? ok(stored) : await intend(deps, stored, nth);
  if (!intended.ok) return null;
  const order = {
    folder: deps.stepsFolder,
    run: `${run.id}-${Math.round(run.offeredAt.atMs)}-${run.sha256.slice(0, 16)}`,
    step: `${String(nth + 1).padStart(2, "0")}-${step.id.replaceAll(/[^a-z0-9-]/gi, "-").slice(0, 40)}`,
    command: step.command,
    timeoutMs: step.timeoutMs,
    bootId,
  };
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

async function keep(
  deps: HandsDeps,
  stored: StoredRepair,
  { nth, end }: { readonly nth: number; readonly end: StepEnd },
): Promise<StoredRepair | null> {
  const { id } = stored.run.repair.steps[nth] ?? { id: "" };
  const step = endedStep(id, end, { at: stampNow(deps.clock), mask: deps.mask });
  const state = closingState(end, nth === stored.run.steps.length - 1);
  const run = { ...withStep(stored.run, nth, step), state };
  const changed = { run, bootId: stored.bootId ?? end.bootId };
  await deps.ledger.transaction(async (tx) => {
    await tx.putRepair(changed);
    const told = { step: id, state: end.state, code: end.code, reason: end.trouble?.reason ?? null };
    await tx.append(repairEvent(run, "repair.step", told));
    if (state !== "running") await tx.append(repairEvent(run, `repair.${state}`, { step: id }));
  });
  return state === "running" ? changed : null;
}

/** Nothing more is sent. A step that may have been under way has an unknown outcome; otherwise nothing of the next one ran. */
async function giveUp(deps: HandsDeps, stored: StoredRepair, reason: RepairTrouble): Promise<void> {
  const nth = stored.run.steps.findIndex(({ state }) => state !== "done");
  const wasSent = stored.run.steps[nth]?.state === "running";
  const state = wasSent ? "unknown" : "failed";
  await keep(deps, stored, {
    nth,
    end: { state, code: null, output: "", trouble: { reason, seen: "" }, bootId: null },
  });
}
