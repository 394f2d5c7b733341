import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import type { ProbeResult } from "../../src/kernel/model/observation.ts";
import { probes } from "../../src/observe/index.ts";

const server = http.createServer((request, answer) => answer.end(`for ${request.headers.host}`));
let door = 0;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  door = (server.address() as AddressInfo).port;
});
after(() => server.close());

function look(kind: string, spec: object, opens: number | null): Promise<ProbeResult> {
  const probe = probes.find((one) => one.kind === kind);
  assert.ok(probe !== undefined);
  const context = { clock: createSystemClock(), timeoutMs: 10_000, signal: new AbortController().signal };
  const asked: number[] = [];
  const way = { door: (port: number) => Promise.resolve(asked.push(port) === 1 ? opens : null) };
  return probe.run(probe.schema.parse(spec) as never, { ...context, trustedHosts: new Set(), way });
}

test("a probe that is given another way asks by the name of the check, and reaches what lies there", async () => {
  const page = { http: "http://shop.invalid:8080/", expect: { contains: "for shop.invalid:8080" } };
  assert.equal((await look("http", page, door)).outcome, "up");
  assert.equal((await look("tcp", { tcp: "192.0.2.7:25" }, door)).outcome, "up");
});

test("where nothing listens behind the way, it is refused, whatever this machine's own network says", async () => {
  const result = await look("tcp", { tcp: "shop.invalid:8080" }, null);
  assert.deepEqual([result.outcome, result.error?.code], ["down", "refused"]);
});
