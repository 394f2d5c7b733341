import { KoboshiError } from "../kernel/errors.ts";
import type { Probe } from "../kernel/model/probe.ts";
import type { Site } from "../kernel/model/site.ts";
import { probes } from "../observe/index.ts";
import { toUrl } from "./target-url.ts";

/** One thing to look at once. */
export interface OneShot {
  readonly target: string;
  readonly probe: Probe;
  readonly spec: unknown;
}

/**
 * Reads what a person typed: a URL of any probe's scheme, with or without its slashes (`dns:example.jp`), `host:port` (TCP),
 * a bare name (its web page), or a service of the configuration (all its checks). @throws KoboshiError KB1001 when no probe knows the scheme
 */
export function readTarget(typed: string, site: Site | null): readonly OneShot[] {
  const service = site?.services.get(typed);
  if (service !== undefined) return checksOf(typed, site);
  const url = toUrl(typed);
  const scheme = url.protocol.slice(0, -1);
  const probe = probes.find(({ urlSchemes }) => urlSchemes.includes(scheme));
  if (probe === undefined) {
    const known = probes.flatMap(({ urlSchemes }) => urlSchemes).join(", ");
    throw new KoboshiError("KB1001", { what: `${typed} (${known})` });
  }
  const parsed = probe.schema.safeParse(probe.fromUrl(url));
  if (!parsed.success) throw new KoboshiError("KB1001", { what: `${typed}: ${parsed.error.issues[0]?.message ?? ""}` });
  return [{ target: typed, probe, spec: parsed.data }];
}

function checksOf(service: string, site: Site | null): OneShot[] {
  return (site?.checks ?? [])
    .filter((check) => check.service === service)
    .flatMap((check) => {
      const probe = probes.find(({ kind }) => kind === check.kind);
      return probe === undefined ? [] : [{ target: check.target, probe, spec: check.spec }];
    });
}
