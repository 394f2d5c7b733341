import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { stampNow } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { RestoreRequest } from "../../kernel/ports-recovery.ts";
import { actorOf } from "../access.ts";
import { langOf } from "../answer.ts";
import { BackupDetailJson, BackupJson, OutlookJson, TaskJson } from "../backup-schemas.ts";
import { createBackupTasks, type BackupTasks } from "../backup-tasks.ts";
import { backupDetail, backupView, outlookView, taskView, type BackupViewing } from "../backup-views.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf } from "../schemas.ts";

export type BackupApiDeps = Pick<ApiDeps, "site" | "clock" | "log" | "backups">;

const Plan = z.object({ plan: z.string().min(1).max(200) });
const Nothing = z.object({}).nullish();
const DrillWish = z
  .object({ place: z.string().min(1).max(200).nullish(), sampled: z.boolean().default(false) })
  .nullish();
const Place = z.string().min(1).max(200).nullish();

const Restore = z.object({
  at: z.string().max(64).default("latest").meta({ description: "`latest` or a set's id" }),
  place: Place,
  target: z.string().min(1).max(200).meta({ description: "`host:KEY` or `localhost`" }),
  folder: z.string().min(1).max(4_096),
  only: z.array(z.string().min(1).max(4_096)).max(1_000).default([]),
  confirm: z.string().max(200).nullish().meta({ description: "the target's name, where data would be moved aside" }),
  despite: z.string().max(64).nullish().meta({ description: "the set's id, to take it although it is in quarantine" }),
  lookOnly: z.boolean().default(false).meta({ description: "only what would be done" }),
});

