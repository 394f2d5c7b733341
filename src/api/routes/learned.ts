import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { KoboshiError } from "../../kernel/errors.ts";
import { componentKinds, type ComponentId } from "../../kernel/model/component.ts";
import type { Learned } from "../../kernel/model/learned.ts";
import type { IncidentPicture } from "../../kernel/model/picture.ts";
import type { Site } from "../../kernel/model/site.ts";
import { rfc3339 } from "../../words/format.ts";
import { actorOf } from "../access.ts";
import { langOf, refuse } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf } from "../schemas.ts";

const BothLangs = z.object({ ja: z.string(), en: z.string() });
const CaseJson = z.object({
  id: z.int(),
  incidentId: z.int(),
  cause: z.string(),
  component: z.string().nullable(),
  title: BothLangs,
  at: z.string(),
  by: z.string(),
  note: z.string(),
  trust: z.number(),
  withdrawn: z.boolean(),
});
const HabitPlace = { evidence: z.string(), target: z.string(), vantage: z.string().nullable() };
const LearnedHabitJson = z.object({
  ...HabitPlace,
  title: BothLangs,
  states: z.array(z.object({ state: z.string(), word: BothLangs, shipped: z.number(), learned: z.number() })),
  days: z.int(),
  isChronic: z.boolean(),
  withdrawn: z.boolean(),
});
const ProposalJson = z.object({
  id: z.string(),
  incidents: z.array(z.int()),
  signs: z.array(z.object({ evidence: z.string(), title: BothLangs, word: BothLangs, count: z.int() })),
  yaml: z.string().meta({ description: "a file for `koboshi cause add`" }),
});
export const LearnedJson = z.object({
  cases: z.array(CaseJson),
  habits: z.array(LearnedHabitJson).meta({ description: "those that change what is expected, strongest first" }),
  habitsKept: z.int(),
  proposals: z.array(ProposalJson),
  fit: z
    .object({
      shipped: z.number(),
      temperature: z.number().nullable().meta({ description: "null: as shipped" }),
      cases: z.int(),
      leastCases: z.int(),
    })
    .meta({ description: "how strongly evidence is taken, fitted to confirmed causes; higher is more cautious" }),
});
const HabitJson = z.object({
  ...HabitPlace,
  withdrawn: z.boolean(),
  days: z.array(
    z.object({
      day: z.int().meta({ description: "days since 1970-01-01, UTC" }),
      states: z.record(z.string(), z.number()).meta({ description: "frames of five minutes by state" }),
    }),
  ),
});
const PictureJson = z.object({
  id: z.int(),
  check: z.string(),
  at: z.string(),
  media: z.string(),
  bytes: z.int(),
  url: z.string(),
});
const Id = z.object({ id: z.coerce.number().int().positive() });
const PictureId = Id.extend({ picture: z.coerce.number().int().positive() });
const ComponentName = z
  .string()
  .max(300)
  .refine((text): text is ComponentId => componentKinds.some((kind) => text.startsWith(`${kind}:`)), {
    message: "a component is written kind:name, like host:web1",
  });
const HabitBody = z.object({
  evidence: z.string().min(1).max(100),
  target: ComponentName,
  vantage: z.string().max(100).nullable().default(null),
  withdrawn: z.boolean(),
});

/** What was learned, taking it back, and what pages showed when they failed. */
export function learnedRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { diagnoses } = deps;

  api.route({
    method: "GET",
    url: "/api/v1/diagnosis/learned",
    schema: { summary: "What confirmed causes and healthy days taught", response: { 200: LearnedJson } },
    handler: async () => learnedView(await diagnoses.learned(), deps.site()),
  });

  api.route({
    method: "GET",
    url: "/api/v1/diagnosis/habits",
    schema: { summary: "What is usual here, day by day, as it is kept", response: { 200: listOf(HabitJson) } },
    handler: () => ({ items: diagnoses.habits().map(habitView), next: null }),
  });

  api.route({
    method: "POST",
    url: "/api/v1/diagnosis/habits",
    schema: {
      summary: "Take back what is usual of one evidence, or let it count again",
      body: HabitBody,
      response: { 200: LearnedJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { withdrawn, ...habit } = request.body;
      const done = await diagnoses.setHabit({ habit, withdrawn, actor: actorOf(request) });
      if (!done.ok) return refuse(reply, done.error, langOf(request, deps.site().lang));
      return learnedView(await diagnoses.learned(), deps.site());
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/diagnosis/cases/:id",
    schema: {
      summary: "Take back a confirmed cause, or let it count again",
      params: Id,
      body: z.object({ withdrawn: z.boolean() }),
      response: { 200: LearnedJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const { withdrawn } = request.body;
      const done = await diagnoses.withdraw({ caseId: request.params.id, withdrawn, actor: actorOf(request) });
      if (!done.ok) return refuse(reply, done.error, langOf(request, deps.site().lang));
      return learnedView(await diagnoses.learned(), deps.site());
    },
  });

  pictureRoutes(app, deps);
}

function pictureRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "GET",
    url: "/api/v1/incidents/:id/pictures",
    schema: {
      summary: "What pages showed when their checks first failed, oldest first",
      params: Id,
      response: { 200: listOf(PictureJson) },
    },
    handler: async (request) => {
      const pictures = await deps.ledger.read.picturesOf(request.params.id);
      return { items: pictures.map((one) => pictureView(one, deps.site())), next: null };
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/incidents/:id/pictures/:picture",
    schema: { summary: "One of them, JPEG or PNG of at most 200 kB", params: PictureId },
    handler: async (request, reply) => {
      const { id, picture } = request.params;
      const lang = langOf(request, deps.site().lang);
      const known = (await deps.ledger.read.picturesOf(id)).find((one) => one.id === picture);
      const body = known === undefined ? null : await deps.ledger.read.pictureBody(id, picture);
      if (known === undefined || body === null)
        return refuse(reply, new KoboshiError("KB1002", { what: `#${id} ${picture}` }), lang);
      return reply
        .type(known.media)
        .header("content-security-policy", "default-src 'none'; sandbox")
        .header("x-content-type-options", "nosniff")
        .header("cross-origin-resource-policy", "same-origin")
        .header("cache-control", "private, max-age=86400, immutable")
        .send(Buffer.from(body));
    },
  });
}

function learnedView({ cases, habits, habitsKept, proposals, fit }: Learned, site: Site): z.input<typeof LearnedJson> {
  return {
    cases: cases.map(({ cause, at, actor, ...one }) => ({
      ...one,
      cause: cause.id,
      component: cause.component,
      at: rfc3339(at.atMs, site.timeZone),
      by: actor,
    })),
    habits: habits.map((habit) => ({ ...habit, states: [...habit.states] })),
    habitsKept,
    proposals: proposals.map((one) => ({ ...one, incidents: [...one.incidents], signs: [...one.signs] })),
    fit: { ...fit },
  };
}

function habitView(habit: ReturnType<ApiDeps["diagnoses"]["habits"]>[number]): z.input<typeof HabitJson> {
  return { ...habit, days: habit.days.map(({ day, states }) => ({ day, states: { ...states } })) };
}

function pictureView(picture: IncidentPicture, site: Site): z.input<typeof PictureJson> {
  const { id, incidentId, checkId, at, media, bytes } = picture;
  const url = `/api/v1/incidents/${incidentId}/pictures/${id}`;
  return { id, check: checkId, at: rfc3339(at.atMs, site.timeZone), media, bytes, url };
}
