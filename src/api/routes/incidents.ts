import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { KoboshiError } from "../../kernel/errors.ts";
import { componentKinds, type ComponentId } from "../../kernel/model/component.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import { severities } from "../../kernel/model/signal.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { diagnosisView } from "../../render/diagnosis-view.ts";
import { actorOf } from "../access.ts";
import { langOf, refuse } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, IncidentJson, listOf } from "../schemas.ts";
import { readIncidentView } from "../views.ts";

const mostPerPage = 100;
const ComponentName = z
  .string()
  .refine((text): text is ComponentId => componentKinds.some((kind) => text.startsWith(`${kind}:`)), {
    message: "a component is written kind:name, like host:web1",
  });
const Id = z.object({ id: z.coerce.number().int().positive() });
const answers = { 200: IncidentJson, "4xx": ErrorJson };

export function incidentRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "GET",
    url: "/api/v1/incidents",
    schema: {
      summary: "Incidents, open ones first, then newest first",
      querystring: z.object({
        state: z.enum(["open", "ended"]).optional(),
        cursor: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(mostPerPage).default(mostPerPage),
        lang: z.string().optional(),
      }),
      response: { 200: listOf(IncidentJson.omit({ timeline: true })) },
    },
    handler: async (request) => {
      const { state, cursor, limit } = request.query;
      const found = await deps.ledger.read.incidents({
        limit: limit + 1,
        ...(state === undefined ? {} : { state }),
        ...(cursor === undefined ? {} : { before: cursor }),
      });
      const lang = langOf(request, deps.site().lang);
      const items = await Promise.all(found.slice(0, limit).map(({ id }) => readIncidentView(deps, id, lang)));
      return {
        items: items.filter((item) => item !== null),
        next: found.length > limit ? String(found[limit - 1]?.id) : null,
      };
    },
  });

  opened(app, deps);
  api.route({
    method: "GET",
    url: "/api/v1/incidents/:id",
    schema: { summary: "One incident with its diagnosis and timeline", params: Id, response: answers },
    handler: async (request, reply) => {
      const lang = langOf(request, deps.site().lang);
      const view = await readIncidentView(deps, request.params.id, lang);
      if (view === null) return refuse(reply, new KoboshiError("KB1002", { what: `#${request.params.id}` }), lang);
      return view;
    },
  });

  weighedAnew(app, deps);
  for (const verb of verbRoutes(deps)) {
    api.route({
      method: "POST",
      url: `/api/v1/incidents/:id/${verb.name}`,
      schema: { summary: verb.summary, params: Id, body: verb.body, response: answers },
      handler: async (request, reply) => {
        const lang = langOf(request, deps.site().lang);
        const result = await verb.run(request.params.id, request.body, actorOf(request));
        if (!result.ok) return refuse(reply, result.error, lang);
        const view = await readIncidentView(deps, result.value.id, lang);
        if (view === null) return refuse(reply, new KoboshiError("KB1002", { what: `#${result.value.id}` }), lang);
        return view;
      },
    });
  }
}

const OpenBody = z.object({
  subject: ComponentName.meta({ description: "a service or a host, `service:shop`" }),
  text: z.string().min(1).max(500).meta({ description: "what somebody said; whoever is told reads it" }),
  severity: z
    .enum(severities)
    .default("warning")
    .meta({ description: "`critical` wakes whoever is on call; `info` tells nobody and stays off the public page" }),
});

function opened(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  api.route({
    method: "POST",
    url: "/api/v1/incidents",
    schema: {
      summary:
        "Open an incident that nothing watched has noticed; one about the same that is open gets the text as a note",
      body: OpenBody,
      response: answers,
    },
    handler: async (request, reply) => {
      const lang = langOf(request, deps.site().lang);
      const { subject, text, severity } = request.body;
      const result = await deps.verbs.open({ subject, text, severity, actor: actorOf(request) });
      if (!result.ok) return refuse(reply, result.error, lang);
      const view = await readIncidentView(deps, result.value.id, lang);
      if (view === null) return refuse(reply, new KoboshiError("KB1002", { what: subject }), lang);
      return view;
    },
  });
}

