/** What a unit takes: what stays, and what it needs besides while it runs. */
export interface SpaceJob {
  readonly key: string;
  readonly restoredBytes: number;
  readonly stagingBytes: number;
  readonly needs: readonly string[];
}

/** The most that is taken at any moment of this order, with `atOnce` units running. */
export function peakBytes(order: readonly SpaceJob[], atOnce = 1): number {
  let restored = 0;
  let peak = 0;
  for (const [index, job] of order.entries()) {
    const running = order.slice(Math.max(0, index - atOnce + 1), index + 1);
    restored += job.restoredBytes;
    peak = Math.max(peak, restored + running.reduce((sum, { stagingBytes }) => sum + stagingBytes, 0));
  }
  return peak;
}

export type Fit =
  | { readonly kind: "fits"; readonly order: readonly string[]; readonly peakBytes: number }
  | { readonly kind: "other-order"; readonly order: readonly string[]; readonly peakBytes: number }
  | { readonly kind: "too-small"; readonly peakBytes: number; readonly missingBytes: number };

/**
 * Whether an order fits into the space there is, else one that does. What needs the most besides itself goes while the
 * disk is emptiest, which gives the least peak there is when nothing must precede.
 */
export function fitOf(order: readonly SpaceJob[], freeBytes: number, atOnce = 1): Fit {
  const peak = peakBytes(order, atOnce);
  if (peak <= freeBytes) return { kind: "fits", order: order.map(({ key }) => key), peakBytes: peak };
  const leanest = byStaging(order);
  const least = peakBytes(leanest, 1);
  if (least <= freeBytes) return { kind: "other-order", order: leanest.map(({ key }) => key), peakBytes: least };
  return { kind: "too-small", peakBytes: least, missingBytes: least - freeBytes };
}

function byStaging(jobs: readonly SpaceJob[]): readonly SpaceJob[] {
  const left = [...jobs];
  const order: SpaceJob[] = [];
  while (left.length > 0) {
    const waiting = new Set(left.map(({ key }) => key));
    const ready = left.filter(({ key, needs }) => !needs.some((need) => need !== key && waiting.has(need)));
    const [next] = (ready.length > 0 ? ready : left).toSorted((a, b) => b.stagingBytes - a.stagingBytes);
    if (next === undefined) break;
    order.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return order;
}
