import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus, ServiceStatus } from "../kernel/model/status.ts";
import { matches, normalise } from "./readings.ts";
import { placeOf } from "./things.ts";

/** What a list is narrowed to: `state:down place:sakura mail`. Words and keys must all hold. */
export interface Filter {
  readonly text: string;
  readonly words: readonly string[];
  /** by key; a value is one of those asked for */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

const knownKeys: ReadonlySet<string> = new Set(["state", "place", "host", "kind", "service"]);
const longestText = 200;

export function parseFilter(written: string): Filter {
  const text = written.slice(0, longestText).trim();
  const keys = new Map<string, readonly string[]>();
  const words: string[] = [];
  for (const part of text.split(/[\s\u3000]+/).filter((one) => one !== "")) {
    const at = part.indexOf(":");
    const key = part.slice(0, Math.max(0, at));
    if (knownKeys.has(key)) keys.set(key, [...(keys.get(key) ?? []), part.slice(at + 1)]);
    else words.push(normalise(part));
  }
  return { text, words, keys };
}

function holds({ keys, words }: Filter, has: (key: string) => string | null, names: readonly string[]): boolean {
  for (const [key, values] of keys) if (!values.includes(has(key) ?? "none")) return false;
  return words.every((word) => names.some((name) => matches(name, word)));
}

export function filterServices(
  site: Site,
  services: readonly ServiceStatus[],
  filter: Filter,
): readonly ServiceStatus[] {
  if (filter.text === "") return services;
  return services.filter((service) => {
    const facts: Readonly<Record<string, string | null>> = {
      state: service.state,
      place: placeOf(site, service.key),
      host: site.services.get(service.key)?.on ?? null,
      service: service.key,
    };
    return holds(filter, (key) => facts[key] ?? null, [service.name, service.key]);
  });
}

export function filterChecks(site: Site, checks: readonly CheckStatus[], filter: Filter): readonly CheckStatus[] {
  if (filter.text === "") return checks;
  return checks.filter((check) => {
    const facts: Readonly<Record<string, string | null>> = {
      state: check.state,
      place: placeOf(site, check.service),
      host: site.services.get(check.service)?.on ?? null,
      kind: check.kind,
      service: check.service,
    };
    const service = site.services.get(check.service)?.name ?? check.service;
    return holds(filter, (key) => facts[key] ?? null, [check.name, check.target, check.id, service]);
  });
}
