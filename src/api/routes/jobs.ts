import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Stamp } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { pingKinds, type JobPing, type JobSchedule, type JobStatus } from "../../kernel/model/job.ts";
import type { Site } from "../../kernel/model/site.ts";
import { stateWords } from "../../kernel/model/status.ts";
import type { JobDesk } from "../../kernel/ports.ts";
import { rfc3339 } from "../../words/format.ts";
import { actorOf } from "../access.ts";
import { answer, langOf } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { pingUrls } from "../ping-urls.ts";
import { ErrorJson, listOf } from "../schemas.ts";

const Time = z.string().meta({ description: "RFC 3339 with the site zone's offset" });
const Seconds = z.number().nullable();

const JobJson = z.object({
  key: z.string(),
  name: z.string(),
  on: z.string().nullable(),
  state: z.enum(stateWords),
  trouble: z.enum(["late", "unfinished", "failed"]).nullable(),
  declared: z.boolean().meta({ description: "false: made by a report with create=1" }),
  schedule: z
    .object({
      kind: z.enum(["every", "cron", "calendar"]),
      everySeconds: Seconds,
      expression: z.string().nullable(),
      timeZone: z.string().nullable(),
    })
    .nullable(),
  graceSeconds: z.number(),
  lastPingAt: Time.nullable(),
  lastSuccessAt: Time.nullable(),
  runningSince: Time.nullable(),
  lastDurationSeconds: Seconds,
  expectedAt: Time.nullable().meta({ description: "the run that is waited for next, or that is missing" }),
  lateAt: Time.nullable().meta({ description: "from when on it counts as missed" }),
});

const PingJson = z.object({
  number: z.int(),
  kind: z.enum(pingKinds),
  at: Time,
  exitCode: z.int().nullable(),
  rid: z.string().nullable(),
  durationSeconds: Seconds,
  from: z.string(),
  method: z.string(),
  agent: z.string(),
  body: z.string().nullable(),
  bodyBytes: z.int(),
});

const AddressJson = z.object({
  key: z.string(),
  url: z.string().meta({ description: "whoever knows it can report for the job" }),
  urlBySlug: z.string(),
  pushUrl: z.string().meta({ description: "for what knows Uptime Kuma's push monitors" }),
});

const Key = z.object({ key: z.string().min(1).max(200) });
const shownPings = 50;

/** Things that must happen regularly, how they stand, what they reported, and their addresses. */
export function jobRoutes(app: FastifyInstance, deps: Pick<ApiDeps, "site"> & { readonly jobs: JobDesk }): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { jobs } = deps;

  api.route({
    method: "GET",
    url: "/api/v1/jobs",
    schema: { summary: "Jobs, by name", response: { 200: listOf(JobJson) } },
    handler: () => ({ items: jobs.jobs().map((job) => jobView(job, deps.site())), next: null }),
  });

  api.route({
    method: "GET",
    url: "/api/v1/jobs/:key",
    schema: {
      summary: "One job and what it reported last, newest first",
      params: Key,
      response: { 200: JobJson.extend({ pings: z.array(PingJson) }), "4xx": ErrorJson },
    },
    handler: async (request) => {
      const site = deps.site();
      const job = jobNamed(jobs, request.params.key);
      const pings = await jobs.pings(job.key, shownPings);
      return { ...jobView(job, site), pings: pings.map((ping) => pingView(ping, site)) };
    },
  });

  // a POST, so that it needs authority: the address is what a report is believed by
  api.route({
    method: "POST",
    url: "/api/v1/jobs/:key/address",
    config: { scope: "ping:manage" },
    schema: {
      summary: "Where a job reports",
      params: Key,
      body: z.object({}).nullish(),
      response: { 200: AddressJson, "4xx": ErrorJson },
    },
    handler: (request) => {
      const { key } = request.params;
      const address = jobs.address(key);
      if (address === null) throw new KoboshiError("KB1002", { what: key });
      return { key, ...pingUrls(address, deps.site()) };
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/jobs/:key/pause",
    config: { scope: "ping:manage" },
    schema: {
      summary: "Do not wait for a job, or wait for it again",
      params: Key,
      body: z.object({ paused: z.boolean().default(true) }).nullish(),
      response: { 200: JobJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { key } = request.params;
      const paused = request.body?.paused ?? true;
      const result = await jobs.pause({ key, paused, actor: actorOf(request) });
      const site = deps.site();
      return answer(reply, result, { lang: langOf(request, site.lang), render: (job) => jobView(job, site) });
    },
  });
}

function jobNamed(jobs: JobDesk, key: string): JobStatus {
  const job = jobs.jobs().find((one) => one.key === key);
  if (job === undefined) throw new KoboshiError("KB1002", { what: key });
  return job;
}

function jobView(job: JobStatus, site: Site): z.input<typeof JobJson> {
  const { key, name, on, state, trouble, declared, graceMs, lastDurationMs, expectedAtMs, lateAtMs } = job;
  const at = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms, site.timeZone));
  const stamp = (moment: Stamp | null): string | null => at(moment === null ? null : moment.atMs);
  return {
    key,
    name,
    on,
    state,
    trouble,
    declared,
    schedule: scheduleView(job.schedule),
    graceSeconds: graceMs / 1_000,
    lastPingAt: stamp(job.lastPingAt),
    lastSuccessAt: stamp(job.lastSuccessAt),
    runningSince: stamp(job.runningSince),
    lastDurationSeconds: seconds(lastDurationMs),
    expectedAt: at(expectedAtMs),
    lateAt: at(lateAtMs),
  };
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

function scheduleView(schedule: JobSchedule | null): z.input<typeof JobJson>["schedule"] {
  if (schedule === null) return null;
  if (schedule.kind === "every") {
    return { kind: "every", everySeconds: schedule.everyMs / 1_000, expression: null, timeZone: null };
  }
  return { ...schedule, everySeconds: null };
}

function pingView({ at, runId, durationMs, ...ping }: JobPing, site: Site): z.input<typeof PingJson> {
  return { ...ping, at: rfc3339(at.atMs, site.timeZone), rid: runId, durationSeconds: seconds(durationMs) };
}
