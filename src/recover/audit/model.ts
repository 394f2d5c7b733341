import type { BackupPlan } from "../../kernel/model/backup.ts";
import { copyFacts, covering, dataPlans, type AuditFacts, type CopyFacts } from "./facts.ts";
import { createDraft, neverLost, type Draft } from "./draft.ts";
import { compile, type Graph } from "./graph.ts";
import { addKeys, addReaders } from "./model-access.ts";
import { addPlaces } from "./model-places.ts";
import { addPowers } from "./model-powers.ts";
import { atOnce, type Steps } from "./slices.ts";
import { hasGeneration } from "./time.ts";

/** How long damage that nobody sees at once stays unseen. Judgement, until measured. */
export const unnoticedMs = {
  "bad-release": 3 * 86_400_000,
  ransomware: 14 * 86_400_000,
  "silent-corruption": 30 * 86_400_000,
  "retention-trap": 90 * 86_400_000,
} as const;

/** One set of data: the plan it is known by, and every copy that holds it. */
export interface DataNode {
  readonly plan: BackupPlan;
  readonly copies: readonly CopyFacts[];
}

/** The site as a graph of losses, and what its nodes stand for. */
export interface Model {
  readonly facts: AuditFacts;
  readonly planned: boolean;
  readonly draft: Draft;
  /** the draft when it was complete */
  readonly graph: Graph;
  readonly copies: readonly CopyFacts[];
  readonly data: readonly DataNode[];
}

/**
 * Names of nodes: `L:kind:name` it is gone, `O:kind:name` somebody acts with its power, `V:host` the data in use are gone,
 * `G:` `D:` `K:` `A:` a copy's place is lost, it is deleted, its key is gone, nobody can read it, `X:` it is of no use,
 * `LOST:` data of which nothing is left, `DOWN:` a service that stands still.
 */
export function buildModel(facts: AuditFacts, planned: boolean): Model {
  return atOnce(modelSteps(facts, planned));
}

/** The same in steps. */
export function* modelSteps(facts: AuditFacts, planned: boolean): Steps<Model> {
  const draft = createDraft();
  const copies = copyFacts(facts, planned);
  const building = { facts, planned, draft, copies };
  for (const add of [addPlaces, addPowers, addKeys, addReaders]) {
    yield;
    add(building);
  }
  yield;
  for (const copy of copies) addCopy(building, copy);
  yield;
  const data = addData(building);
  addPage(building);
  yield;
  return { ...building, data, graph: compile(draft) };
}

/** What the parts of the model are built from. */
export interface Building {
  readonly facts: AuditFacts;
  readonly planned: boolean;
  readonly draft: Draft;
  readonly copies: readonly CopyFacts[];
}

function addCopy({ facts, planned, draft }: Building, copy: CopyFacts): void {
  const { id, plan, target } = copy;
  const end = `X:${id}`;
  draft.edge(`G:${id}`, end);
  draft.edge(`D:${id}`, end);
  if (plan.with !== "external") {
    draft.edge(`K:${plan.key}`, end);
    draft.edge(`A:${id}`, end);
  }
  if (copy.exists !== true) draft.edge("TRUE", end, { maybe: copy.exists === "unknown", tag: `copy|${target.at}` });
  if (copy.sound === false) draft.edge("TRUE", end, { maybe: true, tag: `damage|${id}` });
  if (copy.sound !== true) draft.edge("E:repository-rot", end, { maybe: copy.sound === "unknown" && planned });
  for (const [kind, hiddenMs] of Object.entries(unnoticedMs)) {
    const there = hasGeneration(copy, { unnoticedMs: hiddenMs, nowMs: facts.nowMs, planned });
    if (there !== true) draft.edge(`E:${kind}`, end, { maybe: there === "unknown", tag: `generations|${plan.key}` });
  }
}

function addData({ facts, draft, copies }: Building): readonly DataNode[] {
  const plans = [...(facts.site.backups?.values() ?? [])];
  const byPlan = grouped(copies, ({ plan }) => plan);
  const byHost = grouped(plans, ({ host }) => host);
  return dataPlans(plans).map((plan) => {
    const held = covering(plan, byHost.get(plan.host) ?? []).flatMap((one) => byPlan.get(one) ?? []);
    draft.node(`LOST:${plan.key}`, "and");
    for (const { id } of held) draft.edge(`X:${id}`, `LOST:${plan.key}`);
    return { plan, copies: held };
  });
}

function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Services stand still with their host and what they need; the page is gone when all the places it is published to are. */
function addPage({ facts: { site }, draft }: Building): void {
  for (const service of site.services.values()) {
    draft.edge(`L:service:${service.key}`, `DOWN:${service.key}`);
    if (service.on !== null) {
      draft.edge(`V:${service.on}`, `DOWN:${service.key}`);
    }
    for (const need of service.needs) draft.edge(`DOWN:${need}`, `DOWN:${service.key}`);
    if (service.kind === "dns") draft.edge("L:dns", `DOWN:${service.key}`);
  }
  if (site.statusPage === null) return;
  draft.node("PAGE:seen", "and");
  const targets = site.statusPage.publish;
  if (targets.length === 0) draft.edge("L:hub", "PAGE:seen");
  for (const target of targets) {
    const end = `L:page:${target.key}`;
    draft.edge(end, "PAGE:seen");
    if (target.at !== null) draft.edge(`L:place:${target.at}`, end);
    else if (target.kind === "folder") draft.edge("L:hub", end);
  }
  draft.edge("L:page", "PAGE:gone");
  draft.edge("PAGE:seen", "PAGE:gone");
  // whoever has the configuration can publish without the hub
  draft.node("PAGE:publisher", "and");
  draft.edge("L:hub", "PAGE:publisher");
  draft.edge(neverLost, "PAGE:publisher", { maybe: true });
  draft.edge("PAGE:publisher", "PAGE:stuck");
  draft.edge("PAGE:gone", "PAGE:stuck");
}
