import type { ComponentId } from "../../src/kernel/model/component.ts";
import type { BundleId } from "../../src/kernel/model/diagnosis.ts";
import type { Catalogue, Offer, Part, PartEdge, PartGraph, PartKind } from "../../src/diagnose/model.ts";

type Sketch = readonly [id: ComponentId, kinds: string, needs?: string];

/** `service:web` with kinds `web` and what it needs, one word each. */
export function partGraph(sketch: readonly Sketch[]): PartGraph {
  const parts = sketch.map(([id, kinds, needs = ""]): Part => {
    const words = needs.split(" ").filter((word) => word !== "");
    const dependsOn = words.map((to): PartEdge => ({ to: to as ComponentId, mode: "all" }));
    return { id, kinds: kinds.split(" ") as PartKind[], dependsOn };
  });
  return { parts: new Map(parts.map((part) => [part.id, part])) };
}

/** One machine with a web server and the program behind it, and no more. */
export const frontAndBehind: PartGraph = {
  ...partGraph([
    ["host:web1", "host"],
    ["service:web", "web", "host:web1"],
    ["service:app", "app", "host:web1 service:web"],
  ]),
  behind: new Map([["service:web", ["service:app"]]]),
};

/** A small company: one machine with a shop, its application, database and mail; a neighbour; one in another segment. */
export const town = partGraph([
  ["provider:p1", "provider"],
  ["account:a1", "account"],
  ["place:dc1", "site", "provider:p1 account:a1"],
  ["segment:seg1", "segment", "place:dc1"],
  ["segment:seg2", "segment", "place:dc1"],
  ["host:web1", "host", "segment:seg1"],
  ["host:web2", "host", "segment:seg1"],
  ["host:host3", "host", "segment:seg2"],
  ["domain:shop.test", "domain"],
  ["cert:shop.test", "cert"],
  ["service:ext", "extdep"],
  ["service:db", "db", "host:web1"],
  ["service:app", "app", "host:web1 service:db service:ext"],
  ["service:web", "web", "host:web1 service:app domain:shop.test cert:shop.test"],
  ["service:mail", "mail", "host:web1 domain:shop.test"],
  ["service:neighbour", "web", "host:web2"],
  ["service:other", "web", "host:host3"],
  ["repository:bk1", "backup", "host:web1"],
  ["isp:o", "isp"],
  ["isp:a", "isp"],
  ["isp:b", "isp"],
  ["lan:office", "lan", "isp:o"],
  ["vantage:pc1", "client vantage", "lan:office"],
  ["vantage:office", "client vantage", "lan:office"],
  ["vantage:va", "vantage", "isp:a"],
  ["vantage:vb", "vantage", "isp:b"],
]);

const vantages = ["pc1", "office", "va", "vb"];
const hosts = ["web1", "web2", "host3"];
const onWeb1 = ["web", "app", "db", "mail"];

/** evidence → what it can be had of in that town; `*` after it: from every vantage */
const looks: readonly (readonly [evidence: string, targets: string])[] = [
  ["vp.self*", "vantage"],
  ["mo.self*", "vantage"],
  ["vp.icmp*", "host:web1 host:web2 host:host3"],
  ["vp.path*", "host:web1"],
  ["vp.tcp*", "service:web service:mail service:neighbour service:other"],
  ["vp.http*", "service:web service:neighbour service:other"],
  ["vp.content*", "service:web"],
  ["vp.tls*", "service:web"],
  ["vp.date*", "service:web"],
  ["vp.mail*", "service:mail"],
  ["vp.ctrl*", "provider:p1"],
  ["vp.dnsa", "domain:shop.test"],
  ["vp.dnsr*", "domain:shop.test"],
  ["vp.rdap", "domain:shop.test"],
  ["vp.panel", "provider:p1"],
  ["pv.feed", "provider:p1"],
  ["pv.crowd", "provider:p1"],
  ["pv.maint", "provider:p1"],
  ["pv.notice", "account:a1 domain:shop.test"],
  ["ch.conf", "host:web1 service:web service:app service:db service:mail domain:shop.test cert:shop.test"],
  ["ch.dep", "host:web1 service:web service:app service:db service:mail"],
  ["ch.fan", "host:web1"],
  ["ch.rest", "host:web1"],
  ["vp.user", "service:web"],
  ["hs.ssh", "host:web1 host:web2 host:host3"],
  ["hs.proc", "service:web service:app service:db service:mail"],
  ["ap.work", "service:web service:app"],
  ["ap.direct", "service:web service:app"],
  ["ap.thr", "service:web service:app"],
  ["ap.rate", "service:web"],
  ["ap.src", "service:web"],
  ["ap.etime", "service:web service:app"],
  ["ap.eref", "service:web service:app"],
  ["ap.ecrash", "service:web service:app"],
  ["ap.econf", "service:web service:app service:mail"],
  ["ap.cliff", "service:web service:app"],
  ["ap.url", "service:web service:app"],
  ["ap.ext", "service:ext"],
  ["vp.flow", "service:mail"],
  ["vp.bl", "service:mail"],
  ["bk.last", "repository:bk1"],
  ["bk.copies", "repository:bk1"],
];

