import type { Automation, Host, Person } from "../../kernel/model/site.ts";
import type { Truth } from "../../kernel/ports-audit.ts";
import type { CopyFacts } from "./facts.ts";
import type { Building } from "./model.ts";
import { hostOfRepository, isOnHub } from "./model-places.ts";

/** A credential that nobody has said where it lies: whoever may hold anything may hold this. */
const stray = "O:credential:?";

/** The credential by which a host writes to a place. */
export function writerOf({ plan, target }: Pick<CopyFacts, "plan" | "target">): string {
  return `${plan.host}/${target.at}`;
}

/** Who can act with whose power, and what that can destroy. An honest mistake reaches as far as a theft. */
export function addPowers(building: Building): void {
  const { facts, draft, copies } = building;
  const { site } = facts;
  for (const copy of copies) addDeletion(building, copy);
  for (const place of site.places.values()) {
    if (place.account !== null) draft.edge(`O:account:${place.account}`, `O:place:${place.key}`);
  }
  for (const host of site.hosts.values()) addHostPower(building, host);
  addLogins(building);
  for (const person of site.people.values()) addPerson(building, person);
  addAutomations(building);
  for (const { holder, opens, power } of facts.credentials ?? []) {
    if (power === "read" || power === "append") continue;
    reach(building, { holder: `O:${holder}`, target: opens, tag: `holds|${holder}>${opens}` });
  }
}

function addHostPower({ facts, draft }: Building, host: Host): void {
  if (host.at !== null) {
    draft.edge(`O:place:${host.at}`, `V:${host.key}`);
    // by the console of its provider
    draft.edge(`O:place:${host.at}`, `O:host:${host.key}`, { maybe: true, tag: `takeover|${host.at}` });
  }
  draft.edge("O:hosts", `O:host:${host.key}`);
  if (host.privateKey !== null) draft.edge("O:hub", `O:host:${host.key}`);
  if (facts.scannedHosts?.has(host.key) === true) return;
  draft.edge(`O:host:${host.key}`, stray, { maybe: true, tag: `host-credentials|${host.key}` });
}

/** An edge for what is so, a possible one for what nobody knows, none for what is not. */
function when(truth: Truth, tag: string): { maybe: boolean; tag: string } | null {
  return truth === false ? null : { maybe: truth === "unknown", tag };
}

function addDeletion({ facts: { site }, draft }: Building, copy: CopyFacts): void {
  const { id, plan, target } = copy;
  const end = `D:${id}`;
  draft.node(end);
  const ruler = when(copy.rulerDeletes, copy.rulerDeletes === true ? `lock|${target.at}` : `locked|${target.at}`);
  // with the power over where it lies, append-only is of no use; a lock that this power cannot lift is
  if (ruler !== null) draft.edge(`O:place:${target.at}`, end, ruler);
  const host = hostOfRepository(site, target.repo);
  if (host !== null) draft.edge(`O:host:${host.key}`, end);
  if (isOnHub(site, { at: target.at, repo: target.repo })) draft.edge("O:hub", end);
  draft.edge(`O:repository:${id}`, end, ruler ?? { maybe: true, tag: `locked|${target.at}` });
  if (plan.with === "external") return;
  const writer = `O:credential:${writerOf(copy)}`;
  draft.edge(`O:host:${plan.host}`, writer);
  const byWriter = when(
    copy.writerDeletes,
    copy.writerDeletes === true ? `deletable|${target.at}` : `append-only|${target.at}`,
  );
  if (byWriter !== null) {
    draft.edge(writer, end, byWriter);
    draft.edge(stray, end, byWriter);
    // without a reader of its own the hub has the writer's power
    if (target.reader === null) draft.edge("O:hub", writer);
  }
  if (target.maintainer !== null && ruler !== null) draft.edge("O:hub", end, ruler);
}

