import { elapsedMs, stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { AftercareFinding } from "../../kernel/model/aftercare.ts";
import type { AftercareRunner } from "../../kernel/ports-prevent.ts";
import { ok } from "../../kernel/result.ts";
import type { Book } from "./book.ts";
import { judged, verdictOf } from "./gate.ts";
import type { Kept, Seen } from "./watch.ts";

/** While not everything is as before it is looked at again this often. */
const againMs = 30_000;

export interface AfterDeps {
  readonly book: Book;
  readonly clock: Clock;
  readonly log: Log;
  readonly aftercare: AftercareRunner;
  /** how its targets look at this moment */
  seen(kept: Kept): Seen;
}

/** Asks whether everything is as before, until it is. */
export interface AfterLook {
  /** begins what is due and does not wait for it */
  begin(kept: Kept): void;
  /** looks now, or waits for the look under way */
  run(kept: Kept): Promise<readonly AftercareFinding[]>;
  /** something was mended: what is being looked at, or was just now, is looked at again as soon as possible */
  again(id: number): void;
  keepOnly(ids: ReadonlySet<number>): void;
}

export function createAfterLook(deps: AfterDeps): AfterLook {
  const running = new Map<number, Promise<readonly AftercareFinding[]>>();
  const ended = new Map<number, Stamp>();
  const outdated = new Set<number>();

  function run(kept: Kept): Promise<readonly AftercareFinding[]> {
    const { id } = kept.window;
    const known = running.get(id);
    if (known !== undefined) return known;
    const look = lookOnce(deps, kept).finally(() => {
      running.delete(id);
      if (!outdated.delete(id)) ended.set(id, stampNow(deps.clock));
    });
    running.set(id, look);
    return look;
  }

  return {
    run,
    begin(kept) {
      const { id } = kept.window;
      const last = ended.get(id);
      const isDue = last === undefined || elapsedMs(last, stampNow(deps.clock)) >= againMs;
      if (!isDue || running.has(id)) return;
      run(kept).catch((thrown: unknown) => {
        deps.log.error("aftercare not run", { window: id, error: errorText(thrown) });
      });
    },
    again(id) {
      ended.delete(id);
      if (running.has(id)) outdated.add(id);
    },
    keepOnly(ids) {
      for (const id of ended.keys()) if (!ids.has(id)) ended.delete(id);
    },
  };
}

async function lookOnce(deps: AfterDeps, { window }: Kept): Promise<readonly AftercareFinding[]> {
  const findings = await deps.aftercare.run(window);
  await deps.book.decide(window.id, async (kept, { tx, now }) => {
    const { state, course } = kept.window;
    // it may have been lost, begun anew or signed for meanwhile: then this was found of something else
    const isSame = state === "verifying" && course.backAt?.atMs === window.course.backAt?.atMs;
    if (!isSame) return ok({ ...kept, events: [] });
    const verdict = verdictOf(kept, findings, deps.seen(kept));
    return ok(judged(kept, { verdict, now, held: await tx.heldSignals(window.id) }));
  });
  return findings;
}
