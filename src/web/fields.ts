import type { FastifyRequest } from "fastify";
import { KoboshiError } from "../kernel/errors.ts";

/** A form's field as text, without spaces around it; empty when it was not sent. */
export function field(request: FastifyRequest, name: string): string {
  return textOf(request.body, name).trim();
}

/** A parameter of the address as text; empty when it was not given. */
export function queryText(request: FastifyRequest, name: string): string {
  return textOf(request.query, name);
}

function textOf(values: unknown, name: string): string {
  if (typeof values !== "object" || values === null || !Object.hasOwn(values, name)) return "";
  const value = (values as Record<string, unknown>)[name];
  return typeof value === "string" ? value : "";
}

/** The incident's number in the address. @throws KoboshiError KB1002 when it is none */
export function incidentIdOf(request: FastifyRequest): number {
  const written = textOf(request.params, "id");
  if (!/^[1-9]\d{0,8}$/.test(written)) throw new KoboshiError("KB1002", { what: `#${written.slice(0, 20)}` });
  return Number(written);
}

/** A way back is a page of our own, whatever the form says. */
export function ownPath(written: string): string {
  return /^\/(?:incidents|i\/[1-9]\d{0,8})?$/.test(written) ? written : "/";
}
