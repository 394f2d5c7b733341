import { editDistance } from "../../kernel/edit-distance.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { allEvents, type SeededEvent } from "./events.ts";
import { regionsOf } from "./model-places.ts";
import { writerOf } from "./model-powers.ts";
import type { Model } from "./model.ts";

/** What can be asked for, by `kind:name`, and the nodes that are taken with it. */
export function targetSeeds(model: Model): ReadonlyMap<string, readonly string[]> {
  const { site } = model.facts;
  const places = [...site.places.values()];
  const found = new Map<string, readonly string[]>();
  const gone = (kind: string, names: Iterable<string | null>): void => {
    for (const name of names) if (name !== null) found.set(`${kind}:${name}`, [`L:${kind}:${name}`]);
  };
  // what can act is gone, and may have turned against us first
  const turned = (kind: string, names: Iterable<string | null>): void => {
    for (const name of names)
      if (name !== null) found.set(`${kind}:${name}`, [`L:${kind}:${name}`, `O:${kind}:${name}`]);
  };
  gone(
    "provider",
    places.map(({ provider }) => provider),
  );
  gone("place", site.places.keys());
  turned(
    "account",
    places.map(({ account }) => account),
  );
  gone("region", regionsOf(site));
  gone("host", site.hosts.keys());
  gone(
    "segment",
    [...site.hosts.values()].map(({ segment }) => segment),
  );
  turned("person", site.people.keys());
  turned(
    "credential",
    model.copies.flatMap((copy) => (copy.plan.with === "external" ? [] : [writerOf(copy)])),
  );
  turned("automation", site.automation?.keys() ?? []);
  turned(
    "repository",
    model.copies.map(({ id }) => id),
  );
  gone(
    "key",
    model.copies.flatMap(({ plan }) => (plan.with === "external" ? [] : [plan.key])),
  );
  for (const { key, on } of site.services.values()) {
    found.set(`service:${key}`, [`L:service:${key}`, ...(on === null ? [] : [`V:${on}`])]);
  }
  found.set("dns", ["L:dns"]);
  if (site.statusPage !== null) found.set("page", ["L:page"]);
  found.set("hub", ["L:hub"]);
  return found;
}

/** What is meant by a name. @throws KoboshiError KB8201 nothing has it, KB8202 several things have it */
export function resolveTarget(model: Model, written: string): SeededEvent {
  const targets = targetSeeds(model);
  const events = allEvents(model);
  const name = canonical(written);
  const seeds = targets.get(name);
  if (seeds !== undefined) return without(name, seeds);
  const event = events.find(({ id, of, kind }) => id === name || (kind === "custom" && of === name));
  if (event !== undefined) return event;
  const named = [...targets.keys()].filter((target) => target.slice(target.indexOf(":") + 1) === name);
  const people = [...model.facts.site.people.values()].flatMap((one) =>
    one.name === name ? [`person:${one.key}`] : [],
  );
  const all = withoutSame(model, [...new Set([...named, ...people])]);
  const [only] = all;
  if (all.length === 1 && only !== undefined) return without(only, targets.get(only) ?? []);
  if (all.length > 1) throw new KoboshiError("KB8202", { what: name, like: all.join(", ") });
  throw new KoboshiError("KB8201", { what: name.slice(0, 100), like: nearest(name, [...targets.keys()]) });
}

/** A provider's only place and the provider are lost together, so that one name for both is one thing. */
function withoutSame({ facts: { site } }: Model, names: readonly string[]): readonly string[] {
  return names.filter((name) => {
    const bare = name.replace(/^provider:/, "");
    if (bare === name || !names.includes(`place:${bare}`)) return true;
    return [...site.places.values()].some(({ key, provider }) => provider === bare && key !== bare);
  });
}

function canonical(written: string): string {
  const name = written.trim().replace(/^cred:/, "credential:");
  return /^(?:dns|page|hub):/.test(name) ? name.slice(0, name.indexOf(":")) : name;
}

function without(target: string, seeds: readonly string[]): SeededEvent {
  return { id: `without:${target}`, kind: "without", of: target, unnoticedMs: 0, seeds };
}

/** The three that are written most alike. */
function nearest(name: string, targets: readonly string[]): string {
  const bare = (target: string): string => (name.includes(":") ? target : target.slice(target.indexOf(":") + 1));
  return targets
    .map((target) => ({ target, far: editDistance(name, bare(target)) }))
    .toSorted((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ target }) => target)
    .join(", ");
}

/** Several targets at once are one loss. */
export function together(events: readonly SeededEvent[]): SeededEvent {
  const [only] = events;
  if (events.length === 1 && only !== undefined) return only;
  return {
    id: events.map(({ id }) => id).join("+"),
    kind: "without",
    of: events.map(({ of, id }) => of ?? id).join(" + "),
    unnoticedMs: Math.max(0, ...events.map((event) => event.unnoticedMs)),
    seeds: events.flatMap(({ seeds }) => seeds),
  };
}
