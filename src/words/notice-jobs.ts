import { nameOf } from "../kernel/model/component.ts";
import { duration } from "./format.ts";
import { jobWords, scheduleText } from "./jobs.ts";
import type { Block, NoticeFacts } from "./notice-blocks.ts";
import { jobSignalOf } from "./notice-subject.ts";

const mostOutputLines = 5;
const longestLineChars = 200;

/** What a job's run was to be, where it runs, and the end of what it wrote: nothing for other incidents. */
export function jobBlock({ snapshot, site, lang }: NoticeFacts): Block {
  const signal = jobSignalOf({ snapshot });
  if (signal === null) return [];
  const say = jobWords(lang);
  const job = site.jobs.get(nameOf(signal.subject));
  const written = String(signal.facts["output"] ?? "");
  // text from outside stays on its line, whatever it holds
  const output = written
    .split("\n")
    .map((line) =>
      line
        .replaceAll(/[\p{Cc}\s]+/gu, " ")
        .trim()
        .slice(0, longestLineChars),
    )
    .filter((line) => line !== "")
    .slice(-mostOutputLines);
  return [
    ...(job === undefined
      ? []
      : [`${say.schedule}: ${scheduleText(job.schedule, lang)}, ${say.grace(duration(job.graceMs, lang))}`]),
    ...(job === undefined || job.on === null ? [] : [say.on(job.on)]),
    ...(output.length === 0 ? [] : [`${say.output}:`, ...output.map((line) => `> ${line}`)]),
  ];
}
