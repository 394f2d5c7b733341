import { KoboshiError } from "../kernel/errors.ts";
import { componentId, componentKinds, type ComponentId, type ComponentKind } from "../kernel/model/component.ts";
import type { Site } from "../kernel/model/site.ts";

type Things = Pick<Site, "services" | "hosts" | "places" | "providers">;

const kinds = ["host", "service", "place", "provider"] as const satisfies readonly ComponentKind[];

/**
 * Reads `host:web1`, or the bare name where only one thing has it; whether there is such a thing is for the desk to say.
 * @throws KoboshiError KB1001 when a bare name is several things, KB1002 when it is none
 */
export function readTarget(written: string, site: Things): ComponentId {
  const text = written.trim();
  const colon = text.indexOf(":");
  if (colon >= 0) {
    const kind = componentKinds.find((one) => one === text.slice(0, colon));
    if (kind === undefined) throw new KoboshiError("KB1001", { what: `"${text.slice(0, 60)}" (${choices(text)})` });
    return componentId(kind, text.slice(colon + 1));
  }
  const maps = { host: site.hosts, service: site.services, place: site.places, provider: site.providers };
  const found = kinds.filter((kind) => maps[kind].has(text));
  const [only] = found;
  if (only === undefined) throw new KoboshiError("KB1002", { what: text.slice(0, 100) });
  if (found.length > 1)
    throw new KoboshiError("KB1001", { what: found.map((kind) => componentId(kind, text)).join(" / ") });
  return componentId(only, text);
}

function choices(text: string): string {
  const name = text.slice(text.indexOf(":") + 1).slice(0, 60);
  return kinds.map((kind) => `${kind}:${name}`).join(", ");
}
