import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { KoboshiError } from "../../kernel/errors.ts";
import {
  hardwareHealths,
  hardwareSources,
  powerStates,
  sensorKinds,
  type HardwareReading,
  type Trap,
} from "../../kernel/model/hardware.ts";
import type { Site } from "../../kernel/model/site.ts";
import { stateWords } from "../../kernel/model/status.ts";
import {
  sourceStates,
  type HardwareDesk,
  type HardwareSourceStatus,
  type HardwareStatus,
} from "../../kernel/ports-hardware.ts";
import { rfc3339 } from "../../words/format.ts";
import { actorOf } from "../access.ts";
import { answer, langOf } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { ErrorJson, listOf } from "../schemas.ts";

const Time = z.string().meta({ description: "RFC 3339 with the site zone's offset" });
const Limit = z.object({ warning: z.number().nullable(), critical: z.number().nullable() });
const Severity = z.enum(["critical", "warning", "info"]);
const Texts = z.record(z.string(), z.string());

const ReadingJson = z.object({
  takenAt: Time,
  health: z.enum(hardwareHealths),
  power: z.enum(powerStates),
  maker: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  sensors: z.array(
    z.object({
      kind: z.enum(sensorKinds),
      name: z.string(),
      value: z.number().nullable(),
      unit: z.string(),
      low: Limit,
      high: Limit,
      health: z.enum(hardwareHealths),
      text: z.string(),
    }),
  ),
  drives: z.array(
    z.object({
      name: z.string(),
      model: z.string().nullable(),
      serial: z.string().nullable(),
      sizeBytes: z.number().nullable(),
      health: z.enum(hardwareHealths),
      failurePredicted: z.boolean().nullable(),
      lifeLeftRatio: z.number().nullable(),
    }),
  ),
  firmware: z.array(z.object({ name: z.string(), version: z.string() })),
  log: z.array(
    z.object({
      at: Time.nullable().meta({ description: "by the controller's own clock" }),
      severity: Severity,
      text: z.string(),
      sensor: z.string().nullable(),
    }),
  ),
  vendor: Texts.meta({ description: "the maker's own fields, as they came" }),
  unobserved: Texts.meta({ description: "part → why it was not read" }),
});

const SourceJson = z.object({
  kind: z.enum(hardwareSources),
  address: z.string(),
  state: z.enum(sourceStates),
  reason: z.string().nullable(),
  answeredAt: Time.nullable(),
  tookSeconds: z.number().nullable(),
  certificate: z
    .object({
      fingerprint: z.string(),
      trust: z.enum(["authority", "kept", "changed"]),
      kept: z.string().nullable(),
    })
    .nullable(),
  reading: ReadingJson.nullable(),
});

const HardwareJson = z.object({
  host: z.string(),
  state: z.enum(stateWords),
  health: z.enum(hardwareHealths),
  power: z.enum(powerStates),
  answeredAt: Time.nullable().meta({ description: "of any of its sources; new while the system itself may be silent" }),
  sources: z.array(SourceJson),
});

const TrapJson = z.object({
  id: z.int(),
  at: Time,
  host: z.string().nullable(),
  from: z.string(),
  version: z.enum(["1", "2c", "3"]),
  inform: z.boolean(),
  oid: z.string(),
  name: z.string().nullable(),
  severity: Severity,
  varbinds: z.array(z.object({ oid: z.string(), type: z.string(), text: z.string() })),
});

const IntakeJson = z.object({
  port: z.int().nullable(),
  problem: z.string().nullable(),
  taken: z.int(),
  refused: z.int(),
  malformed: z.int(),
  dropped: z.int(),
  unwritten: z.int(),
  lastRefusedFrom: z.string().nullable(),
});

const Host = z.object({ host: z.string().min(1).max(200) });

