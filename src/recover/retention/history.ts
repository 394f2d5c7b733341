import { z } from "zod";
import type { Stamp } from "../../kernel/clock.ts";
import { StampShape, type RecoveryMemory } from "../schedule/memory.ts";

/** What came of tidying one plan's copies at one place. */
const OutcomeShape = z.object({
  at: StampShape,
  state: z.enum(["done", "refused", "failed"]),
  /** how many sets were removed */
  removed: z.number(),
  reasons: z.array(z.string()),
  /** who asked for it; null: the schedule */
  by: z.string().nullable(),
});
export type RetentionEntry = Readonly<z.infer<typeof OutcomeShape>>;

const HistoryShape = z.object({ entries: z.array(OutcomeShape), prunedAt: StampShape.nullable() });
type History = z.infer<typeof HistoryShape>;

const mostEntries = 30;
const dayMs = 86_400_000;

export async function readHistory(memory: RecoveryMemory, plan: string, place: string): Promise<History> {
  return (await memory.get(nameOf(plan, place), HistoryShape)) ?? { entries: [], prunedAt: null };
}

export async function noteOutcome(
  memory: RecoveryMemory,
  { plan, place }: { readonly plan: string; readonly place: string },
  entry: RetentionEntry,
): Promise<void> {
  const before = await readHistory(memory, plan, place);
  await memory.put(nameOf(plan, place), { ...before, entries: [entry, ...before.entries].slice(0, mostEntries) });
}

export async function notePruned(
  memory: RecoveryMemory,
  { plan, place }: { readonly plan: string; readonly place: string },
  prunedAt: Stamp,
): Promise<void> {
  await memory.put(nameOf(plan, place), { ...(await readHistory(memory, plan, place)), prunedAt });
}

/** When the copies of a plan were last tidied and pruned: the place that waits longest counts. */
export async function tidiedOf(
  memory: RecoveryMemory,
  plan: string,
  places: readonly string[],
): Promise<{ readonly retention?: Stamp; readonly prune?: Stamp }> {
  const all = await Promise.all(places.map((place) => readHistory(memory, plan, place)));
  const oldest = (stamps: readonly Stamp[]): Stamp | undefined =>
    stamps.length < all.length ? undefined : stamps.toSorted((a, b) => a.atMs - b.atMs)[0];
  const retention = oldest(all.flatMap(({ entries }) => entries[0]?.at ?? []));
  const prune = oldest(all.flatMap(({ prunedAt }) => prunedAt ?? []));
  return { ...(retention === undefined ? {} : { retention }), ...(prune === undefined ? {} : { prune }) };
}

/** Why the last tidying was refused; null: it was not. */
export async function lastRefusal(
  memory: RecoveryMemory,
  plan: string,
  place: string,
): Promise<{ readonly atMs: number; readonly reasons: readonly string[] } | null> {
  const [last] = (await readHistory(memory, plan, place)).entries;
  return last === undefined || last.state === "done" ? null : { atMs: last.at.atMs, reasons: last.reasons };
}

/** How many sets usually go in the time since the last removal; null: it was never done. */
export function usualCount(entries: readonly RetentionEntry[], nowMs: number): number | null {
  const done = entries.filter(({ state }) => state === "done");
  const [newest, oldest] = [done[0], done.at(-1)];
  if (newest === undefined || oldest === undefined) return null;
  const sinceDays = Math.max(1, (nowMs - newest.at.atMs) / dayMs);
  const spanDays = (newest.at.atMs - oldest.at.atMs) / dayMs;
  // the first tidying of a full repository is no measure of what is usual
  const removed = done.slice(0, -1).reduce((sum, one) => sum + one.removed, 0);
  return Math.max(1, spanDays < 1 ? 1 : (removed / spanDays) * sinceDays);
}

function nameOf(plan: string, place: string): string {
  return `retention.${plan}.${place}`;
}
