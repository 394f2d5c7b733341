import { createHash } from "node:crypto";

/**
 * The name an API token must have to send what is read on this host: `agent-web1`. A key that no token can be named after
 * is told apart by a few digits of its hash.
 */
export function agentTokenName(host: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,33}$/.test(host)) return `agent-${host}`;
  const plain = host.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const digits = createHash("sha256").update(host).digest("hex").slice(0, 8);
  return `agent-${`${plain}-`.replace(/^-+/, "").slice(0, 25)}${digits}`;
}
