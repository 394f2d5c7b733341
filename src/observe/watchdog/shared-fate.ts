import os from "node:os";
import { isLoopbackAddress } from "./loopback.ts";
import type { Attention } from "../../kernel/model/status.ts";
import type { Site } from "../../kernel/model/site.ts";

/** Addresses of this machine. */
export function ownAddresses(): ReadonlySet<string> {
  const found = Object.values(os.networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  return new Set(found);
}

/**
 * What would take koboshi away together with what it watches: the same machine, place or provider. The nearest says it
 * all, so only that is told.
 */
export function sharedFate(site: Site, own: ReadonlySet<string>): readonly Attention[] {
  const carrying = [...site.hosts.values()].filter(({ key }) =>
    [...site.services.values()].some(({ on }) => on === key),
  );
  const same = carrying.find(({ address }) => address !== null && (own.has(address) || isLoopbackAddress(address)));
  if (same !== undefined) return [attention("hub-on-host", { host: same.key })];
  const place = site.vantages.get("here")?.at ?? null;
  if (place === null) return [];
  const beside = carrying.find(({ at }) => at === place);
  if (beside !== undefined) return [attention("hub-in-place", { place, host: beside.key })];
  const provider = site.places.get(place)?.provider ?? null;
  // `own` is no company that can fail as a whole
  if (provider === null || provider === "own") return [];
  const under = carrying.find(({ at }) => at !== null && site.places.get(at)?.provider === provider);
  return under === undefined ? [] : [attention("hub-with-provider", { provider, host: under.key })];
}

function attention(code: string, facts: Attention["facts"]): Attention {
  return { code, level: "warning", facts };
}
