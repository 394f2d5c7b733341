import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { createAuthority, type Authority, type Pem } from "./certificates.ts";
import { freePort } from "./listeners.ts";
import { startNginx } from "./nginx.ts";
import { look, said } from "./run-probe.ts";
import { assertResult } from "./suite.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-http-"));
// nginx reads it as another user
fs.chmodSync(folder, 0o755);
let stop: () => Promise<void>;
let authority: Authority;
let plain = 0;
const ports: Record<string, number> = {};
const names = "DNS:localhost,IP:127.0.0.1";
// wanted: name -> days from now at which it begins and ends, and whom it names
const certificates = {
  good: { fromDays: -10, toDays: 80, names },
  soon: { fromDays: -80, toDays: 9.5, names },
  short: { fromDays: -2, toDays: 4.5, names },
  expired: { fromDays: -90, toDays: -1, names },
  future: { fromDays: 1, toDays: 90, names },
  other: { fromDays: -10, toDays: 80, names: "DNS:other.test" },
} as const;

// «カートに入れる»
const sjisCart = Buffer.from("834a815b836782c993fc82ea82e9", "hex");
const locations = `
  root ${folder}; charset_types text/html; port_in_redirect on;
  location = / { return 200 "<h1>カートに入れる</h1>"; }
  location = /missing { return 404; }
  location = /error { return 503; }
  location = /moved { return 301 /; }
  location = /loop { return 302 /loop2; }
  location = /loop2 { return 302 /loop; }
  location = /away { return 302 http://127.0.0.2:$server_port/; }
  location = /named { return 302 http://localhost:$server_port/; }
  location ~ ^/hop/(?<hop>x*)$ { return 302 /hop/x$hop; }
  location = /sjis.html { charset shift_jis; }
  location = /header { add_header X-App "shop v2"; return 200 "ok"; }
  location = /auth { if ($http_authorization = "Basic dTpw") { return 204; } return 401; }
  location = /post { if ($request_method = POST) { return 201; } return 405; }
`;

function secureServer(port: number, { cert, key }: Pem): string {
  return `server { listen 127.0.0.1:${port} ssl; ssl_certificate ${cert}; ssl_certificate_key ${key}; ${locations} }`;
}

const at = (where: string): string => `http://127.0.0.1:${plain}${where}`;

