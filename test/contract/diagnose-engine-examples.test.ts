import assert from "node:assert/strict";
import { test } from "node:test";
import { createEngine, type Engine } from "../../src/diagnose/engine/engine.ts";
import type { CauseAt, Seen } from "../../src/kernel/model/diagnosis.ts";
import type { ComponentId } from "../../src/kernel/model/component.ts";
import { seenAs, type Sighting } from "../doubles/diagnosis-seen.ts";
import { specifiedCatalogue } from "../doubles/diagnosis-catalogue.ts";
import { partGraph } from "../doubles/diagnosis-town.ts";

/** One machine with three services, a peer that is only looked at, and one place at least for every cause of the catalogue. */
const small = partGraph([
  ["provider:p1", "provider"],
  ["account:a1", "account"],
  ["place:dc1", "site", "provider:p1 account:a1"],
  ["segment:seg1", "segment", "place:dc1"],
  ["host:web1", "host", "segment:seg1"],
  ["host:peer", "extdep", "segment:seg1"],
  ["domain:d", "domain"],
  ["cert:d", "cert"],
  ["service:db", "db", "host:web1"],
  ["service:web", "web app", "host:web1 service:db"],
  ["service:mail", "mail", "host:web1"],
  ["repository:bk1", "backup", "host:web1"],
  ["isp:o", "isp"],
  ["isp:a", "isp"],
  ["isp:b", "isp"],
  ["lan:office", "lan", "isp:o"],
  ["vantage:u", "client", "lan:office"],
  ["vantage:l", "vantage", "lan:office"],
  ["vantage:a", "vantage", "isp:a"],
  ["vantage:b", "vantage", "isp:b"],
]);

const withDatabase = partGraph([
  ["host:web1", "host"],
  ["service:db", "db", "host:web1"],
  ["service:app", "app", "host:web1 service:db"],
  ["service:web", "web", "host:web1 service:app"],
  ["vantage:a", "vantage"],
]);

const catalogue = specifiedCatalogue();

function among(explanations: string, graph = small): Engine {
  const only = explanations
    .split(" ")
    .map((explanation) => (explanation === "none" ? [] : explanation.split("+").map(causeAt)));
  return createEngine(catalogue, graph, {
    tuning: {
      temperature: 1,
      misread: 0,
      misreadExact: 0,
      discounts: false,
      shares: false,
      unknowns: false,
      doubt: false,
      folds: false,
      only,
    },
  });
}

function causeAt(text: string): CauseAt {
  const [id = "", component] = text.split("@");
  return { id, component: (component ?? null) as ComponentId | null };
}

/** P of an explanation, its causes joined by `+`. */
function chance(engine: Engine, seen: readonly Seen[], explanation: string): number {
  const found = engine
    .judge(seen)
    .explanations.find(({ causes }) => explanation === (causes.map(({ id }) => id).join("+") || "none"));
  return found?.probability ?? 0;
}

/** Walks through sightings one by one; after each, the named explanations have these probabilities, to half a unit of the last place and a little. */
function walk(engine: Engine, steps: readonly (readonly [Sighting, Readonly<Record<string, number>>])[]): void {
  const seen: Seen[] = [];
  for (const [sighting, expected] of steps) {
    seen.push(seenAs(sighting));
    for (const [explanation, probability] of Object.entries(expected)) {
      const found = chance(engine, seen, explanation);
      assert.ok(Math.abs(found - probability) < 0.00151, `${sighting}: ${explanation} ${found}, not ${probability}`);
    }
  }
}

test("only me? the other eye in the same LAN decides", () => {
  const engine = among(
    "client-device-issue@vantage:u client-lan-down@lan:office isp-path-outage@isp:o service-hang@service:web none",
  );
  walk(engine, [
    ["vp.http service:web none u", { "client-device-issue": 0.366 }],
    ["vp.http service:web ok l", { "client-device-issue": 0.854 }],
    ["vp.http service:web ok a", { "client-device-issue": 0.879 }],
    ["vp.http service:web ok b", { "client-device-issue": 0.885 }],
    ["vp.user service:web one", { "client-device-issue": 0.969 }],
  ]);
});

