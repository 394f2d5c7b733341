import assert from "node:assert/strict";
import { test } from "node:test";
import { frontAndBehind as graph } from "../../../test/doubles/diagnosis-town.ts";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { noInside } from "../../../test/doubles/no-inside.ts";
import { noLogs } from "../../../test/doubles/no-logs.ts";
import { attempt, watchedSite } from "../../../test/doubles/watched-site.ts";
import type { Layer } from "../../kernel/model/observation.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { LogEntry, LogSource } from "../../kernel/ports-logs.ts";
import { createLinesGatherer } from "./lines.ts";
import { situationOf } from "./situation.ts";

const clock = createFakeClock();
const nowMs = clock.nowMs();
const startedAtMs = nowMs - 40_000;
const plain = watchedSite({ hosts: { web1: {} }, services: { web: { on: "web1" }, app: { on: "web1" } } });
const log = { path: "/var/log/nginx/access.log" } as never;
const site = { ...plain, hosts: new Map([...plain.hosts].map(([key, host]) => [key, { ...host, logs: [log] }])) };
const source: LogSource = {
  key: "web1:nginx-access",
  host: "web1",
  kind: "file",
  at: "/var/log/nginx/access.log",
  state: "following",
  problem: null,
  seen: "",
  format: null,
  lagBytes: 0,
  dropped: 0,
  lastAtMs: nowMs,
  lines: 1,
};

/** So many requests a second for a page, from so long ago to so long ago. */
function requests(url: string, perSecond: number, [fromAgo, toAgo]: readonly [number, number]): readonly LogEntry[] {
  return Array.from({ length: perSecond * (fromAgo - toAgo) }, (_, nth) => ({
    seq: nth,
    atMs: nowMs - fromAgo * 1_000 + (nth * 1_000) / perSecond,
    source: source.key,
    host: "web1",
    program: null,
    severity: null,
    format: "combined",
    templateId: null,
    fields: { status: 200, url, client: `192.0.2.${nth % 40}` },
    text: "",
  }));
}

interface Fault {
  readonly layer: Layer;
  readonly code: string;
}

function check(service: string, target: string, { layer, code }: Fault): CheckStatus {
  const checkId = `${service}/1`;
  const last = { ...attempt({ outcome: "down", checkId, atMs: nowMs }), layer, error: { code, text: "" } };
  const cells = [{ vantage: "here", state: "down", last, stale: false }] as const;
  const rest = { kind: "http", name: service, everyMs: 5_000, since: null, confirming: false } as const;
  return { id: checkId, service, target, state: "down", cells, ...rest };
}

async function told(entries: readonly LogEntry[], fault: Fault): Promise<Readonly<Record<string, string>>> {
  const logs = noLogs({
    state: () => ({ ...noLogs().state(), sources: [source] }),
    search: async ({ fromMs, toMs }) => entries.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).slice(0, 1_000),
  });
  const cells = [check("web", "https://shop.test/", fault), check("app", "https://shop.test/app/items", fault)];
  const gatherer = createLinesGatherer(noInside({ clock, site: () => site, logs }));
  const situation = situationOf({ subject: "service:web", startedAtMs, nowMs, site, cells, graph });
  const [offer] = gatherer.offers(situation);
  assert.ok(offer !== undefined);
  const { seen, missing } = await gatherer.gather(offer, situation, new AbortController().signal);
  return Object.fromEntries([
    ...seen.map(({ evidence, target, state }) => [`${evidence} ${target}`, state]),
    ...missing.map(({ evidence, target, reason }) => [`${evidence} ${target}`, reason]),
  ]);
}

const silent = { layer: "application", code: "timeout" } as const;

test("a program behind that completes nothing is told from its front, which still serves its own pages", async () => {
  const usual = [...requests("/", 2, [200, 45]), ...requests("/app/items", 2, [200, 45])];
  const found = await told([...usual, ...requests("/", 2, [45, 0])], silent);
  assert.equal(found["ap.thr service:app"], "zero");
  assert.equal(found["ap.thr service:web"], "low");
  assert.equal(found["ap.rate service:web"], "ok");
});

test("where nobody gets through, what is completed says nothing of the server; a refusal is its own answer", async () => {
  const usual = [...requests("/", 2, [200, 45]), ...requests("/app/items", 2, [200, 45])];
  const states: (string | undefined)[] = [];
  for (const fault of [
    { layer: "connect", code: "timeout" },
    { layer: "dns", code: "name-not-found" },
    { layer: "tls", code: "certificate-expired" },
    { layer: "connect", code: "refused" },
    { layer: "tls", code: "timeout" },
  ] as const)
    states.push((await told(usual, fault))["ap.thr service:web"]);
  assert.deepEqual(states, ["unreachable", "unreachable", "unreachable", "zero", "zero"]);
});
