import assert from "node:assert/strict";
import { test } from "node:test";
import { siteGraph } from "../kernel/graph.ts";
import type { ComponentId } from "../kernel/model/component.ts";
import type { Layer } from "../kernel/model/observation.ts";
import type { Signal } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus, StateWord } from "../kernel/model/status.ts";
import { attempt, watchedSite } from "../../test/doubles/watched-site.ts";
import { judgeScope } from "./index.ts";

const stamp = { atMs: 0, monotonicMs: 0, bootId: "boot-1" };

/** `down` alone is a connect timeout; `down connect/refused` says where it stopped. */
type Seen = StateWord | `${"down" | "warning"} ${Layer}/${string}`;

interface Story {
  readonly name: string;
  readonly site: Site;
  readonly subject: ComponentId;
  /** what each vantage sees of each check, vantages in the order of the file */
  readonly sees: Readonly<Record<string, readonly Seen[]>>;
  readonly says: string;
  /** codes of the reasons, first one first */
  readonly because: readonly string[];
}

function statusOf(site: Site, id: string, sees: readonly Seen[]): CheckStatus {
  const check = site.checks.find((one) => one.id === id);
  assert.ok(check !== undefined, id);
  const cells = sees.map((seen, index) => {
    const [state, where] = seen.split(" ") as [StateWord, string | undefined];
    const [layer, code] = (where ?? "connect/timeout").split("/");
    const bad = state === "down" || state === "warning";
    const last = attempt({
      checkId: id,
      vantage: check.vantages[index] ?? "",
      outcome: bad ? "down" : "up",
      layer: bad ? (layer as Layer) : null,
      error: bad ? { code: code ?? "", text: "" } : null,
    });
    return { vantage: check.vantages[index] ?? "", state, last, stale: false };
  });
  const states = new Set(cells.map((cell) => cell.state));
  const state = (["down", "warning", "ok"] as const).find((word) => states.has(word)) ?? "unknown";
  const { service, kind, name, target, everyMs } = check;
  return { id, service, kind, name, target, everyMs, state, since: stamp, confirming: false, cells };
}

function signalOf(check: CheckStatus): Signal {
  const failing = check.cells.filter(({ state }) => state === "down" || state === "warning");
  return {
    id: check.id,
    kind: check.state === "down" ? "down" : "degraded",
    subject: `service:${check.service}`,
    checkId: check.id,
    severity: "critical",
    openedAt: stamp,
    startedAt: stamp,
    closedAt: null,
    layer: failing[0]?.last?.layer ?? null,
    error: failing[0]?.last?.error ?? null,
    failingFrom: failing.map(({ vantage }) => vantage),
    workingFrom: [],
    facts: {},
  };
}

const vantages = { tokyo: { isp: "a" }, osaka: { isp: "b" }, office: { lan: "office", isp: "c" } };
const places = { ishikari: "sakura", osaka: "sakura" };
const hosts = {
  web1: { at: "ishikari", segment: "rack-a" },
  web2: { at: "ishikari", segment: "rack-a" },
  web3: { at: "osaka" },
};
const three = watchedSite({
  vantages,
  places,
  hosts,
  services: { shop: { on: "web1" }, mail: { on: "web1" }, blog: { on: "web2" }, wiki: { on: "web3" } },
});
const lans = watchedSite({
  vantages: { ...vantages, desk: { lan: "office", isp: "c" }, cafe: { isp: "a" } },
  hosts: { web1: {}, web2: {} },
  services: { shop: { on: "web1" }, blog: { on: "web2" } },
});
const one = watchedSite({ hosts: { web1: {}, web2: {} }, services: { pop: { on: "web1" }, blog: { on: "web2" } } });
const only = watchedSite({ hosts: { web1: {} }, services: { pop: { on: "web1" }, imap: { on: "web1" } } });

const ok3: readonly Seen[] = ["ok", "ok", "ok"];
const down3: readonly Seen[] = ["down", "down", "down"];