/** Machines as their controllers and SNMP agents tell them, and what they told by themselves. Nothing switches anything. */
export function hardwareRoutes(
  app: FastifyInstance,
  deps: Pick<ApiDeps, "site"> & { readonly hardware: HardwareDesk },
): void {
  const api = app.withTypeProvider<ZodTypeProvider>();
  const { hardware } = deps;

  api.route({
    method: "GET",
    url: "/api/v1/hardware",
    schema: { summary: "Hardware of every host that is asked for it", response: { 200: listOf(HardwareJson) } },
    handler: () => ({ items: hardware.hardware().map((one) => statusView(one, deps.site())), next: null }),
  });

  api.route({
    method: "GET",
    url: "/api/v1/hardware/:host",
    schema: { summary: "Hardware of one host", params: Host, response: { 200: HardwareJson, "4xx": ErrorJson } },
    handler: ({ params: { host } }) => {
      const status = hardware.hardwareOf(host);
      if (status === null) throw new KoboshiError("KB1002", { what: host });
      return statusView(status, deps.site());
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/hardware/:host/look",
    schema: {
      summary: "Look at a host's hardware now",
      params: Host,
      body: z.object({}).nullish(),
      response: { 200: HardwareJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const site = deps.site();
      const result = await hardware.lookNow(request.params.host);
      return answer(reply, result, { lang: langOf(request, site.lang), render: (one) => statusView(one, site) });
    },
  });

  api.route({
    method: "POST",
    url: "/api/v1/hardware/:host/trust",
    config: { authority: "admin" },
    schema: {
      summary: "Believe the certificate that a controller shows now",
      params: Host,
      body: z.object({ fingerprint: z.string().max(200) }),
      response: { 200: HardwareJson, "4xx": ErrorJson },
    },
    handler: async (request, reply) => {
      const site = deps.site();
      const { host } = request.params;
      const { fingerprint } = request.body;
      const result = await hardware.trustCertificate({ host, fingerprint, actor: actorOf(request) });
      return answer(reply, result, { lang: langOf(request, site.lang), render: (one) => statusView(one, site) });
    },
  });

  trapRoutes(app, deps);
}

function trapRoutes(app: FastifyInstance, deps: Parameters<typeof hardwareRoutes>[1]): void {
  app.withTypeProvider<ZodTypeProvider>().route({
    method: "GET",
    url: "/api/v1/traps",
    schema: {
      summary: "SNMP notifications, newest first",
      querystring: z.object({
        host: z.string().max(200).optional(),
        before: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      response: { 200: listOf(TrapJson).extend({ intake: IntakeJson }), "4xx": ErrorJson },
    },
    handler: async ({ query: { host, before, limit } }) => {
      const asked = { limit, ...(host === undefined ? {} : { host }), ...(before === undefined ? {} : { before }) };
      const traps = await deps.hardware.traps(asked);
      const next = traps.length === limit ? String(traps.at(-1)?.id) : null;
      const site = deps.site();
      return { items: traps.map((trap) => trapView(trap, site)), next, intake: deps.hardware.trapIntake() };
    },
  });
}

function statusView(status: HardwareStatus, site: Site): z.input<typeof HardwareJson> {
  const { host, state, health, power, answersAtMs, sources } = status;
  const answeredAt = timeOf(answersAtMs, site);
  return { host, state, health, power, answeredAt, sources: sources.map((source) => sourceView(source, site)) };
}

function timeOf(atMs: number | null, site: Site): string | null {
  return atMs === null ? null : rfc3339(atMs, site.timeZone);
}

function sourceView(source: HardwareSourceStatus, site: Site): z.input<typeof SourceJson> {
  const { kind, address, state, reason, answeredAt, tookMs, certificate, reading } = source;
  return {
    kind,
    address,
    state,
    reason,
    answeredAt: timeOf(answeredAt?.atMs ?? null, site),
    tookSeconds: tookMs === null ? null : tookMs / 1_000,
    certificate,
    reading: reading === null ? null : readingView(reading, site),
  };
}

function readingView(
  { source: _source, takenAtMs, entries, sensors, drives, firmware, ...reading }: HardwareReading,
  site: Site,
): z.input<typeof ReadingJson> {
  return {
    ...reading,
    sensors: [...sensors],
    drives: [...drives],
    firmware: [...firmware],
    takenAt: rfc3339(takenAtMs, site.timeZone),
    log: entries.map(({ atMs, severity, text, sensor }) => ({ at: timeOf(atMs, site), severity, text, sensor })),
  };
}

function trapView({ atMs, isInform, varbinds, ...trap }: Trap, site: Site): z.input<typeof TrapJson> {
  return { ...trap, at: rfc3339(atMs, site.timeZone), inform: isInform, varbinds: [...varbinds] };
}
