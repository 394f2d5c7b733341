import type { BackupPlan } from "../../kernel/model/backup.ts";
import { UnopenedSecret } from "../../kernel/secret.ts";
import { keySeen, type CopyFacts } from "./facts.ts";
import { neverLost } from "./draft.ts";
import type { Building } from "./model.ts";
import { writerOf } from "./model-powers.ts";

/** Where the keys are: a plan's copies cannot be opened when every place that has its key is gone. */
export function addKeys(building: Building): void {
  for (const plan of building.facts.site.backups?.values() ?? []) if (plan.with !== "external") addKey(building, plan);
}

function addKey(building: Building, plan: BackupPlan): void {
  const { facts, planned, draft } = building;
  const end = `K:${plan.key}`;
  draft.node(`${end}:all`, "and");
  draft.edge(`L:key:${plan.key}`, end);
  draft.edge(`${end}:all`, end);
  const holder = (component: string, how: { maybe?: boolean; tag?: string } = {}): void => {
    draft.edge(`KEY:${plan.key}@${component}`, `${end}:all`, how);
    draft.edge(`L:${component}`, `KEY:${plan.key}@${component}`);
  };
  const isOpened = plan.password !== null && !(plan.password instanceof UnopenedSecret);
  if (planned || isOpened) holder("hub");
  if (isOpened || plan.password === null) holder(`host:${plan.host}`);
  const people = [...facts.site.people.values()].filter(({ keys }) => keys?.includes(plan.key) === true);
  const also = new Set([...plan.keyAlso, ...people.map(({ key }) => `person:${key}`)]);
  for (const one of also) {
    const isSeen = planned || keySeen(facts, plan.key, one);
    holder(one, isSeen ? {} : { maybe: true, tag: `key-holder|${plan.key}@${one}` });
    liesAt(building, one);
  }
  if (also.size === 0) draft.edge(neverLost, `${end}:all`, { maybe: true, tag: `key|${plan.key}` });
}

/** `paper:office-safe` lies at the place whose name it begins with. */
function liesAt({ facts: { site }, draft }: Building, holder: string): void {
  const [kind = "", name = ""] = holder.split(":", 2);
  if (kind === "person" || kind === "host" || kind === "place") return;
  const places = [...site.places.keys()].filter(
    (place) => name === place || (/^[-/. _]/.test(name.slice(place.length)) && name.startsWith(place)),
  );
  const nearest = places.toSorted((a, b) => b.length - a.length)[0];
  if (nearest !== undefined) draft.edge(`L:place:${nearest}`, `L:${holder}`);
}

/** Who can still read a copy: its writer, the hub, whoever stands before the machine, whoever can log in to its account. */
export function addReaders({ facts, planned, draft, copies }: Building): void {
  for (const copy of copies) {
    if (copy.plan.with === "external") continue;
    const { id, plan, target } = copy;
    const end = `A:${id}`;
    draft.node(end, "and");
    const writer = `READ:${writerOf(copy)}`;
    draft.edge(`L:host:${plan.host}`, writer);
    draft.edge(`L:credential:${writerOf(copy)}`, writer);
    draft.edge(writer, end);
    if (planned || isReadByHub(copy)) draft.edge("L:hub", end);
    const place = facts.site.places.get(target.at);
    // one's own rooms can be walked into
    if (place === undefined || place.account === null) draft.edge(`L:place:${target.at}`, end);
    for (const person of facts.site.people.values()) {
      const ways = new Set([`account:${place?.account ?? ""}`, `place:${target.at}`, `repository:${id}`]);
      if (person.can?.some((one) => ways.has(one)) === true) draft.edge(`L:person:${person.key}`, end);
    }
    draft.edge(neverLost, end, { maybe: true, tag: `reading|${id}` });
  }
}

function isReadByHub({ state }: CopyFacts): boolean {
  return state !== null && state.readAt !== null && state.trouble === null;
}
