import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { collectorScript } from "../../src/clients/host-logs.ts";
import type { Host } from "../../src/kernel/model/site.ts";
import { sshHost, withHosts } from "../doubles/host-bench.ts";
import { until } from "../doubles/hub-process.ts";
import { logHost, startLogBench, type LogBench } from "../doubles/log-bench.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";

const whole = { fromMs: 0, toMs: Date.now() + 86_400_000, limit: 1_000 };

async function lastWords({ logs }: LogBench): Promise<string[]> {
  return (await logs.search(whole)).map(({ text }) => text.split(" ").at(-1) ?? "").sort();
}

function hostOf(server: SshHost, key: string, file: string): Host {
  return logHost(key, {
    address: "::ffff:127.0.0.1",
    port: server.port,
    user: server.user,
    hostKey: server.fingerprint,
    look: sshHost(server).look,
    logs: [{ path: file, format: null }],
  });
}

test("one key tied to the collector reads the machine and the logs its line names, through a rotation, and no other", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-tied-"));
  const collector = path.join(folder, "koboshi-read");
  fs.writeFileSync(collector, collectorScript, { mode: 0o755 });
  const [file, other] = [path.join(folder, "app.log"), path.join(folder, "other.txt")];
  fs.writeFileSync(file, "2026-11-22T02:00:00Z first\n");
  fs.writeFileSync(other, "2026-11-22T02:00:00Z private\n");
  const server = await startSshHost({ before: `command="${collector} ${folder}/*.log",restrict` });
  const hosts = [hostOf(server, "web1", file), hostOf(server, "web2", other)];
  const bench = await startLogBench({ site: { hosts: new Map(hosts.map((one) => [one.key, one])) } });
  try {
    await until("the first line", async () => (await lastWords(bench)).length === 1, 15_000);
    fs.appendFileSync(file, "2026-11-22T02:00:01Z second\n");
    fs.writeFileSync(`${file}.1.gz`, gzipSync(fs.readFileSync(file)));
    fs.writeFileSync(`${file}.new`, "2026-11-22T02:00:02Z third\n");
    fs.renameSync(`${file}.new`, file);
    await until("the rotated lines", async () => (await lastWords(bench)).length === 3, 20_000);
    assert.deepEqual(await lastWords(bench), ["first", "second", "third"]);
    const problems = bench.logs.state().sources.map(({ host, problem }) => `${host} ${problem}`);
    assert.deepEqual(problems, ["web1 null", "web2 key-restricted"]);
    await withHosts([sshHost(server)], {}, async ({ hosts: desk, one }) => {
      await desk.lookNow("web1");
      assert.equal(one("web1").silence, null, "the same key, the same program");
    });
  } finally {
    await bench.close();
    await server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
