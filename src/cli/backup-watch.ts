import { sleep } from "../kernel/clock.ts";
import { runStateName } from "../words/backups-proof.ts";
import { bytesText } from "../words/backups.ts";
import { duration } from "../words/format.ts";
import { recoveryCliWords } from "../words/recovery-cli.ts";
import type { BackupDetailAnswer, RunAnswer, TaskAnswer } from "./backup-text.ts";
import type { HubClient } from "./client.ts";
import type { Context } from "./command.ts";

const askEveryMs = 1_000;
/** Without a new tenth, the line comes at least this often. */
const sayEveryMs = 60_000;

type Watching = Pick<Context, "clock" | "signal" | "hint" | "lang"> & { readonly client: HubClient };

/** What the hub answers when a run has begun. */
export interface BegunRun {
  /** of the first place; those of the other places come after it */
  readonly set: string;
  readonly task: string;
}

interface EndedRuns {
  /** that was copied */
  readonly host: string;
  /** in the order in which the places had their turn */
  readonly runs: readonly RunAnswer[];
  /** as the hub closed it; its error is what ended the run before every place was through */
  readonly task: TaskAnswer;
}

/**
 * Watches a run until the hub says that every place is through: the places follow one another, and nobody can tell from
 * outside how long nothing is seen between two of them. @returns null when somebody stopped watching
 */
export async function watchRuns(watching: Watching, plan: string, begun: BegunRun): Promise<EndedRuns | null> {
  const { clock, client, signal } = watching;
  const tell = teller(watching);
  while (!signal.aborted) {
    // asked first: what has ended by then is in the answer that follows
    const task = await taskNow(client, begun.task);
    const detail = await client.get<BackupDetailAnswer>(`/api/v1/backups/${encodeURIComponent(plan)}`);
    if (task.state !== "running") return { host: detail.host, runs: runsOf(detail, task, begun), task };
    for (const run of detail.running.filter(({ set }) => set >= begun.set)) tell(run);
    await sleep(clock, askEveryMs, signal);
  }
  return null;
}

/** Of one that failed the hub does not tell the sets, but ids of sets sort by time. */
function runsOf({ runs }: BackupDetailAnswer, { state, sets }: TaskAnswer, begun: BegunRun): readonly RunAnswer[] {
  const isOurs = ({ set, endedAt }: RunAnswer): boolean =>
    state === "failed" ? endedAt !== null && set >= begun.set : sets.includes(set);
  return runs.filter(isOurs).toReversed();
}

function taskNow(client: HubClient, task: string): Promise<TaskAnswer> {
  return client.get<TaskAnswer>(`/api/v1/backup-tasks/${encodeURIComponent(task)}`);
}

/** Watches a verification or trial to its end. @returns null when somebody stopped watching */
export async function watchTask({ clock, client, signal }: Watching, task: TaskAnswer): Promise<TaskAnswer | null> {
  let now = task;
  while (now.state === "running" && !signal.aborted) {
    await sleep(clock, askEveryMs, signal);
    if (!signal.aborted) now = await taskNow(client, task.task);
  }
  return now.state === "running" ? null : now;
}

/** One line a tenth, a phase or a minute. */
function teller({ clock, hint, lang }: Watching): (run: RunAnswer) => void {
  const told = new Map<string, { readonly step: string; readonly atMs: number }>();
  return (run) => {
    const key = `${run.set} ${run.place}`;
    const step = `${run.state} ${tenthOf(run)}`;
    const before = told.get(key);
    if (before?.step === step && clock.monotonicMs() - before.atMs < sayEveryMs) return;
    told.set(key, { step, atMs: clock.monotonicMs() });
    hint(`${run.place}  ${progressText(run, lang)}`);
  };
}

interface Way {
  readonly done: number;
  /** null: not known */
  readonly total: number | null;
}

/** By what is known now, else by what was last written down. */
function wayOf({ doneBytes, totalBytes, progress }: RunAnswer): Way {
  const total = progress?.totalBytes ?? totalBytes;
  return { done: progress?.doneBytes ?? doneBytes, total: total === 0 ? null : total };
}

function tenthOf(run: RunAnswer): number {
  const { done, total } = wayOf(run);
  return total === null ? -1 : Math.floor((done / total) * 10);
}

function progressText(run: RunAnswer, lang: Context["lang"]): string {
  const say = recoveryCliWords(lang);
  const { done, total } = wayOf(run);
  const percent = total === null ? "" : `${Math.min(100, Math.floor((done / total) * 100))}%`;
  const amount = total === null ? bytesText(done) : `${bytesText(done)} / ${bytesText(total)}`;
  const { bytesPerSecond: rate = null, leftSeconds: left = null } = run.progress ?? {};
  const pace = rate === null || left === null ? "" : `  ${say.pace(bytesText(rate), duration(left * 1_000, lang))}`;
  return `${say.progress(runStateName(run.state, lang), percent, amount)}${pace}`;
}
