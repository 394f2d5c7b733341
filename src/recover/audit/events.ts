import type { LossEvent, LossKind } from "../../kernel/ports-audit.ts";
import { regionsOf } from "./model-places.ts";
import { writerOf } from "./model-powers.ts";
import { unnoticedMs, type Model } from "./model.ts";

/** A loss, and the nodes it takes by itself. */
export interface SeededEvent extends LossEvent {
  readonly seeds: readonly string[];
}

type Instance = readonly [of: string | null, ...seeds: string[]];

/** The 25 losses, each once for everything it can happen to, and those of the site's own making. */
export function allEvents(model: Model): readonly SeededEvent[] {
  const ways = { ...lossesOfThings(model), ...lossesByPeople(model), ...hiddenLosses(model) };
  const known = Object.entries(ways).flatMap(([kind, instances]) =>
    instances.map((instance) => eventOf(kind as LossKind, instance)),
  );
  return [...known, ...customEvents(model)];
}

function eventOf(kind: LossKind, [of, ...seeds]: Instance): SeededEvent {
  const hidden = kind in unnoticedMs ? unnoticedMs[kind as keyof typeof unnoticedMs] : 0;
  return { id: of === null ? kind : `${kind}:${of}`, kind, of, unnoticedMs: hidden, seeds };
}

type Losses<K extends LossKind> = Readonly<Record<K, readonly Instance[]>>;

/** What is simply gone. */
function lossesOfThings({
  facts: { site },
  copies,
}: Model): Losses<
  | "disk"
  | "host"
  | "segment"
  | "region"
  | "provider-closes"
  | "provider-deletes"
  | "account-suspended"
  | "hub-lost"
  | "dns-lost"
  | "network-partition"
  | "repository-rot"
> {
  const places = [...site.places.values()];
  const segments = new Set([...site.hosts.values()].flatMap(({ segment }) => segment ?? []));
  const providers = new Set(places.flatMap(({ provider }) => provider ?? []));
  const accounts = accountsOf(places);
  const live = new Set(copies.map(({ plan }) => plan.host));
  const withUnknown = places.some(({ region }) => region === null) ? ["?"] : [];
  return {
    disk: each(live, "L:disk"),
    host: each(site.hosts.keys(), "L:host"),
    segment: each(segments, "L:segment"),
    region: each([...regionsOf(site), ...withUnknown], "L:region"),
    "provider-closes": each(providers, "L:provider"),
    // the accounts stay, what is in them does not
    "provider-deletes": [...providers].map((name) => [
      name,
      ...places.flatMap(({ key, provider }) => (provider === name ? [`L:place:${key}`] : [])),
    ]),
    "account-suspended": each(accounts, "L:account"),
    "hub-lost": [[null, "L:hub"]],
    "dns-lost": [[null, "L:dns"]],
    "network-partition": [[null]],
    "repository-rot": [[null, "E:repository-rot"]],
  };
}

function each(names: Iterable<string>, node: string): readonly Instance[] {
  return [...names].map((name) => [name, `${node}:${name}`]);
}

function kinded(target: string): string {
  return target.replace(/^cred:/, "credential:");
}

function accountsOf(places: Iterable<{ readonly account: string | null }>): ReadonlySet<string> {
  return new Set([...places].flatMap(({ account }) => account ?? []));
}

/** What somebody does, by mistake or not. */
function lossesByPeople({
  facts: { site },
  copies,
  draft,
}: Model): Losses<
  | "account-stolen"
  | "admin-mistake"
  | "admin-malice"
  | "person-gone"
  | "host-root-stolen"
  | "hub-stolen"
  | "automation-everywhere"
  | "key-lost"
  | "key-leaked"
  | "credential-leaked"
> {
  const people = [...site.people.values()];
  const keyed = new Set(copies.flatMap(({ plan }) => (plan.with === "external" ? [] : [plan.key])));
  const credentials = new Set(copies.flatMap((copy) => (copy.plan.with === "external" ? [] : [writerOf(copy)])));
  const automation = site.automation === undefined || site.automation.size === 0 ? ["?"] : site.automation.keys();
  return {
    "account-stolen": each(accountsOf(site.places.values()), "O:account"),
    // one slip has the reach of one right, not of all that a person may do
    "admin-mistake": people.flatMap(({ key, can }): readonly Instance[] =>
      can === undefined
        ? [[key, `O:person:${key}`]]
        : can.map((right) => [`${key}>${right}`, `O:person:${key}>${right}`]),
    ),
    "admin-malice": each(
      people.map(({ key }) => key),
      "O:person",
    ),
    "person-gone": each(
      people.map(({ key }) => key),
      "L:person",
    ),
    "host-root-stolen": each(site.hosts.keys(), "O:host"),
    "hub-stolen": [[null, "O:hub"]],
    "automation-everywhere": each(automation, "O:automation"),
    // what one holder has is lost at once, not what all have
    "key-lost": draft.names.flatMap((name): readonly Instance[] =>
      name.startsWith("KEY:") ? [[name.slice("KEY:".length), name]] : [],
    ),
    "key-leaked": [...keyed].map((key) => [key]),
    "credential-leaked": each(credentials, "O:credential"),
  };
}

/** What nobody notices at once. */
function hiddenLosses({
  copies,
}: Model): Losses<"ransomware" | "silent-corruption" | "bad-release" | "retention-trap"> {
  const live = new Set(copies.map(({ plan }) => plan.host));
  return {
    ransomware: [[null, "E:ransomware", ...[...live].map((host) => `O:host:${host}`)]],
    "silent-corruption": [[null, "E:silent-corruption"]],
    "bad-release": [[null, "E:bad-release"]],
    "retention-trap": [[null, "E:retention-trap"]],
  };
}

function customEvents({ facts: { site } }: Model): readonly SeededEvent[] {
  return [...(site.auditEvents ?? [])].map(([name, { lost, acts }]): SeededEvent => {
    return {
      id: `custom:${name}`,
      kind: "custom",
      of: name,
      unnoticedMs: 0,
      seeds: [...lost.map((one) => `L:${kinded(one)}`), ...acts.map((one) => `O:${kinded(one)}`)],
    };
  });
}

/** Node numbers a loss takes; what the graph does not know can take nothing. */
export function seedsOf({ draft }: Pick<Model, "draft">, event: SeededEvent): readonly number[] {
  return event.seeds.flatMap((name) => draft.find(name) ?? []);
}
