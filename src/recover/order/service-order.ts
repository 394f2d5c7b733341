import { busySeconds, closures, type RestoreJob } from "./job.ts";
import { oneLoad, waitingCost, type Lanes } from "./schedule.ts";

export interface RestoreOrder {
  readonly order: readonly RestoreJob[];
  /** Σ weight × seconds until it answers */
  readonly cost: number;
  /** how much more waiting, as a ratio of the free order, «must first» costs; 0 without */
  readonly mustCostsRatio: number;
}

/** Farther moves gained nothing in simulation. Source: RECOVERY §4. */
const farthestMove = 5;
/** With more than these the gain of moves is far below what is known of sizes and rates. */
const mostMoved = 300;
/** A move must gain something: sums of the same numbers in another order differ in their last digits. */
const leastGainRatio = 1e-12;

/** In which order things come back: the densest first (importance per second of link and disk), with what they need. */
export function restoreOrder(jobs: readonly RestoreJob[], lanes: Lanes = oneLoad): RestoreOrder {
  const free = improved(byDensity(jobs), lanes);
  const freeCost = waitingCost(free, lanes);
  if (!jobs.some(({ must }) => must === true)) return { order: free, cost: freeCost, mustCostsRatio: 0 };
  const all = closures(jobs);
  const first = new Set(jobs.filter(({ must }) => must === true).flatMap(({ key }) => [...(all.get(key) ?? [])]));
  const strict = [
    ...improved(byDensity(jobs.filter(({ key }) => first.has(key))), lanes),
    ...improved(byDensity(jobs.filter(({ key }) => !first.has(key))), lanes),
  ];
  const cost = waitingCost(strict, lanes);
  return { order: strict, cost, mustCostsRatio: freeCost === 0 ? 0 : Math.max(0, cost / freeCost - 1) };
}

function density(jobs: readonly RestoreJob[]): number {
  const weight = jobs.reduce((sum, job) => sum + job.weight, 0);
  const seconds = jobs.reduce((sum, job) => sum + busySeconds(job), 0);
  return seconds === 0 ? Number.POSITIVE_INFINITY : weight / seconds;
}

/** Repeatedly the densest closure; the file's order decides between equals. */
function byDensity(jobs: readonly RestoreJob[]): readonly RestoreJob[] {
  const all = closures(jobs);
  const left = new Map(jobs.map((job) => [job.key, job]));
  const order: RestoreJob[] = [];
  while (left.size > 0) {
    let best: { readonly jobs: readonly RestoreJob[]; readonly density: number } | null = null;
    for (const key of left.keys()) {
      const closure = [...(all.get(key) ?? [])].flatMap((each) => left.get(each) ?? []);
      const found = { jobs: closure, density: density(closure) };
      if (best === null || found.density > best.density) best = found;
    }
    for (const job of needsFirst(best?.jobs ?? [])) {
      order.push(job);
      left.delete(job.key);
    }
  }
  return order;
}

/** Inside a closure: what is needed before what needs it, then the densest. A circle is cut at its densest member. */
function needsFirst(jobs: readonly RestoreJob[]): readonly RestoreJob[] {
  const left = new Set(jobs);
  const keys = new Map(jobs.map((job) => [job.key, job]));
  const order: RestoreJob[] = [];
  while (left.size > 0) {
    const ready = [...left].filter(
      ({ key, needs }) => !needs.some((need) => need !== key && isIn(left, keys.get(need))),
    );
    const [next] = (ready.length > 0 ? ready : [...left]).toSorted((a, b) => density([b]) - density([a]));
    if (next === undefined) break;
    order.push(next);
    left.delete(next);
  }
  return order;
}

function isIn(left: ReadonlySet<RestoreJob>, job: RestoreJob | undefined): boolean {
  return job !== undefined && left.has(job);
}

/** Tries each job up to five places further to the front, while waiting gets cheaper. */
function improved(start: readonly RestoreJob[], lanes: Lanes): readonly RestoreJob[] {
  if (start.length > mostMoved) return start;
  let order = [...start];
  let cost = waitingCost(order, lanes);
  for (let gained = true; gained;) {
    gained = false;
    for (let from = 1; from < order.length; from++) {
      const better = bestMove(order, from, lanes);
      if (better === null || better.cost >= cost * (1 - leastGainRatio)) continue;
      [order, cost] = [better.order, better.cost];
      gained = true;
    }
  }
  return order;
}

function bestMove(
  order: readonly RestoreJob[],
  from: number,
  lanes: Lanes,
): { readonly order: RestoreJob[]; readonly cost: number } | null {
  const job = order[from];
  if (job === undefined) return null;
  let best: { readonly order: RestoreJob[]; readonly cost: number } | null = null;
  for (let to = from - 1; to >= Math.max(0, from - farthestMove); to--) {
    if (job.needs.includes(order[to]?.key ?? "")) break;
    const tried = [...order.slice(0, to), job, ...order.slice(to, from), ...order.slice(from + 1)];
    const cost = waitingCost(tried, lanes);
    if (best === null || cost < best.cost) best = { order: tried, cost };
  }
  return best;
}
