import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import mysql from "mysql2/promise";
import { createAuthority, type Authority } from "../contract/probes/certificates.ts";
import { lookOpened } from "../contract/probes/look-opened.ts";
import { look, said } from "../contract/probes/run-probe.ts";
import { assertResult, inTime } from "../contract/probes/suite.ts";
import { freePort } from "../doubles/hub-process.ts";
import { mariadbPassword, startMariadb, type MariadbServer } from "../doubles/mariadb-server.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-mariadb-tls-"));
const maxConnections = 10;

suite("a real MariaDB", () => {
  let server: MariadbServer;
  let authority: Authority;
  let port = 0;

  before(async () => {
    authority = await createAuthority(folder);
    const tls = await authority.issue("db", { fromDays: -1, toDays: 60, names: "DNS:db.shop.test,IP:127.0.0.1" });
    port = await freePort();
    server = await startMariadb({ port, tls, settings: [`--max-connections=${maxConnections}`] });
  });
  after(async () => {
    await server.stop("SIGKILL");
    fs.rmSync(server.folder, { recursive: true });
    fs.rmSync(folder, { recursive: true });
  });

  function check(more: Record<string, unknown> = {}): Record<string, unknown> {
    return { mysql: `mysql://koboshi@127.0.0.1:${port}/shop`, password: mariadbPassword, ...more };
  }

  test("without a password: it answers with its version; asking often does not lock this machine out", async () => {
    const result = await look({ mysql: `mysql://127.0.0.1:${port}` });
    assertResult(result);
    assert.equal(said(result), "up");
    assert.match(String(result.facts["version"]), /^1\d\.\d+\.\d+-MariaDB/);
    assert.equal(result.facts["login"], "password-required");
    // a server shuts out a machine after 100 handshakes that were broken off
    for (let count = 0; count < 120; count++) await look({ mysql: `mysql://127.0.0.1:${port}` });
    assert.equal(said(await lookOpened(check())), "up");
  });

  test("with one: what it is, how full it is, and what a query says", async () => {
    const expect = { rows: 1, value: 3, role: "primary" };
    const result = await lookOpened(check({ query: "select 1 + 2, 'x'", expect }));
    assertResult(result);
    assert.equal(said(result), "up");
    const { role, readOnly, connectionsMax, connectionsUsed, value } = result.facts;
    assert.deepEqual([role, readOnly, connectionsMax, value], ["primary", false, maxConnections, "3"]);
    assert.ok(Number(connectionsUsed) >= 1);
  });

  test("a query is judged, and cannot write", async () => {
    const verdicts: readonly (readonly [Record<string, unknown>, string])[] = [
      [{ query: "select true", expect: { value: true } }, "up"],
      [{ query: "select 1", expect: { value: 2 } }, "down content value-differs"],
      [{ query: "select 1 from dual where false", expect: { rows: 1 } }, "down content rows-differ"],
      [{ query: "selekt" }, "down application query-refused"],
      [{ query: "select 1; select 2" }, "down application query-refused"],
      [{ query: "select repeat('x', 6000000)" }, "down application answer-too-long"],
      [{ expect: { role: "replica" } }, "down content role-differs"],
      [{ within: "0ms" }, "degraded application slow"],
    ];
    for (const [more, verdict] of verdicts) assert.equal(said(await lookOpened(check(more))), verdict);
    const root = { mysql: `mysql://root@127.0.0.1:${port}/shop` };
    assert.equal(
      said(await lookOpened({ ...root, query: "create table t (a int)" })),
      "unknown application query-writes",
    );
    const slow = await lookOpened(check({ query: "select sleep(60)" }), { timeoutMs: 800 });
    assert.match(said(slow), /^down application (?:query-timeout|timeout)$/);
  });

  test("refusals have codes of their own, and never show the password", async () => {
    const wrong = await lookOpened(check({ password: "wr0ng" }));
    assert.equal(said(wrong), "down application login-refused");
    assert.doesNotMatch(JSON.stringify(wrong), /wr0ng/);
    assert.equal(
      said(await lookOpened({ ...check(), mysql: `mysql://koboshi@127.0.0.1:${port}/nosuch` })),
      "down application database-missing",
    );
  });

  test("over TLS the certificate is judged before the password is sent", async () => {
    const secured = await lookOpened(check({ tls: true, ca: authority.ca, query: "show status like 'Ssl_version'" }));
    assertResult(secured);
    assert.equal(said(secured), "up");
    assert.ok(Number(secured.timings.tlsMs) > 0);
    assert.equal(
      said(await lookOpened(check({ tls: true, ca: authority.ca, warn: "90d" }))),
      "degraded tls certificate-expiring",
    );
    assert.match(said(await lookOpened(check({ tls: true }))), /^down tls certificate-/);
  });

  test("full of connections: 1040, with a password and without", async () => {
    const sleepers = await Promise.all(
      Array.from({ length: maxConnections }, () =>
        mysql.createConnection({ host: "127.0.0.1", port, user: "koboshi", password: mariadbPassword }),
      ),
    );
    // one more is left to those who may mend it
    const spare = await mysql.createConnection({ host: "127.0.0.1", port, user: "root" });
    const [login, hello] = [await lookOpened(check()), await look({ mysql: `mysql://127.0.0.1:${port}` })];
    for (const connection of [...sleepers, spare]) connection.destroy();
    assert.equal(said(login), "down application too-many-connections");
    assert.equal(said(hello), "down application too-many-connections");
    assert.match(hello.error?.text ?? "", /^1040 /);
  });

  test("hung: the connection opens and nothing comes", async () => {
    server.signal("SIGSTOP");
    const result = await inTime(400, lookOpened(check(), { timeoutMs: 400 }));
    server.signal("SIGCONT");
    assert.equal(said(result), "down protocol timeout");
  });
});
