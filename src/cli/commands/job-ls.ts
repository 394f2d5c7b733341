import type { StateWord } from "../../kernel/model/status.ts";
import { cliJobWords } from "../../words/cli-jobs.ts";
import { stateName } from "../../words/states.ts";
import type { Command } from "../command.ts";
import { jobSummary, type JobAnswer } from "../job-text.ts";

const troubled: ReadonlySet<StateWord> = new Set(["down", "warning"]);

export const jobLs: Command = {
  name: "job ls",
  summary: { ja: "定期便の一覧(来ないもの・失敗したものが先)", en: "jobs that report, missing and failed ones first" },
  usage: "",
  examples: ["koboshi job ls", "koboshi job ls --plain", "koboshi job ls --json"],
  async run({ hub, lang, terminal }) {
    const { items } = await hub().get<{ items: JobAnswer[] }>("/api/v1/jobs");
    const order: readonly StateWord[] = ["down", "warning", "unknown", "ok", "paused"];
    const sorted = items.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
    const rows = sorted.map(
      (job) =>
        `${terminal.paint(`${terminal.glyph(job.state)} ${stateName(job.state, lang)}`, job.state)}  ${terminal.pad(job.name, 20)} ${jobSummary(job, lang)}`,
    );
    return {
      exit: items.some(({ state }) => troubled.has(state)) ? 3 : 0,
      json: { items },
      text: rows.length === 0 ? cliJobWords(lang).none : rows.join("\n"),
      plain: sorted.map(({ key, state, trouble, lastSuccessAt, expectedAt }) =>
        [key, state, trouble ?? "", lastSuccessAt ?? "", expectedAt ?? ""].join("\t"),
      ),
      quiet: sorted.map(({ key }) => key),
    };
  },
};
