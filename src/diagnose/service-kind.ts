import type { Check } from "../kernel/model/check.ts";
import type { Service, ServiceKind } from "../kernel/model/site.ts";
import { addressOf } from "./addresses.ts";

const databases: ReadonlySet<string> = new Set(["postgres", "mysql", "redis"]);
const databasePorts: ReadonlySet<number> = new Set([5432, 3306, 6379]);
const mails: ReadonlySet<string> = new Set(["smtp", "imap", "pop3", "roundtrip"]);
const pages: ReadonlySet<string> = new Set(["http", "browser", "websocket"]);
const pagePorts: ReadonlySet<number> = new Set([80, 443]);

type Watched = Pick<Service, "key" | "on" | "needs" | "kind">;

/** What a service is: as the file says, else by how it is watched. @param checks its own; @param isNeeded another service cannot do without it */
export function kindOfService(service: Watched, checks: readonly Check[], isNeeded: boolean): ServiceKind {
  if (service.kind !== undefined) return service.kind;
  const ports = checks.map((check) => addressOf(check)?.port ?? null);
  const hasPort = (set: ReadonlySet<number>): boolean => ports.some((port) => port !== null && set.has(port));
  if (checks.some(({ kind }) => databases.has(kind)) || hasPort(databasePorts)) return "db";
  if (checks.some(({ kind }) => mails.has(kind))) return "mail";
  if (service.on === null && isNeeded) return "ext";
  if (!checks.some(({ kind }) => pages.has(kind))) return "app";
  // what stands between a page and its data is needed by the one and needs the other
  return hasPort(pagePorts) || (service.needs.length > 0 && !isNeeded) ? "web" : "app";
}
