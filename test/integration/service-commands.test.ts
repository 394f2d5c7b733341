import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { ApiDeps } from "../../src/api/deps.ts";
import { refuseThrown } from "../../src/api/errors.ts";
import { guardListener } from "../../src/api/guard.ts";
import { listRoutes } from "../../src/api/routes/lists.ts";
import { serviceRoutes } from "../../src/api/routes/services.ts";
import { sha256 } from "../../src/api/tokens.ts";
import { createSystemClock } from "../../src/app/clock.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { check, cliToken, healthyWorld, reading, silentLog, startWeb, type WebFixture } from "./web-fixture.ts";
import { fillTelemetry, pastOutage } from "./web-past.ts";

let web: WebFixture;
let app: FastifyInstance;
let url: string;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-service-"));
const tokenFile = path.join(folder, "cli-token");

before(async () => {
  fs.writeFileSync(tokenFile, cliToken, { mode: 0o600 });
  web = await startWeb();
  await pastOutage(web, { service: "shop", agoMs: 3 * 3_600_000, lengthMs: 91 * 60_000 });
  fillTelemetry(web, 26);
  const { deps } = web;
  // asked to look, this hub's vantages have looked at once
  const probeNow = (ids: readonly string[]): void => {
    deps.probeNow(ids);
    web.world.checks = web.world.checks.map((one) => ({
      ...one,
      cells: one.cells.map((cell) => ({
        ...cell,
        last: reading(web.clock, { vantage: cell.vantage, checkId: one.id, atMs: web.clock.nowMs() }),
      })),
    }));
  };
  app = fastify();
  guardListener(app, "admin", { ...deps, cliTokenHash: sha256(cliToken) });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler<Error>((thrown, request, reply) =>
    refuseThrown(thrown, { request, reply, site: deps.site(), log: silentLog }),
  );
  const apiDeps = { ...deps, probeNow } as Partial<ApiDeps> as ApiDeps;
  listRoutes(app, apiDeps);
  serviceRoutes(app, apiDeps);
  url = await app.listen({ host: "127.0.0.1", port: 0 });
});
after(async () => {
  await app.close();
  await web.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function typed(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const code = await runCommandLine(
    {
      argv: [...argv, "--server", url, "--token-file", tokenFile],
      env: { KOBOSHI_LANG: "ja" },
      cwd: folder,
      clock: createSystemClock(),
      isTty: false,
      stdout: (text) => {
        out += text;
      },
      stderr: (text) => {
        err += text;
      },
      signal: new AbortController().signal,
    },
    commands,
  );
  return { code, out, err };
}

test("service ls: broken first", async () => {
  web.world.checks = [
    check(web.clock, { service: "shop", state: "down" }),
    ...["app", "mail"].map((service) => check(web.clock, { service, state: "ok" })),
  ];
  const { code, out } = await typed("service", "ls");
  assert.equal(code, 0);
  assert.match(out, /^■ 障害 +ネットショップ\n● 正常 +メール\n● 正常 +会員ページ\n$/);
  assert.equal((await typed("service", "ls", "-q")).out, "shop\nmail\napp\n");
  Object.assign(web.world, healthyWorld(web.clock));
});

test("service show: what is seen, and the 90 days in time and ratio", async () => {
  const { code, out } = await typed("service", "show", "shop");
  assert.equal(code, 0);
  assert.match(out, /● 正常 +ネットショップ\n90日: 停止 1時間31分 \(\d\d\.\d\d %\)/);
  assert.match(out, /東京 +120ミリ秒/);
  const { out: json } = await typed("service", "show", "shop", "--json");
  const answer = JSON.parse(json) as { schema: string; availability: { downSeconds: number; days: unknown[] } };
  assert.deepEqual([answer.schema, answer.availability.downSeconds], ["koboshi.service-show/1", 5_460]);
  assert.equal(answer.availability.days.length, 90);
  const unknown = await typed("service", "show", "nope");
  assert.deepEqual([unknown.code, unknown.out], [5, ""]);
  assert.match(unknown.err, /KB1002/);
  assert.equal((await typed("service", "show")).code, 64);
});

test("service pause and resume: with a reason and an end, named in the record", async () => {
  assert.equal((await typed("service", "pause", "shop")).code, 64);
  assert.equal((await typed("service", "pause", "shop", "--reason", "x", "--for", "3")).code, 64);
  const paused = await typed("service", "pause", "shop", "--reason", "入れ替え", "--for", "2h");
  assert.equal(paused.code, 0, paused.err);
  assert.match(paused.out, /ネットショップ の監視項目 1件を 2026-11-22 4:\d\d まで止めました/);
  assert.match(
    (await typed("service", "show", "shop")).out,
    /⏸ 停止中 +ネットショップ\n.*\n2026-11-22 4:\d\d まで停止中: 入れ替え/,
  );
  const seq = await web.ledger.read.lastSeq();
  const [event] = await web.ledger.read.eventsAfter(seq - 1, 1);
  assert.deepEqual([event?.kind, event?.actor], ["check.paused", "token:cli"]);
  assert.match((await typed("service", "resume", "shop")).out, /監視項目 1件を再開しました/);
  assert.match((await typed("service", "resume", "shop")).out, /止めている監視項目はありません/);
});

test("service test: looks now, waits for every vantage, and says it by its exit code", async () => {
  web.world.checks = [check(web.clock, { service: "shop", state: "ok" })];
  const { code, out } = await typed("service", "test", "shop");
  assert.deepEqual([code, web.probed], [0, ["shop/http"]]);
  assert.match(out, /^ネットショップ をいま確認しました\n● 正常/);
  web.world.checks = [check(web.clock, { service: "shop", state: "down" })];
  assert.equal((await typed("service", "test", "shop", "--timeout", "1s")).code, 4);
  Object.assign(web.world, healthyWorld(web.clock));
});

async function get(route: string): Promise<{ status: number; json: Record<string, unknown> }> {
  const answer = await fetch(url + route, { headers: { authorization: `Bearer ${cliToken}` } });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

test("the API gives a check's attempts, newest first, and refuses what is not there", async () => {
  const { status, json } = await get("/api/v1/checks/shop%2Fhttp/observations?limit=3");
  const items = json["items"] as { at: string; timings: object }[];
  assert.deepEqual([status, items.length, items[0]?.at], [200, 3, "2026-11-22T02:12:00+09:00"]);
  assert.equal((await get("/api/v1/checks/nope/observations")).status, 404);
  assert.equal((await get("/api/v1/services/shop/availability?days=0")).status, 400);
  assert.equal((await get("/api/v1/services/nope/availability")).status, 404);
  const long = await get("/api/v1/services/shop/availability?days=400");
  assert.equal((long.json["days"] as unknown[]).length, 400);
});
