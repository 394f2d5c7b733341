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

interface EndedRuns {
  /** that was copied */
  readonly host: string;
  readonly runs: readonly RunAnswer[];
}

/** Watches a set until every run of it has ended. @returns them; null when somebody stopped watching */
export async function watchRuns(watching: Watching, plan: string, set: string): Promise<EndedRuns | null> {
  const { clock, client, signal } = watching;
  const tell = teller(watching);
  let idle = 0;
  while (!signal.aborted) {
    const detail = await client.get<BackupDetailAnswer>(`/api/v1/backups/${encodeURIComponent(plan)}`);
    const running = detail.running.filter((run) => run.set === set);
    const ended = detail.runs.filter((run) => run.set === set && run.endedAt !== null);
    for (const run of running) tell(run);
    idle = running.length === 0 && ended.length > 0 ? idle + 1 : 0;
    // the places follow one another: between two of them nothing runs for a moment
    if (idle > 0 && (ended.length >= detail.copies.length || idle > 2)) return { host: detail.host, runs: ended };
    await sleep(clock, askEveryMs, signal);
  }
  return null;
}

/** Watches a verification or trial to its end. @returns null when somebody stopped watching */
export async function watchTask({ clock, client, signal }: Watching, task: TaskAnswer): Promise<TaskAnswer | null> {
  let now = task;
  while (now.state === "running" && !signal.aborted) {
    await sleep(clock, askEveryMs, signal);
    if (!signal.aborted) now = await client.get<TaskAnswer>(`/api/v1/backup-tasks/${encodeURIComponent(task.task)}`);
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
