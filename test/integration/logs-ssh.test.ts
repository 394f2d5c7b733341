import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { Host } from "../../src/kernel/model/site.ts";
import { until } from "../doubles/hub-process.ts";
import { logHost, startLogBench, type LogBench } from "../doubles/log-bench.ts";
import { startSshHost } from "../doubles/sshd-host.ts";

const whole = { fromMs: 0, toMs: Date.now() + 86_400_000, limit: 1_000 };

async function texts({ logs }: LogBench): Promise<string[]> {
  return (await logs.search(whole)).map(({ text }) => text).sort();
}

test("a host's log is read over SSH through a rotation; a host whose key is not pinned is not", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-sshlog-"));
  const file = path.join(folder, "it's app.log");
  fs.writeFileSync(file, "2026-11-22T02:00:00Z first\n");
  const server = await startSshHost();
  const watch = {
    diskRatio: null,
    inodesRatio: null,
    memoryRatio: null,
    swapRatio: null,
    loadPerCore: null,
    clockMs: null,
    units: [],
  };
  const host = (key: string, change: Partial<Host>): Host =>
    logHost(key, {
      address: "127.0.0.1.",
      port: server.port,
      user: server.user,
      hostKey: server.fingerprint,
      look: { by: "ssh", readKey: server.readKey, sudo: "none", watch },
      logs: [{ path: file, format: null }],
      ...change,
    });
  const hosts = [
    host("web1", { address: reachable() }),
    host("web2", { address: reachable(), hostKey: null }),
    host("web3", { address: reachable(), hostKey: `SHA256:${"A".repeat(43)}` }),
  ];
  const bench = await startLogBench({ site: { hosts: new Map(hosts.map((one) => [one.key, one])) } });
  try {
    await until("the first line is found", async () => (await texts(bench)).length === 1);
    fs.appendFileSync(file, "2026-11-22T02:00:01Z second\n");
    fs.renameSync(file, `${file}.1`);
    fs.writeFileSync(file, "2026-11-22T02:00:02Z third\n2026-11-22T02:00:03Z ha");
    await until("the rotated lines are found", async () => (await texts(bench)).length === 3);
    assert.deepEqual(
      (await texts(bench)).map((text) => text.split(" ").at(-1)),
      ["first", "second", "third"],
    );
    const problems = bench.logs.state().sources.map(({ host: key, problem }) => `${key} ${problem}`);
    assert.deepEqual(problems, ["web1 null", "web2 host-key-unknown", "web3 host-key-changed"]);
    assert.ok(bench.logs.state().sources[1]?.seen.includes(server.fingerprint));
  } finally {
    await bench.close();
    await server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

/** 127.0.0.1, written so that only a connection leads there. */
function reachable(): string {
  return "::ffff:127.0.0.1";
}
