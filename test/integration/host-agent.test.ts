import assert from "node:assert/strict";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { test } from "node:test";
import { agentTokenName } from "../../src/api/agent-token.ts";
import { refuseThrown } from "../../src/api/errors.ts";
import { guardListener } from "../../src/api/guard.ts";
import { readingRoute } from "../../src/api/routes/hosts.ts";
import { createApiToken } from "../../src/api/tokens.ts";
import { createSystemClock } from "../../src/app/clock.ts";
import { runAgent } from "../../src/cli/agent/run-agent.ts";
import { agentUnit } from "../../src/cli/agent/unit.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { agentHost, withHosts, type HostBench } from "../doubles/host-bench.ts";
import { freePort, until } from "../doubles/hub-process.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };

/** The public listener's door for agents, as the hub opens it. */
async function openDoor({ site, ledger, hosts }: HostBench, port: number): Promise<() => Promise<void>> {
  const app = Fastify({ forceCloseConnections: true });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler<Error>((thrown, request, reply) => refuseThrown(thrown, { request, reply, site, log }));
  guardListener(app, "public", { site: () => site, ledger, clock: createSystemClock(), cliTokenHash: null });
  readingRoute(app, { site: () => site, hosts });
  await app.listen({ host: "127.0.0.1", port });
  return () => app.close();
}

async function tokenFor({ ledger }: HostBench, name: string): Promise<Secret> {
  const clock = createSystemClock();
  const made = await createApiToken(
    { ledger, clock },
    { name, scopes: ["agent"], lifeMs: null, actor: "koboshi", from: null },
  );
  assert.ok(made.ok);
  return new Secret(made.value, "test");
}

test("an agent's readings arrive, those of the hub's absence too, and only for its own host", async () => {
  await withHosts([agentHost("web1"), agentHost("db1")], { everyMs: 60_000 }, async (bench) => {
    const { one, telemetry, hosts } = bench;
    hosts.start();
    const port = await freePort();
    const stop = new AbortController();
    let taken = 0;
    const options = {
      hubUrl: `http://127.0.0.1:${port}`,
      everyMs: 1_000,
      plainHttp: false,
      clock: createSystemClock(),
      log,
      signal: stop.signal,
      onTaken: () => void taken++,
    };
    const token = await tokenFor(bench, agentTokenName("web1"));
    const running = runAgent({ ...options, host: "web1", token });
    const foreign = runAgent({ ...options, host: "db1", token });
    let close = await openDoor(bench, port);
    const points = () =>
      telemetry.read.metrics({ name: "loadOne", subject: "host:web1", fromMs: 0, toMs: 9e15, limit: 1_000 });
    await until("the first reading", async () => one("web1").silence === null, 20_000);
    assert.equal(one("web1").clock?.source, "agent");
    assert.ok(Math.abs(one("web1").clock?.offsetSeconds ?? 99) < 2);
    await close();
    const before = (await points()).length;
    await new Promise((resolve) => setTimeout(resolve, 4_000)); // the hub is away for some rounds
    close = await openDoor(bench, port);
    await until("those of the absence", async () => (await points()).length >= before + 2, 20_000);
    const times = (await points()).map(({ atMs }) => atMs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
      "each at the time it was read",
    );
    assert.ok(taken >= 1);
    assert.equal(one("db1").silence?.reason, "not-read-yet", "the token of web1 does not write for db1");
    const refused = await fetch(`http://127.0.0.1:${port}/api/v1/hosts/web1/reading`, {
      method: "POST",
      headers: { authorization: `Bearer ${token.reveal()}`, "x-koboshi-sent-ago-ms": "0" },
      body: "rubbish",
    });
    assert.equal(refused.status, 400);
    assert.equal(((await refused.json()) as { error: { code: string } }).error.code, "KB4203");
    stop.abort();
    await Promise.all([running, foreign]);
    await close();
  });
});

test("an agent's clock that is off is measured against the hub's", async () => {
  await withHosts([agentHost("web1")], {}, async ({ hosts, one, told }) => {
    const nowSeconds = Math.floor(Date.now() / 1_000) - 10_800;
    const text = `@@koboshi-host 1 ${nowSeconds}.000000000 +0000 UTC\n@@clock 1.0\nx\n@@/clock 1.0 1.1\n@@end\n`;
    const got = await hosts.receive({ key: "web1", text, sentAgoMs: 100, receivedAgoMs: 50, wayMs: 20 });
    assert.ok(got.ok);
    assert.ok(Math.abs((one("web1").clock?.offsetSeconds ?? 0) + 10_800) < 2);
    assert.deepEqual(
      told().filter((line) => line.includes("clock-off critical")),
      ["opened clock-off critical"],
    );
  });
});

test("the agent's unit gives it no file systems of its own: it would report those", () => {
  const unit = agentUnit({
    command: ["/usr/bin/node", "/opt/koboshi/dist/cli/main.js"],
    hubUrl: "https://koboshi.example.jp",
    host: "web 1",
    tokenFile: "/etc/koboshi/agent-token",
    every: "60s",
    plainHttp: false,
    logs: ["/srv/shop/log"],
  });
  assert.match(
    unit,
    /^ExecStart=\/usr\/bin\/node .* --name "web 1" --token-file \/etc\/koboshi\/agent-token --every 60s --logs \/srv\/shop\/log$/m,
  );
  assert.ok(!/Protect|Private|ReadWritePaths|DynamicUser/.test(unit));
});
