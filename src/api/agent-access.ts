import type { FastifyRequest } from "fastify";
import { KoboshiError } from "../kernel/errors.ts";
import { identityOf } from "./access.ts";
import { agentTokenName } from "./agent-token.ts";

/** @throws KoboshiError KB4202 for the token of another host */
export function mayWriteHost(request: FastifyRequest, host: string): void {
  const identity = identityOf(request);
  const token = agentTokenName(host);
  if (identity?.scopes?.includes("admin") === true || identity?.actor === `token:${token}`) return;
  throw new KoboshiError("KB4202", { host, token });
}