/** Accounts that one login opens; where nobody said, the live side's may be one of them. */
function addLogins({ facts: { site }, draft }: Building): void {
  const places = [...site.places.values()];
  const live = new Set([...site.hosts.values()].map(({ at }) => at));
  const liveAccounts = new Set(
    places.flatMap(({ key, account }) => (live.has(key) && account !== null ? [account] : [])),
  );
  for (const { key, account, loginSharedWith } of places) {
    if (account === null) continue;
    for (const other of loginSharedWith ?? []) {
      const bare = other.replace(/^account:/, "");
      draft.edge(`O:account:${bare}`, `O:account:${account}`);
      draft.edge(`O:account:${account}`, `O:account:${bare}`);
    }
    if (loginSharedWith !== undefined) continue;
    for (const other of liveAccounts) {
      if (other === account) continue;
      const how = { maybe: true, tag: `login-shared|${key}` };
      draft.edge(`O:account:${other}`, `O:account:${account}`, how);
    }
  }
}

function addPerson(building: Building, person: Person): void {
  const holder = `O:person:${person.key}`;
  building.draft.node(holder);
  if (person.can === undefined) {
    anything(building, holder, `person-can|${person.key}`);
    return;
  }
  for (const target of person.can) {
    // one slip has the reach of one right
    building.draft.edge(holder, `${holder}>${target}`);
    reach(building, { holder: `${holder}>${target}`, target, tag: `holds|person:${person.key}>${target}` });
  }
}

/** Whoever may reach anything. */
function anything({ facts: { site }, draft }: Building, holder: string, tag: string): void {
  const how = { maybe: true, tag };
  draft.edge(holder, "O:hosts", how);
  draft.edge(holder, stray, how);
  const isNew = draft.find("O:places") === null;
  draft.edge(holder, "O:places", how);
  if (isNew) for (const place of site.places.keys()) draft.edge("O:places", `O:place:${place}`);
}

/** One right: to a repository, host, place, account, or to all of a kind by `*`. */
function reach({ facts, draft }: Building, right: { holder: string; target: string; tag: string }): void {
  const { holder, tag } = right;
  const target = right.target.replace(/^cred:/, "credential:");
  if (target === "hub") draft.edge(holder, "O:hub", { tag });
  else if (target === "host:*") draft.edge(holder, "O:hosts", { tag });
  else if (target === "repository:*" || target === "place:*") {
    for (const place of facts.site.places.keys()) draft.edge(holder, `O:place:${place}`, { tag });
  } else if (target.includes(":")) draft.edge(holder, `O:${target}`, { tag });
  else if (facts.site.hosts.has(target)) draft.edge(holder, `O:host:${target}`, { tag });
  else if (facts.site.places.has(target)) draft.edge(holder, `O:place:${target}`, { tag });
  else draft.edge(holder, `O:account:${target}`, { tag });
}

/** Where nobody named a program that acts everywhere, there may be one. */
function addAutomations(building: Building): void {
  const automation = [...(building.facts.site.automation?.values() ?? [])];
  for (const one of automation) addAutomation(building, one);
  if (automation.length === 0) anything(building, "O:automation:?", "automation|?");
}

/** A program that acts on many things: run wrongly it destroys what it acts on, and what its credential opens. */
function addAutomation(building: Building, { key, on, runsFrom, with: credential }: Automation): void {
  const { draft } = building;
  const holder = `O:automation:${key}`;
  draft.node(holder);
  for (const target of on) reach(building, { holder, target, tag: `holds|automation:${key}>${target}` });
  if (runsFrom !== null) {
    const from = runsFrom === "hub" || runsFrom.includes(":") ? runsFrom : `host:${runsFrom}`;
    draft.edge(`O:${from}`, holder);
  }
  if (credential === null) return;
  const name = credential.replace(/^cred(ential)?:/, "");
  draft.edge(`O:credential:${name}`, holder);
  draft.edge(holder, `O:credential:${name}`);
}
