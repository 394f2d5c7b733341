import type { ComponentId } from "../kernel/model/component.ts";
import type { Ledger, SignalPhase } from "../storage/ledger/ledger.ts";
import type { Span } from "./availability-spans.ts";

/** What was confirmed of each component, kept between readings so that only what is new is read. */
export interface Outages {
  /** Takes in what was confirmed since `sinceMs`. */
  refresh(sinceMs: number, nowMs: number): Promise<void>;
  of(subject: ComponentId, nowMs: number): { readonly down: readonly Span[]; readonly degraded: readonly Span[] };
}

/** Closings this much older than the last reading are read again: a wall clock may have been stepped back meanwhile. */
const overlapMs = 600_000;

export function createOutages(ledger: Pick<Ledger, "read">): Outages {
  const bySubject = new Map<ComponentId, Map<string, readonly SignalPhase[]>>();
  let readFromMs = Infinity;
  let readAtMs = -Infinity;

  function take(phases: readonly SignalPhase[]): void {
    const bySignal = new Map<string, SignalPhase[]>();
    for (const phase of phases) {
      const list = bySignal.get(phase.signalId);
      if (list === undefined) bySignal.set(phase.signalId, [phase]);
      else list.push(phase);
    }
    for (const [id, own] of bySignal) {
      const subject = (own[0] as SignalPhase).subject;
      const signals = bySubject.get(subject) ?? new Map<string, readonly SignalPhase[]>();
      bySubject.set(subject, signals.set(id, own));
    }
  }

  return {
    async refresh(sinceMs, nowMs) {
      const further = sinceMs < readFromMs;
      take(await ledger.read.signalPhases(further ? sinceMs : Math.min(readAtMs, nowMs) - overlapMs));
      readFromMs = Math.min(readFromMs, sinceMs);
      readAtMs = nowMs;
    },
    of(subject, nowMs) {
      const phases = [...(bySubject.get(subject)?.values() ?? [])].flat();
      const spans = (kind: SignalPhase["kind"]): Span[] =>
        phases.filter((phase) => phase.kind === kind).map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? nowMs }));
      return { down: spans("down"), degraded: spans("degraded") };
    },
  };
}
