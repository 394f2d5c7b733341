import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { PbfReader, PbfWriter } from "pbf";
import { otlpServer } from "../../src/api/routes/otlp.ts";
import type { Host, Site } from "../../src/kernel/model/site.ts";
import { createOtlpIntake } from "../../src/observe/metrics/otlp.ts";
import { createSeriesBook } from "../../src/observe/metrics/series.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import type { LogLine, MetricPoint } from "../../src/storage/telemetry/telemetry.ts";
import { createApiToken } from "../../src/api/tokens.ts";
import type { TokenScope } from "../../src/kernel/access.ts";
import { unlooked } from "../doubles/bare-site.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { silentLog, testSite } from "../integration/web-fixture.ts";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const clock = createFakeClock();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-otlp-"));
const points: MetricPoint[] = [];
const lines: LogLine[] = [];
let ledger: Ledger;
let local: FastifyInstance;
let open: FastifyInstance;
let url: string;

function host(key: string, address: string | null): Host {
  const plain = { at: null, segment: null, user: null, port: 22, hostKey: null, privateKey: null };
  return { ...unlooked, ...plain, key, address };
}

before(async () => {
  ledger = await openLedger({ folder, clock, log: silentLog });
  const site: Site = testSite({ hosts: new Map([["web1", host("web1", "192.0.2.10")]]) });
  const otlp = createOtlpIntake({
    clock,
    site: () => site,
    append: (point) => void points.push(point),
    takeLogs: (taken) => {
      lines.push(...taken);
      return Promise.resolve();
    },
    series: createSeriesBook(clock, { perSender: 20, inAll: 1_000 }),
  });
  const deps = { site: () => site, otlp, log: silentLog, ledger, clock, cliTokenHash: null };
  local = otlpServer(deps, "127.0.0.1");
  open = otlpServer(deps, "0.0.0.0");
  url = await local.listen({ host: "127.0.0.1", port: 0 });
  await open.listen({ host: "127.0.0.1", port: 0 });
});
after(async () => {
  await Promise.all([local.close(), open.close()]);
  await ledger.close();
  fs.rmSync(folder, { recursive: true });
});

function post(
  what: string,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  points.length = 0;
  lines.length = 0;
  return fetch(`${url}/v1/${what}`, {
    method: "POST",
    body: Buffer.from(body),
    headers: { "content-type": "application/json", ...headers },
  });
}

const at = String(BigInt(clock.nowMs()) * 1_000_000n);
const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } });

function request(resource: readonly object[], ...metrics: readonly object[]): string {
  return JSON.stringify({ resourceMetrics: [{ resource: { attributes: resource }, scopeMetrics: [{ metrics }] }] });
}

const web1 = [attribute("host.name", "WEB1.example.jp"), attribute("service.name", "shop")];

test("gauges, sums, histograms and summaries become series of the host that sent them", async () => {
  const answer = await post(
    "metrics",
    request(
      web1,
      {
        name: "system.memory.usage",
        unit: "By",
        gauge: { dataPoints: [{ timeUnixNano: at, asInt: "1024", attributes: [attribute("state", "used")] }] },
      },
      {
        name: "http.requests",
        sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ timeUnixNano: at, asDouble: 7 }] },
      },
      {
        name: "latency",
        unit: "s",
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [
            { timeUnixNano: at, count: "5", sum: 2.5, bucketCounts: ["1", "3", "1"], explicitBounds: [0.1, 1] },
          ],
        },
      },
      {
        name: "gc",
        summary: {
          dataPoints: [{ timeUnixNano: at, count: "2", sum: 3, quantileValues: [{ quantile: 0.5, value: 1 }] }],
        },
      },
    ),
  );
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "application/json");
  assert.deepEqual(await answer.json(), {});
  assert.ok(points.every(({ subject, atMs }) => subject === "host:web1" && atMs === clock.nowMs()));
  const found = points.map(({ name, value, labels: { service: _service, unit: _unit, ...labels } }) => [
    name,
    value,
    labels,
  ]);
  assert.deepEqual(found, [
    ["system.memory.usage", 1024, { state: "used" }],
    ["http.requests", 7, {}],
    ["latency_count", 5, {}],
    ["latency_sum", 2.5, {}],
    ["latency_bucket", 1, { le: "0.1" }],
    ["latency_bucket", 4, { le: "1" }],
    ["latency_bucket", 5, { le: "+Inf" }],
    ["gc_count", 2, {}],
    ["gc_sum", 3, {}],
    ["gc", 1, { quantile: "0.5" }],
  ]);
  assert.deepEqual(points[0]?.labels, { service: "shop", state: "used", unit: "By" });
});