/** Backups, how they stand, and what may be done to them. */
export function backupRoutes(app: FastifyInstance, deps: BackupApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const tasks = createBackupTasks({
    clock: deps.clock,
    log: deps.log,
    backups: { onProgress: (listener) => deps.backups.onProgress(listener) },
  });
  const viewing = (): BackupViewing => ({ site: deps.site(), now: stampNow(deps.clock), progress: tasks.progress });

  api.route({
    method: "GET",
    url: "/api/v1/backups",
    schema: { summary: "Backups in the file's order, with their verdicts", response: { 200: listOf(BackupJson) } },
    handler: async () => ({
      items: (await deps.backups.all()).map((status) => backupView(status, viewing())),
      next: null,
    }),
  });

  api.route({
    method: "GET",
    url: "/api/v1/backups/:plan",
    schema: {
      summary: "One backup with its runs, sets, verifications and restores",
      params: Plan,
      response: { 200: BackupDetailJson, "4xx": ErrorJson },
    },
    handler: async ({ params: { plan } }) => {
      const status = await deps.backups.one(plan);
      if (status === null) throw unknownPlan(plan);
      return backupDetail(status, viewing());
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/backups/:plan/run",
    schema: {
      summary: "Take a backup now; answers at once, the task tells when every place is through",
      params: Plan,
      body: Nothing,
      response: { 200: z.object({ set: z.string(), task: z.string() }), "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { plan } = request.params;
      expectPlan(deps, plan);
      const { set, over } = await deps.backups.runNow(plan, actorOf(request));
      const task = tasks.begin("run", plan, async () => ({ sets: await over }));
      return { set, task: task.id };
    },
  });

  taskRoutes(app, deps, tasks);
  restoreRoutes(app, deps);
  drillRoutesOf(app, deps);
}

function taskRoutes(app: FastifyInstance, deps: BackupApiDeps, tasks: BackupTasks): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { site } = deps;

  api.route({
    method: "POST",
    url: "/api/v1/backups/:plan/verify",
    schema: {
      summary: "Verify copies; answers at once, the task tells when it is done",
      params: Plan,
      body: z
        .object({ place: Place, level: z.union([z.literal(2), z.literal(3), z.literal(4), z.literal(5)]).default(2) })
        .nullish(),
      response: { 200: TaskJson, "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { plan } = request.params;
      const { place = null, level = 2 } = request.body ?? {};
      expectPlan(deps, plan);
      const by = actorOf(request);
      const task = await tasks.start("verify", plan, async () => ({
        verifications: await deps.backups.verify(plan, { place, level, by }),
      }));
      return taskView(task, site(), langOf(request, site().lang));
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/backups/:plan/prove",
    schema: {
      summary: "Try whether the writer can delete what it wrote, on objects made for the trial",
      params: Plan,
      body: z.object({ place: Place }).nullish(),
      response: { 200: TaskJson, "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { plan } = request.params;
      const place = request.body?.place ?? null;
      expectPlan(deps, plan);
      const by = actorOf(request);
      const task = await tasks.start("prove", plan, async () => ({
        proofs: await deps.backups.prove(plan, { place, by }),
      }));
      return taskView(task, site(), langOf(request, site().lang));
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/backup-tasks/:task",
    schema: {
      summary: "How a run, a verification or a trial stands",
      params: z.object({ task: z.string().min(1).max(64) }),
      response: { 200: TaskJson, "4xx": ErrorJson },
    },
    handler: (request) => {
      const task = tasks.get(request.params.task);
      if (task === null) throw new KoboshiError("KB1002", { what: request.params.task });
      return taskView(task, site(), langOf(request, site().lang));
    },
  });
}

function restoreRoutes(app: FastifyInstance, deps: BackupApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "POST",
    url: "/api/v1/backups/:plan/restore",
    schema: {
      summary: "Restore, or see what a restore would do",
      params: Plan,
      body: Restore,
      response: { 200: z.object({ run: z.string().nullable(), outlook: OutlookJson }), "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { plan } = request.params;
      expectPlan(deps, plan);
      const { at, place, target, folder, only, confirm, despite, lookOnly } = request.body;
      const asked: RestoreRequest = {
        plan,
        at,
        place: place ?? null,
        target,
        folder,
        only,
        confirm: confirm ?? null,
        despite: despite ?? null,
      };
      const outlook = await deps.backups.outlook(asked);
      const run = lookOnly ? null : await deps.backups.restore(asked, actorOf(request));
      return { run, outlook: outlookView(outlook, deps.site()) };
    },
  });
}

function drillRoutesOf(app: FastifyInstance, deps: BackupApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "POST",
    url: "/api/v1/backups/:plan/drill",
    schema: {
      summary: "Rehearse a restore onto the drill's host",
      params: Plan,
      body: DrillWish,
      response: { 200: z.object({ run: z.string() }), "4xx": ErrorJson },
    },
    handler: async (request) => {
      const { plan } = request.params;
      expectPlan(deps, plan);
      const { place = null, sampled = false } = request.body ?? {};
      return { run: await deps.backups.drill(plan, actorOf(request), { place, sampled }) };
    },
  });
  api.route({
    method: "GET",
    url: "/api/v1/backups/:plan/drill",
    schema: {
      summary: "What a drill would do, and why it must not; nothing is written",
      params: Plan,
      querystring: z.object({ place: z.string().min(1).max(200).optional() }),
      response: {
        200: z.object({
          set: z.string(),
          place: z.string(),
          target: z.string(),
          refusals: z.array(z.object({ code: z.string(), unknown: z.boolean(), seen: z.string() })),
        }),
        "4xx": ErrorJson,
      },
    },
    handler: async (request) => {
      const { plan } = request.params;
      expectPlan(deps, plan);
      const wish = { place: request.query.place ?? null, sampled: false };
      const answer = await deps.backups.drillOutlook?.(plan, wish);
      if (answer === undefined) throw unknownPlan(plan);
      return { ...answer, refusals: [...answer.refusals] };
    },
  });
}

function expectPlan({ site }: BackupApiDeps, plan: string): void {
  if (site().backups?.has(plan) !== true) throw unknownPlan(plan);
}

function unknownPlan(plan: string): KoboshiError {
  return new KoboshiError("KB1002", { what: plan });
}
