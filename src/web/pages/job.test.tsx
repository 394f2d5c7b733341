import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobPing, JobStatus } from "../../kernel/model/job.ts";
import { htmlFragment } from "../../render/html.ts";
import type { PageContext } from "../context.ts";
import { jobPage } from "./job.tsx";
import { jobsPage } from "./jobs.tsx";

const now = { atMs: Date.UTC(2026, 10, 21, 18, 46), monotonicMs: 0, bootId: "b" };
const foreign = `</pre><script>alert(1)</script>\u001b[31m`;
const job: JobStatus = {
  key: "batch",
  name: foreign,
  on: null,
  state: "down",
  lastPingAt: now,
  lastSuccessAt: null,
  runningSince: null,
  lastDurationMs: 61_000,
  expectedAtMs: Date.UTC(2026, 10, 21, 18, 15),
  lateAtMs: Date.UTC(2026, 10, 21, 18, 45),
  schedule: { kind: "cron", expression: "15 3 * * *", timeZone: "Asia/Tokyo" },
  graceMs: 1_800_000,
  declared: true,
  trouble: "late",
};
const ping: JobPing = {
  number: 1,
  kind: "fail",
  at: now,
  exitCode: 1,
  runId: null,
  durationMs: null,
  from: "127.0.0.1",
  method: "POST",
  agent: foreign,
  body: foreign,
  bodyBytes: 40,
};
const urls = { url: "http://x/ping/u", urlBySlug: "http://x/ping/k/batch", pushUrl: "http://x/api/push/u" };
const viewer = { actor: "person:a", name: "a", csrf: "c" };

/** As much of a page's context as these pages read. */
function context(over: Partial<PageContext>): PageContext {
  const site = { timeZone: "Asia/Tokyo", url: null } as PageContext["site"];
  return { lang: "ja", now, site, viewer: null, ...over } as PageContext;
}

test("nothing a job sends or is called runs on its pages", () => {
  for (const lang of ["ja", "en"] as const) {
    const page = jobPage(context({ lang, viewer }), { job, pings: [ping], urls });
    const html = htmlFragment(<>{page.body}</>) + htmlFragment(<>{jobsPage(context({ lang }), [job]).body}</>);
    assert.ok(!html.includes("<script") && !html.includes("\u001b"));
  }
});

test("the address is shown to whoever may change something, and to nobody else", () => {
  const open = htmlFragment(<>{jobPage(context({ viewer }), { job, pings: [], urls }).body}</>);
  assert.ok(open.includes("http://x/ping/u/start") && open.includes('action="/jobs/batch/pause"'));
  const closed = htmlFragment(<>{jobPage(context({}), { job, pings: [], urls: null }).body}</>);
  assert.ok(!closed.includes("/ping/") && closed.includes("koboshi job url batch"));
});

test("a missing job says since when, on both pages", () => {
  const html = htmlFragment(<>{jobsPage(context({}), [job]).body}</>);
  assert.match(html, /3:45 から来ていません/);
  assert.match(html, /15 3 \* \* \*\(Asia\/Tokyo\)/);
});
