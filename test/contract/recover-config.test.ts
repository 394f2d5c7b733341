import assert from "node:assert/strict";
import { test } from "node:test";
import { checkConfigText, formatFindings, openSecrets, thisMachine } from "../../src/config/index.ts";
import { planOf } from "../../src/config/plan.ts";
import type { Site } from "../../src/kernel/model/site.ts";

const machine = {
  ...thisMachine(),
  env: { P: "correct horse", AK: "id", SK: "key" },
  hostName: "hub",
  hasSendmail: true,
};

function siteOf(text: string): Site {
  const outcome = checkConfigText(text, "koboshi.yml", { machine });
  assert.ok(outcome.plan !== null, formatFindings(outcome, { lang: "en" }));
  const opened = openSecrets(outcome.plan, machine);
  assert.ok(opened.ok);
  return opened.value;
}

const head = `version: 1
people:
  yamada: { mail: yamada@example.jp, can: [host:web1, account:omni-1, "repository:office/shop"], keys: [shop] }
  sato: sato@example.jp
places:
  office: { provider: own }
  cloud: { provider: s3, account: omni-2, login_shared_with: [], region: jp, endpoint: "https://s3.example.jp/", access_key: "\${env:AK}", secret_key: "\${env:SK}", retrieval: { delay: 5h, fee: 2円/GB } }
vantages: [here, { name: office, at: office }]
hosts: { web1: { at: office }, drill1: { role: drill } }
services: { www: https://www.example.jp }
`;
const full = `${head}backups:
  shop:
    of: { host: "host:web1", paths: [/var/www/, /etc], dump: mysql, databases: [ { postgres: shop, user: backup, password: "\${env:P}", host: 127.0.0.1, port: 5433 }, { sqlite: /srv/app.db } ] }
    key: { in: ["\${env:P}"], also: [paper:safe, person:sato] }
    at: "15 3 * * *"
    to:
      - { at: office, repo: /srv/backup/shop, maintainer: "\${env:P}" }
      - { at: cloud, repo: "s3:omni-backup/shop", append_only: true, locked_for: 30d }
    keep: { daily: 14 }
    target: { lose_at_most: 24h, back_within: 8h }
    drill: { every: 90d, restore_to: { host: drill1, boot_check: www } }
    limits: { up: 20Mbit, "22:00-06:00": none, "6:30-8:00": 500kbit }
    verify: { newest: "SELECT max(at) FROM orders", marker: [ { sql: "SELECT 7", expect: 7 } ] }
    allow_missing: [/var/www/cache]
    hooks: { before: /usr/local/bin/quiet }
    consistency: lvm
    priority: 1
  provider-copy: { with: external, of: { host: web1 }, to: [ { at: cloud, kept: 14d } ] }
automation: { ansible: { on: [host:*], runs_from: hub, with: cred:ansible } }
audit: { events: { 移転: { lost: [place:office], acts: [person:sato] } } }
`;

test("a backup becomes what runs: databases, repositories by their place, limits in bits, promises in milliseconds", () => {
  const plan = siteOf(full).backups?.get("shop");
  assert.ok(plan !== undefined);
  assert.deepEqual(plan.paths, ["/var/www", "/etc"]);
  assert.deepEqual(
    plan.databases.map(({ engine, name, user, host, port }) => ({ engine, name, user, host, port })),
    [
      { engine: "mysql", name: "*", user: null, host: null, port: null },
      { engine: "postgres", name: "shop", user: "backup", host: "127.0.0.1", port: 5433 },
      { engine: "sqlite", name: "/srv/app.db", user: null, host: null, port: null },
    ],
  );
  assert.equal(plan.password?.reveal(), "correct horse");
  assert.deepEqual(
    plan.to.map(({ at, repo, appendOnlyClaimed, lockedForMs }) => ({ at, repo, appendOnlyClaimed, lockedForMs })),
    [
      { at: "office", repo: "/srv/backup/shop", appendOnlyClaimed: false, lockedForMs: null },
      {
        at: "cloud",
        repo: "s3:https://s3.example.jp/omni-backup/shop",
        appendOnlyClaimed: true,
        lockedForMs: 2_592_000_000,
      },
    ],
  );
  const { access } = plan.to[1] ?? {};
  assert.deepEqual([access?.id.reveal(), access?.secret.reveal(), access?.region], ["id", "key", "jp"]);
  assert.deepEqual(plan.keep, { hourly: 0, daily: 14, weekly: 0, monthly: 0, yearly: 0 });
  assert.deepEqual([plan.loseAtMostMs, plan.backWithinMs], [86_400_000, 28_800_000]);
  assert.deepEqual(plan.drill, { everyMs: 7_776_000_000, host: "drill1", bootCheck: "www" });
  assert.deepEqual(plan.limits, {
    upBitsPerSecond: 20_000_000,
    downBitsPerSecond: null,
    windows: [
      { fromMinute: 1_320, toMinute: 360, upBitsPerSecond: null },
      { fromMinute: 390, toMinute: 480, upBitsPerSecond: 500_000 },
    ],
  });
  assert.deepEqual(plan.verify.markers[0], {
    sql: "SELECT 7",
    expect: "7",
    path: null,
    ownerUid: null,
    text: null,
    mustNot: null,
  });
  assert.deepEqual([plan.keyAlso, plan.consistency, plan.priority], [["paper:safe", "person:sato"], "lvm", 1]);
  assert.deepEqual(
    [plan.allowMissing, plan.hooks],
    [["/var/www/cache"], { before: "/usr/local/bin/quiet", after: null }],
  );
});