test("what a sender says was added is summed up, so that it reads like any counter", async () => {
  const delta = request(web1, {
    name: "jobs",
    sum: { aggregationTemporality: 1, dataPoints: [{ timeUnixNano: at, asInt: "3" }] },
  });
  await post("metrics", delta);
  await post("metrics", delta);
  assert.deepEqual(
    points.map(({ value }) => value),
    [6],
  );
});

/** An attribute whose value is the host's address. */
function addressAt(key: string): (_: unknown, pair: PbfWriter) => void {
  return (_of, pair) => {
    pair.writeStringField(1, key);
    pair.writeMessage(2, (_value, value) => value.writeStringField(1, "192.0.2.10"), null);
  };
}

function protobufRequest(): Uint8Array {
  const writer = new PbfWriter();
  writer.writeMessage(
    1,
    (_r, resourceMetrics) => {
      resourceMetrics.writeMessage(
        2,
        (_s, scope) => {
          scope.writeMessage(
            2,
            (_m, metric) => {
              metric.writeStringField(1, "cpu");
              metric.writeStringField(3, "1");
              metric.writeMessage(
                5,
                (_g, gauge) => {
                  gauge.writeMessage(
                    1,
                    (_p, point) => {
                      point.writeMessage(7, addressAt("core"), null);
                      point.writeFixed64Field(3, clock.nowMs() * 1_000_000);
                      point.writeDoubleField(4, 0.25);
                    },
                    null,
                  );
                },
                null,
              );
            },
            null,
          );
          scope.writeMessage(
            2,
            (_m, metric) => {
              metric.writeStringField(1, "wait");
              metric.writeMessage(
                9,
                (_h, histogram) => {
                  histogram.writeMessage(
                    1,
                    (_p, point) => {
                      point.writeFixed64Field(4, 3);
                      point.writeDoubleField(5, 1.5);
                      point.writePackedFixed64(6, [1, 2]);
                      point.writePackedDouble(7, [0.5]);
                    },
                    null,
                  );
                  histogram.writeVarintField(2, 2);
                },
                null,
              );
            },
            null,
          );
        },
        null,
      );
      resourceMetrics.writeMessage(1, (_a, resource) => resource.writeMessage(1, addressAt("host.ip"), null), null);
    },
    null,
  );
  return writer.finish();
}

const protobuf = { "content-type": "application/x-protobuf" };

test("protobuf, packed by gzip, says the same; the answer comes in the same form", async () => {
  const answer = await post("metrics", gzipSync(protobufRequest()), { ...protobuf, "content-encoding": "gzip" });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "application/x-protobuf");
  assert.equal((await answer.arrayBuffer()).byteLength, 0);
  assert.deepEqual(
    points.map(({ name, subject, value, labels }) => [name, subject, value, labels]),
    [
      ["cpu", "host:web1", 0.25, { core: "192.0.2.10" }],
      ["wait_count", "host:web1", 3, {}],
      ["wait_sum", "host:web1", 1.5, {}],
      ["wait_bucket", "host:web1", 1, { le: "0.5" }],
      ["wait_bucket", "host:web1", 3, { le: "+Inf" }],
    ],
  );
});

test("every beginning of a protobuf request is either read or refused, and none hangs", async () => {
  const whole = protobufRequest();
  for (let length = 1; length < whole.length; length += 3) {
    const { status } = await post("metrics", whole.subarray(0, length), protobuf);
    assert.ok(status === 400 || status === 200, `${length} bytes: ${status}`);
  }
  const flipped = Uint8Array.from(whole, (byte, index) => (index % 5 === 0 ? byte ^ 0x55 : byte));
  assert.equal((await post("metrics", flipped, protobuf)).status, 400);
});

