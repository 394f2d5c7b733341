import { later, stampNow, type Clock } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";
import type { Kept } from "./watch.ts";

const mostListed = 20;

/** The one open signal of each window that is later than it may be. */
export interface WindowSignals {
  /** what has to be told so that the signals say this of the windows that are not over */
  look(alive: readonly Kept[]): readonly SignalChange[];
}

export function createWindowSignals(clock: Clock, openSignals: readonly Signal[]): WindowSignals {
  const own = openSignals.filter(({ kind, closedAt }) => kind === "window" && closedAt === null);
  const open = new Map(own.map((signal) => [Number(signal.facts["window"]), signal]));
  return {
    look(alive) {
      const late = alive.filter(({ window }) => isLate(window));
      const ids = new Set(late.map(({ window }) => window.id));
      const changes: SignalChange[] = [];
      for (const [id, signal] of open) {
        if (ids.has(id)) continue;
        open.delete(id);
        changes.push({ change: "closed", signal: { ...signal, closedAt: stampNow(clock) } });
      }
      for (const kept of late) {
        const known = open.get(kept.window.id);
        const signal = signalOf(kept, known ?? null, clock);
        if (known !== undefined && saysSo(known, signal)) continue;
        open.set(kept.window.id, signal);
        changes.push({ change: known === undefined ? "opened" : "changed", signal });
      }
      return changes;
    },
  };
}

function isLate({ state, course }: Kept["window"]): boolean {
  return course.overrunAt !== null && (state === "open" || state === "verifying");
}

/** A check more or less is no news; that it is back, or how bad it is, is. */
function saysSo(known: Signal, made: Signal): boolean {
  return known.severity === made.severity && known.facts["trouble"] === made.facts["trouble"];
}

function signalOf(kept: Kept, known: Signal | null, clock: Clock): Signal {
  const { window, watch } = kept;
  const now = stampNow(clock);
  const isBack = window.state === "verifying";
  const since = { openedAt: now, startedAt: later(now, Math.min(0, window.endMs - now.atMs)) };
  return {
    ...since,
    id: randomId(),
    subject: subjectOf(kept),
    ...(known === null
      ? {}
      : { id: known.id, subject: known.subject, openedAt: known.openedAt, startedAt: known.startedAt }),
    kind: "window",
    checkId: null,
    severity: isBack && !watch.isCritical ? "warning" : "critical",
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: [],
    workingFrom: [],
    facts: {
      window: window.id,
      title: window.title,
      trouble: isBack ? "gate-shut" : "not-back",
      origin: window.origin,
      endMs: window.endMs,
      hosts: window.hosts.slice(0, mostListed),
      lost: watch.lostNow.slice(0, mostListed),
      failing: (watch.failing ?? []).slice(0, mostListed),
    },
  };
}

/** What is not back; without that the first of what was worked on. */
function subjectOf({ window, watch }: Kept): ComponentId {
  const [lost] = watch.lostNow;
  const hosts = window.hosts.map((key) => componentId("host", key));
  return lost ?? hosts[0] ?? window.targets[0] ?? componentId("host", "");
}
