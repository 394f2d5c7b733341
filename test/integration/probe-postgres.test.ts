import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import pg from "pg";
import { createAuthority, type Authority } from "../contract/probes/certificates.ts";
import { lookOpened } from "../contract/probes/look-opened.ts";
import { look, said } from "../contract/probes/run-probe.ts";
import { assertResult, inTime } from "../contract/probes/suite.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import {
  postgresPassword,
  postgresUser,
  startPostgres,
  startStandby,
  type PostgresServer,
} from "../doubles/postgres-server.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-postgres-tls-"));
const maxConnections = 6;

suite("a real PostgreSQL", () => {
  let server: PostgresServer;
  let authority: Authority;
  let port = 0;

  before(async () => {
    authority = await createAuthority(folder);
    const tls = await authority.issue("db", { fromDays: -1, toDays: 60, names: "DNS:db.shop.test,IP:127.0.0.1" });
    port = await freePort();
    const settings = {
      max_connections: String(maxConnections),
      superuser_reserved_connections: "0",
      max_wal_senders: "3",
    };
    server = await startPostgres({ port, tls, settings });
  });
  after(async () => {
    await server.stop("SIGINT");
    fs.rmSync(server.folder, { recursive: true });
    fs.rmSync(folder, { recursive: true });
  });

  function check(more: Record<string, unknown> = {}): Record<string, unknown> {
    return { postgres: `postgres://${postgresUser}@127.0.0.1:${port}/postgres`, password: postgresPassword, ...more };
  }

  test("without a password: it answers and asks for one", async () => {
    const result = await look({ postgres: `postgres://127.0.0.1:${port}` });
    assertResult(result);
    assert.equal(said(result), "up");
    assert.equal(result.facts["login"], "password-required");
  });

  test("with one: what it is, how full it is, and what a query says", async () => {
    const result = await lookOpened(
      check({ query: "select count(*), 'x' from pg_database", expect: { rows: 1, value: 3, role: "primary" } }),
    );
    assertResult(result);
    assert.equal(said(result), "up");
    const { version, role, connectionsMax, connectionsUsed, value } = result.facts;
    assert.match(String(version), /^\d+\.\d+/);
    assert.deepEqual([role, connectionsMax, value], ["primary", maxConnections, "3"]);
    assert.ok(Number(connectionsUsed) >= 1);
    const { connectMs, firstByteMs, bodyMs } = result.timings;
    for (const ms of [connectMs, firstByteMs, bodyMs]) assert.ok(ms !== undefined && ms > 0);
  });

  test("a query is judged, and cannot write whatever it tries", async () => {
    const verdicts: readonly (readonly [Record<string, unknown>, string])[] = [
      [{ query: "select true", expect: { value: true } }, "up"],
      [{ query: "select 1", expect: { value: 2 } }, "down content value-differs"],
      [{ query: "select 1 where false", expect: { rows: 1 } }, "down content rows-differ"],
      [{ query: "selekt" }, "down application query-refused"],
      [{ query: "create table t (a int)" }, "unknown application query-writes"],
      [{ query: "commit; create table t (a int)" }, "down application query-refused"],
      [{ query: "select repeat('x', 6000000)" }, "down application answer-too-long"],
      [{ expect: { role: "replica" } }, "down content role-differs"],
      [{ within: "0ms" }, "degraded application slow"],
    ];
    for (const [more, verdict] of verdicts) assert.equal(said(await lookOpened(check(more))), verdict);
    const slow = await lookOpened(check({ query: "select pg_sleep(60)" }), { timeoutMs: 800 });
    assert.equal(said(slow), "down application query-timeout");
  });

  test("refusals have codes of their own, and never show the password", async () => {
    const wrong = await lookOpened(check({ password: "wr0ng" }));
    assert.equal(said(wrong), "down application login-refused");
    assert.doesNotMatch(JSON.stringify(wrong), /wr0ng/);
    const missing = { ...check(), postgres: `postgres://${postgresUser}@127.0.0.1:${port}/nosuch` };
    assert.equal(said(await lookOpened(missing)), "down application database-missing");
  });

  test("over TLS the certificate is judged before the password is sent", async () => {
    const secured = await lookOpened(check({ tls: true, ca: authority.ca }));
    assertResult(secured);
    assert.equal(said(secured), "up");
    assert.ok(Number(secured.timings.tlsMs) > 0);
    assert.equal(
      said(await lookOpened(check({ tls: true, ca: authority.ca, server_name: "db.shop.test", warn: "90d" }))),
      "degraded tls certificate-expiring",
    );
    assert.equal(
      said(await lookOpened(check({ tls: true, ca: authority.ca, server_name: "other.test" }))),
      "down tls certificate-name-mismatch",
    );
    const inUrl = { ...check(), postgres: `postgres://${postgresUser}@127.0.0.1:${port}/postgres?sslmode=require` };
    assert.match(said(await lookOpened(inUrl)), /^down tls certificate-/);
  });

  test("full of connections: the login says so, the hello too", async () => {
    const clients: pg.Client[] = [];
    for (let count = 0; count < maxConnections; count++) {
      const client = new pg.Client({
        host: "127.0.0.1",
        port,
        user: postgresUser,
        password: postgresPassword,
        database: "postgres",
      });
      client.on("error", () => undefined);
      await client.connect();
      clients.push(client);
    }
    const login = await lookOpened(check());
    const hello = await look({ postgres: `postgres://127.0.0.1:${port}` });
    await Promise.all(clients.map((client) => client.end()));
    assert.equal(said(login), "down application too-many-connections");
    // the server counts connections only once someone has logged in
    assert.match(said(hello), /^(?:up|down application too-many-connections)$/);
  });

  test("hung: the connection opens and nothing comes", async () => {
    server.signal("SIGSTOP");
    const result = await inTime(400, lookOpened(check(), { timeoutMs: 400 }));
    server.signal("SIGCONT");
    assert.equal(said(result), "down protocol timeout");
  });

  test("a standby is told from its primary, with its distance", async () => {
    const own = await freePort();
    const standby = await startStandby(port, own);
    try {
      const result = await until("the standby follows", async () => {
        const seen = await lookOpened({
          ...check(),
          postgres: `postgres://${postgresUser}@127.0.0.1:${own}/postgres`,
          lag: "10s",
          expect: { role: "replica" },
        });
        return said(seen) === "up" ? seen : null;
      });
      assert.equal(result.facts["role"], "replica");
      assert.ok(Number(result.facts["replicationLagSeconds"]) >= 0);
    } finally {
      await standby.stop("SIGINT");
      fs.rmSync(standby.folder, { recursive: true });
    }
  });

  test("stopping: it says that it is not ready, or refuses", async () => {
    const keeper = new pg.Client({
      host: "127.0.0.1",
      port,
      user: postgresUser,
      password: postgresPassword,
      database: "postgres",
    });
    keeper.on("error", () => undefined);
    await keeper.connect();
    // waits for the last client before it ends
    server.signal("SIGTERM");
    const result = await until("it begins to stop", async () => {
      const seen = await lookOpened(check());
      return seen.outcome === "down" ? seen : null;
    });
    await keeper.end();
    assert.match(said(result), /^down (?:application not-ready|connect refused|protocol closed)$/);
  });
});
