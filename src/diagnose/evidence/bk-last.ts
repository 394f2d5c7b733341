import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { JobStatus } from "../../kernel/model/job.ts";
import type { KnownCopies } from "../../kernel/ports-diagnosis-sources.ts";
import { readMoment } from "../../readers/schedule/moment.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told } from "./inside.ts";

/** Age of the newest copy that was verified, by what the plan asks. */
export const bkLast = evidence({
  id: "bk.last",
  bundle: "bak",
  title: { ja: "最後に確かめた控え", en: "newest verified copy" },
  states: ["ok", "late", "failed"],
  stateWords: {
    ok: { ja: "予定どおりです", en: "on time" },
    late: { ja: "遅れています", en: "late" },
    failed: { ja: "失敗しています", en: "failed" },
  },
  leak: [0.04, 0.01],
  group: null,
  isExact: true,
  timeoutSeconds: 2,
  risk: 0,
  unit: "h",

  /** Our own runs and readings come first; of copies that others make a job may tell. */
  read(found: CopiesFound): Reading | MissingReason {
    return ofOwnRuns(found) ?? ofJob(found);
  },
});

interface CopiesFound {
  readonly known: KnownCopies;
  /** what is told of the plan now, as a signal's fact `trouble` names it */
  readonly troubles: readonly string[];
  /** the job that makes this copy; null: none is known */
  readonly job: JobStatus | null;
  readonly nowMs: number;
}

const failing: ReadonlySet<string> = new Set(["failed", "partial"]);
const lating: ReadonlySet<string> = new Set(["missed", "late", "stale", "never"]);

function ofOwnRuns({ known, troubles, nowMs }: CopiesFound): Reading | null {
  const newest = newestAtMs(known);
  const value = newest === null ? null : (nowMs - newest) / 3_600_000;
  const failed = troubles.find((one) => failing.has(one));
  const late = troubles.find((one) => lating.has(one));
  if (failed === undefined && late === undefined && value === null) return null;
  const [last] = known.runs;
  const why = failed === undefined || !last?.trouble ? "" : `${last.trouble.code} ${last.trouble.text}`.slice(0, 200);
  const state = failed === undefined ? (late === undefined ? "ok" : "late") : "failed";
  return told(state, value, { detail: why, trouble: failed ?? late ?? null });
}

function newestAtMs({ runs, copies }: KnownCopies): number | null {
  const made = runs.flatMap(({ state, endedAt }) => (state === "committed" && endedAt !== null ? [endedAt.atMs] : []));
  const read = copies.flatMap(({ sets }) => sets.flatMap(({ snapshotAt }) => readMoment(snapshotAt, "UTC") ?? []));
  const all = [...made, ...read];
  return all.length === 0 ? null : Math.max(...all);
}

function ofJob({ job, nowMs }: CopiesFound): Reading | MissingReason {
  if (job === null || job.state === "paused") return "not-configured";
  const { lastSuccessAt, trouble } = job;
  const value = lastSuccessAt === null ? null : (nowMs - lastSuccessAt.atMs) / 3_600_000;
  if (trouble === null && value === null) return "not-configured";
  const state = trouble === null ? "ok" : trouble === "failed" ? "failed" : "late";
  return { state, value, facts: { job: job.name, trouble }, raw: "" };
}