test("a sender's series beyond the limit are refused, counted, and said in the answer", async () => {
  const dataPoints = Array.from({ length: 30 }, (_, nth) => ({
    asInt: nth,
    attributes: [attribute("nth", String(nth))],
  }));
  const body = request([attribute("service.name", "noisy")], { name: "many", gauge: { dataPoints } });
  const answer = (await (await post("metrics", body)).json()) as {
    partialSuccess: { rejectedDataPoints: string; errorMessage: string };
  };
  assert.equal(answer.partialSuccess.rejectedDataPoints, "10");
  assert.match(answer.partialSuccess.errorMessage, /more series/);
  assert.equal(points.length, 20);
  assert.ok(points.every(({ subject }) => subject === "otlp:noisy"));
});

test("log records become lines with the sender's host, file and severity", async () => {
  const record = {
    timeUnixNano: at,
    severityNumber: 17,
    body: { stringValue: "disk full" },
    attributes: [attribute("log.file.path", "/var/log/app.log")],
  };
  const body = JSON.stringify({
    resourceLogs: [{ resource: { attributes: web1 }, scopeLogs: [{ logRecords: [record] }] }],
  });
  assert.equal((await post("logs", body)).status, 200);
  assert.deepEqual(lines, [
    { atMs: clock.nowMs(), source: "host:web1 /var/log/app.log", host: "web1", severity: 3, text: "disk full" },
  ]);
});

test("what cannot be read, is too large or of another kind is refused in the words of the protocol", async () => {
  assert.equal((await post("metrics", "{")).status, 400);
  assert.equal((await post("metrics", JSON.stringify({ resourceMetrics: 1 }))).status, 400);
  assert.equal((await post("metrics", "x", { "content-type": "text/plain" })).status, 415);
  assert.equal((await post("metrics", "x", { "content-encoding": "br" })).status, 415);
  assert.equal((await post("metrics", "x", { "content-encoding": "gzip" })).status, 400);
  const bomb = gzipSync(Buffer.alloc(40_000_000));
  const refused = await post("metrics", bomb, { "content-encoding": "gzip", ...protobuf });
  assert.equal(refused.status, 413);
  let said = "";
  new PbfReader(new Uint8Array(await refused.arrayBuffer())).readFields((field, _of, pbf) => {
    if (field === 2) said = pbf.readString();
  }, null);
  assert.match(said, /KB4302/);
  assert.equal((await post("metrics", Buffer.alloc(9_000_000))).status, 413);
  const nested = `${'{"arrayValue":{"values":['.repeat(20_000)}{"stringValue":"deep"}${"]}}".repeat(20_000)}`;
  const deep = `{"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":${nested}}]},"scopeMetrics":[]}]}`;
  assert.equal((await post("metrics", deep)).status, 200);
});

test("from this machine no token is asked for, but neither a browser nor a proxy gets in", async () => {
  const fine = request(web1, { name: "up", gauge: { dataPoints: [{ asInt: 1 }] } });
  assert.equal((await post("metrics", fine)).status, 200);
  assert.equal((await post("metrics", fine, { "x-forwarded-for": "203.0.113.9" })).status, 403);
  assert.equal((await post("metrics", fine, { origin: "https://evil.example" })).status, 403);
});

async function token(name: string, scope: TokenScope): Promise<string> {
  const made = await createApiToken(
    { ledger, clock },
    { name, scopes: [scope], lifeMs: null, actor: "koboshi", from: null },
  );
  assert.ok(made.ok);
  return made.value;
}

test("where others reach it, a token with the scope is asked for", async () => {
  const body = request(web1, { name: "up", gauge: { dataPoints: [{ asInt: 1 }] } });
  const send = async (authorization?: string): Promise<number> => {
    const headers = { "content-type": "application/json", ...(authorization === undefined ? {} : { authorization }) };
    return (await open.inject({ method: "POST", url: "/v1/metrics", headers, payload: body })).statusCode;
  };
  assert.equal(await send(), 401);
  assert.equal(await send("Bearer 0123456789"), 401);
  assert.equal(await send(`Bearer ${await token("reader", "read")}`), 403);
  assert.equal(await send(`Bearer ${await token("sender", "otlp:write")}`), 200);
});
