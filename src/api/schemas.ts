import { z } from "zod";
import { incidentStates } from "../kernel/model/incident.ts";
import { layers, outcomes } from "../kernel/model/observation.ts";
import { reaches, scopeIds } from "../kernel/model/scope.ts";
import { severities, signalKinds } from "../kernel/model/signal.ts";
import { stateWords } from "../kernel/model/status.ts";

const Time = z.string().meta({ description: "RFC 3339 with the site zone's offset" });
const Facts = z.record(z.string(), z.unknown());

export const ErrorJson = z.object({
  error: z.object({
    code: z.string().meta({ description: "KB####, never translated, never reused" }),
    message: z.string(),
    fix: z.string(),
  }),
});

const ScopeJson = z.object({
  id: z.enum(scopeIds).meta({ description: "where the fault sits" }),
  reach: z.enum(reaches).meta({ description: "who cannot use it" }),
  failingFrom: z.array(z.string()),
  workingFrom: z.array(z.string()),
  reasons: z.array(z.object({ code: z.string(), facts: Facts, text: z.object({ ja: z.string(), en: z.string() }) })),
});

export const EventJson = z.object({
  seq: z.int(),
  at: Time,
  kind: z.string(),
  actor: z.string(),
  incidentId: z.int().nullable(),
  text: z.object({ ja: z.string(), en: z.string() }),
  data: Facts,
});

const CauseJson = z.object({
  id: z.string(),
  component: z.string().nullable().meta({ description: "null: nothing says where" }),
  probability: z.number().min(0).max(1),
  title: z.string(),
  certainty: z.string(),
  for: z.array(z.string()),
  against: z.array(z.string()),
  action: z.string().meta({ description: "the first safe step" }),
  notYet: z.string().meta({ description: "what not to do yet, and why" }),
});

export const IncidentJson = z.object({
  id: z.int(),
  state: z.enum(incidentStates),
  severity: z.enum(severities),
  quiet: z.boolean(),
  flapping: z.boolean(),
  title: z.string(),
  titles: z.object({ ja: z.string(), en: z.string() }),
  subject: z.string(),
  services: z.array(z.string()),
  affected: z.array(z.object({ component: z.string(), because: z.string() })),
  startedAt: Time,
  detectedAt: Time,
  acknowledgedAt: Time.nullable(),
  acknowledgedBy: z.string().nullable(),
  assignedTo: z.string().nullable(),
  lead: z.string().nullable().meta({ description: "what people call whoever has it" }),
  resolvedAt: Time.nullable(),
  resolvedBy: z.string().nullable(),
  durationSeconds: z.number().meta({ description: "from the start to the end, or to now" }),
  diagnosis: z.object({
    at: Time,
    seconds: z.number(),
    scope: ScopeJson,
    causes: z.array(CauseJson),
    headline: z.string().meta({ description: "empty while there is no diagnosis" }),
    ruledOut: z.array(z.string()),
    unobserved: z.array(z.string()),
    unexplained: z.array(z.string()),
    repair: z.array(z.string()).meta({ description: "in the order that costs least to expect" }),
    stoppedBecause: z.string().nullable().meta({ description: "null: it is under way; `scope-only`: none began" }),
  }),
  timeline: z.array(EventJson),
});

const ReadingJson = z.object({
  outcome: z.enum(outcomes),
  layer: z.enum(layers).nullable(),
  at: Time,
  attempt: z.int(),
  address: z.string().nullable(),
  timings: z.record(z.string(), z.number()).meta({ description: "milliseconds per phase" }),
  facts: Facts,
  error: z.object({ code: z.string(), text: z.string() }).nullable(),
});

export const CheckJson = z.object({
  id: z.string(),
  service: z.string(),
  kind: z.string(),
  name: z.string(),
  target: z.string(),
  everySeconds: z.number(),
  state: z.enum(stateWords),
  since: Time.nullable(),
  confirming: z.boolean(),
  cells: z.array(
    z.object({ vantage: z.string(), state: z.enum(stateWords), stale: z.boolean(), last: ReadingJson.nullable() }),
  ),
});

export const ServiceJson = z.object({
  key: z.string(),
  name: z.string(),
  state: z.enum(stateWords),
  because: z.string().nullable(),
  since: Time.nullable(),
  checks: z.array(CheckJson),
});

export const VantageJson = z.object({
  name: z.string(),
  state: z.enum(["ok", "blind", "silent", "never-joined"]),
  lastSeenAt: Time.nullable(),
  clockOffsetSeconds: z.number().nullable(),
});

export const SignalJson = z.object({
  id: z.string(),
  kind: z.enum(signalKinds),
  subject: z.string(),
  checkId: z.string().nullable(),
  severity: z.enum(severities),
  incidentId: z.int().nullable(),
  startedAt: Time,
  openedAt: Time,
  layer: z.enum(layers).nullable(),
  error: z.object({ code: z.string(), text: z.string() }).nullable(),
  failingFrom: z.array(z.string()),
  workingFrom: z.array(z.string()),
});

const AttentionJson = z.object({
  code: z.string(),
  level: z.enum(["warning", "down", "info"]),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  text: z.object({ ja: z.string(), en: z.string() }),
});

export const StatusJson = z.object({
  schema: z.literal("koboshi.status/1"),
  ok: z.boolean(),
  at: Time,
  verdict: z.enum(["ok", "warning", "down", "unknown", "empty"]),
  services: z.array(ServiceJson),
  vantages: z.array(VantageJson),
  incidents: z.array(IncidentJson.omit({ timeline: true })),
  attentions: z.array(AttentionJson),
  configHash: z.string(),
  pulseAgeSeconds: z.number(),
});

/** Every list answers with its items and the cursor of the next page. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
