import { z } from "zod";
import type { Facts } from "../../kernel/model/observation.ts";
import type { CopyState } from "../../kernel/model/recovery.ts";
import { severities } from "../../kernel/model/signal.ts";
import type { RecoveryMemory } from "../schedule/memory.ts";
import { SetChangeShape, type SetChange } from "./change.ts";
import { suspiciousTroubles, type BackupFinding, type Watched } from "./finding.ts";
import { changeFindings, isSettled } from "./rules-change.ts";
import { datedSets } from "./usable.ts";

/** A suspicious change that nobody has called as expected yet. It outlives restarts and later sets. */
const SuspectShape = z.object({
  trouble: z.enum(suspiciousTroubles),
  place: z.string(),
  severity: z.enum(severities),
  startedAtMs: z.number(),
  /** the first set that showed it; every older one is kept */
  set: z.string(),
  facts: z.record(z.string(), z.unknown()),
});
type Suspect = z.infer<typeof SuspectShape>;

/** What is remembered of a plan's sets. */
const ViewShape = z.object({
  suspects: z.array(SuspectShape),
  /** by place: what the newest set changed */
  changes: z.record(z.string(), SetChangeShape),
  /** by place: the newest set a person called as expected */
  accepted: z.record(z.string(), z.string()),
});
type View = z.infer<typeof ViewShape>;

export interface Suspects {
  view(plan: string): Promise<View>;
  /** Takes in what the newest sets show. @returns everything that is suspected now */
  follow(watched: Watched): Promise<readonly BackupFinding[]>;
  keepChange(plan: string, place: string, change: SetChange): Promise<void>;
  /** A person says that this is how it must be. @returns false when nothing was suspected there */
  accept(copy: CopyState): Promise<boolean>;
  /** Ids of the sets that must stay while a person has not looked. */
  pinned(copy: CopyState, nowMs: number): Promise<ReadonlySet<string>>;
}

const nothing: View = { suspects: [], changes: {}, accepted: {} };

export function createSuspects(memory: RecoveryMemory): Suspects {
  const view = async (plan: string): Promise<View> => (await memory.get(nameOf(plan), ViewShape)) ?? nothing;
  const lastOf = new Map<string, Promise<unknown>>();

  /** Changes of one plan's memory follow one another, so that none is lost. */
  function inTurn<T>(plan: string, work: () => Promise<T>): Promise<T> {
    const mine = (lastOf.get(plan) ?? Promise.resolve()).then(work, work);
    lastOf.set(plan, mine);
    return mine;
  }

  async function follow(watched: Watched): Promise<readonly BackupFinding[]> {
    const before = await view(watched.plan.key);
    const held = before.suspects.filter((suspect) => !isOver(suspect, watched));
    const isHeld = ({ trouble, place }: BackupFinding): boolean =>
      held.some((one) => one.trouble === trouble && one.place === place);
    const added = changeFindings(watched).flatMap((one) => (isHeld(one) ? [] : suspectOf(one)));
    const suspects = [...held, ...added];
    if (added.length > 0 || suspects.length !== before.suspects.length)
      await memory.put(nameOf(watched.plan.key), { ...before, suspects });
    return suspects.map(({ set: _set, facts, ...one }) => ({ ...one, facts: facts as Facts }));
  }

  async function accept({ plan, place, sets }: CopyState): Promise<boolean> {
    const before = await view(plan);
    const suspects = before.suspects.filter((one) => one.place !== place);
    const [newest] = sets;
    if (suspects.length === before.suspects.length || newest === undefined) return false;
    await memory.put(nameOf(plan), { ...before, suspects, accepted: { ...before.accepted, [place]: newest.set } });
    return true;
  }

  return {
    view,
    follow: (watched) => inTurn(watched.plan.key, () => follow(watched)),
    keepChange: (plan, place, change) =>
      inTurn(plan, async () => {
        const before = await view(plan);
        await memory.put(nameOf(plan), { ...before, changes: { ...before.changes, [place]: change } });
      }),
    accept: (copy) => inTurn(copy.plan, () => accept(copy)),
    async pinned(copy, nowMs) {
      const { suspects } = await view(copy.plan);
      const order = datedSets(copy, [], nowMs).map(({ record }) => record.set);
      const here = suspects.filter(({ place }) => place === copy.place);
      // a set that is not listed any more pins all there are
      return new Set(here.flatMap(({ set }) => order.slice(order.indexOf(set) + 1)));
    },
  };
}

function nameOf(plan: string): string {
  return `sets.${plan}`;
}

function suspectOf({ trouble, place, severity, startedAtMs, facts }: BackupFinding): readonly Suspect[] {
  const named = suspiciousTroubles.find((one) => one === trouble);
  if (named === undefined || place === null) return [];
  return [{ trouble: named, place, severity, startedAtMs, set: String(facts["set"]), facts: { ...facts } }];
}

function isOver({ trouble, place, set, facts }: Suspect, { plan, copies, runs, now }: Watched): boolean {
  if (!plan.to.some(({ at }) => at === place)) return true;
  const copy = copies.find((one) => one.place === place);
  const newest = copy === undefined ? undefined : datedSets(copy, runs, now.atMs).find(({ isFuture }) => !isFuture);
  if (newest === undefined || newest.record.set === set) return false;
  const [bytes, files, before] = [facts["usualBytes"], facts["usualFiles"], facts["beforeFiles"]].map(Number);
  return isSettled(trouble, newest.record.totals, { bytes: bytes ?? 0, files: files ?? 0, before: before ?? 0 });
}
