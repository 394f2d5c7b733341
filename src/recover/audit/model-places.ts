import type { Host, Site } from "../../kernel/model/site.ts";
import type { CopyFacts } from "./facts.ts";
import type { Building } from "./model.ts";

const none = "?";

/** What lies in what: the loss of the outer is the loss of the inner. */
export function addPlaces(building: Building): void {
  const { facts, draft, copies } = building;
  const { site } = facts;
  for (const place of site.places.values()) {
    const end = `L:place:${place.key}`;
    draft.node(end);
    if (place.provider !== null) draft.edge(`L:provider:${place.provider}`, end);
    if (place.account !== null) {
      draft.edge(`L:account:${place.account}`, end);
      if (place.provider !== null) draft.edge(`L:provider:${place.provider}`, `L:account:${place.account}`);
    }
    if (place.region !== null) draft.edge(`L:region:${place.region}`, end);
    else inSomeRegion(building, place.key);
  }
  addHub(building);
  for (const host of site.hosts.values()) addHost(building, host);
  for (const copy of copies) addCopyPlace(building, copy);
}

/** A place of which nobody said where it is counts as in the same region as any other. */
function inSomeRegion({ facts: { site }, draft }: Building, place: string): void {
  draft.edge(`L:region:${none}`, `L:place:${place}`, { maybe: true, tag: `region|${place}` });
  for (const region of regionsOf(site)) {
    draft.edge(`L:region:${region}`, `L:region:${none}`, { maybe: true });
  }
}

/** Regions that the file names. */
export function regionsOf(site: Site): readonly string[] {
  return [...new Set([...site.places.values()].flatMap(({ region }) => (region === null ? [] : [region])))];
}

export function hubPlace(site: Site): string | null {
  return site.vantages.get("here")?.at ?? hubHost(site)?.at ?? null;
}

const localAddresses: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/** The host of the file that is koboshi's own machine; null: it is none of them. */
export function hubHost({ hosts }: Site): Host | null {
  return [...hosts.values()].find(({ key, address }) => localAddresses.has(address ?? key)) ?? null;
}

/** Where the hub is: in a plan that works it is not with what is lost, unless the file says so. */
function addHub({ facts: { site }, planned, draft, copies }: Building): void {
  draft.node("L:hub");
  const machine = hubHost(site);
  if (machine !== null) {
    for (const kind of ["host", "disk"]) draft.edge(`L:${kind}:${machine.key}`, "L:hub");
    draft.edge(`O:host:${machine.key}`, "O:hub");
  }
  for (const host of new Set(copies.flatMap(({ plan }) => (plan.own === true ? [plan.host] : [])))) {
    addOwnData({ draft, host });
  }
  const place = hubPlace(site);
  if (place !== null) draft.edge(`L:place:${place}`, "L:hub");
  else if (!planned) {
    for (const key of site.places.keys()) draft.edge(`L:place:${key}`, "L:hub", { maybe: true, tag: "hub-place|hub" });
  }
}

/** Koboshi's own data are where it runs, under the name that their plan has for that. */
function addOwnData({ draft, host }: { draft: Building["draft"]; host: string }): void {
  draft.edge("L:hub", `L:host:${host}`);
  draft.edge("O:hub", `O:host:${host}`);
  draft.edge(`O:host:${host}`, "O:hub");
  addLive(draft, host);
}

/** What takes the data in use of a host. */
function addLive(draft: Building["draft"], host: string): void {
  for (const cause of [`L:host:${host}`, `L:disk:${host}`, `O:host:${host}`]) draft.edge(cause, `V:${host}`);
  for (const kind of ["silent-corruption", "bad-release", "retention-trap", "ransomware"]) {
    draft.edge(`E:${kind}`, `V:${host}`);
  }
}

function addHost({ facts: { site }, draft }: Building, host: Host): void {
  const end = `L:host:${host.key}`;
  addLive(draft, host.key);
  if (host.segment !== null) draft.edge(`L:segment:${host.segment}`, end);
  if (host.at !== null) {
    draft.edge(`L:place:${host.at}`, end);
    return;
  }
  const isNew = draft.find("L:place:?") === null;
  draft.edge("L:place:?", end, { maybe: true, tag: `host-place|${host.key}` });
  if (isNew) for (const place of site.places.keys()) draft.edge(`L:place:${place}`, "L:place:?");
}

/** Where a repository lies: at its place, and on the machine its address names. */
function addCopyPlace({ facts: { site }, planned, draft }: Building, { id, plan, target }: CopyFacts): void {
  const end = `G:${id}`;
  draft.edge(`L:place:${target.at}`, end);
  draft.edge(`L:repository:${id}`, end);
  const host = hostOfRepository(site, target.repo);
  if (host !== null) draft.edge(`L:host:${host.key}`, end);
  if (host !== null && host.key === plan.host) {
    draft.edge(`L:disk:${host.key}`, end, { maybe: true, tag: `same-disk|${host.key}` });
  } else if (host !== null) draft.edge(`L:disk:${host.key}`, end);
  // a bare folder is one of the copied host's own, unless somebody knows that its place is mounted there
  if (isFolder(target.repo) && !planned) {
    draft.edge(`L:host:${plan.host}`, end, { maybe: true, tag: `mounted|${id}` });
    draft.edge(`L:disk:${plan.host}`, end, { maybe: true, tag: `mounted|${id}` });
  }
  if (isOnHub(site, { at: target.at, repo: target.repo })) draft.edge("L:hub", end);
}

function isFolder(repo: string | null): boolean {
  return repo !== null && (repo.startsWith("/") || repo.startsWith("local:"));
}

/** A bare path lies on the machine of koboshi's own at that place. */
export function isOnHub(site: Site, { at, repo }: { at: string; repo: string | null }): boolean {
  return repo !== null && repo.startsWith("/") && hubPlace(site) === at;
}

/** The declared machine that `sftp:user@host:/path` or `rest:http://host:8000/` speaks of; null: none of them. */
export function hostOfRepository(site: Site, repo: string | null): Host | null {
  const [, name] = /^(?:sftp:(?:\/\/)?|ssh:\/\/|rest:https?:\/\/)(?:[^@/]*@)?([^:/]+)/.exec(repo ?? "") ?? [];
  if (name === undefined) return null;
  const byKey = site.hosts.get(name);
  if (byKey !== undefined) return byKey;
  for (const host of site.hosts.values()) if (host.address === name) return host;
  return null;
}
