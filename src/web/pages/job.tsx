import type { JSX } from "preact";
import type { PingUrls } from "../../api/ping-urls.ts";
import type { JobPing, JobStatus } from "../../kernel/model/job.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { duration } from "../../words/format.ts";
import { jobLine, jobWords, nearTime, pingName, scheduleText } from "../../words/jobs.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { VerbForm } from "./actions.tsx";
import { JobHowTo } from "./job-how-to.tsx";

export interface JobView {
  readonly job: JobStatus;
  /** newest first */
  readonly pings: readonly JobPing[];
  /** null: whoever looks may not see them */
  readonly urls: PingUrls | null;
}

/** One job: how it stands, how it reports, what it reported. */
export function jobPage(context: PageContext, view: JobView): Page {
  return { title: view.job.name, here: "jobs", mark: view.job.state, body: <Job context={context} view={view} /> };
}

function Job({ context, view: { job, pings, urls } }: { context: PageContext; view: JobView }): JSX.Element {
  const { lang, site, now } = context;
  const say = jobWords(lang);
  return (
    <>
      <section class={`v s-${job.state}`} aria-labelledby="verdict">
        <h1 id="verdict">{job.name}</h1>
        <p>
          <StateMark state={job.state} lang={lang} /> {jobLine(job, site, { nowMs: now.atMs, lang })}
        </p>
        {job.declared ? null : <p>{say.notDeclared}</p>}
      </section>
      <Facts context={context} job={job} />
      <Pause context={context} job={job} />
      <h2>{say.address}</h2>
      {urls === null ? (
        <p>
          <a href={`/login?next=${encodeURIComponent("/")}`}>{say.signInForAddress}</a> {say.orCommand}:{" "}
          <code>koboshi job url {job.key}</code>
        </p>
      ) : (
        <JobHowTo context={context} urls={urls} />
      )}
      <h2>{say.pings}</h2>
      {pings.length === 0 ? <p>{say.noPings}</p> : null}
      <ol class="tl">
        {pings.map((ping) => (
          <Ping key={ping.number} context={context} ping={ping} />
        ))}
      </ol>
    </>
  );
}

function Facts({ context, job }: { context: PageContext; job: JobStatus }): JSX.Element {
  const { lang, site, now } = context;
  const say = jobWords(lang);
  const at = (ms: number): string => nearTime(ms, { nowMs: now.atMs, timeZone: site.timeZone, lang });
  const lines = [
    `${say.schedule}: ${scheduleText(job.schedule, lang)}, ${say.grace(duration(job.graceMs, lang))}`,
    ...(job.on === null ? [] : [say.on(job.on)]),
    ...(job.expectedAtMs === null || job.state === "down" ? [] : [say.next(at(job.expectedAtMs))]),
    ...(job.lastSuccessAt === null ? [] : [say.lastSuccess(at(job.lastSuccessAt.atMs)).trim()]),
    ...(job.lastDurationMs === null ? [] : [say.took(duration(job.lastDurationMs, lang))]),
  ];
  return (
    <ul class="facts">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Pause({ context, job }: { context: PageContext; job: JobStatus }): JSX.Element | null {
  if (context.viewer === null) return null;
  const say = jobWords(context.lang);
  const isPaused = job.state === "paused";
  return (
    <VerbForm context={context} action={`/jobs/${encodeURIComponent(job.key)}/pause`} back="/jobs">
      <button name="paused" value={isPaused ? "no" : "yes"}>
        {isPaused ? say.resume : say.pause}
      </button>
      <p class="mut">{say.pauseHow}</p>
    </VerbForm>
  );
}

const markOf = { success: "ok", start: "unknown", fail: "down", log: "unknown" } as const;

/** What came with a report is foreign text: escaped as everything here, and folded away. */
function Ping({ context, ping }: { context: PageContext; ping: JobPing }): JSX.Element {
  const { lang, site } = context;
  const say = jobWords(lang);
  const facts = [
    ...(ping.exitCode === null ? [] : [say.exitCode(ping.exitCode).trim()]),
    ...(ping.durationMs === null ? [] : [say.took(duration(ping.durationMs, lang))]),
    ...(ping.runId === null ? [] : [say.run(ping.runId.slice(0, 8))]),
    say.from(ping.from, ping.agent),
  ];
  return (
    <li>
      <Time atMs={ping.at.atMs} zone={site.timeZone} lang={lang} />
      <StateMark state={markOf[ping.kind]} lang={lang} word={pingName(ping.kind, lang)} />{" "}
      <span class="mut">{facts.join(" · ")}</span>
      {ping.bodyBytes === 0 ? null : ping.body === null ? (
        <p class="mut">{say.bodyDropped(ping.bodyBytes)}</p>
      ) : (
        <details>
          <summary>{say.body(ping.bodyBytes)}</summary>
          <pre>{ping.body}</pre>
        </details>
      )}
    </li>
  );
}
