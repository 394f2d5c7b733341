import type { Stamp } from "../../kernel/clock.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Signal, SignalKind } from "../../kernel/model/signal.ts";
import { isHolding } from "../../kernel/model/window.ts";
import type { Cover } from "./cover.ts";
import type { Kept } from "./watch.ts";

/** A window as it is asked at every change of a signal. */
export interface Holder extends Kept {
  readonly cover: Cover;
}

/** That something answers, or how well: what the work itself interrupts. */
const availability: ReadonlySet<SignalKind> = new Set(["down", "degraded", "partial", "path", "late"]);
/** What shows that a machine was worked on. */
const ofTheMachine: ReadonlySet<SignalKind> = new Set(["blind", "failed", "alert", "clock-off", "missed"]);
/** Runs of a backup that a machine under work cannot make; what is said of copies themselves is always told. */
const backupRuns: ReadonlySet<unknown> = new Set(["missed", "late", "failed", "partial"]);
const breakIn = /authentication failure|failed password|invalid user|break-?in|incorrect password|possible attack/i;

/** The window that holds a signal: the one that is planned to end last, so that it is told once, when all are over. */
export function heldBy(holders: readonly Holder[], signal: Signal): number | null {
  const found = holders.filter((holder) => holds(holder, signal));
  return found.sort((a, b) => b.window.endMs - a.window.endMs || a.window.id - b.window.id)[0]?.window.id ?? null;
}

export function isCovered({ window, cover }: Holder, component: ComponentId): boolean {
  return isHolding(window) && cover.held.has(component);
}

function holds(holder: Holder, signal: Signal): boolean {
  const { window, watch } = holder;
  if (!isCovered(holder, signal.subject) || isDanger(signal)) return false;
  if (watch.holdsSince === null || isBefore(signal.startedAt, watch.holdsSince)) return false;
  if (availability.has(signal.kind)) return !isBackFor(holder, signal);
  // nobody planned a start of its own or the end of a recovery, so nothing critical waits for it
  const isPlanned = window.origin !== "reboot" && window.origin !== "recovery";
  return isPlanned || signal.severity !== "critical";
}

/** Data, fire, intrusion, people: told whatever is being done. */
function isDanger({ kind, facts, severity }: Signal): boolean {
  if (kind === "backup") return severity === "critical" || !backupRuns.has(facts["trouble"]);
  if (kind === "hardware") return facts["what"] !== "power-off";
  if (kind === "vital") return facts["finding"] === "disk-read-only";
  if (kind === "log") return breakIn.test(String(facts["example"]));
  return !availability.has(kind) && !ofTheMachine.has(kind);
}

/**
 * It was back and this began since, or it was back before its time and is gone again: that is not the work. What began during the
 * work and is not over to the letter yet still is.
 */
function isBackFor({ window }: Holder, { startedAt }: Signal): boolean {
  const { isEarly, backAt } = window.course;
  return backAt === null ? isEarly : !isBefore(startedAt, backAt);
}

function isBefore(a: Stamp, b: Stamp): boolean {
  return a.bootId === b.bootId ? a.monotonicMs < b.monotonicMs : a.atMs < b.atMs;
}
