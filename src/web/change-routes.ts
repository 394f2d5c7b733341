import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf } from "../api/access.ts";
import { errorCodes, type KoboshiError } from "../kernel/errors.ts";
import type { Actor } from "../kernel/event.ts";
import { componentKinds, type ComponentId } from "../kernel/model/component.ts";
import type { CauseAt } from "../kernel/model/diagnosis.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { Result } from "../kernel/result.ts";
import { explainError } from "../words/errors.ts";
import type { Script } from "./assets.ts";
import { pageContext } from "./context.ts";
import type { WebDeps } from "./deps.ts";
import { field, incidentIdOf, ownPath } from "./fields.ts";
import { sendPage } from "./frame.tsx";
import { incidentRoom } from "./read-routes.ts";

type Verb = (
  request: FastifyRequest,
  input: { incidentId: number; actor: Actor },
) => Promise<Result<Incident, KoboshiError>>;

/** What a person does to an incident, by plain forms; then back to where they were. */
export function changeRoutes(app: FastifyInstance, deps: WebDeps, script: Script | null): void {
  const verbs: Readonly<Record<string, Verb>> = {
    acknowledge: (_request, input) => deps.verbs.acknowledge(input),
    note: (request, input) => deps.verbs.note({ ...input, text: field(request, "text") }),
    assign: (request, input) => deps.verbs.assign({ ...input, to: field(request, "to") }),
    resolve: (request, input) =>
      deps.verbs.resolve({
        ...input,
        reason: field(request, "reason") || null,
        falseAlarm: field(request, "falseAlarm") === "yes",
      }),
    diagnose: (_request, input) => deps.diagnoses.again(input),
    "confirm-cause": (request, input) =>
      deps.diagnoses.confirm({ ...input, note: field(request, "text"), cause: causeIn(field(request, "cause")) }),
  };
  for (const [name, verb] of Object.entries(verbs)) {
    app.post(`/i/:id/${name}`, async (request, reply) => {
      const incidentId = incidentIdOf(request);
      const result = await verb(request, { incidentId, actor: actorOf(request) });
      if (result.ok) return reply.redirect(ownPath(field(request, "back")), 303);
      return refused({ deps, script, request, reply, incidentId, error: result.error });
    });
  }
}

interface Refused {
  readonly deps: WebDeps;
  readonly script: Script | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly incidentId: number;
  readonly error: KoboshiError;
}

/** Shows the incident again with the reason, and with everything that was typed. */
async function refused({ deps, script, request, reply, incidentId, error }: Refused): Promise<FastifyReply> {
  const context = { ...pageContext(deps, request), url: `/i/${incidentId}` };
  const { status } = errorCodes[error.code];
  const page = await incidentRoom(deps, context, {
    id: incidentId,
    draft: {
      problem: { ...explainError(error.code, error.facts, context.lang), status },
      text: field(request, "text"),
      reason: field(request, "reason"),
      falseAlarm: field(request, "falseAlarm") === "yes",
    },
  });
  return sendPage(reply, context, { ...page, script });
}

/** `disk-full@host:web1`, as the form writes it. */
function causeIn(written: string): CauseAt {
  const [id = "", component = ""] = written.split("@", 2);
  const known = componentKinds.some((kind) => component.startsWith(`${kind}:`));
  return { id, component: known ? (component as ComponentId) : null };
}
