import { jobWords } from "../../words/jobs.ts";
import type { Command } from "../command.ts";
import { jobKeyOf, type JobAnswer } from "../job-text.ts";

export const jobPause: Command = {
  name: "job pause",
  summary: { ja: "定期便を待つのを止める・再開する", en: "stop waiting for a job, or wait for it again" },
  usage: "JOB [--off]",
  examples: [
    "koboshi job pause nightly-batch",
    "koboshi job pause nightly-batch --off",
    "koboshi job pause nightly-batch --json",
  ],
  options: { off: { type: "boolean" } },
  async run({ args, values, hub, lang }) {
    const key = jobKeyOf(args, lang);
    const paused = values["off"] !== true;
    const path = `/api/v1/jobs/${encodeURIComponent(key)}/pause?lang=${lang}`;
    const job = await hub().post<JobAnswer>(path, { paused });
    const say = jobWords(lang);
    return {
      exit: 0,
      json: { ok: true, job },
      text: paused ? say.paused(job.name) : say.resumed(job.name),
      quiet: [key],
    };
  },
};
