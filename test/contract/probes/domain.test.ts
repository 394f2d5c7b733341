import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { parseMomentMs, readWhois } from "../../../src/clients/rdap.ts";
import { registration, startRdap, startWhois, type RegistryDouble } from "../../doubles/rdap.ts";
import { freePort, listen } from "./listeners.ts";
import { look, said } from "./run-probe.ts";
import { assertResult, inTime } from "./suite.ts";

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000 + 3_600_000).toISOString();
}

suite("a domain's registry", () => {
  let registry: RegistryDouble;
  before(async () => (registry = await startRdap()));
  after(() => registry.close());

  test("by RDAP: long registered, ending soon, ended, held, being deleted, not there", async () => {
    const table: readonly (readonly [string | null, readonly string[], string])[] = [
      [inDays(300), ["active"], "up"],
      [inDays(300), ["client transfer prohibited", "auto renew period"], "up"],
      [inDays(20), ["active"], "degraded application domain-expiring"],
      [inDays(-3), ["active"], "down application domain-expired"],
      [inDays(300), ["client hold"], "down application domain-on-hold"],
      [inDays(300), ["serverHold"], "down application domain-on-hold"],
      [inDays(300), ["inactive"], "degraded application domain-on-hold-soon"],
      [inDays(300), ["redemption period"], "down application domain-deleting"],
      [inDays(300), ["pendingDelete"], "down application domain-deleting"],
      [null, ["active"], "unknown application no-expiry"],
    ];
    for (const [expires, states, verdict] of table) {
      registry.answers.set("example.com", registration(expires, states));
      const result = await look({ domain: "example.com", server: registry.url });
      assertResult(result);
      assert.equal(said(result), verdict);
    }
    assert.equal(
      said(await look({ domain: "nowhere.com", server: registry.url })),
      "down application domain-not-registered",
    );
  });

  test("its facts name the day, the registrar and the states; a name in its own script is asked for as registered", async () => {
    registry.answers.set("xn--wgv71a119e.jp", registration(inDays(100)));
    const { facts } = await look({ domain: "日本語.jp", server: registry.url, warn: "60d" });
    assert.equal(facts["daysLeft"], 100);
    assert.equal(facts["registrar"], "お名前レジストラ");
    assert.deepEqual(facts["states"], ["active"]);
  });

  test("a registry's own trouble says nothing of the domain", async (t) => {
    for (const status of [429, 500]) {
      registry.answers.set("example.com", status);
      assert.equal(
        said(await look({ domain: "example.com", server: registry.url })),
        "unknown application registry-refused",
      );
    }
    const silent = await listen(t);
    const check = { domain: "example.com", server: `http://127.0.0.1:${silent.port}/` };
    assert.equal(said(await inTime(300, look(check, { timeoutMs: 300 }))), "unknown application registry-unreachable");
    const closed = { domain: "example.jp", server: `whois://127.0.0.1:${await freePort()}` };
    assert.equal(said(await look(closed)), "unknown application registry-unreachable");
    const web = await listen(t, (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n<html/>"));
    const page = { domain: "example.com", server: `http://127.0.0.1:${web.port}/` };
    assert.equal(said(await look(page)), "unknown application registry-unreadable");
    assert.equal(said(await look({ domain: "example.de" })), "unknown application no-rdap");
  });

  test("by WHOIS: .jp names in both of JPRS' forms, asked in English", async (t) => {
    const general = `[ JPRS database provides information on network administration. ]

Domain Information:
[Domain Name]                   EXAMPLE.JP

[Registrant]                    Example K.K.

[Name Server]                   ns1.example.jp

[Created on]                    2001/02/14
[Expires on]                    2099/02/28
[Status]                        Active
[Last Updated]                  2026/03/01 01:05:07 (JST)
`;
    const organisation = `Domain Information:
a. [Domain Name]                EXAMPLE.CO.JP
g. [Organization]               Example Corporation
[State]                         Connected (2099/03/31)
[Registered Date]               2001/01/01
`;
    const suspended = general.replace("Active", "Suspended");
    const whois = await startWhois({
      "example.jp/e": general,
      "example.co.jp/e": organisation,
      "stopped.jp/e": suspended,
    });
    t.after(() => whois.close());
    const up = await look({ domain: "example.jp", server: whois.url });
    assertResult(up);
    assert.equal(said(up), "up");
    assert.equal(up.facts["expiresAtMs"], Date.parse("2099-02-28T00:00:00+09:00"));
    const company = await look({ domain: "example.co.jp", server: whois.url });
    assert.equal(said(company), "up");
    assert.deepEqual(company.facts["states"], ["connected"]);
    assert.equal(said(await look({ domain: "stopped.jp", server: whois.url })), "down application domain-on-hold");
    assert.equal(said(await look({ domain: "none.jp", server: whois.url })), "down application domain-not-registered");
    assert.deepEqual(whois.asked, ["example.jp/e", "example.co.jp/e", "stopped.jp/e", "none.jp/e"]);
  });
});

test("moments and WHOIS texts of other registries are read", () => {
  const atMs = Date.parse("2027-02-28T14:59:59Z");
  for (const text of [
    "2027-02-28T14:59:59Z",
    "2027-02-28T14:59:59.0Z",
    "2027-02-28T23:59:59+09:00",
    "2027/02/28 23:59:59 (JST)",
  ]) {
    assert.equal(parseMomentMs(text), atMs, text);
  }
  for (const text of ["", "soon", "2027-13-01", "27-02-28"]) assert.equal(parseMomentMs(text), null, text);
  const generic = readWhois(
    "   Domain Name: EXAMPLE.NET\r\n   Registry Expiry Date: 2027-02-28T14:59:59Z\r\n   Registrar: Someone Inc.\r\n   Domain Status: clientHold https://icann.org/epp#clientHold\r\n",
  );
  assert.deepEqual(generic, {
    ok: true,
    value: { expiresAtMs: atMs, states: ["client hold"], registrar: "Someone Inc." },
  });
  const japanese = readWhois("[ドメイン名] EXAMPLE.JP\n[有効期限] 2027/02/28\n[状態] Active\n");
  assert.ok(japanese.ok && japanese.value?.expiresAtMs === Date.parse("2027-02-28T00:00:00+09:00"));
});
