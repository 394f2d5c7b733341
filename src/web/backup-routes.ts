import type { FastifyInstance, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { createBackupTasks, type BackupTasks } from "../api/backup-tasks.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { BackupStatus, RestoreRequest } from "../kernel/ports-recovery.ts";
import { backupWords } from "../words/backups.ts";
import { explainError } from "../words/errors.ts";
import type { Script } from "./assets.ts";
import { backupKeepingWebRoutes } from "./backup-keeping-routes.ts";
import type { PageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, queryText } from "./fields.ts";
import { backupPage } from "./pages/backup.tsx";
import { suspectedOf } from "./pages/backup-suspects.tsx";
import { backupPath, backupsPage } from "./pages/backups.tsx";
import { restoreRunPage } from "./pages/restore-run.tsx";
import { restorePage, typedName, type RestoreView } from "./pages/restore.tsx";
import { showPage } from "./read-routes.ts";

/** Backups, what a person may do to one, and restores. */
export function backupWebRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const tasks = createBackupTasks({
    clock: deps.clock,
    log: deps.log,
    backups: { onProgress: (listener) => deps.backups.onProgress(listener) },
  });

  app.get("/backups", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => backupsPage(context, await deps.backups.all())),
  );

  app.get("/backups/:key", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const status = await backupNamed(deps, request);
      const { key } = status.plan;
      const suspects = suspectedOf(key, await deps.ledger.read.openSignals());
      return backupPage(context, { status, suspects, tasks: tasks.of(key), progress: tasks.progress });
    }),
  );

  app.get("/restores/:id", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const { id } = request.params as { id: string };
      const run = await deps.backups.restoreRun(id);
      if (run === null) throw new KoboshiError("KB1002", { what: id.slice(0, 100) });
      return restoreRunPage(context, { run, progress: run.endedAt === null ? tasks.progress(id) : null });
    }),
  );

  verbRoutes(app, deps, tasks);
  backupKeepingWebRoutes(app, deps, script);
  restoreRoutes(app, deps, script);
}

function verbRoutes(app: FastifyInstance, deps: WebDeps, tasks: BackupTasks): void {
  app.post("/backups/:key/run", async (request, reply) => {
    const key = planNamed(deps, request);
    await deps.backups.runNow(key, actorOf(request));
    return reply.redirect(backupPath(key), 303);
  });

  app.post("/backups/:key/drill", async (request, reply) => {
    const key = planNamed(deps, request);
    const id = await deps.backups.drill(key, actorOf(request));
    return reply.redirect(`/restores/${encodeURIComponent(id)}`, 303);
  });

  app.post("/backups/:key/refresh", async (request, reply) => {
    const key = planNamed(deps, request);
    await tasks.start("refresh", key, async () => {
      await deps.backups.refresh(key);
      return {};
    });
    return reply.redirect(backupPath(key), 303);
  });

  app.post("/backups/:key/verify", async (request, reply) => {
    const key = planNamed(deps, request);
    const level = levels.find((one) => String(one) === field(request, "level")) ?? 2;
    const by = actorOf(request);
    await tasks.start("verify", key, async () => ({
      verifications: await deps.backups.verify(key, { place: null, level, by }),
    }));
    return reply.redirect(backupPath(key), 303);
  });

  app.post("/backups/:key/prove", async (request, reply) => {
    const key = planNamed(deps, request);
    const by = actorOf(request);
    await tasks.start("prove", key, async () => ({ proofs: await deps.backups.prove(key, { place: null, by }) }));
    return reply.redirect(backupPath(key), 303);
  });
}

const levels = [2, 3, 4, 5] as const;

function restoreRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  app.get("/backups/:key/restore", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const status = await backupNamed(deps, request);
      const asked = requestOf(status, (name) => queryText(request, name).trim());
      // what is in the way is told to those who may act: looking for it reaches into the target
      const looks = queryText(request, "target") !== "" && context.viewer !== null;
      return restorePage(context, looks ? await look(deps, context, { status, asked }) : bare(status, asked));
    }),
  );

  app.post("/backups/:key/restore", async (request, reply) => {
    const status = await backupNamed(deps, request);
    const asked = requestOf(status, (name) => field(request, name));
    const typed = field(request, "confirm");
    if (typed !== typedName(asked.target)) {
      return showPage({ deps, script, request, reply }, async (context) => ({
        ...restorePage(context, { ...bare(status, asked), refusal: nameDiffers(context, asked) }),
        status: 409,
      }));
    }
    const id = await deps.backups.restore({ ...asked, confirm: typed }, actorOf(request));
    return reply.redirect(`/restores/${encodeURIComponent(id)}`, 303);
  });
}

function bare(status: BackupStatus, asked: RestoreRequest): RestoreView {
  return { status, asked, outlook: null, refusal: null };
}

function nameDiffers({ lang }: PageContext, { target }: RestoreRequest): RestoreView["refusal"] {
  const say = backupWords(lang);
  return { code: "KB1003", message: say.nameDiffers, fix: say.typeName(typedName(target)), quarantined: null };
}

/** A refusal stands on the page itself, beside what was asked. */
async function look(
  { backups }: WebDeps,
  { lang }: PageContext,
  { status, asked }: Pick<RestoreView, "status" | "asked">,
): Promise<RestoreView> {
  try {
    return { status, asked, outlook: await backups.outlook(asked), refusal: null };
  } catch (thrown) {
    if (!(thrown instanceof KoboshiError)) throw thrown;
    const { message, fix } = explainError(thrown.code, thrown.facts, lang);
    const quarantined = thrown.code === "KB8312" ? String(thrown.facts["set"]) : null;
    return { status, asked, outlook: null, refusal: { code: thrown.code, message, fix, quarantined } };
  }
}

const longestPath = 4_096;
const mostPaths = 1_000;

/** What the form says; where it says nothing, onto the drill's host, beside what is there. */
function requestOf({ plan }: BackupStatus, read: (name: string) => string): RestoreRequest {
  const filled = (name: string, otherwise: string): string => read(name).slice(0, longestPath) || otherwise;
  const only = read("only")
    .split("\n")
    .map((line) => line.trim().slice(0, longestPath))
    .filter((line) => line !== "");
  return {
    plan: plan.key,
    at: filled("at", "latest"),
    place: read("place") || null,
    target: filled("target", plan.drill === null ? "localhost" : `host:${plan.drill.host}`),
    folder: filled("folder", "/srv/koboshi-restore"),
    only: only.slice(0, mostPaths),
    confirm: null,
    despite: read("despite").slice(0, 64) || null,
  };
}

/** The name alone, for verbs that need no look at the repositories. */
function planNamed({ site }: WebDeps, request: FastifyRequest): string {
  const { key } = request.params as { key: string };
  if (site().backups?.has(key) !== true) throw new KoboshiError("KB1002", { what: key.slice(0, 100) });
  return key;
}

async function backupNamed({ backups }: WebDeps, request: FastifyRequest): Promise<BackupStatus> {
  const { key } = request.params as { key: string };
  const status = await backups.one(key);
  if (status === null) throw new KoboshiError("KB1002", { what: key.slice(0, 100) });
  return status;
}