export interface Look {
  readonly evidence: string;
  readonly target: ComponentId;
  readonly vantage: string | null;
}

/** Everything that can be looked at in the town. */
export function allLooks(catalogue: Catalogue): readonly Look[] {
  const listed = looks.flatMap(([name, targets]) => looksOf(name, targets));
  const done = new Set(listed.map(({ evidence }) => evidence));
  const rest = [...catalogue.evidence.keys()].filter((id) => !done.has(id));
  return [...listed, ...rest.map((evidence) => ({ evidence, target: homeOf(evidence), vantage: null }))];
}

function looksOf(name: string, targets: string): Look[] {
  const evidence = name.replace("*", "");
  if (targets === "vantage")
    return vantages.map((vantage) => ({ evidence, target: `vantage:${vantage}` as ComponentId, vantage }));
  return targets.split(" ").flatMap((target) => {
    const from = name.endsWith("*") ? vantages : [null];
    return from.map((vantage) => ({ evidence, target: target as ComponentId, vantage }));
  });
}

function homeOf(evidence: string): ComponentId {
  if (evidence.startsWith("db.")) return "service:db";
  return evidence.startsWith("ml.") ? "service:mail" : "host:web1";
}

const seconds: Readonly<Partial<Record<BundleId, number>>> = {
  dns: 1,
  path: 6,
  prov: 2,
  bmc: 4,
  ssh: 3,
  log: 4,
  svc: 3,
  db: 2,
  mail: 2,
  data: 5,
};

/** Bundles that need a login on the machine. */
export const insideBundles: readonly BundleId[] = ["ssh", "log", "svc", "db", "mail", "data"];

/** Asked at once, before anything is chosen. */
export const firstBundles: readonly BundleId[] = ["net", "chg", "user", "bak"];

export function offersOf(catalogue: Catalogue, available: readonly Look[]): readonly Offer[] {
  const groups = new Map<string, { bundle: BundleId; target: ComponentId | null; tells: Look[] }>();
  for (const look of available) {
    const bundle = catalogue.evidence.get(look.evidence)?.bundle ?? "net";
    if (firstBundles.includes(bundle)) continue;
    const host = hosts.map((name): ComponentId => `host:${name}`).find((id) => id === look.target);
    const target = bundle === "ssh" ? (host ?? "host:web1") : null;
    const key = `${bundle} ${target ?? ""}`;
    const group = groups.get(key) ?? { bundle, target, tells: [] };
    group.tells.push(look);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({ ...group, expectedSeconds: seconds[group.bundle] ?? 3 }));
}

/** Services whose inside is read over that machine's login. */
export function isInside(look: Look, catalogue: Catalogue): boolean {
  const bundle = catalogue.evidence.get(look.evidence)?.bundle ?? "net";
  if (look.evidence === "hs.ssh" || look.evidence === "vp.flow" || look.evidence === "vp.bl") return false;
  return insideBundles.includes(bundle);
}

export const servicesOnWeb1 = onWeb1;
