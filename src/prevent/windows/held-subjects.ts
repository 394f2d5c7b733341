import type { ComponentId } from "../../kernel/model/component.ts";
import type { HeldSubject } from "../../kernel/ports-prevent.ts";
import type { HeldSignal } from "../../storage/ledger/nouns/windows.ts";

/**
 * Alarms that waited for a window, folded by what they are of; what began last comes first.
 * @param open ids of signals that are still so
 */
export function heldBySubject(held: readonly HeldSignal[], open: ReadonlySet<string>): readonly HeldSubject[] {
  const subjects = new Map<ComponentId, HeldSubject>();
  for (const { signal, subject, at } of held) {
    const known = subjects.get(subject);
    const isNewer = known === undefined || at.atMs > known.newestAt.atMs;
    subjects.set(subject, {
      subject,
      count: (known?.count ?? 0) + 1,
      newestAt: isNewer ? at : known.newestAt,
      isOpen: (known?.isOpen ?? false) || open.has(signal),
    });
  }
  return [...subjects.values()].toSorted((a, b) => b.newestAt.atMs - a.newestAt.atMs);
}
