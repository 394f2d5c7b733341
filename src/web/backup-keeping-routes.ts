import type { FastifyInstance, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Script } from "./assets.ts";
import type { WebDeps } from "./deps.ts";
import { field } from "./fields.ts";
import { goingOf, tidyPage } from "./pages/backup-tidy.tsx";
import { backupPath } from "./pages/backups.tsx";
import { showPage } from "./read-routes.ts";

/** to look already opens the repository with the credential that can remove */
const admin = { config: { authority: "admin" } } as const;
const longestSetId = 64;

/** A person's word on what is kept of a backup: what goes, and what looked wrong and was meant. */
export function backupKeepingWebRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  app.get("/backups/:key/tidy", admin, (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const { plan, tidy } = tidying(deps, request);
      return tidyPage(context, { plan, answers: await tidy(false), hasMoved: false });
    }),
  );

  app.post("/backups/:key/tidy", admin, (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => {
      const { plan, tidy } = tidying(deps, request);
      const now = await tidy(false);
      // a set that came or grew old since the page was read has not been looked at
      const hasMoved = goingOf(now) !== field(request, "seen");
      const answers = hasMoved ? now : await tidy(true);
      return { ...tidyPage(context, { plan, answers, hasMoved }), ...(hasMoved ? { status: 409 } : {}) };
    }),
  );

  app.post("/backups/:key/accept", async (request, reply) => {
    const plan = planOf(deps, request);
    const set = field(request, "set").slice(0, longestSetId);
    if (deps.backups.accept === undefined) throw new KoboshiError("KB1002", { what: set });
    await deps.backups.accept(set, { by: actorOf(request), reason: field(request, "reason") });
    return reply.redirect(backupPath(plan), 303);
  });
}

type Tidying = (isConfirmed: boolean) => ReturnType<NonNullable<WebDeps["backups"]["tidy"]>>;

function tidying(deps: WebDeps, request: FastifyRequest): { readonly plan: string; readonly tidy: Tidying } {
  const plan = planOf(deps, request);
  const { backups } = deps;
  return {
    plan,
    async tidy(isConfirmed) {
      if (backups.tidy === undefined) throw new KoboshiError("KB1002", { what: plan });
      return backups.tidy(plan, { by: actorOf(request), isConfirmed });
    },
  };
}

function planOf({ site }: WebDeps, request: FastifyRequest): string {
  const { key } = request.params as { key: string };
  if (site().backups?.has(key) !== true) throw new KoboshiError("KB1002", { what: key.slice(0, 100) });
  return key;
}
