import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import type { CommitRecord, RunState } from "../../kernel/model/backup.ts";
import type { BackupRun } from "../../kernel/model/recovery.ts";
import type { RunTrouble } from "./trouble.ts";

/** Keeps a run where it survives: before each step what is about to be done, at the end what became of it. */
export interface RunBook {
  readonly startedAt: Stamp;
  to(state: RunState, record?: CommitRecord): Promise<void>;
  /** not kept by itself: told with the next step */
  progress(doneBytes: number, totalBytes: number | null): void;
  end(state: RunState, trouble: Pick<RunTrouble, "code" | "text"> | null): Promise<BackupRun>;
}

export function createBook(options: {
  readonly clock: Clock;
  readonly set: string;
  readonly plan: string;
  readonly place: string;
  keep(run: BackupRun): Promise<void>;
  /** each new state, for whoever watches */
  onState(state: RunState): void;
}): RunBook {
  const { clock, set, plan, place } = options;
  const startedAt = stampNow(clock);
  let run: BackupRun = {
    set,
    plan,
    place,
    state: "planned",
    startedAt,
    endedAt: null,
    doneBytes: 0,
    totalBytes: null,
    trouble: null,
    record: null,
  };
  async function put(next: BackupRun): Promise<void> {
    run = next;
    options.onState(next.state);
    await options.keep(next);
  }
  return {
    startedAt,
    to: (state, record) => put({ ...run, state, record: record ?? run.record }),
    progress(doneBytes, totalBytes) {
      run = { ...run, doneBytes: Math.max(run.doneBytes, doneBytes), totalBytes };
    },
    async end(state, trouble) {
      const said = trouble === null ? null : { code: trouble.code, text: trouble.text };
      await put({ ...run, state, endedAt: stampNow(clock), trouble: said });
      return run;
    },
  };
}
