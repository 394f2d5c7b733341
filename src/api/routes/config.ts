import type { FastifyInstance, FastifyReply } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Change } from "../../config/desk/change.ts";
import type { ConfigRefusal } from "../../config/desk/desk.ts";
import type { Finding } from "../../config/finding.ts";
import { planNouns, type ConfigPlan } from "../../config/plan.ts";
import { errorCodes } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import { planSummary } from "../../words/config-plan.ts";
import { actorOf } from "../access.ts";
import { errorBody, langOf, refuse } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson } from "../schemas.ts";

/** A little more than the largest configuration, so that one too large is told as such. */
const longestBodyBytes = 6_000_000;
const mostEdits = 200;

const Text = z.object({ ja: z.string(), en: z.string() });
const FindingJson = z.object({
  severity: z.enum(["error", "warning", "note"]),
  code: z.string(),
  file: z.string(),
  line: z.int(),
  column: z.int(),
  length: z.int(),
  path: z.string(),
  message: Text,
  hint: Text.nullable(),
});
const Mode = z.enum(["here", "git"]).meta({ description: "`git`: nothing is written here, a plan carries the patch" });

const ConfigJson = z.object({
  mode: Mode,
  path: z.string(),
  files: z.array(z.object({ name: z.string(), text: z.string().meta({ description: "secrets masked" }) })),
  hash: z.string().meta({ description: "of the files now; empty without any" }),
  runningHash: z.string(),
  findings: z.array(FindingJson),
});

const PlanJson = z.object({
  summary: Text,
  entries: z.array(
    z.object({
      action: z.enum(["added", "changed", "removed"]),
      noun: z.enum(planNouns),
      name: z.string(),
      changes: z.array(
        z.object({
          key: z.string(),
          before: z.string().nullable(),
          after: z.string().nullable(),
          secret: z.boolean(),
        }),
      ),
      restart: z.boolean().meta({ description: "counts from the next start only" }),
    }),
  ),
  needsConfirm: z.array(z.object({ noun: z.enum(["check", "backup"]), names: z.array(z.string()) })),
});

const ProposalJson = z.object({
  mode: Mode,
  baseHash: z.string(),
  hash: z.string(),
  findings: z.array(FindingJson),
  plan: PlanJson.nullable().meta({ description: "null: the result must not be used" }),
  patch: z.string().meta({ description: "unified, for `git apply` in the configuration's folder" }),
  applicable: z.boolean().meta({ description: "false: a masked secret is part of the patch" }),
});

const Path = z
  .array(z.union([z.string(), z.int().min(0)]))
  .min(1)
  .max(20);
const Value = z.json();
const ChangeBody = z.object({
  edits: z
    .array(
      z.discriminatedUnion("op", [
        z.object({ op: z.literal("set"), path: Path, value: Value }),
        z.object({ op: z.literal("add"), path: Path, value: Value }),
        z.object({ op: z.literal("remove"), path: Path }),
      ]),
    )
    .max(mostEdits)
    .optional(),
  text: z.string().optional().meta({ description: "the whole text of one file, instead of edits" }),
  file: z.string().max(200).optional().meta({ description: "whose text; the first when left out" }),
});
const OrderBody = ChangeBody.extend({
  baseHash: z.string().optional().meta({ description: "of the files you have read: refused when they changed since" }),
  reason: z.string().max(500).optional(),
  confirm: z.boolean().default(false).meta({ description: "what a plan says must be confirmed is meant" }),
});

const admin = { authority: "admin" } as const;

/** The configuration: as it stands, what a change would come to, and making it. */
export function configRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "GET",
    url: "/api/v1/config",
    schema: {
      summary: "The configuration's files, secrets masked, and what there is to say",
      response: { 200: ConfigJson },
    },
    handler: () => {
      const { values: _, findings, files, ...view } = deps.config.view();
      return { ...view, files: [...files], findings: findings.map(findingView) };
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/config/plan",
    config: admin,
    bodyLimit: longestBodyBytes,
    schema: {
      summary:
        "What a change would come to; without edits or text, what taking over the files would. Nothing is stored",
      body: ChangeBody,
      response: {
        200: ProposalJson,
        "4xx": ErrorJson,
      },
    },
    handler: async (request, reply) => {
      const proposed = deps.config.propose(changeOf(request.body));
      if (!proposed.ok) return refuse(reply, proposed.error, langOf(request, deps.site().lang));
      const { findings, plan, ...rest } = proposed.value;
      return reply.send({ ...rest, findings: findings.map(findingView), plan: plan === null ? null : planView(plan) });
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/config/apply",
    config: admin,
    bodyLimit: longestBodyBytes,
    schema: {
      summary: "Make a change, or take over the files as they are: all of it or nothing",
      body: OrderBody,
      response: { 200: z.object({ hash: z.string(), plan: PlanJson, written: z.array(z.string()) }) },
    },
    handler: async (request, reply) => {
      const { baseHash, reason, confirm } = request.body;
      const done = await deps.config.apply({
        change: changeOf(request.body),
        baseHash: baseHash ?? null,
        reason: reason === undefined || reason.trim() === "" ? null : reason.trim(),
        confirmed: confirm,
        actor: actorOf(request),
      });
      if (!done.ok) return sendRefusal(reply, done.error, langOf(request, deps.site().lang));
      const { hash, plan, written } = done.value;
      return reply.send({ hash, plan: planView(plan), written: [...written] });
    },
  });
}

function changeOf({ edits, text, file }: z.output<typeof ChangeBody>): Change {
  if (text !== undefined) return { kind: "text", text, file: file ?? null };
  return edits === undefined ? { kind: "disk" } : { kind: "edits", edits };
}

function findingView(finding: Finding): z.input<typeof FindingJson> {
  return { ...finding };
}

function planView(plan: ConfigPlan): z.input<typeof PlanJson> {
  return {
    summary: { ja: planSummary(plan.entries, "ja"), en: planSummary(plan.entries, "en") },
    entries: plan.entries.map((entry) => ({ ...entry, changes: [...entry.changes] })),
    needsConfirm: plan.needsConfirm.map(({ noun, names }) => ({ noun, names: [...names] })),
  };
}

/** The error as ever, with what explains it: findings, the plan to confirm, or the three versions. */
function sendRefusal(reply: FastifyReply, refusal: ConfigRefusal, lang: Lang): FastifyReply {
  const { error, findings, conflict, plan } = refusal;
  return reply
    .status(errorCodes[error.code].status)
    .serializer(JSON.stringify)
    .send({
      ...errorBody(error, lang),
      findings: findings.map(findingView),
      conflict,
      plan: plan === null ? null : planView(plan),
    });
}
