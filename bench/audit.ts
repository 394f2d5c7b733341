import { allEvents, seedsOf } from "../src/recover/audit/events.ts";
import { minimalCuts } from "../src/recover/audit/cuts.ts";
import type { AuditFacts } from "../src/recover/audit/facts.ts";
import { wire } from "../src/recover/audit/graph.ts";
import { buildModel, type Model } from "../src/recover/audit/model.ts";
import { atOnce } from "../src/recover/audit/slices.ts";
import { verdictsOf, type Asked } from "../src/recover/audit/verdicts.ts";
import type { BackupPlan, BackupTarget } from "../src/kernel/model/backup.ts";
import type { Host, Person, Place, Site } from "../src/kernel/model/site.ts";
import { noIntake, unlooked } from "../test/doubles/bare-site.ts";
import type { Row } from "./row.ts";

const hosts = 1_000;
const copiesEach = 5;
const losses = 50;
/** before anything is measured: until the code is compiled */
const warmings = 20;
const rounds = 9;

/** A company of so many hosts, each copied to five of twenty places; half of what could be known is not. */
export async function audit(): Promise<readonly Row[]> {
  const facts: AuditFacts = { site: company(), nowMs: 1_795_305_600_000, copies: [] };
  const model = buildModel(facts, true);
  const asked = fifty(model);
  const all = { ...asked, seeds: allEvents(model).map((event) => seedsOf(model, event)) };
  const size = `${hosts} hosts, ${model.copies.length} copies, ${model.draft.names.length} nodes`;
  const cutsOf = (): void => {
    atOnce(minimalCuts(wire(model.graph, "opt"), all.seeds, { most: 2, ends: all.ends }));
  };
  return [
    {
      name: `audit: ${asked.seeds.length} losses, ${size}`,
      ours: medianMs(() => verdictsOf(asked), warmings),
      peer: "goal",
      theirs: 50,
      unit: "ms",
    },
    {
      name: `audit: the same, graph built anew`,
      ours: medianMs(() => verdictsOf(fifty(buildModel(facts, true)))),
      peer: "a second",
      theirs: 1_000,
      unit: "ms",
    },
    {
      name: `audit: cut sets of two, ${all.seeds.length} losses`,
      ours: medianMs(cutsOf),
      peer: "goal",
      theirs: 1_000,
      unit: "ms",
    },
  ];
}

/** Of CPU, so that what else runs here does not count. */
function medianMs(run: () => void, warmed = 1): number {
  for (let warming = 0; warming < warmed; warming += 1) run();
  const times = Array.from({ length: rounds }, () => {
    const started = process.cpuUsage();
    run();
    return process.cpuUsage(started).user / 1_000;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

/** Some of every kind, in turn. */
function fifty(model: Model): Asked {
  const turns = new Map<string, number>();
  const events = allEvents(model)
    .map((event) => {
      const turn = turns.get(event.kind) ?? 0;
      turns.set(event.kind, turn + 1);
      return { event, turn };
    })
    .toSorted((a, b) => a.turn - b.turn)
    .slice(0, losses);
  return {
    graph: model.graph,
    seeds: events.map(({ event }) => seedsOf(model, event)),
    ends: model.data.map(({ plan }) => model.draft.find(`LOST:${plan.key}`) ?? 0),
  };
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function table<T extends { readonly key: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.key, item]));
}

function company(): Site {
  const places = table(
    numbers(20).map((n): Place => ({
      key: `p${n}`,
      provider: `provider${n % 8}`,
      account: `account${n % 12}`,
      region: n % 3 === 0 ? null : `region${n % 4}`,
      ...(n % 2 === 0 ? { loginSharedWith: [] } : {}),
    })),
  );
  const hostTable = table(
    numbers(hosts).map((n): Host => ({
      ...unlooked,
      key: `h${n}`,
      at: `p${n % 6}`,
      address: null,
      segment: `rack${n % 40}`,
      user: null,
      port: 22,
      hostKey: null,
      privateKey: null,
    })),
  );
  const people = table(
    numbers(10).map((n): Person => ({
      key: `u${n}`,
      name: `u${n}`,
      mail: null,
      phone: null,
      lang: "ja",
      ...(n % 2 === 0 ? { can: [`host:h${n}`, `place:p${n}`] } : {}),
    })),
  );
  const backups = table(numbers(hosts).map(planOf));
  return {
    name: "bench",
    lang: "en",
    timeZone: "Asia/Tokyo",
    url: null,
    people,
    places,
    vantages: new Map(),
    hosts: hostTable,
    services: new Map(),
    checks: [],
    providers: new Map(),
    jobs: new Map(),
    watchdog: null,
    peers: [],
    notify: { channels: new Map(), escalate: new Map(), quiet: null },
    statusPage: null,
    hub: {
      listen: { host: "127.0.0.1", port: 7373 },
      public: null,
      dataFolder: "/nonexistent",
      keep: { observationsMs: 1, metricsMs: 1, logsMs: 1 },
      trustedProxies: [],
    },
    intake: noIntake,
    backups,
    automation: new Map([["deploy", { key: "deploy", on: ["host:*"], runsFrom: "h0", with: null }]]),
    notActive: [],
    hash: "",
  };
}

function planOf(n: number): BackupPlan {
  const to = Array.from({ length: copiesEach }, (_, index): BackupTarget => ({
    at: `p${(n * 7 + index * 3) % 20}`,
    repo: `s3:bucket${index}/h${n}`,
    appendOnlyClaimed: index % 2 === 0,
    lockedForMs: null,
    keptMs: null,
    reader: null,
    maintainer: null,
    adopt: false,
  }));
  return {
    key: `d${n}`,
    with: "restic",
    host: `h${n}`,
    paths: ["/srv"],
    databases: [],
    password: null,
    at: "15 3 * * *",
    to,
    keep: null,
    loseAtMostMs: null,
    backWithinMs: null,
    drill: null,
    keyAlso: n % 2 === 0 ? ["paper:p1"] : [],
    consistency: null,
    hooks: { before: null, after: null },
    limits: { upBitsPerSecond: null, downBitsPerSecond: null },
    verify: { newestSql: null, markers: [] },
    allowMissing: [],
    priority: 2,
  };
}