suite("real web servers", () => {
  before(async () => {
    authority = await createAuthority(folder);
    plain = await freePort();
    const blocks: string[] = [`server { listen 127.0.0.1:${plain}; ${locations} }`];
    for (const [name, wanted] of Object.entries(certificates)) {
      ports[name] = await freePort();
      blocks.push(secureServer(ports[name], await authority.issue(name, wanted)));
    }
    fs.writeFileSync(path.join(folder, "big.bin"), "");
    fs.truncateSync(path.join(folder, "big.bin"), 200_000_000);
    fs.writeFileSync(
      path.join(folder, "sjis.html"),
      Buffer.concat([Buffer.from("<p>"), sjisCart, Buffer.from("</p>")]),
    );
    stop = await startNginx(folder, blocks.join("\n"), [plain, ...Object.values(ports)]);
  });
  after(async () => {
    await stop();
    fs.rmSync(folder, { recursive: true });
  });

  test("a page is judged by its status, its text and its headers", async () => {
    const cases: readonly [string, Record<string, unknown>, string][] = [
      ["/", {}, "up"],
      ["/", { status: 200, contains: "カートに入れる", within: "5s" }, "up"],
      ["/", { contains: ["カート", "売り切れ"] }, "down content text-missing"],
      ["/", { not_contains: "カート" }, "down content text-unwanted"],
      ["/", { matches: "カート(に|へ)入れる" }, "up"],
      ["/", { matches: "^カート$" }, "down content pattern-differs"],
      ["/", { status: "5xx" }, "down application status"],
      ["/missing", {}, "down application status"],
      ["/missing", { status: [200, 404] }, "up"],
      ["/error", {}, "down application status"],
      ["/header", { header: { "x-app": "shop" } }, "up"],
      ["/header", { header: { "x-app": "blog" } }, "down content header-differs"],
      ["/header", { header: { "x-none": "" } }, "down content header-missing"],
      ["/", { within: "0ms" }, "degraded application slow"],
    ];
    for (const [where, expect, outcome] of cases) {
      const result = await look({ http: at(where), expect });
      assertResult(result);
      assert.equal(said(result), outcome, `${where} ${JSON.stringify(expect)}`);
    }
  });

  test("what was seen is kept as facts, with every phase's time", async () => {
    const { facts, timings, address } = await look({
      http: `http://localhost:${plain}/?token=x`,
      expect: { contains: "カート" },
    });
    assert.equal(address, `127.0.0.1:${plain}`);
    assert.equal(facts["status"], 200);
    assert.equal(facts["httpVersion"], "1.1");
    assert.equal(facts["finalUrl"], `http://localhost:${plain}/`);
    assert.equal(facts["bodyBytes"], Buffer.byteLength("<h1>カートに入れる</h1>"));
    assert.match(String(facts["server"]), /^nginx/);
    assert.deepEqual(Object.keys(timings).sort(), ["bodyMs", "connectMs", "dnsMs", "firstByteMs", "totalMs"]);
  });

  test("redirects are followed to their end, and a circle or a chain without end is told", async () => {
    const moved = await look({ http: at("/moved"), expect: { contains: "カート" } });
    assert.equal(said(moved), "up");
    assert.equal(moved.facts["redirects"], 1);
    assert.equal(said(await look({ http: at("/loop") })), "down application redirect-loop");
    const endless = await look({ http: at("/hop/") });
    assert.equal(said(endless), "down application redirect-loop");
    assert.match(endless.error?.text ?? "", /redirect 11 leads/);
    const unfollowed = await look({ http: at("/moved"), redirects: "none", expect: { status: 301 } });
    assert.equal(said(unfollowed), "up");
  });

  test("a redirect may lead to a private address only when the configuration names the host", async () => {
    const refused = await look({ http: at("/away") });
    assertResult(refused);
    assert.equal(said(refused), "down application redirect-private");
    assert.match(refused.error?.text ?? "", /127\.0\.0\.2/);
    assert.equal(said(await look({ http: at("/named") })), "down application redirect-private");
    assert.equal(said(await look({ http: at("/named") }, { trustedHosts: ["localhost"] })), "up");
    // nothing listens there: it went and was refused by the machine, not by the rule
    assert.equal(said(await look({ http: at("/away") }, { trustedHosts: ["127.0.0.2"] })), "down connect refused");
  });

  test("a body of 200 MB is read to its first megabyte and judged", async () => {
    const rssBefore = process.memoryUsage().rss;
    const counted = await look({ http: at("/big.bin") });
    assert.equal(said(counted), "up");
    assert.equal(counted.facts["bodyTruncated"], true);
    assert.equal(counted.facts["bodyBytes"], 1_048_576);
    const searched = await look({ http: at("/big.bin"), expect: { contains: "カート" } });
    assert.equal(said(searched), "down content text-missing");
    assert.match(searched.error?.text ?? "", /first 1048576 bytes/);
    assert.ok(process.memoryUsage().rss - rssBefore < 100_000_000);
  });

  test("a Shift_JIS page is read in its charset", async () => {
    const result = await look({ http: at("/sjis.html"), expect: { contains: "カートに入れる" } });
    assert.equal(said(result), "up");
    assert.equal(result.facts["charset"], "shift_jis");
    assert.equal(result.facts["replacementCharacters"], 0);
  });

  test("method, headers and body are sent as written; a user in the URL is sent and never shown", async () => {
    assert.equal(said(await look({ http: at("/post"), method: "POST", body: "a=1", expect: { status: 201 } })), "up");
    assert.equal(said(await look({ http: at("/"), method: "HEAD" })), "up");
    const blog = { header: { "x-app": "blog" } };
    assert.equal(
      said(await look({ http: at("/header"), method: "HEAD", expect: blog })),
      "down content header-differs",
    );
    assert.equal(
      said(await look({ http: at("/auth"), headers: { Authorization: "Basic dTpw" }, expect: { status: 204 } })),
      "up",
    );
    const withUser = await look({ http: at("/auth").replace("//", "//u:p@"), expect: { status: 204 } });
    assert.equal(said(withUser), "up");
    assert.ok(!JSON.stringify(withUser).includes("u:p"));
  });

  test("an https page is judged by its certificate too, each fault with its own code", async () => {
    const expected: Record<keyof typeof certificates, string> = {
      good: "up",
      soon: "degraded tls certificate-expiring",
      short: "up",
      expired: "down tls certificate-expired",
      future: "down tls certificate-not-yet-valid",
      other: "down tls certificate-name-mismatch",
    };
    for (const [name, outcome] of Object.entries(expected)) {
      for (const kind of ["http", "tls"] as const) {
        const target = kind === "http" ? `https://localhost:${ports[name]}/` : `localhost:${ports[name]}`;
        const result = await look({ [kind]: target, ca: authority.ca });
        assertResult(result);
        assert.equal(said(result), outcome, `${kind} ${name}`);
        assert.ok(
          Math.abs(
            Number(result.facts["certificateDaysLeft"]) - certificates[name as keyof typeof certificates].toDays,
          ) <= 1,
        );
        assert.equal(result.facts["issuer"], "Test Authority");
        assert.match(String(result.facts["tlsVersion"]), /^TLSv1\.[23]$/);
      }
    }
  });

  test("the days to warn at may be written; an unknown authority is told; a missing file of authorities is our own fault", async () => {
    const good = `localhost:${ports["good"]}`;
    assert.equal(said(await look({ tls: good, ca: authority.ca, warn: "90d" })), "degraded tls certificate-expiring");
    assert.equal(said(await look({ tls: good })), "down tls certificate-chain-incomplete");
    assert.equal(said(await look({ tls: good, ca: "/nonexistent/ca.pem" })), "unknown tls ca-unreadable");
    const address = await look({ tls: `127.0.0.1:${ports["good"]}`, ca: authority.ca });
    assert.equal(said(address), "up");
    assert.equal(
      said(await look({ tls: good, ca: authority.ca, server_name: "other.test" })),
      "down tls certificate-name-mismatch",
    );
    assert.equal(
      said(await look({ tls: `localhost:${ports["other"]}`, ca: authority.ca, server_name: "other.test" })),
      "up",
    );
    assert.equal(said(await look({ tls: `127.0.0.1:${plain}` })), "down tls not-tls");
  });

  test("plain HTTP spoken to a TLS port is an answer of status 400", async () => {
    assert.equal(said(await look({ http: `http://127.0.0.1:${ports["good"]}/` })), "down application status");
  });
});
