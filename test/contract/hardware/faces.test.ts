import assert from "node:assert/strict";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { test } from "node:test";
import { hardwareRoutes } from "../../../src/api/routes/hardware.ts";
import { refuseThrown } from "../../../src/api/errors.ts";
import { commands } from "../../../src/cli/commands/index.ts";
import { runCommandLine } from "../../../src/cli/run.ts";
import { Secret } from "../../../src/kernel/secret.ts";
import { freePort } from "../../doubles/hub-process.ts";
import { createFakeClock } from "../../doubles/fake-clock.ts";
import { oneServer, startRedfish } from "../../doubles/redfish.ts";
import { recordingLog } from "../../doubles/scripted-probe.ts";
import { startSnmpd } from "../../doubles/snmpd.ts";
import { watchedSite } from "../../doubles/watched-site.ts";
import { withHardware, type HardwareBench } from "./bench.ts";

async function withHub(
  { hardware }: HardwareBench,
  body: (url: string, typed: (...argv: readonly string[]) => Promise<{ code: number; out: string }>) => Promise<void>,
): Promise<void> {
  const site = watchedSite({ services: {} });
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler<Error>((thrown, request, reply) =>
    refuseThrown(thrown, { request, reply, site, log: recordingLog() }),
  );
  hardwareRoutes(app, { site: () => site, hardware: hardware() });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const typed = async (...argv: readonly string[]): Promise<{ code: number; out: string }> => {
    let out = "";
    const stdout = (text: string): void => void (out += text);
    const code = await runCommandLine(
      {
        argv: [...argv, "--server", url],
        env: { KOBOSHI_LANG: "en" },
        cwd: "/nonexistent",
        clock: createFakeClock(),
        isTty: false,
        stdout,
        stderr: stdout,
        signal: new AbortController().signal,
      },
      commands,
    );
    return { code, out };
  };
  try {
    await body(url, typed);
  } finally {
    await app.close();
  }
}

test("the API and the command line tell of a machine with two sources, and no secret", async () => {
  const double = await startRedfish({ resources: oneServer() });
  const agent = await startSnmpd({ port: await freePort() });
  const bmc = { kind: "redfish", url: double.url, user: "admin", password: new Secret("adminpw", "test") } as const;
  const snmp = { version: "2c", community: new Secret("s3cret", "test") } as const;
  const hosts = { web1: { address: "127.0.0.1", bmc, snmp } };
  await withHardware({ hosts, snmpPort: agent.port }, async (bench) => {
    await bench.hardware().lookNow("web1");
    await withHub(bench, async (url, typed) => {
      const all = await (await fetch(`${url}/api/v1/hardware`)).text();
      assert.doesNotMatch(all, /adminpw|s3cret/);
      const { items } = JSON.parse(all) as { items: { host: string; state: string; sources: { kind: string }[] }[] };
      assert.deepEqual(
        items.map(({ host, state, sources }) => [host, state, sources.map(({ kind }) => kind)]),
        [["web1", "ok", ["redfish", "snmp"]]],
      );
      const unknown = await fetch(`${url}/api/v1/hardware/nobody`);
      assert.equal(unknown.status, 404);
      const looked = await fetch(`${url}/api/v1/hardware/web1/look`, { method: "POST" });
      assert.equal(looked.status, 200, await looked.clone().text());
      assert.equal((await fetch(`${url}/api/v1/traps?limit=1000`)).status, 400);
      assert.deepEqual(
        ((await (await fetch(`${url}/api/v1/traps?host=web1&limit=5`)).json()) as { items: unknown[] }).items,
        [],
      );
      const list = await typed("hardware");
      assert.equal(list.code, 0);
      assert.match(list.out, /OK\s+web1\s+Power on\s+Hottest 42 °C/);
      const one = await typed("hardware", "web1");
      assert.match(one.out, /CPU1 Temp\s+42 °C\s+OK/);
      assert.match(one.out, /Disk 0\s+MZ7LH960\s+OK/);
      assert.equal((await typed("hardware", "web1", "--trust", "AB")).code, 77);
      assert.equal((await typed("hardware", "nobody")).code, 5);
    });
  });
  await double.close();
  await agent.stop();
});
