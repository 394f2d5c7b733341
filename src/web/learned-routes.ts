import type { FastifyInstance, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { HabitAt } from "../kernel/model/learned.ts";
import type { Script } from "./assets.ts";
import type { WebDeps } from "./deps.ts";
import { field, ownPath } from "./fields.ts";
import { learnedPage } from "./pages/learned.tsx";
import { showPage } from "./read-routes.ts";

/** What was learned, and taking it back. */
export function learnedWebRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const { diagnoses } = deps;
  app.get("/learned", (request, reply) =>
    showPage({ deps, script, request, reply }, async (context) => learnedPage(context, await diagnoses.learned())),
  );
  app.post("/learned/cases/:id", async (request, reply) => {
    const done = await diagnoses.withdraw({
      caseId: caseIdOf(request),
      withdrawn: field(request, "withdrawn") === "yes",
      actor: actorOf(request),
    });
    if (!done.ok) throw done.error;
    const back = ownPath(field(request, "back"));
    return reply.redirect(back === "/" ? "/learned" : back, 303);
  });
  app.post("/learned/habits", async (request, reply) => {
    const habit = habitIn(request, diagnoses.habits());
    const withdrawn = field(request, "withdrawn") === "yes";
    const done = await diagnoses.setHabit({ habit, withdrawn, actor: actorOf(request) });
    if (!done.ok) throw done.error;
    return reply.redirect("/learned", 303);
  });
}

/** @throws KoboshiError KB1002 when the address holds no number */
function caseIdOf({ params }: FastifyRequest): number {
  const { id } = params as { readonly id: string };
  if (!/^[1-9]\d{0,8}$/.test(id)) throw new KoboshiError("KB1002", { what: id.slice(0, 20) });
  return Number(id);
}

/** One of those that are kept. @throws KoboshiError KB1002 when it is none of them */
function habitIn(request: FastifyRequest, kept: readonly HabitAt[]): HabitAt {
  const [evidence, target, vantage] = ["evidence", "target", "vantage"].map((name) => field(request, name));
  const found = kept.find(
    (one) => one.evidence === evidence && one.target === target && (one.vantage ?? "") === vantage,
  );
  if (found === undefined) throw new KoboshiError("KB1002", { what: `${evidence} ${target}`.slice(0, 100) });
  return found;
}