const pop =
  "client-lan-down@lan:office service-crash@service:mail service-hang@service:mail segment-device-failure@segment:seg1 hardware-failure@host:web1 os-hang-or-panic@host:web1 mail-flood@service:mail disk-full@host:web1";
const people: readonly (readonly [Sighting, Readonly<Record<string, number>>])[] = [
  ["vp.user service:web many", { "client-lan-down": 0.288 }],
  ["vp.self vantage:l ok l", { "client-lan-down": 0.02 }],
];

test("POP does not answer: hardware, once the peer lives and the controller has told", () => {
  walk(among(pop), [
    ...people,
    ["vp.mail service:mail timeout a", { "segment-device-failure": 0.259 }],
    ["vp.icmp host:web1 down a", { "segment-device-failure": 0.39 }],
    [
      "vp.icmp host:peer ok a",
      { "segment-device-failure": 0.025, "hardware-failure": 0.447, "os-hang-or-panic": 0.52 },
    ],
    ["hs.ssh host:web1 timeout", {}],
    ["bm.sel host:web1 crit", { "hardware-failure": 0.996 }],
    ["bm.power host:web1 off", { "hardware-failure": 1 }],
  ]);
});

test("POP does not answer: a flood of mail", () => {
  walk(among(pop), [
    ...people,
    ["vp.mail service:mail timeout a", { "mail-flood": 0.11 }],
    ["vp.icmp host:web1 ok a", { "mail-flood": 0.29, "service-hang": 0.383 }],
    ["hs.ssh host:web1 slow", { "mail-flood": 0.894 }],
    ["hs.load host:web1 extreme", { "mail-flood": 0.998 }],
    ["ml.rate service:mail flood", { "mail-flood": 1 }],
  ]);
});

test("POP does not answer: the daemon is dead", () => {
  walk(among(pop), [
    ...people,
    ["vp.mail service:mail refused l", { "service-crash": 0.656 }],
    ["vp.icmp host:web1 ok l", { "service-crash": 0.656 }],
    ["hs.ssh host:web1 ok", { "service-crash": 0.657 }],
    ["hs.proc service:mail dead", { "service-crash": 0.839 }],
    ["hs.disk host:web1 ok", { "service-crash": 0.987, "disk-full": 0.013 }],
  ]);
});

test("POP does not answer: the disk is full", () => {
  walk(among(pop), [
    ...people,
    ["vp.mail service:mail tempfail l", { "disk-full": 0.9 }],
    ["hs.ssh host:web1 ok", { "disk-full": 0.928 }],
    ["hs.disk host:web1 full", { "disk-full": 1 }],
    ["ml.log service:mail nospace", { "disk-full": 1 }],
  ]);
});

test("two faults at once: a refusal seen outside is no work of the LAN", () => {
  walk(
    among(
      "client-lan-down@lan:office service-crash@service:mail client-lan-down@lan:office+service-crash@service:mail",
    ),
    [
      ["vp.self vantage:l down l", { "client-lan-down": 0.997 }],
      ["vp.mail service:mail timeout l", {}],
      ["vp.mail service:mail refused a", { "client-lan-down": 0.719, "client-lan-down+service-crash": 0.28 }],
      ["vp.icmp host:web1 ok a", {}],
      ["hs.proc service:mail dead", { "client-lan-down": 0.009, "client-lan-down+service-crash": 0.986 }],
    ],
  );
});

const timeouts =
  "db-slow@service:db cpu-saturation@host:web1 proxy-timeout-too-small@service:web worker-pool-exhaustion@service:app slow-endpoint@service:app";
const symptoms: readonly (readonly [Sighting, Readonly<Record<string, number>>])[] = [
  ["ap.etime service:web many", {}],
  [
    "vp.http service:web c502 a",
    {
      "db-slow": 0.35,
      "cpu-saturation": 0.15,
      "proxy-timeout-too-small": 0.22,
      "worker-pool-exhaustion": 0.159,
      "slow-endpoint": 0.121,
    },
  ],
];

