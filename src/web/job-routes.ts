import type { FastifyInstance, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { pingUrls } from "../api/ping-urls.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { JobStatus } from "../kernel/model/job.ts";
import type { Script } from "./assets.ts";
import type { WebDeps } from "./deps.ts";
import { field } from "./fields.ts";
import { jobPage } from "./pages/job.tsx";
import { jobsPage } from "./pages/jobs.tsx";
import { showPage } from "./read-routes.ts";

const shownPings = 50;

/** The jobs that report, and what a person may do to one. */
export function jobRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const { jobs } = deps;

  app.get("/jobs", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => jobsPage(context, jobs.jobs())),
  );

  app.get("/jobs/:key", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const job = jobNamed(deps, request);
      const address = jobs.address(job.key);
      const pings = await jobs.pings(job.key, shownPings);
      // the address is what a report is believed by: not for whoever only looks on
      const urls = context.viewer === null || address === null ? null : pingUrls(address, context.site);
      return jobPage(context, { job, pings, urls });
    }),
  );

  app.post("/jobs/:key/pause", async (request, reply) => {
    const { key } = jobNamed(deps, request);
    const paused = field(request, "paused") === "yes";
    const result = await jobs.pause({ key, paused, actor: actorOf(request) });
    if (!result.ok) throw result.error;
    return reply.redirect(jobPath(key), 303);
  });
}

export function jobPath(key: string): string {
  return `/jobs/${encodeURIComponent(key)}`;
}

function jobNamed({ jobs }: WebDeps, request: FastifyRequest): JobStatus {
  const { key } = request.params as { key: string };
  const job = jobs.jobs().find((one) => one.key === key);
  if (job === undefined) throw new KoboshiError("KB1002", { what: key.slice(0, 100) });
  return job;
}
