import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { Check } from "../../src/kernel/model/check.ts";
import { agentHost, withHosts } from "../doubles/host-bench.ts";
import { attempt } from "../doubles/watched-site.ts";
import { look } from "./probes/run-probe.ts";

/** A web server whose clock is this far off, behind a cache when told so. */
async function serving(offsetSeconds: number, age?: string): Promise<{ url: string; close(): void }> {
  const server = http.createServer((_request, response) => {
    response.setHeader("date", new Date(Date.now() + offsetSeconds * 1_000).toUTCString());
    if (age !== undefined) response.setHeader("age", age);
    response.end("ok");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => void server.close() };
}

test("an http check tells the server's clock, and a cache's old page tells nothing", async () => {
  const [late, cached] = [await serving(-10_800), await serving(-10_800, "10800")];
  try {
    const seen = await look({ http: late.url });
    assert.ok(
      Math.abs(Number(seen.facts["dateOffsetSeconds"]) + 10_800) <= 1.5,
      String(seen.facts["dateOffsetSeconds"]),
    );
    const old = await look({ http: cached.url });
    assert.equal(old.facts["dateOffsetSeconds"], undefined);
  } finally {
    late.close();
    cached.close();
  }
});

test("a host three hours off is told by its web server's Date, without looking inside, and closed by a right one", async () => {
  const host = { ...agentHost("web1"), look: null };
  await withHosts([host], { services: { shop: { on: "web1" } } }, async ({ hosts, site, told, changes, one }) => {
    const checks: readonly Check[] = site.checks.map((check) => ({ ...check, kind: "http" }));
    hosts.use({ ...site, checks });
    const seen = (dateOffsetSeconds: number) =>
      hosts.observed(attempt({ outcome: "up", checkId: "shop/1", facts: { dateOffsetSeconds } }));
    seen(0.4);
    seen(-10_800);
    seen(-10_800);
    assert.deepEqual(told(), [], "a busy looker reads a Date late: twice is not enough");
    seen(-10_800);
    assert.deepEqual(told(), ["opened clock-off critical"]);
    assert.equal(changes[0]?.signal.facts["source"], "http");
    assert.equal(one("web1").clock?.source, "http");
    seen(-10_800);
    seen(0.4);
    assert.deepEqual(told(), ["opened clock-off critical", "closed clock-off critical"]);
  });
});
