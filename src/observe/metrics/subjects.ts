import type { Host, Site } from "../../kernel/model/site.ts";
import type { Attributes } from "../../readers/metrics/otlp.ts";

/** Which of the site's things a sender is. */
export interface Sender {
  /** `host:web1`, else `otlp:NAME` */
  readonly subject: string;
  /** key of the host; null: none of ours */
  readonly host: string | null;
  /** what it calls its program, when that is not its name already */
  readonly service: string | null;
}

const longestNameChars = 100;

/**
 * A sender is the host whose key, name or address it gives. What names nothing of ours is kept under its own name; a
 * name it gives is foreign text and never becomes one of ours.
 */
export function senderOf(resource: Attributes, hosts: Site["hosts"]): Sender {
  const [hostName, service] = [tidy(resource["host.name"]), tidy(resource["service.name"])];
  const named = [hostName, tidy(resource["host.ip"]), tidy(resource["net.host.ip"]), service];
  const host = named.map((name) => (name === null ? null : hostNamed(hosts, name))).find((found) => found !== null);
  if (host !== undefined && host !== null) return { subject: `host:${host}`, host, service };
  const name = hostName ?? service ?? "unknown";
  return { subject: `otlp:${name}`, host: null, service: name === service ? null : service };
}

function hostNamed(hosts: Site["hosts"], name: string): string | null {
  const wanted = name.toLowerCase();
  const [short = ""] = wanted.split(".");
  const all = [...hosts.values()];
  const found =
    all.find((host) => namesOf(host).includes(wanted)) ?? all.find(({ key }) => key.toLowerCase() === short);
  return found?.key ?? null;
}

function namesOf({ key, address }: Host): readonly string[] {
  return [key, ...(address === null ? [] : [address])].map((name) => name.toLowerCase());
}

function tidy(name: string | undefined): string | null {
  const kept = (name ?? "")
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")
    .trim()
    .slice(0, longestNameChars);
  return kept === "" ? null : kept;
}
