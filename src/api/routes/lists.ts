import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { langOf } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { CheckJson, listOf, ServiceJson, SignalJson, StatusJson, VantageJson } from "../schemas.ts";
import { checkView, serviceView, signalView, statusView, vantageView } from "../views.ts";

/** The status and the lists that are read whole: a site's services, checks, vantages and open signals. */
export function listRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const api = app.withTypeProvider<ZodTypeProvider>();

  api.route({
    method: "GET",
    url: "/api/v1/status",
    schema: {
      summary: "Is everything all right, and if not, what now",
      querystring: z.object({ lang: z.string().optional() }),
      response: { 200: StatusJson },
    },
    handler: async (request) => statusView(deps, await deps.status(), langOf(request, deps.site().lang)),
  });

  api.route({
    method: "GET",
    url: "/api/v1/services",
    schema: { summary: "Services, worst first", response: { 200: listOf(ServiceJson) } },
    handler: async () => {
      const { services } = await deps.status();
      return { items: services.map((service) => serviceView(service, deps.site())), next: null };
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/checks",
    schema: { summary: "Checks with what every vantage sees", response: { 200: listOf(CheckJson) } },
    handler: async () => {
      const { services } = await deps.status();
      const checks = services.flatMap((service) => service.checks);
      return { items: checks.map((check) => checkView(check, deps.site())), next: null };
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/vantages",
    schema: { summary: "The places that look", response: { 200: listOf(VantageJson) } },
    handler: async () => {
      const { vantages } = await deps.status();
      return { items: vantages.map((vantage) => vantageView(vantage, deps.site())), next: null };
    },
  });

  api.route({
    method: "GET",
    url: "/api/v1/signals",
    schema: { summary: "Open signals, oldest first", response: { 200: listOf(SignalJson) } },
    handler: async () => {
      const signals = await deps.ledger.read.openSignals();
      return { items: signals.map((signal) => signalView(signal, deps.site())), next: null };
    },
  });
}
