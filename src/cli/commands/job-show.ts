import { safeText } from "../../clients/safe-text.ts";
import { cliJobWords } from "../../words/cli-jobs.ts";
import { duration } from "../../words/format.ts";
import { jobWords, pingName } from "../../words/jobs.ts";
import { stateName } from "../../words/states.ts";
import type { Command, Context } from "../command.ts";
import { wallTime } from "../incident-text.ts";
import { jobKeyOf, jobSummary, scheduleLine, type JobAnswer, type PingLine } from "../job-text.ts";

const shownBodyChars = 300;

export const jobShow: Command = {
  name: "job show",
  summary: { ja: "1つの定期便の様子と、届いた報告", en: "one job and what it reported" },
  usage: "JOB",
  examples: [
    "koboshi job show nightly-batch",
    "koboshi job show nightly-batch --plain",
    "koboshi job show nightly-batch --json",
  ],
  async run({ args, hub, lang, terminal }) {
    const key = jobKeyOf(args, lang);
    const job = await hub().get<JobAnswer & { pings: PingLine[] }>(
      `/api/v1/jobs/${encodeURIComponent(key)}?lang=${lang}`,
    );
    const say = jobWords(lang);
    const { pings, pingHeading } = { pings: job.pings, pingHeading: cliJobWords(lang).pings };
    const lines = [
      `${terminal.paint(`${terminal.glyph(job.state)} ${stateName(job.state, lang)}`, job.state)}  ${job.name}  ${jobSummary(job, lang)}`,
      `${say.schedule}: ${scheduleLine(job, lang)}`,
      ...(job.on === null ? [] : [say.on(job.on)]),
      ...(job.lastDurationSeconds === null ? [] : [say.took(duration(job.lastDurationSeconds * 1_000, lang))]),
      "",
      pingHeading,
      ...(pings.length === 0 ? [`  ${cliJobWords(lang).noPings}`] : pings.flatMap((ping) => pingLines(ping, lang))),
    ];
    return {
      exit: job.state === "down" || job.state === "warning" ? 3 : 0,
      json: { job },
      text: lines.join("\n"),
      plain: pings.map(({ at, kind, exitCode, durationSeconds, from }) =>
        [at, kind, exitCode ?? "", durationSeconds ?? "", from].join("\t"),
      ),
      quiet: [job.key],
    };
  },
};

/** What came with it is foreign: no control character of it reaches the terminal. */
function pingLines({ at, kind, exitCode, durationSeconds, from, body }: PingLine, lang: Context["lang"]): string[] {
  const say = jobWords(lang);
  const facts = [
    pingName(kind, lang),
    ...(exitCode === null ? [] : [cliJobWords(lang).exit(exitCode)]),
    ...(durationSeconds === null ? [] : [say.took(duration(durationSeconds * 1_000, lang))]),
    from,
  ];
  const said = body === null ? [] : [`      ${safeText(body.slice(0, shownBodyChars), [])}`];
  return [`  ${wallTime(at, lang)}  ${facts.join("  ")}`, ...said];
}
