import type { JSX } from "preact";
import type { JobStatus } from "../../kernel/model/job.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { StateMark } from "../../render/parts.tsx";
import { duration } from "../../words/format.ts";
import { jobLine, jobWords, nearTime, scheduleText } from "../../words/jobs.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";

const order: readonly StateWord[] = ["down", "warning", "unknown", "ok", "paused"];

/** Every job, missing and failed ones first. */
export function jobsPage(context: PageContext, jobs: readonly JobStatus[]): Page {
  const { title } = jobWords(context.lang);
  const sorted = jobs.toSorted(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.name.localeCompare(b.name, "ja"),
  );
  return {
    title,
    here: "jobs",
    mark: sorted[0]?.state ?? "paused",
    body: <Jobs context={context} jobs={sorted} />,
  };
}

function Jobs({ context, jobs }: { context: PageContext; jobs: readonly JobStatus[] }): JSX.Element {
  const say = jobWords(context.lang);
  return (
    <>
      <h1>{say.title}</h1>
      <p>{say.lead}</p>
      {jobs.length === 0 ? (
        <>
          <p>{say.empty}</p>
          <pre>{'jobs:\n  nightly-batch: { at: "15 3 * * *", grace: 30m }'}</pre>
        </>
      ) : (
        <ul class="rows">
          {jobs.map((job) => (
            <JobRow key={job.key} context={context} job={job} />
          ))}
        </ul>
      )}
    </>
  );
}

function JobRow({ context, job }: { context: PageContext; job: JobStatus }): JSX.Element {
  const { lang, site, now } = context;
  const say = jobWords(lang);
  const near = { nowMs: now.atMs, timeZone: site.timeZone, lang };
  const facts = [
    scheduleText(job.schedule, lang),
    ...(job.on === null ? [] : [say.on(job.on)]),
    ...(job.lastPingAt === null ? [] : [say.lastPing(nearTime(job.lastPingAt.atMs, near))]),
    ...(job.lastDurationMs === null ? [] : [say.took(duration(job.lastDurationMs, lang))]),
  ];
  return (
    <li>
      <a class="name" href={`/jobs/${encodeURIComponent(job.key)}`}>
        {job.name}
      </a>
      <StateMark state={job.state} lang={lang} />
      <p>{jobLine(job, site, near)}</p>
      <p class="mut">{facts.join(" · ")}</p>
    </li>
  );
}