test("upstream timed out: database, processor or the limit", () => {
  const engine = among(timeouts, withDatabase);
  walk(engine, [
    ...symptoms,
    ["ap.cliff service:web tail", { "db-slow": 0.588 }],
    ["hs.cpu host:web1 ok", { "db-slow": 0.68 }],
    ["db.lat service:db very", { "db-slow": 0.997 }],
  ]);
  walk(engine, [
    ...symptoms,
    ["ap.cliff service:web tail", { "cpu-saturation": 0.223 }],
    ["hs.cpu host:web1 sat", { "cpu-saturation": 0.731 }],
    ["db.lat service:db ok", { "cpu-saturation": 0.973 }],
  ]);
  walk(engine, [
    ...symptoms,
    ["ap.cliff service:web cliff", { "proxy-timeout-too-small": 0.928 }],
    ["ch.conf service:web yes", { "proxy-timeout-too-small": 0.996 }],
    ["hs.cpu host:web1 ok", {}],
    ["db.lat service:db ok", { "proxy-timeout-too-small": 0.997 }],
  ]);
});

test("maintenance: during it, and what it leaves behind", () => {
  walk(
    among(
      "provider-maintenance@provider:p1 provider-outage@provider:p1 os-hang-or-panic@host:web1 hardware-failure@host:web1",
    ),
    [
      [
        "vp.icmp host:web1 down a",
        {
          "provider-maintenance": 0.402,
          "provider-outage": 0.251,
          "os-hang-or-panic": 0.188,
          "hardware-failure": 0.159,
        },
      ],
      ["pv.maint provider:p1 active", { "provider-maintenance": 0.992 }],
    ],
  );
  walk(
    among(
      "clock-drift@host:web1 cron-missed@host:web1 clock-drift@host:web1+cron-missed@host:web1 service-not-started@service:web none",
    ),
    [
      [
        "pv.maint provider:p1 ended",
        {
          "clock-drift": 0.369,
          "cron-missed": 0.324,
          "clock-drift+cron-missed": 0.145,
          "service-not-started": 0.123,
          none: 0.04,
        },
      ],
      ["vp.date service:web bad a", { "clock-drift": 0.717, "clock-drift+cron-missed": 0.282 }],
      ["hs.ntp host:web1 off", {}],
      ["hs.cron host:web1 missed", { "clock-drift+cron-missed": 0.614 }],
      ["bk.last repository:bk1 late", { "clock-drift+cron-missed": 0.953 }],
    ],
  );
});

test("a provider is gone: the others at the same provider tell it before the provider does", () => {
  walk(
    among(
      "client-lan-down@lan:office hardware-failure@host:web1 site-power-or-disaster@place:dc1 provider-outage@provider:p1",
    ),
    [
      ["vp.self vantage:l ok l", {}],
      ["vp.http service:web none l", {}],
      [
        "vp.http service:web none a",
        { "hardware-failure": 0.338, "site-power-or-disaster": 0.18, "provider-outage": 0.481 },
      ],
      ["vp.ctrl provider:p1 all a", { "provider-outage": 0.998 }],
      ["pv.crowd provider:p1 many", { "provider-outage": 1 }],
    ],
  );
});

test("the answer comes back empty: deleted data, and copies gone with it", () => {
  const both = "data-deleted+backup-lost-or-stale";
  walk(
    among(
      "data-deleted@host:web1 account-suspended@account:a1 data-deleted@host:web1+backup-lost-or-stale@repository:bk1",
    ),
    [
      ["vp.content service:web default a", { "data-deleted": 0.533, "account-suspended": 0.356, [both]: 0.111 }],
      ["hs.data host:web1 gone", { "data-deleted": 0.827, "account-suspended": 0.001, [both]: 0.172 }],
      ["bk.copies repository:bk1 some", { [both]: 0.912 }],
      ["bk.last repository:bk1 failed", { [both]: 0.998 }],
    ],
  );
});