function weighedAnew(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  api.route({
    method: "GET",
    url: "/api/v1/incidents/:id/diagnosis",
    schema: {
      summary: "What was seen, weighed anew when some causes are known not to be it",
      params: Id,
      querystring: z.object({
        without: z
          .string()
          .default("")
          .transform((text) => text.split(",").filter((one) => one !== ""))
          .meta({ description: "causes of the catalogue, separated by commas" }),
        lang: z.string().optional(),
      }),
      response: { 200: IncidentJson.shape.diagnosis, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const lang = langOf(request, deps.site().lang);
      const { params, query } = request;
      const weighed = await deps.diagnoses.without({ incidentId: params.id, causes: query.without });
      return weighed.ok ? diagnosisView(weighed.value, deps.site(), lang) : refuse(reply, weighed.error, lang);
    },
  });
}

interface VerbRoute {
  readonly name: string;
  readonly summary: string;
  readonly body: z.ZodType;
  run(incidentId: number, body: unknown, actor: ReturnType<typeof actorOf>): Promise<Result<Incident, KoboshiError>>;
}

const NoteBody = z.object({ text: z.string().min(1).max(4_000) });
const AssignBody = z.object({ to: z.string().min(1).meta({ description: "a person's key in the configuration" }) });
const ResolveBody = z.object({ reason: z.string().max(4_000).nullish(), falseAlarm: z.boolean().default(false) });
const CauseBody = z.object({
  cause: z.string().min(1).meta({ description: "a cause of the catalogue" }),
  component: ComponentName.nullable().default(null).meta({ description: "where it sat, `host:web1`" }),
  note: z.string().max(4_000).default(""),
});
const WithdrawBody = z.object({
  case: z.int().positive().nullish().meta({ description: "left out: the newest that counts" }),
});
const NoBody = z.object({}).nullish();

function verbRoutes(deps: ApiDeps): readonly VerbRoute[] {
  const { verbs, diagnoses } = deps;
  return [
    {
      name: "acknowledge",
      summary: "Take the incident: escalation stops",
      body: NoBody,
      run: (incidentId, _body, actor) => verbs.acknowledge({ incidentId, actor }),
    },
    {
      name: "note",
      summary: "Write into the timeline",
      body: NoteBody,
      run: (incidentId, body, actor) => verbs.note({ incidentId, actor, text: NoteBody.parse(body).text }),
    },
    {
      name: "assign",
      summary: "Hand the incident to another person, who is told",
      body: AssignBody,
      run: (incidentId, body, actor) => verbs.assign({ incidentId, actor, to: AssignBody.parse(body).to }),
    },
    {
      name: "resolve",
      summary: "End the incident; a reason is required while something still fails",
      body: ResolveBody,
      run: (incidentId, body, actor) => {
        const { reason, falseAlarm } = ResolveBody.parse(body);
        return verbs.resolve({ incidentId, actor, reason: reason ?? null, falseAlarm });
      },
    },
    {
      name: "diagnose",
      summary: "Look again for the cause",
      body: NoBody,
      run: (incidentId, _body, actor) => diagnoses.again({ incidentId, actor }),
    },
    {
      name: "confirm-cause",
      summary: "Say what the cause was: later rankings shift",
      body: CauseBody,
      run: (incidentId, body, actor) => {
        const { cause, component, note } = CauseBody.parse(body);
        return diagnoses.confirm({ incidentId, actor, note, cause: { id: cause, component } });
      },
    },
    {
      name: "withdraw-cause",
      summary: "Take back a cause that was confirmed by mistake: nothing is learned from it then",
      body: WithdrawBody.nullish(),
      run: (incidentId, body, actor) =>
        withdrawCause(deps, { incidentId, actor, caseId: WithdrawBody.nullish().parse(body)?.case ?? null }),
    },
  ];
}

async function withdrawCause(
  { diagnoses, ledger }: ApiDeps,
  { incidentId, actor, caseId }: { incidentId: number; actor: ReturnType<typeof actorOf>; caseId: number | null },
): Promise<Result<Incident, KoboshiError>> {
  const [incident, cases] = [await ledger.read.incident(incidentId), await diagnoses.casesOf(incidentId)];
  const standing = cases.filter(({ withdrawn }) => !withdrawn);
  const chosen = caseId === null ? standing.at(-1) : cases.find(({ id }) => id === caseId);
  if (incident === null) return err(new KoboshiError("KB1002", { what: `#${incidentId}` }));
  if (chosen === undefined) return err(new KoboshiError("KB4413", { incident: incidentId }));
  const done = await diagnoses.withdraw({ caseId: chosen.id, withdrawn: true, actor });
  return done.ok ? ok(incident) : done;
}
