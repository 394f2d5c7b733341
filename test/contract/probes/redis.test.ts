import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { freePort } from "../../doubles/hub-process.ts";
import { startRedis, type RedisServer } from "../../doubles/redis-server.ts";
import { createAuthority, type Authority } from "./certificates.ts";
import { lookOpened } from "./look-opened.ts";
import { look, said } from "./run-probe.ts";
import { assertResult, inTime } from "./suite.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-redis-tls-"));

suite("a real Redis", () => {
  let redis: RedisServer;
  let authority: Authority;
  let [port, tlsPort] = [0, 0];

  before(async () => {
    authority = await createAuthority(folder);
    const pem = await authority.issue("redis", { fromDays: -1, toDays: 60, names: "DNS:cache.shop.test,IP:127.0.0.1" });
    [port, tlsPort] = [await freePort(), await freePort()];
    const tls = {
      "tls-cert-file": pem.cert,
      "tls-key-file": pem.key,
      "tls-ca-cert-file": authority.ca,
      "tls-auth-clients": "no",
    };
    redis = await startRedis({ port, tlsPort, settings: tls });
  });
  after(async () => {
    await redis.stop("SIGKILL");
    fs.rmSync(folder, { recursive: true });
  });

  test("answers, and says what it is", async () => {
    const result = await look({ redis: `redis://127.0.0.1:${port}` });
    assertResult(result);
    assert.equal(said(result), "up");
    const { version, role, connectionsMax, memoryUsedBytes, login } = result.facts;
    assert.match(String(version), /^\d+\.\d+/);
    assert.deepEqual([role, login], ["primary", "ok"]);
    assert.ok(Number(connectionsMax) > 10 && Number(memoryUsedBytes) > 100_000);
  });

  test("a command that reads is judged by its answer; one that writes is no check", async () => {
    await redis.ask("SET", "health", "よい");
    const target = { redis: `redis://127.0.0.1:${port}/0` };
    assert.equal(said(await look({ ...target, query: "GET health", expect: { value: "よい" } })), "up");
    assert.equal(
      said(await look({ ...target, query: "GET gone", expect: { value: "よい" } })),
      "down content value-differs",
    );
    assert.equal(said(await look({ ...target, query: "LLEN health" })), "down application server-error");
    assert.equal(said(await look({ ...target, expect: { role: "replica" } })), "down content role-differs");
    assert.throws(() => look({ ...target, query: "FLUSHALL" }));
  });

  test("with TLS its certificate is judged", async () => {
    const target = `rediss://127.0.0.1:${tlsPort}`;
    assert.equal(said(await look({ redis: target, ca: authority.ca })), "up");
    assert.equal(
      said(await look({ redis: target, ca: authority.ca, warn: "90d" })),
      "degraded tls certificate-expiring",
    );
    assert.equal(said(await look({ redis: target })), "down tls certificate-untrusted");
    // a plain Redis waits for the end of a line that TLS never sends
    const plain = look({ redis: `rediss://127.0.0.1:${port}` }, { timeoutMs: 300 });
    assert.equal(said(await inTime(300, plain)), "down tls timeout");
  });

  test("a password that is wanted, right, or wrong; a user without rights", async () => {
    await redis.ask("ACL", "SETUSER", "watcher", "on", ">hush", "+ping", "~*");
    const target = `redis://127.0.0.1:${port}`;
    const watcher = await lookOpened({ redis: target, user: "watcher", password: "hush" });
    assert.equal(said(watcher), "up");
    assert.equal(watcher.facts["version"], undefined);
    const wrong = await lookOpened({ redis: target, user: "watcher", password: "wr0ng" });
    assert.equal(said(wrong), "down application login-refused");
    assert.doesNotMatch(JSON.stringify(wrong), /wr0ng/);
    await redis.ask("CONFIG", "SET", "requirepass", "hush");
    try {
      const stranger = await look({ redis: target });
      assert.equal(said(stranger), "up");
      assert.equal(stranger.facts["login"], "password-required");
      assert.equal(said(await lookOpened({ redis: target, password: "hush" })), "up");
      assert.equal(said(await look({ redis: `redis://:hush@127.0.0.1:${port}`, query: "DBSIZE" })), "up");
      assert.equal(said(await look({ redis: target, query: "DBSIZE" })), "down application password-required");
    } finally {
      const session = net.connect(port, "127.0.0.1");
      session.write("AUTH hush\r\n");
      await once(session, "data");
      session.write('CONFIG SET requirepass ""\r\n');
      await once(session, "data");
      session.destroy();
    }
  });

  test("full of clients, and hung", async () => {
    await redis.ask("CONFIG", "SET", "maxclients", "1");
    const keeper = net.connect(port, "127.0.0.1");
    keeper.write("PING\r\n");
    await once(keeper, "data");
    assert.equal(said(await look({ redis: `redis://127.0.0.1:${port}` })), "down application too-many-connections");
    keeper.write("CONFIG SET maxclients 100\r\n");
    await once(keeper, "data");
    keeper.destroy();
    redis.signal("SIGSTOP");
    const hung = await inTime(300, look({ redis: `redis://127.0.0.1:${port}` }, { timeoutMs: 300 }));
    redis.signal("SIGCONT");
    assert.equal(said(hung), "down protocol timeout");
  });

  test("a replica whose primary is gone is degraded", async () => {
    const own = await freePort();
    const replica = await startRedis({ port: own, settings: { replicaof: `127.0.0.1 ${await freePort()}` } });
    const result = await look({ redis: `redis://127.0.0.1:${own}` });
    await replica.stop("SIGKILL");
    assert.equal(said(result), "degraded content replication-stopped");
    assert.equal(result.facts["role"], "replica");
  });

  test("one that cannot save refuses to write, and says so", async () => {
    const own = await freePort();
    const failing = await startRedis({ port: own, settings: { save: "3600 1" } });
    fs.rmSync(failing.folder, { recursive: true });
    await failing.ask("SET", "x", "1");
    await failing.ask("BGSAVE");
    let verdict = "";
    for (const deadline = Date.now() + 5_000; Date.now() < deadline && verdict !== "down application writes-stopped";) {
      verdict = said(await look({ redis: `redis://127.0.0.1:${own}` }));
    }
    await failing.stop("SIGKILL");
    assert.equal(verdict, "down application writes-stopped");
  });

  test("one that is still loading says so", async () => {
    const own = await freePort();
    const first = await startRedis({ port: own });
    await first.ask("DEBUG", "POPULATE", "3000");
    await first.ask("SAVE");
    const dump = fs.readFileSync(path.join(first.folder, "dump.rdb"));
    await first.stop();
    fs.mkdirSync(first.folder);
    fs.writeFileSync(path.join(first.folder, "dump.rdb"), dump);
    const slowly = { "key-load-delay": "2000", "loading-process-events-interval-bytes": "1024" };
    const second = await startRedis({ port: own, folder: first.folder, settings: slowly });
    const result = await look({ redis: `redis://127.0.0.1:${own}` });
    await second.stop("SIGKILL");
    assert.equal(said(result), "down application loading");
  });
});
