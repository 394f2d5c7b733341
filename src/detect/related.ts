import { componentId, kindOf, nameOf } from "../kernel/model/component.ts";
import type { DetectorState } from "./state.ts";

/** enough to tell a service from what it needs, few enough to be asked at once */
const perGroup = 8;
/** a host is called dead when all its services are: so nearly all of them are asked */
const perHost = 100;
const controls = 2;

/** By service and by host, so that nothing is scanned when a check first fails. */
export interface Neighbourhood {
  readonly byService: ReadonlyMap<string, readonly string[]>;
  /** one check of each service, by host; loopback left out */
  readonly byHost: ReadonlyMap<string, readonly string[]>;
}

export function neighbourhoodOf({ checks }: DetectorState): Neighbourhood {
  const byService = new Map<string, string[]>();
  const byHost = new Map<string, string[]>();
  for (const { check, host, loopback } of checks.values()) {
    const first = !byService.has(check.service);
    push(byService, check.service, check.id);
    if (first && !loopback) push(byHost, host, check.id);
  }
  return { byService, byHost };
}

/** Same service, needed services, other services of the host, two controls elsewhere, in this order; without itself. */
export function relatedTo(state: DetectorState, near: Neighbourhood, checkId: string): readonly string[] {
  const watch = state.checks.get(checkId);
  if (watch === undefined) return [];
  const { check, host } = watch;
  const needed = state.graph
    .closure(componentId("service", check.service))
    .filter((id) => kindOf(id) === "service")
    .flatMap((id) => near.byService.get(nameOf(id))?.slice(0, 1) ?? []);
  const ids = new Set([
    ...(near.byService.get(check.service) ?? []).slice(0, perGroup + 1),
    ...needed.slice(0, perGroup),
    ...(near.byHost.get(host) ?? []).slice(0, perHost),
    ...controlsFor(near, host),
  ]);
  ids.delete(checkId);
  return [...ids];
}

/** One check on each of the first two other hosts of the file. */
function controlsFor({ byHost }: Neighbourhood, host: string): readonly string[] {
  const found: string[] = [];
  for (const [other, ids] of byHost) {
    if (found.length === controls) break;
    if (other !== host) found.push(...ids.slice(0, 1));
  }
  return found;
}

function push(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