const stories: readonly Story[] = [
  {
    name: "the shop refuses everybody, mail on the same server works: one service",
    site: three,
    subject: "service:shop",
    sees: {
      "shop/1": ["down connect/refused", "down connect/refused", "down connect/refused"],
      "mail/1": ok3,
      "blog/1": ok3,
    },
    says: "service everyone",
    because: ["all-vantages-fail", "neighbour-up"],
  },
  {
    name: "everything on web1 is silent, web2 works: the host",
    site: three,
    subject: "host:web1",
    sees: { "shop/1": down3, "mail/1": down3, "blog/1": ok3 },
    says: "host everyone",
    because: ["all-vantages-fail", "whole-down"],
  },
  {
    name: "the subject says shop, but nothing on its server answers: still the host",
    site: three,
    subject: "service:shop",
    sees: { "shop/1": down3, "mail/1": down3, "blog/1": ok3 },
    says: "host everyone",
    because: ["all-vantages-fail", "whole-down"],
  },
  {
    name: "the rack is gone",
    site: three,
    subject: "segment:rack-a",
    sees: { "shop/1": down3, "mail/1": down3, "blog/1": down3, "wiki/1": ok3 },
    says: "segment everyone",
    because: ["all-vantages-fail", "whole-down"],
  },
  {
    name: "the place is gone",
    site: three,
    subject: "place:ishikari",
    sees: { "shop/1": down3, "blog/1": down3, "wiki/1": ok3 },
    says: "site everyone",
    because: ["all-vantages-fail", "whole-down"],
  },
  {
    name: "the provider is gone",
    site: three,
    subject: "provider:sakura",
    sees: { "shop/1": down3, "blog/1": down3, "wiki/1": down3 },
    says: "provider everyone",
    because: ["all-vantages-fail", "whole-down"],
  },
  {
    name: "the name is not found anywhere: the domain",
    site: three,
    subject: "service:shop",
    sees: { "shop/1": ["down dns/name-not-found", "down dns/timeout", "down dns/name-not-found"], "mail/1": ok3 },
    says: "name everyone",
    because: ["all-vantages-fail", "name-does-not-resolve"],
  },
  {
    name: "the certificate has expired",
    site: three,
    subject: "service:shop",
    sees: { "shop/1": ["down tls/certificate-expired", "down tls/certificate-expired", "unknown"], "mail/1": ok3 },
    says: "name everyone",
    because: ["all-vantages-fail", "certificate"],
  },
  {
    name: "the certificate expires in two weeks: nobody is hit yet",
    site: three,
    subject: "service:shop",
    sees: { "shop/1": Array.from({ length: 3 }, () => "warning tls/certificate-expiring" as const) },
    says: "name nobody",
    because: ["certificate"],
  },
  {
    name: "one office cannot reach the shop, but other hosts: the path",
    site: three,
    subject: "service:shop",
    sees: { "shop/1": ["ok", "ok", "down"], "blog/1": ok3 },
    says: "path some-paths",
    because: ["only-vantage-fails", "controls-fine"],
  },
  {
    name: "one office is cut off altogether: its own LAN",
    site: three,
    subject: "service:shop",
    sees: { "shop/1": ["ok", "ok", "down"], "blog/1": ["ok", "ok", "down"], "wiki/1": ["ok", "ok", "down"] },
    says: "local-lan one-lan",
    because: ["only-vantage-fails", "controls-fail"],
  },
  {
    name: "the desk fails, the other vantage in the same LAN does not: only me",
    site: lans,
    subject: "service:shop",
    sees: { "shop/1": ["ok", "ok", "ok", "down", "ok"], "blog/1": ["ok", "ok", "ok", "ok", "ok"] },
    says: "only-me one-client",
    because: ["only-vantage-fails", "same-lan-works"],
  },
  {
    name: "both vantages of the office LAN fail, the others do not",
    site: lans,
    subject: "service:shop",
    sees: { "shop/1": ["ok", "ok", "down", "down", "ok"], "blog/1": ["ok", "ok", "ok", "ok", "ok"] },
    says: "local-lan one-lan",
    because: ["same-lan-fails"],
  },
  {
    name: "every vantage on provider a fails, the others do not: a path",
    site: lans,
    subject: "service:shop",
    sees: { "shop/1": ["down", "ok", "ok", "ok", "down"] },
    says: "path some-paths",
    because: ["same-isp-fails"],
  },
  {
    name: "half of the vantages get an error page: the service, for some",
    site: three,
    subject: "service:shop",
    sees: { "shop/1": ["down application/status", "down application/status", "ok"], "mail/1": ok3 },
    says: "service some-paths",
    because: ["some-vantages-fail", "neighbour-up"],
  },
  {
    name: "the POP server is dead, one vantage, and the machine refuses: that answer came from the other side",
    site: one,
    subject: "service:pop",
    sees: { "pop/1": ["down connect/refused"], "blog/1": ["ok"] },
    says: "service everyone",
    because: ["one-vantage-only", "target-answered", "host-answers"],
  },
  {
    name: "one vantage, silence, but another host works: the host",
    site: one,
    subject: "service:pop",
    sees: { "pop/1": ["down"], "blog/1": ["ok"] },
    says: "host everyone",
    because: ["one-vantage-only", "controls-fine", "host-silent"],
  },
  {
    name: "one vantage, silence, nothing to compare with: our own line cannot be ruled out",
    site: only,
    subject: "host:web1",
    sees: { "pop/1": ["down"], "imap/1": ["down"] },
    says: "host some-paths",
    because: ["one-vantage-only", "own-line-not-excluded", "whole-down"],
  },
  {
    name: "a vantage that is blind is not counted on either side",
    site: three,
    subject: "service:shop",
    sees: { "shop/1": ["down", "down", "unknown"], "mail/1": ["ok", "ok", "unknown"] },
    says: "service everyone",
    because: ["all-vantages-fail", "neighbour-up"],
  },
];

