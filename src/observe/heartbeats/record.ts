import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import type { JobPing, NewPing } from "../../kernel/model/job.ts";
import type { JobRecord } from "../../storage/ledger/nouns/jobs.ts";

export const emptyRecord: JobRecord = {
  count: 0,
  lastPingAt: null,
  lastSuccessAt: null,
  lastEndAt: null,
  lastDurationMs: null,
  failure: null,
  runs: [],
};

/** Starts that are remembered until their end comes; a job that never tells an end must not grow without bound. */
const mostRuns = 50;
/** As much of a failed run's output as a notice can use. */
const outputChars = 500;

/** What a report makes of what was known, and the report as it is kept. */
export function takePing(record: JobRecord, ping: NewPing, at: Stamp): { record: JobRecord; ping: JobPing } {
  const { to: _to, ...said } = ping;
  const run = record.runs.find(({ runId }) => runId === ping.runId);
  const isEnd = ping.kind === "success" || ping.kind === "fail";
  const durationMs = isEnd && run !== undefined ? elapsedMs(run.at, at) : null;
  const count = record.count + 1;
  const kept: JobPing = { ...said, number: count, at, durationMs };
  const heard: JobRecord = { ...record, count, lastPingAt: at };
  if (ping.kind === "log") return { record: heard, ping: kept };
  const others = record.runs.filter(({ runId }) => runId !== ping.runId);
  if (ping.kind === "start") {
    return { record: { ...heard, runs: [...others, { runId: ping.runId, at }].slice(-mostRuns) }, ping: kept };
  }
  return {
    record: {
      ...heard,
      runs: others,
      lastEndAt: at,
      lastSuccessAt: ping.kind === "success" ? at : record.lastSuccessAt,
      lastDurationMs: durationMs ?? record.lastDurationMs,
      failure:
        ping.kind === "success" ? null : { at, exitCode: ping.exitCode, output: (ping.body ?? "").slice(-outputChars) },
    },
    ping: kept,
  };
}

/** The start that is waited for: the newest without an end, unless a run that began later has ended since. */
export function openRun({ runs, lastEndAt }: JobRecord, now: Stamp): Stamp | null {
  const last = runs.at(-1);
  if (last === undefined) return null;
  const isOverrun = lastEndAt !== null && elapsedMs(lastEndAt, now) < elapsedMs(last.at, now);
  return isOverrun ? null : last.at;
}
