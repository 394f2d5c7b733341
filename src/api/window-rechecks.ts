import { sleep, type Clock } from "../kernel/clock.ts";
import { errorText, type KoboshiError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { AftercareFinding } from "../kernel/model/aftercare.ts";
import type { WindowDesk } from "../kernel/ports-prevent.ts";
import { ok, type Result } from "../kernel/result.ts";

/** a browser and a command wait longer than this before they give up */
const mostPatienceMs = 15_000;

export interface Rechecks {
  /** Looks at everything anew, once at a time for each window. @returns null while it goes on */
  begin(id: number): Promise<Result<readonly AftercareFinding[] | null, KoboshiError>>;
  isRunning(id: number): boolean;
}

/** Looking at many hosts takes longer than anyone waits for an answer: it goes on behind it. */
export function createRechecks(deps: {
  readonly windows: Pick<WindowDesk, "recheck">;
  readonly clock: Clock;
  readonly log: Log;
}): Rechecks {
  const running = new Map<number, Promise<Result<readonly AftercareFinding[], KoboshiError>>>();

  function start(id: number): Promise<Result<readonly AftercareFinding[], KoboshiError>> {
    const begun = deps.windows.recheck(id);
    running.set(id, begun);
    const ended = (): void => void running.delete(id);
    begun.then(ended, (thrown: unknown) => {
      ended();
      deps.log.error("recheck failed", { window: id, error: errorText(thrown) });
    });
    return begun;
  }

  return {
    async begin(id) {
      const enough = new AbortController();
      const patience = sleep(deps.clock, mostPatienceMs, enough.signal).then(() => ok(null));
      try {
        return await Promise.race([running.get(id) ?? start(id), patience]);
      } finally {
        enough.abort();
      }
    },
    isRunning: (id) => running.has(id),
  };
}
