import { severities } from "../../kernel/model/signal.ts";
import type { FoldedIncident } from "../../kernel/ports.ts";
import type { StoredSignal } from "../../storage/ledger/ledger.ts";

/**
 * An outage that recovers piece by piece comes apart in the graph: what is left of it here and there no longer hangs
 * together. People were told of it once; a piece that was all in one incident stays in it while that one goes on.
 */
export function keptTogether(
  folds: readonly FoldedIncident[],
  signals: ReadonlyMap<string, StoredSignal>,
): readonly FoldedIncident[] {
  const going = new Map(folds.flatMap((fold) => (fold.incidentId === null ? [] : [[fold.incidentId, fold] as const])));
  const alone: FoldedIncident[] = [];
  for (const fold of folds.filter(({ incidentId }) => incidentId === null)) {
    const home = homeOf(fold, signals);
    const whole = home === null ? undefined : going.get(home);
    if (home === null || whole === undefined) alone.push(fold);
    else going.set(home, joined(whole, fold));
  }
  return [...going.values(), ...alone];
}

/** The one incident all of its signals were in; null when some were in none, or in several. */
function homeOf({ signalIds }: FoldedIncident, signals: ReadonlyMap<string, StoredSignal>): number | null {
  const homes = new Set(signalIds.map((id) => signals.get(id)?.incidentId ?? null));
  const [home = null] = homes;
  return homes.size === 1 ? home : null;
}

function joined(whole: FoldedIncident, piece: FoldedIncident): FoldedIncident {
  const affected = piece.affected.filter(({ component }) => !whole.affected.some((one) => one.component === component));
  return {
    ...whole,
    signalIds: [...whole.signalIds, ...piece.signalIds],
    services: [...new Set([...whole.services, ...piece.services])],
    affected: [...whole.affected, ...affected],
    quiet: whole.quiet && piece.quiet,
    severity: severities.indexOf(piece.severity) < severities.indexOf(whole.severity) ? piece.severity : whole.severity,
  };
}
