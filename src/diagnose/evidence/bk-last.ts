import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { JobStatus } from "../../kernel/model/job.ts";
import { evidence, type Reading } from "./evidence.ts";

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
  timeoutSeconds: 2,
  risk: 0,
  unit: "h",

  /** @param found.job the job that makes this copy; null: none is known */
  read({ job, nowMs }: { readonly job: JobStatus | null; readonly nowMs: number }): Reading | MissingReason {
    if (job === null || job.state === "paused") return "not-configured";
    const { lastSuccessAt, trouble } = job;
    const value = lastSuccessAt === null ? null : (nowMs - lastSuccessAt.atMs) / 3_600_000;
    if (trouble === null && value === null) return "not-configured";
    const state = trouble === null ? "ok" : trouble === "failed" ? "failed" : "late";
    return { state, value, facts: { job: job.name, trouble }, raw: "" };
  },
});
