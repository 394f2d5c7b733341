import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { agentLogsPath, encodeSentLogs } from "../../src/api/agent-logs.ts";
import { agentTokenName } from "../../src/api/agent-token.ts";
import { refuseThrown } from "../../src/api/errors.ts";
import { guardListener } from "../../src/api/guard.ts";
import { agentLogsRoute } from "../../src/api/routes/agent-logs.ts";
import { createApiToken } from "../../src/api/tokens.ts";
import { createSystemClock } from "../../src/app/clock.ts";
import type { Host } from "../../src/kernel/model/site.ts";
import type { SentRecord } from "../../src/kernel/ports-logs.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { agentHost } from "../doubles/host-bench.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { startLogBench, type LogBench } from "../doubles/log-bench.ts";
import { programWords } from "../doubles/program.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };

interface Far {
  readonly folder: string;
  readonly bench: LogBench;
  readonly port: number;
  readonly token: string;
  readonly tokenFile: string;
  /** opens the hub's door for agents; ends with the function returned */
  open(): Promise<() => Promise<void>>;
}

async function withFarLogs(
  paths: (folder: string) => readonly string[],
  body: (far: Far) => Promise<void>,
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-far-"));
  const clock = createSystemClock();
  const ledger = await openLedger({ folder, clock, log });
  const logs = paths(folder).map((file) => ({ path: file, format: null }));
  const host: Host = { ...agentHost("web1"), address: "192.0.2.7", logs };
  const hosts = new Map([["web1", host]]);
  const bench = await startLogBench({ site: { hosts } });
  const site = { ...watchedSite({ services: {} }), hosts };
  const made = await createApiToken(
    { ledger, clock },
    { name: agentTokenName("web1"), scopes: ["agent"], lifeMs: null, actor: "koboshi", from: null },
  );
  assert.ok(made.ok);
  const tokenFile = path.join(folder, "token");
  fs.writeFileSync(tokenFile, made.value);
  const port = await freePort();
  try {
    await body({
      folder,
      bench,
      port,
      tokenFile,
      token: made.value,
      async open() {
        const app = Fastify({ forceCloseConnections: true });
        app.setValidatorCompiler(validatorCompiler);
        app.setSerializerCompiler(serializerCompiler);
        app.setErrorHandler<Error>((thrown, request, reply) => refuseThrown(thrown, { request, reply, site, log }));
        guardListener(app, "public", { site: () => site, ledger, clock, cliTokenHash: null });
        agentLogsRoute(app, { site: () => site, logs: bench.logs });
        await app.listen({ host: "127.0.0.1", port });
        return () => app.close();
      },
    });
  } finally {
    await bench.close();
    await ledger.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function startAgent({ folder, port, tokenFile }: Far): ChildProcess {
  const words = ["agent", "--hub", `http://127.0.0.1:${port}`, "--name", "web1", "--token-file", tokenFile];
  return spawn(process.execPath, [...programWords("src/cli/main.ts"), ...words, "--logs", path.join(folder, "log")], {
    stdio: "ignore",
    env: { ...process.env, STATE_DIRECTORY: path.join(folder, "state") },
  });
}

async function killed(agent: ChildProcess): Promise<void> {
  const ended = once(agent, "exit");
  agent.kill("SIGKILL");
  await ended;
}

async function numbers({ logs }: LogBench): Promise<number[]> {
  const found = await logs.search({ fromMs: 0, toMs: Date.now() + 86_400_000, limit: 1_000 });
  return found.map(({ text }) => Number(text.split(" ").at(-1))).sort((a, b) => a - b);
}

test("what an agent follows arrives once, through a kill of the agent, a rotation and an absence of the hub", () =>
  withFarLogs(
    (folder) => [path.join(folder, "log/app.log"), path.join(folder, "secret.log")],
    async (far) => {
      const { bench, folder } = far;
      const file = path.join(folder, "log/app.log");
      fs.mkdirSync(path.dirname(file));
      fs.writeFileSync(path.join(folder, "secret.log"), "2026-11-22T02:00:00Z app: number 9999\n");
      let count = 0;
      const write = (lines: number): void =>
        fs.appendFileSync(
          file,
          Array.from({ length: lines }, () => `${new Date().toISOString()} app: number ${count++}\n`).join(""),
        );
      write(20);
      let close = await far.open();
      let agent = startAgent(far);
      try {
        await until("the first lines", async () => (await numbers(bench)).length === 20, 20_000);
        const [own, foreign] = bench.logs.state().sources;
        assert.deepEqual([own?.kind, own?.state, own?.problem], ["agent", "following", null]);
        await until("the other is told", async () => bench.logs.state().sources[1]?.problem === "agent-restricted");
        assert.equal(foreign?.host, "web1");
        await close();
        write(30);
        await until("they wait on the agent's disk", async () => spooled(folder) > 1_000);
        await killed(agent);
        write(10);
        fs.renameSync(file, `${file}.1`);
        write(10);
        close = await far.open();
        agent = startAgent(far);
        await until("all is found", async () => (await numbers(bench)).length >= count, 20_000);
        write(5);
        await until("and what follows", async () => (await numbers(bench)).length >= count);
        assert.deepEqual(
          await numbers(bench),
          Array.from({ length: count }, (_, nth) => nth),
        );
      } finally {
        await killed(agent);
        await close();
      }
    },
  ));

function spooled(folder: string): number {
  const spool = path.join(folder, "state/agent-web1/spool");
  return fs.readdirSync(spool).reduce((sum, name) => sum + fs.statSync(path.join(spool, name)).size, 0);
}

function record(seq: number, of = "/var/log/app.log"): SentRecord {
  return { path: of, seq, readAtMs: 1_000, isCut: false, body: Buffer.from(`a number ${seq}\n`) };
}

test("a record sent again is taken once; rubbish, another host's token and a path nobody asked for are not taken", () =>
  withFarLogs(
    () => ["/var/log/app.log"],
    async (far) => {
      const close = await far.open();
      const url = (host: string): string => `http://127.0.0.1:${far.port}${agentLogsPath(host)}`;
      const headers = { authorization: `Bearer ${far.token}`, "content-type": "application/octet-stream" };
      const send = async (epoch: string, records: readonly SentRecord[]): Promise<unknown> => {
        const body = encodeSentLogs({ epoch, sentAtMs: 61_000, sources: [], records });
        return (await fetch(url("web1"), { method: "POST", headers, body: new Uint8Array(body) })).json();
      };
      try {
        const both = { taken: 2, paths: ["/var/log/app.log"] };
        assert.deepEqual(await send("a".repeat(24), [record(10), record(20)]), both);
        await Promise.all([
          send("a".repeat(24), [record(20), record(30)]),
          send("a".repeat(24), [record(20), record(30)]),
        ]);
        await send("a".repeat(24), [record(40, "/etc/shadow")]);
        await send("b".repeat(24), [record(5)]);
        await until("they are found", async () => (await numbers(far.bench)).length >= 4);
        assert.deepEqual(await numbers(far.bench), [5, 10, 20, 30]);
        const [found] = await far.bench.logs.search({ fromMs: 0, toMs: Date.now(), limit: 1 });
        assert.ok(
          Math.abs((found?.atMs ?? 0) - (Date.now() - 60_000)) < 20_000,
          "by its age, not by the agent's clock",
        );
        const rubbish = await fetch(url("web1"), { method: "POST", headers, body: "{}\nrubbish" });
        assert.equal(rubbish.status, 400);
        const foreign = await fetch(url("db1"), { method: "POST", headers, body: "{}\n" });
        assert.equal(((await foreign.json()) as { error: { code: string } }).error.code, "KB4202");
      } finally {
        await close();
      }
    },
  ));
