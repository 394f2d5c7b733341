import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { errorText, KoboshiError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Site } from "../kernel/model/site.ts";
import { langOf, refuse } from "./answer.ts";

/** Answers anything a route threw: our refusals by their code, bad input as KB1001, a bug as KB1004 with the log telling more. */
export function refuseThrown(
  thrown: FastifyError | KoboshiError | Error,
  { request, reply, site, log }: { request: FastifyRequest; reply: FastifyReply; site: Site; log: Log },
): FastifyReply {
  const error = asKoboshiError(thrown);
  if (error.code === "KB1004")
    log.error("request failed", { route: request.routeOptions.url, error: errorText(thrown) });
  return refuse(reply, error, langOf(request, site.lang));
}

/** A refusal by its code; what the caller got wrong as KB1001; everything else is ours, KB1004. */
export function asKoboshiError(thrown: Error): KoboshiError {
  if (thrown instanceof KoboshiError) return thrown;
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const first = thrown.validation[0];
    const where = `${thrown.validationContext ?? ""}${first?.instancePath ?? ""}`;
    return new KoboshiError("KB1001", { what: `${where}: ${first?.message ?? thrown.message}` }, thrown);
  }
  const { statusCode } = thrown as Partial<FastifyError>;
  if (statusCode !== undefined && statusCode < 500) return new KoboshiError("KB1001", { what: thrown.message }, thrown);
  return new KoboshiError("KB1004", { what: thrown.name }, thrown);
}
