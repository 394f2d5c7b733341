import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { stampNow } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { RestoreRunJson } from "../backup-schemas.ts";
import { createBackupTasks } from "../backup-tasks.ts";
import { restoreView, type BackupViewing } from "../backup-views.ts";
import { ErrorJson, listOf } from "../schemas.ts";
import type { BackupApiDeps } from "./backups.ts";

/** Rehearsals and real restores, measured alike. */
export function drillRoutes(app: FastifyInstance, deps: BackupApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { progress } = createBackupTasks({
    clock: deps.clock,
    log: deps.log,
    backups: { onProgress: (listener) => deps.backups.onProgress(listener) },
  });
  const viewing = (): BackupViewing => ({ site: deps.site(), now: stampNow(deps.clock), progress });

  api.route({
    method: "GET",
    url: "/api/v1/drills",
    schema: {
      summary: "Drills of every backup, newest first; with kind=all real restores too",
      querystring: z.object({ kind: z.enum(["drill", "all"]).default("drill"), plan: z.string().max(200).optional() }),
      response: { 200: listOf(RestoreRunJson), "4xx": ErrorJson },
    },
    handler: async ({ query: { kind, plan } }) => {
      const statuses = (await deps.backups.all()).filter((status) => plan === undefined || status.plan.key === plan);
      const runs = statuses.flatMap(({ restores }) => restores).filter((run) => kind === "all" || run.kind === "drill");
      const newest = runs.toSorted((a, b) => b.startedAt.atMs - a.startedAt.atMs);
      return { items: newest.map((run) => restoreView(run, viewing())), next: null };
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/drills/:id",
    schema: {
      summary: "One drill or restore, and how far it has come",
      params: z.object({ id: z.string().min(1).max(64) }),
      response: { 200: RestoreRunJson, "4xx": ErrorJson },
    },
    handler: async ({ params: { id } }) => {
      const run = await deps.backups.restoreRun(id);
      if (run === null) throw new KoboshiError("KB1002", { what: id });
      return restoreView(run, viewing());
    },
  });
}
