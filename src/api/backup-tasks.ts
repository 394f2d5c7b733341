import { sleep, stampNow, type Clock, type Stamp } from "../kernel/clock.ts";
import { errorText, KoboshiError } from "../kernel/errors.ts";
import { randomId } from "../kernel/ids.ts";
import type { Log } from "../kernel/log.ts";
import type { DeleteProof, Verification } from "../kernel/model/recovery.ts";
import type { BackupDesk, RecoveryProgress } from "../kernel/ports-recovery.ts";

export const taskKinds = ["run", "verify", "prove", "refresh"] as const;
export type TaskKind = (typeof taskKinds)[number];

export interface TaskResult {
  readonly verifications: readonly Verification[];
  readonly proofs: readonly DeleteProof[];
  /** ids of what a run wrote, one for each place */
  readonly sets: readonly string[];
}

/** Work that may take hours, so that nobody waits at the line for it. */
export interface BackupTask {
  readonly id: string;
  readonly kind: TaskKind;
  readonly plan: string;
  readonly startedAt: Stamp;
  readonly state: "running" | "done" | "failed";
  readonly result: TaskResult;
  /** why it failed; null: it did not */
  readonly error: KoboshiError | null;
}

type Work = () => Promise<Partial<TaskResult>>;

export interface BackupTasks {
  /** Begins it, and waits the little that most of it takes. The same kind for the same plan runs once at a time. */
  start(kind: TaskKind, plan: string, work: Work): Promise<BackupTask>;
  /** The same without waiting, for what refuses by itself to run twice. */
  begin(kind: TaskKind, plan: string, work: Work): BackupTask;
  get(id: string): BackupTask | null;
  /** of one plan, newest first */
  of(plan: string): readonly BackupTask[];
  /** how far what runs now has come, by its id */
  progress(id: string): RecoveryProgress | null;
}

export interface TaskDeps {
  readonly backups: Pick<BackupDesk, "onProgress">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Quick work is answered at once. */
const waitMs = 1_500;
/** As many are remembered, of tasks and of progress. */
const kept = 100;
const nothing: TaskResult = { verifications: [], proofs: [], sets: [] };

/** Nothing is asked of the desk before the first call. */
export function createBackupTasks(deps: TaskDeps): BackupTasks {
  const { clock, log } = deps;
  const tasks = new Map<string, BackupTask>();
  const ways = new Map<string, RecoveryProgress>();
  let listens = false;

  function listen(): void {
    if (listens) return;
    listens = true;
    deps.backups.onProgress((progress) => {
      ways.delete(progress.id);
      ways.set(progress.id, progress);
      forget(ways);
    });
  }
  function put(task: BackupTask): void {
    tasks.set(task.id, task);
    forget(tasks);
  }
  const of = (plan: string): readonly BackupTask[] =>
    [...tasks.values()].filter((task) => task.plan === plan).toReversed();

  function begin(
    kind: TaskKind,
    plan: string,
    work: Work,
  ): { readonly task: BackupTask; readonly ended: Promise<void> } {
    listen();
    const startedAt = stampNow(clock);
    const task: BackupTask = { id: randomId(), kind, plan, startedAt, state: "running", result: nothing, error: null };
    put(task);
    const ended = work().then(
      (result) => put({ ...task, state: "done", result: { ...nothing, ...result } }),
      (thrown: unknown) => {
        log.warn("work on a backup failed", { kind, plan, error: errorText(thrown) });
        const error = thrown instanceof KoboshiError ? thrown : new KoboshiError("KB1004", { what: errorText(thrown) });
        put({ ...task, state: "failed", error });
      },
    );
    return { task, ended };
  }

  return {
    async start(kind, plan, work) {
      const same = of(plan).find((task) => task.kind === kind && task.state === "running");
      if (same !== undefined) return same;
      const { task, ended } = begin(kind, plan, work);
      await Promise.race([ended, sleep(clock, waitMs)]);
      return tasks.get(task.id) ?? task;
    },
    begin: (kind, plan, work) => begin(kind, plan, work).task,
    get: (id) => tasks.get(id) ?? null,
    of,
    progress(id) {
      listen();
      return ways.get(id) ?? null;
    },
  };
}

/** The oldest go first. */
function forget(entries: Map<string, unknown>): void {
  for (const key of entries.keys()) {
    if (entries.size <= kept) return;
    entries.delete(key);
  }
}