for (const { name, site, subject, sees, says, because } of stories) {
  test(name, () => {
    const cells = Object.entries(sees).map(([id, seen]) => statusOf(site, id, seen));
    const graph = siteGraph(site);
    const shown = cells.filter((check) => check.state !== "ok" && belongs(check, subject));
    const verdict = judgeScope({ graph, site, cells, subject, signals: shown.map(signalOf) });
    assert.equal(`${verdict.id} ${verdict.reach}`, says);
    assert.deepEqual(
      verdict.reasons.map(({ code }) => code),
      because,
    );
  });

  function belongs(check: CheckStatus, what: ComponentId): boolean {
    const service = `service:${check.service}` as const;
    return service === what || siteGraph(site).dependsOn(service, what);
  }
}

test("the vantages are told in the order of the file, with those that work", () => {
  const cells = [statusOf(three, "shop/1", ["ok", "down", "down"])];
  const signals = cells.map(signalOf);
  const verdict = judgeScope({ graph: siteGraph(three), site: three, cells, subject: "service:shop", signals });
  assert.deepEqual(verdict.failingFrom, ["osaka", "office"]);
  assert.deepEqual(verdict.workingFrom, ["tokyo"]);
});

test("what is affected does not blur where the root sits", () => {
  const site = watchedSite({ vantages, hosts, services: { db: { on: "web1" }, shop: { on: "web2", needs: ["db"] } } });
  const cells = [
    statusOf(site, "db/1", ["down connect/refused", "down connect/refused", "down connect/refused"]),
    statusOf(site, "shop/1", ["down application/status", "ok", "down application/status"]),
  ];
  const signals = cells.map(signalOf);
  const verdict = judgeScope({ graph: siteGraph(site), site, cells, subject: "service:db", signals });
  assert.deepEqual(verdict.failingFrom, ["tokyo", "osaka", "office"]);
  assert.deepEqual(verdict.workingFrom, []);
});

test("a blind vantage and an undelivered notice are our own side, and nobody is hit", () => {
  const input = { graph: siteGraph(three), site: three, cells: [], signals: [] };
  const blind = judgeScope({ ...input, subject: "vantage:office" });
  assert.deepEqual([blind.id, blind.reach, blind.failingFrom], ["monitor", "nobody", ["office"]]);
  const mute = judgeScope({ ...input, subject: "channel:mail" });
  assert.deepEqual([mute.id, mute.reach], ["monitor", "nobody"]);
  assert.equal(judgeScope({ ...input, subject: "service:shop" }).id, "none");
});

test("a line that was tried just now and works clears our own side", () => {
  const cells = [statusOf(only, "pop/1", ["down"]), statusOf(only, "imap/1", ["down"])];
  const verdict = judgeScope({
    graph: siteGraph(only),
    site: only,
    cells,
    subject: "host:web1",
    signals: cells.map(signalOf),
    lineChecked: new Set(["here"]),
  });
  assert.equal(verdict.reach, "everyone");
  assert.equal(verdict.reasons[1]?.code, "own-line-checked");
});
