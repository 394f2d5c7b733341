import { isIP } from "node:net";
import type { Check } from "../kernel/model/check.ts";

/** What a check's target names, as far as its text tells. */
export interface NamedAddress {
  /** host name or literal address, lower case, without brackets and final dot */
  readonly host: string;
  /** null: none is written, and the kind has no usual one */
  readonly port: number | null;
  /** TLS is spoken from the first byte */
  readonly isSecure: boolean;
}

type Located = Pick<Check, "kind" | "target">;

const schemePorts: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  imap: 143,
  imaps: 993,
  pop3: 110,
  pop3s: 995,
  smtp: 25,
  smtps: 465,
};
const kindPorts: Readonly<Record<string, number>> = {
  tls: 443,
  smtp: 25,
  ssh: 22,
  postgres: 5432,
  mysql: 3306,
  redis: 6379,
};
/** Kinds whose target is a machine that is spoken to. */
const speaking: ReadonlySet<string> = new Set([
  "http",
  "browser",
  "websocket",
  "tcp",
  "tls",
  "icmp",
  "smtp",
  "imap",
  "pop3",
  "ssh",
  "postgres",
  "mysql",
  "redis",
  "ntp",
]);

/** @returns null for kinds that speak to no machine of their own: a name asked for, a log, a command */
export function addressOf({ kind, target }: Located): NamedAddress | null {
  if (!speaking.has(kind)) return null;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target) && URL.canParse(target)) return ofUrl(new URL(target), kindPorts[kind]);
  const bare = target.split(/[/?#]/)[0] ?? "";
  const [, host = bare, port] = /^(.*?)(?::(\d{1,5}))?$/.exec(isIP(bare) === 6 ? `[${bare}]` : bare) ?? [];
  const name = plain(host);
  return name === "" ? null : { host: name, port: portOf(port, kindPorts[kind]), isSecure: kind === "tls" };
}

function ofUrl(url: URL, usual: number | undefined): NamedAddress | null {
  const scheme = url.protocol.slice(0, -1);
  const host = plain(url.hostname);
  const isSecure = ["https", "wss", "imaps", "pop3s", "smtps"].includes(scheme);
  return host === "" ? null : { host, port: portOf(url.port, schemePorts[scheme] ?? usual), isSecure };
}

function portOf(written: string | undefined, usual: number | undefined): number | null {
  return written === undefined || written === "" ? (usual ?? null) : Number(written);
}

function plain(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}

/** Second-level names under which others register, in countries that use them. Source: the registries' rules; JPRS, JP DRP. */
const registryLabels = new Set(
  "co ne or ac go gr ed lg ad com net org gov edu mil nom web gen ltd plc me sch id info".split(" "),
);

/**
 * The domain a host name belongs to: one that the file itself speaks of where it fits, else as registries hand names out.
 * Null for addresses and for names that are no domain.
 */
export function domainOf(host: string, known: ReadonlySet<string>): string | null {
  if (isIP(host) !== 0) return null;
  const labels = host.split(".").filter((label) => label !== "");
  for (let from = 0; from < labels.length; from++) {
    const name = labels.slice(from).join(".");
    if (known.has(name)) return name;
  }
  if (labels.length < 2) return null;
  const isCountry = labels.at(-1)?.length === 2;
  const taken = isCountry && labels.length > 2 && registryLabels.has(labels.at(-2) ?? "") ? 3 : 2;
  return labels.slice(-taken).join(".");
}
