import { errorText } from "../../kernel/errors.ts";
import type { NewEvent } from "../../kernel/event.ts";
import type { Log } from "../../kernel/log.ts";
import { snapshotSections } from "../../kernel/model/snapshot.ts";
import type { HostStatus } from "../../kernel/ports-hosts.ts";
import type { SnapshotDesk } from "../../kernel/ports-prevent.ts";
import { ok } from "../../kernel/result.ts";
import type { Book } from "./book.ts";
import { waitForSnapshotMs } from "./step.ts";
import { snapshotPoints, windowEvent, type Kept, type SnapshotPoint } from "./watch.ts";

const minuteMs = 60_000;
const beforeMs: Readonly<Record<SnapshotPoint, number>> = {
  day: 24 * 60 * minuteMs,
  hour: 60 * minuteMs,
  minutes: 10 * minuteMs,
};

export interface BeforeDeps {
  readonly book: Book;
  readonly log: Log;
  readonly snapshots: Pick<SnapshotDesk, "take">;
  hosts(): readonly HostStatus[];
}

/** Writes down what the hosts of a window are like while nothing was done to them yet. */
export interface BeforeLook {
  /** true: one is due or being taken, so the work does not count as begun yet */
  isBusy(kept: Kept, nowMs: number): boolean;
  /** begins what is due and does not wait for it */
  begin(kept: Kept, nowMs: number): void;
}

export function createBeforeLook(deps: BeforeDeps): BeforeLook {
  const running = new Set<number>();
  return {
    isBusy: (kept, nowMs) => running.has(kept.window.id) || duePoints(kept, nowMs).length > 0,
    begin(kept, nowMs) {
      const points = duePoints(kept, nowMs);
      const { id } = kept.window;
      if (points.length === 0 || running.has(id)) return;
      running.add(id);
      void take(deps, kept, points)
        .catch((thrown: unknown) =>
          deps.log.error("snapshots before a window not kept", { window: id, error: errorText(thrown) }),
        )
        .finally(() => running.delete(id));
    },
  };
}

/** Those whose time has come and that were not taken; one look serves for all of them. */
function duePoints({ window, watch }: Kept, nowMs: number): readonly SnapshotPoint[] {
  if (window.state !== "planned" && window.state !== "preparing") return [];
  if (nowMs >= window.startMs + waitForSnapshotMs) return []; // what is there now is not what was before
  return snapshotPoints.filter(
    (point) => nowMs >= window.startMs - beforeMs[point] && !watch.pointsTaken.includes(point),
  );
}

async function take(deps: BeforeDeps, { window }: Kept, points: readonly SnapshotPoint[]): Promise<void> {
  const readable = new Set(deps.hosts().flatMap(({ key, by }) => (by === null ? [] : [key])));
  const hosts = window.hosts.filter((host) => readable.has(host));
  const point = points.at(-1) ?? "minutes";
  const events = await Promise.all(hosts.map((host) => takeOne(deps, { host, point, window })));
  await deps.book.decide(window.id, async (kept) => {
    const pointsTaken = [...new Set([...kept.watch.pointsTaken, ...points])];
    return ok({ window: kept.window, watch: { ...kept.watch, pointsTaken }, events });
  });
}

/** One that could not be taken is told, and the work goes on: there may be an earlier one. */
async function takeOne(
  { snapshots, log }: BeforeDeps,
  { host, point, window }: { readonly host: string; readonly point: SnapshotPoint; readonly window: Kept["window"] },
): Promise<NewEvent> {
  const failed = (why: string): NewEvent => {
    log.warn("no snapshot before a window", { window: window.id, host, why });
    return windowEvent("window.snapshot-failed", window, { host, point, why });
  };
  try {
    const taken = await snapshots.take(host, snapshotSections);
    if (!taken.ok) return failed(taken.error.code);
    const { sections, unobserved, isComplete } = taken.value;
    if (Object.keys(sections).length === 0) return failed([...new Set(Object.values(unobserved))].join(", "));
    return windowEvent("window.snapshot-taken", window, { host, point, complete: isComplete });
  } catch (thrown) {
    return failed(errorText(thrown));
  }
}