test("koboshi's own data are one name: configuration, keys, ledger, every night; a host of that name is a host", () => {
  const own = `${head.replace(", keys: [shop]", "")}hub: { data: /var/lib/koboshi, tls: { cert: tls.crt, key: tls.key } }
backups:
  koboshi:
    of: { host: hub, paths: [/etc/nginx] }
    password: "\${file:/etc/koboshi/hub.password}"
    key: { also: [paper:safe] }
    to: [{ at: cloud, repo: "s3:omni-backup/koboshi" }]
`;
  const outcome = checkConfigText(own, "/etc/koboshi/koboshi.yml", { machine });
  assert.ok(outcome.plan !== null, formatFindings(outcome, { lang: "en" }));
  assert.doesNotMatch(formatFindings(outcome, { lang: "en" }), /hub-not-copied|backup-by-hand|nothing-copied/);
  const plan = outcome.plan.site.backups?.get("koboshi");
  assert.ok(plan !== undefined);
  assert.deepEqual([plan.own, plan.host, plan.at], [true, "hub", "40 3 * * *"]);
  assert.deepEqual(plan.paths, [
    "/etc/koboshi/koboshi.yml",
    "/etc/koboshi/koboshi.d",
    "/etc/koboshi/causes",
    "/var/lib/koboshi/account-key",
    "/etc/koboshi/hub.password",
    "/etc/koboshi/tls.crt",
    "/etc/koboshi/tls.key",
    "/etc/nginx",
  ]);
  assert.deepEqual(
    plan.databases.map(({ engine, name }) => [engine, name]),
    [["sqlite", "/var/lib/koboshi/ledger.sqlite"]],
  );
  assert.equal(plan.allowMissing.includes("/etc/koboshi/koboshi.yml"), false);
  assert.equal(plan.allowMissing.includes("/etc/koboshi/koboshi.d"), true);
  const named = own.replace("hosts: {", "hosts: { hub: { at: office, address: 192.0.2.5 },");
  const ordinary = checkConfigText(named, "/etc/koboshi/koboshi.yml", { machine }).plan?.site.backups?.get("koboshi");
  assert.deepEqual([ordinary?.own, ordinary?.paths], [undefined, ["/etc/nginx"]]);
});

test("the provider's own copies are declared without repository or password", () => {
  const plan = siteOf(full).backups?.get("provider-copy");
  assert.deepEqual(
    [plan?.with, plan?.password, plan?.to[0]?.repo, plan?.to[0]?.keptMs],
    ["external", null, null, 1_209_600_000],
  );
});

test("what the audit needs to know is there, and what nobody said is left out", () => {
  const site = siteOf(full);
  const yamada = site.people.get("yamada");
  assert.deepEqual([yamada?.can, yamada?.keys], [["host:web1", "account:omni-1", "repository:office/shop"], ["shop"]]);
  assert.deepEqual(Object.keys(site.people.get("sato") ?? {}), ["key", "name", "mail", "phone", "lang"]);
  const cloud = site.places.get("cloud");
  assert.deepEqual([cloud?.loginSharedWith, cloud?.retrieval], [[], { delayMs: 18_000_000, feePerGigabyte: "2円/GB" }]);
  assert.ok(!Object.hasOwn(site.places.get("office") ?? {}, "loginSharedWith"));
  assert.deepEqual(site.automation?.get("ansible"), {
    key: "ansible",
    on: ["host:*"],
    runsFrom: "hub",
    with: "cred:ansible",
  });
  assert.deepEqual(site.auditEvents?.get("移転"), { lost: ["place:office"], acts: ["person:sato"] });
  assert.equal(site.hosts.get("drill1")?.role, "drill");
  assert.deepEqual(site.notActive, []);
});

test("a plan of changes tells what changes in a backup, and never a secret", () => {
  const entries = planOf(siteOf(full), siteOf(full.replace("daily: 14", "daily: 7").replace("AK}", "SK}"))).entries;
  assert.deepEqual(
    entries.map(({ action, noun, name, changes }) => ({ action, noun, name, changes })),
    [
      {
        action: "changed",
        noun: "backup",
        name: "shop",
        changes: [
          { key: "to.1.access.id", before: null, after: null, secret: true },
          { key: "keep.daily", before: "14", after: "7", secret: false },
        ],
      },
    ],
  );
});

test("a site that never heard of backups has none", () => {
  const site = siteOf("version: 1\nservices: { www: https://www.example.jp }\npeople: { me: you@example.jp }\n");
  assert.deepEqual([site.backups?.size, site.automation?.size, site.auditEvents?.size], [0, 0, 0]);
});

function bareText(vantages: string, repo: string): string {
  return `version: 1
people: { me: you@example.jp }
places: { office: {}, sakura: {} }
vantages: ${vantages}
hosts: { web1: { at: sakura, address: 192.0.2.1 } }
services: { www: https://www.example.jp }
backups: { shop: { of: { host: web1, paths: [/srv] }, password: x, to: [{ at: office, repo: "${repo}" }] } }
`;
}

function toldOfBare(vantages: string, repo: string): readonly unknown[] {
  const outcome = checkConfigText(bareText(vantages, repo), "koboshi.yml", { machine });
  const { findings, plan } = outcome;
  assert.ok(plan !== null, formatFindings(outcome, { lang: "en" }));
  return findings.flatMap(({ code, severity, message }) =>
    code === "bare-repository" ? [[severity, message.en.includes("on web1 itself")]] : [],
  );
}

test("a bare folder is said to lie on the host itself, and no restore is refused for it", () => {
  assert.deepEqual(toldOfBare("[here]", "/srv/backup"), [["warning", true]]);
  assert.deepEqual(toldOfBare("[{ name: here, at: office }]", "local:/srv/backup"), [["note", true]]);
  assert.deepEqual(toldOfBare("[here]", "sftp:backup@office:/srv/backup"), []);
});
