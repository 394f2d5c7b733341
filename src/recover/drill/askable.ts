import type { Check } from "../../kernel/model/check.ts";
import type { Way } from "../../kernel/model/probe.ts";
import type { NotAskedReason } from "../../kernel/model/recovery.ts";
import type { RoomWay } from "./way.ts";

/** How a check is put to what was restored. */
export interface Askable {
  readonly spec: unknown;
  readonly way: Way;
}

/** Whether a name or address is the one of the machine that was restored. */
export type SameMachine = (host: string) => boolean;

/** Kinds whose every step is a connection. */
const throughTheWay: ReadonlySet<string> = new Set([
  "http",
  "tcp",
  "tls",
  "websocket",
  "smtp",
  "imap",
  "pop3",
  "postgres",
  "mysql",
  "redis",
  "ssh",
]);

/** What the others lack. The room's own kernel answers ping, whatever was restored into it. */
const lacking: Readonly<Record<string, NotAskedReason>> = {
  icmp: "answers-by-itself",
  log: "no-logs",
  domain: "other-machine",
  roundtrip: "other-machine",
};

interface Machine {
  readonly host: string;
  readonly port: number;
}

/** How a check is asked in a room, or why not. */
export async function askable(
  { kind, spec }: Pick<Check, "kind" | "spec">,
  way: RoomWay,
  isRestored: SameMachine,
): Promise<Askable | NotAskedReason> {
  if (throughTheWay.has(kind)) return { spec, way };
  if (kind !== "dns" && kind !== "ntp") return lacking[kind] ?? "own-program";
  const machine = serversOf({ kind, spec }).find(({ host }) => isRestored(host));
  if (machine === undefined) return "other-machine";
  const port = await way.datagrams(machine.port);
  if (port === null) return "nobody-looks";
  const there = { host: "127.0.0.1", port };
  const fields = spec as Readonly<Record<string, unknown>>;
  if (kind === "ntp") return { spec: { ...fields, ntp: there }, way };
  const { servers: _others, ...alone } = fields;
  // an answer too long for a datagram is asked for again by a connection, to the same port
  const door: Way = { door: (wanted) => way.door(wanted === port ? machine.port : wanted) };
  return { spec: { ...alone, server: there }, way: door };
}

/** Whom checks by datagrams ask, as their specs name them. */
export function machinesOf(check: Pick<Check, "kind" | "spec">): readonly string[] {
  return serversOf(check).map(({ host }) => host.toLowerCase());
}

function serversOf({ kind, spec }: Pick<Check, "kind" | "spec">): readonly Machine[] {
  if ((kind !== "dns" && kind !== "ntp") || typeof spec !== "object" || spec === null) return [];
  const { server, servers, ntp } = spec as Readonly<Record<string, unknown>>;
  return (kind === "ntp" ? [ntp] : [server, ...(Array.isArray(servers) ? (servers as unknown[]) : [])]).filter(
    isMachine,
  );
}

function isMachine(value: unknown): value is Machine {
  if (typeof value !== "object" || value === null) return false;
  const { host, port } = value as Readonly<Record<string, unknown>>;
  return typeof host === "string" && typeof port === "number";
}
