import type { RestoreJob } from "./job.ts";

/** What may run beside what. One fetch owns the link; a load runs beside the next fetch. */
export interface Lanes {
  /** loads at once: one for a rotating disk, as many as processors for others */
  readonly loads: number;
}

/** One job in the plan of time, seconds from the start. */
export interface Slot {
  readonly key: string;
  readonly fetchFrom: number;
  readonly fetchTo: number;
  readonly loadFrom: number;
  /** it answers, and so does everything it needs */
  readonly doneAt: number;
}

export const oneLoad: Lanes = { loads: 1 };

/** Plays an order through link and disks. Jobs later in `order` never overtake on the link. */
export function scheduleOf(order: readonly RestoreJob[], lanes: Lanes = oneLoad): readonly Slot[] {
  const free = Array.from({ length: Math.max(1, lanes.loads) }, () => 0);
  const doneAt = new Map<string, number>();
  let link = 0;
  return order.map((job) => {
    const fetchFrom = link;
    link += job.fetchSeconds;
    const lane = free.indexOf(Math.min(...free));
    const loadFrom = Math.max(link, free[lane] ?? 0);
    free[lane] = loadFrom + job.loadSeconds;
    const own = loadFrom + job.loadSeconds;
    const answers = Math.max(own, ...job.needs.map((need) => doneAt.get(need) ?? 0));
    doneAt.set(job.key, answers);
    return { key: job.key, fetchFrom, fetchTo: link, loadFrom, doneAt: answers };
  });
}

/** Σ weight × time until it answers: what waiting costs. */
export function waitingCost(order: readonly RestoreJob[], lanes: Lanes = oneLoad): number {
  const slots = scheduleOf(order, lanes);
  return order.reduce((sum, { weight }, index) => sum + weight * (slots[index]?.doneAt ?? 0), 0);
}
