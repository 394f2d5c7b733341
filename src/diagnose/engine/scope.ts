import { kindOf, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { CauseAt, Seen } from "../../kernel/model/diagnosis.ts";
import type { Reach as Who, ScopeId, ScopeReason, ScopeVerdict } from "../../kernel/model/scope.ts";
import type { Catalogue, CausePlace, Judgement, PartGraph } from "../model.ts";
import type { Reach } from "./reach.ts";

const scopeOfPlace: Readonly<Record<CausePlace, ScopeId>> = {
  client: "only-me",
  lan: "local-lan",
  isp: "path",
  vantage: "monitor",
  domain: "name",
  cert: "name",
  account: "provider",
  provider: "provider",
  site: "site",
  segment: "segment",
  host: "host",
  backup: "host",
  web: "service",
  app: "service",
  db: "service",
  mail: "service",
  extdep: "service",
  service: "service",
  webapp: "service",
};

/** Of several faults the one that hits most users tells where it sits. */
const byUsers: readonly ScopeId[] = [
  "provider",
  "site",
  "segment",
  "host",
  "name",
  "service",
  "path",
  "local-lan",
  "only-me",
  "monitor",
  "none",
];

/** What users would notice, and the states in which it still serves them. */
const servesUsers: Readonly<Record<string, readonly string[]>> = {
  "vp.tcp": [],
  "vp.http": [],
  "vp.mail": [],
  "vp.tls": ["soon"],
  "vp.content": [],
};

/** null: nothing was seen that tells; the scope judged at once stands. */
export function scopeFrom(
  judgement: Judgement,
  seen: readonly Seen[],
  { catalogue, graph, reach }: { catalogue: Catalogue; graph: PartGraph; reach: Reach },
): ScopeVerdict | null {
  const sums = new Map<ScopeId, number>();
  for (const { causes, probability } of judgement.explanations) {
    const id =
      byUsers.find((scope) => causes.some((cause) => placeOf(cause, { catalogue, graph }) === scope)) ?? "none";
    sums.set(id, (sums.get(id) ?? 0) + probability);
  }
  const [best] = [...sums].toSorted((a, b) => b[1] - a[1] || byUsers.indexOf(a[0]) - byUsers.indexOf(b[0]));
  if (best === undefined || seen.length === 0) return null;
  const [id] = best;
  const parts = judgement.explanations
    .flatMap(({ causes }) => causes)
    .filter((cause) => placeOf(cause, { catalogue, graph }) === id)
    .flatMap(({ component }) => component ?? [])
    .slice(0, 1);
  const views = viewsOf(seen, parts[0] ?? null, { catalogue, reach });
  if (id === "none" && views.failing.length > 0) return null;
  return verdictOf(id, { ...views, part: parts[0] ?? null });
}

function placeOf(
  { id, component }: CauseAt,
  { catalogue, graph }: { catalogue: Catalogue; graph: PartGraph },
): ScopeId {
  const place = catalogue.causes.get(id)?.at ?? (component === null ? undefined : graph.parts.get(component)?.kinds[0]);
  return place === undefined ? "none" : scopeOfPlace[place];
}

interface Views {
  readonly failing: readonly string[];
  readonly working: readonly string[];
}

/** Who fails and who does not, among those who look at what hangs on the part; of all targets when none does. */
function viewsOf(
  seen: readonly Seen[],
  part: ComponentId | null,
  { catalogue, reach }: { catalogue: Catalogue; reach: Reach },
): Views {
  const position = part === null ? -1 : reach.indexOf(part);
  const effect = position < 0 ? null : reach.effectOf(position);
  const looks = seen.filter(({ evidence, vantage }) => vantage !== null && evidence in servesUsers);
  const held = looks.filter(({ target }) => (effect?.[reach.indexOf(target)] ?? 0) > 0);
  const states = new Map<string, boolean>();
  for (const { evidence, vantage, state } of held.length > 0 ? held : looks) {
    const serves =
      catalogue.evidence.get(evidence)?.states[0] === state || (servesUsers[evidence] ?? []).includes(state);
    if (vantage !== null) states.set(vantage, (states.get(vantage) ?? true) && serves);
  }
  const known = reach.ids.filter((id) => kindOf(id) === "vantage").map(nameOf);
  const order = [...known, ...[...states.keys()].filter((name) => !known.includes(name)).toSorted()];
  return {
    failing: order.filter((name) => states.get(name) === false),
    working: order.filter((name) => states.get(name) === true),
  };
}

function verdictOf(
  id: ScopeId,
  { failing, working, part }: Views & { readonly part: ComponentId | null },
): ScopeVerdict {
  return {
    id,
    reach: whoOf(id, failing, working),
    failingFrom: failing,
    workingFrom: working,
    reasons: reasonsOf(id, { failing, working, part }),
  };
}

function whoOf(id: ScopeId, failing: readonly string[], working: readonly string[]): Who {
  if (id === "none" || id === "monitor" || failing.length === 0) return "nobody";
  if (id === "only-me") return "one-client";
  if (id === "local-lan") return "one-lan";
  return id === "path" || working.length > 0 ? "some-paths" : "everyone";
}

function reasonsOf(
  id: ScopeId,
  { failing, working, part }: Views & { readonly part: ComponentId | null },
): readonly ScopeReason[] {
  const [only] = failing;
  if (only === undefined) return [];
  if (id === "monitor" && part !== null) return [{ code: "vantage-blind", facts: { vantage: nameOf(part) } }];
  if (failing.length + working.length === 1) return [{ code: "one-vantage-only", facts: { vantage: only } }];
  if (working.length === 0) return [{ code: "all-vantages-fail", facts: { vantages: failing } }];
  if (failing.length === 1) return [{ code: "only-vantage-fails", facts: { vantage: only, working } }];
  return [{ code: "some-vantages-fail", facts: { vantages: failing, working } }];
}
