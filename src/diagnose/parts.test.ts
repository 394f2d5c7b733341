import assert from "node:assert/strict";
import { test } from "node:test";
import { watchedSite } from "../../test/doubles/watched-site.ts";
import type { Check } from "../kernel/model/check.ts";
import type { Service, Site } from "../kernel/model/site.ts";
import { addressOf, domainOf } from "./addresses.ts";
import { partsOf } from "./parts.ts";
import { kindOfService } from "./service-kind.ts";

function check(service: string, kind: string, target: string): Check {
  const times = { everyMs: 60_000, timeoutMs: 10_000, attempts: 3 };
  const id = `${service}/${kind}:${target}`;
  return { id, service, kind, name: target, target, ...times, vantages: ["here"], namedVantages: [], spec: {} };
}

const checks = [
  check("shop", "http", "https://www.shop.test/"),
  check("shop", "domain", "shop.test"),
  check("app", "http", "http://10.0.0.5:8080/health"),
  check("db", "postgres", "10.0.0.5:5432/shop"),
  check("mail", "pop3", "pop3s://mail.shop.test"),
  check("pay", "http", "https://api.pay.example.co.jp/v1"),
  check("bare", "icmp", "192.0.2.7"),
];
const sketch = watchedSite({
  hosts: { web1: { at: "dc1", segment: "rack-a" }, web2: { at: "dc1" } },
  places: { dc1: "p1" },
  vantages: {
    here: {},
    office: { at: "office", isp: "isp-o" },
    pc1: { lan: "office", isp: "isp-o" },
    va: { at: "va" },
  },
  services: {
    shop: { on: "web1", needs: ["app"] },
    app: { on: "web1", needs: ["db", "pay"] },
    db: { on: "web1" },
    mail: { on: "web2" },
    pay: {},
    bare: {},
  },
});
const site: Site = { ...sketch, checks, backupNames: ["nightly"], backupHosts: new Map([["nightly", "web1"]]) };
const { parts } = partsOf(site);

function shown(id: string): [readonly string[], readonly string[]] {
  const part = [...parts.values()].find((one) => one.id === id);
  return [part?.kinds ?? [], (part?.dependsOn ?? []).map(({ to }) => to)];
}

test("everything that can be broken is a part of its kind, with what it cannot do without", () => {
  const expected: Readonly<Record<string, [readonly string[], readonly string[]]>> = {
    "service:shop": [["web"], ["host:web1", "service:app", "domain:shop.test", "cert:www.shop.test"]],
    "service:app": [["app"], ["host:web1", "service:db", "service:pay"]],
    "service:db": [["db"], ["host:web1"]],
    "service:mail": [["mail"], ["host:web2", "domain:shop.test", "cert:mail.shop.test"]],
    "service:pay": [["extdep"], ["domain:example.co.jp", "cert:api.pay.example.co.jp"]],
    "service:bare": [["app"], []],
    "host:web1": [["host"], ["segment:rack-a", "place:dc1"]],
    "segment:rack-a": [["segment"], ["place:dc1"]],
    "place:dc1": [["site"], ["provider:p1"]],
    "provider:p1": [["provider"], []],
    "vantage:here": [["vantage"], []],
    "vantage:pc1": [
      ["vantage", "client"],
      ["lan:office", "isp:isp-o"],
    ],
    "vantage:office": [
      ["vantage", "client"],
      ["lan:office", "isp:isp-o"],
    ],
    "vantage:va": [["vantage"], ["lan:va", "isp:va"]],
    "repository:nightly": [["backup"], ["host:web1"]],
  };
  for (const [id, wanted] of Object.entries(expected)) assert.deepEqual(shown(id), wanted, id);
});

test("programs of its machine are behind a web server that does not say it needs them", () => {
  const { services } = sketch;
  const shop = services.get("shop");
  const app = services.get("app");
  assert.ok(shop !== undefined && app !== undefined);
  const through = new Map(services)
    .set("shop", { ...shop, kind: "web", needs: [] })
    .set("app", { ...app, kind: "app", needs: ["shop"] });
  assert.deepEqual(partsOf({ ...site, services: through }).behind?.get("service:shop"), ["service:app"]);
  assert.deepEqual(partsOf(site).behind?.get("service:shop"), []);
});

test("every edge leads to a part", () => {
  for (const part of parts.values())
    for (const { to } of part.dependsOn) assert.ok(parts.has(to), `${part.id} -> ${to}`);
});

const kinds: readonly (readonly [Partial<Service>, readonly Check[], boolean, string])[] = [
  [{}, [check("x", "http", "http://10.0.0.5:3000/")], true, "ext"],
  [{ on: "web1" }, [check("x", "http", "http://10.0.0.5:3000/")], true, "app"],
  [{ on: "web1", needs: ["y"] }, [check("x", "http", "http://10.0.0.5:3000/")], false, "web"],
  [{ on: "web1" }, [check("x", "http", "https://example.jp/")], false, "web"],
  [{ on: "web1" }, [check("x", "tcp", "10.0.0.5:3306")], false, "db"],
  [{ on: "web1" }, [check("x", "tcp", "10.0.0.5:9000")], false, "app"],
  [{ on: "web1" }, [check("x", "smtp", "10.0.0.5:25"), check("x", "http", "https://mail.example.jp/")], false, "mail"],
  [{ on: "web1", kind: "dns" }, [check("x", "http", "https://example.jp/")], false, "dns"],
  [{ on: "web1" }, [], false, "app"],
];
for (const [over, own, isNeeded, kind] of kinds) {
  test(`a service watched as ${own.map(({ target }) => target).join(", ") || "nothing"} is taken for ${kind}`, () => {
    const service: Service = { key: "x", name: "x", on: null, needs: [], priority: 2, ...over };
    assert.equal(kindOfService(service, own, isNeeded), kind);
  });
}

function read(kind: string, target: string): unknown {
  const found = addressOf({ kind, target });
  return found && [found.host, found.port, found.isSecure];
}

test("targets are read as their checks write them", () => {
  assert.deepEqual(read("http", "https://Example.jp"), ["example.jp", 443, true]);
  assert.deepEqual(read("http", "http://[2001:db8::1]:8080/x"), ["2001:db8::1", 8080, false]);
  assert.deepEqual(read("tls", "[2001:db8::1]:465"), ["2001:db8::1", 465, true]);
  assert.deepEqual(read("icmp", "2001:db8::1"), ["2001:db8::1", null, false]);
  assert.deepEqual(read("mysql", "db.example.jp/shop"), ["db.example.jp", 3306, false]);
  assert.deepEqual(read("smtp", "mail.example.jp:587"), ["mail.example.jp", 587, false]);
  assert.equal(read("dns", "example.jp"), null);
  assert.equal(read("command", "check_disk -w 10"), null);
});

test("names belong to the domain that is registered", () => {
  const none: ReadonlySet<string> = new Set();
  for (const [name, domain] of [
    ["www.example.jp", "example.jp"],
    ["www.example.co.jp", "example.co.jp"],
    ["example.co.jp", "example.co.jp"],
    ["a.b.example.com", "example.com"],
    ["192.0.2.1", null],
    ["2001:db8::1", null],
    ["localhost", null],
  ] as const)
    assert.equal(domainOf(name, none), domain, name);
  assert.equal(domainOf("a.city.kita.tokyo.jp", new Set(["city.kita.tokyo.jp"])), "city.kita.tokyo.jp");
});
