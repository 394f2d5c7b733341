import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { AlertIntake } from "../../observe/index.ts";
import type { AlertSource } from "../../storage/ledger/ledger.ts";
import { langOf, refuse } from "../answer.ts";

export interface AlertRouteDeps {
  site(): Site;
  readonly alerts: AlertIntake;
}

/** Ten thousand alerts of a usual size. */
const longestBodyBytes = 10_000_000;

/**
 * What other monitoring systems tell: Prometheus and whoever speaks Alertmanager's API, and Alertmanager's own webhook.
 * Answered once the alerts are on the disk.
 */
export function alertRoutes(app: FastifyInstance, deps: AlertRouteDeps): void {
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));
    const take = (url: string, source: AlertSource, summary: string): void => {
      const config = { authority: "token", scope: "alerts:write" } as const;
      scope.post(url, { config, bodyLimit: longestBodyBytes, schema: { summary } }, (request, reply) =>
        accept(deps, source, { request, reply }),
      );
    };
    take("/api/v2/alerts", "api", "Take alerts, as Alertmanager's API v2 does");
    take("/api/v1/hooks/alertmanager", "webhook", "Take Alertmanager's webhook, version 4");
    done();
  });
}

async function accept(
  { site, alerts }: AlertRouteDeps,
  source: AlertSource,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const taken = await alerts.accept(source, parseJson(request.body));
  // Alertmanager's clients expect an empty answer
  return taken.ok ? reply.status(200).send() : refuse(reply, taken.error, langOf(request, site().lang));
}

/** @throws KoboshiError KB1401 for what is no JSON */
function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString() : "");
  } catch (cause) {
    throw new KoboshiError("KB1401", { item: "—", what: "JSON" }, cause);
  }
}
