import type { JobSchedule } from "../../kernel/model/job.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { calendarRuns } from "./calendar-runs.ts";
import { readCalendarFields } from "./calendar-fields.ts";
import { cronRuns } from "./cron-runs.ts";
import { readCronFields, type ScheduleProblem } from "./crontab-fields.ts";

/** The written times of a job, ready to be asked. */
export type TimedSchedule = Extract<JobSchedule, { readonly kind: "cron" | "calendar" }>;
type Runs = (fromMs: number) => Generator<number>;

/** Five words or an `@` are a crontab's, anything else a timer's. */
export function kindOfSchedule(text: string): TimedSchedule["kind"] {
  return text.trim().startsWith("@") || text.trim().split(/\s+/).length === 5 ? "cron" : "calendar";
}

/** Reads the time of a crontab or of a systemd timer. */
export function readSchedule(text: string, timeZone: string): Result<TimedSchedule, ScheduleProblem> {
  const schedule: TimedSchedule = { kind: kindOfSchedule(text), expression: text.trim(), timeZone };
  const runs = runsOf(schedule);
  return runs.ok ? ok(schedule) : runs;
}

function runsOf({ kind, expression, timeZone }: TimedSchedule): Result<Runs, ScheduleProblem> {
  if (kind === "cron") {
    const fields = readCronFields(expression);
    return fields.ok ? ok((fromMs) => cronRuns(fields.value, timeZone, fromMs)) : fields;
  }
  const fields = readCalendarFields(expression);
  return fields.ok ? ok((fromMs) => calendarRuns(fields.value, timeZone, fromMs)) : err(fields.error);
}

const read = new Map<string, Runs>();
/** Schedules of a site are few; more are read anew. */
const mostKept = 1_000;

/** @throws TypeError for an expression that `readSchedule` refuses */
function knownRuns(schedule: TimedSchedule): Runs {
  const key = `${schedule.kind} ${schedule.timeZone} ${schedule.expression}`;
  const known = read.get(key);
  if (known !== undefined) return known;
  const runs = runsOf(schedule);
  if (!runs.ok) throw new TypeError(`not a schedule: ${runs.error.part} ${runs.error.written}`);
  if (read.size >= mostKept) read.clear();
  read.set(key, runs.value);
  return runs.value;
}

/** The first run after `atMs`; null when there is none any more. */
export function nextAfter(schedule: TimedSchedule, atMs: number): number | null {
  for (const run of knownRuns(schedule)(atMs + 1)) return run;
  return null;
}

/** Every run from `fromMs` up to, not including, `toMs`; one moment may come several times. */
export function runsBetween(schedule: TimedSchedule, fromMs: number, toMs: number): readonly number[] {
  const found: number[] = [];
  for (const run of knownRuns(schedule)(fromMs)) {
    if (run >= toMs) break;
    found.push(run);
  }
  return found;
}
