import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo, Server } from "node:net";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { createJsonClient, type JsonClient, type JsonRequest } from "../../src/clients/http-json.ts";

const clock = createSystemClock();
const ask = (over: Partial<JsonRequest> = {}): JsonRequest => ({
  method: "GET",
  path: "/x",
  timeoutMs: 2_000,
  ...over,
});

async function serving(server: Server, body: (port: number) => Promise<void>): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await body((server.address() as AddressInfo).port);
  } finally {
    if (server instanceof http.Server || server instanceof https.Server) server.closeAllConnections();
    server.close();
  }
}

function clientOf(baseUrl: string, maxAnswerBytes?: number): JsonClient {
  const client = createJsonClient({ clock, baseUrl, ...(maxAnswerBytes === undefined ? {} : { maxAnswerBytes }) });
  assert.ok(client.ok);
  return client.value;
}

test("unencrypted only to this machine, unless it is asked for", () => {
  for (const baseUrl of ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://hub.example.jp"]) {
    assert.ok(createJsonClient({ clock, baseUrl }).ok, baseUrl);
  }
  for (const baseUrl of [
    "http://hub.example.jp",
    "http://10.0.0.1",
    "http://127.0.0.1.example.jp",
    "http://127.evil.example",
  ]) {
    assert.deepEqual(createJsonClient({ clock, baseUrl }), { ok: false, error: "plain-http" }, baseUrl);
  }
  assert.ok(createJsonClient({ clock, baseUrl: "http://hub.example.jp", plainHttp: true }).ok);
  for (const baseUrl of ["hub", "ftp://hub", ""]) {
    assert.deepEqual(createJsonClient({ clock, baseUrl }), { ok: false, error: "not-a-url" });
  }
});

test("it sends JSON and reads JSON, and hands on what is neither", () =>
  serving(
    http.createServer((request, response) => {
      if (request.url?.endsWith("/text") === true) response.end("<html>");
      else request.pipe(response);
    }),
    async (port) => {
      const client = clientOf(`http://127.0.0.1:${port}/base/`);
      const body = Buffer.from('{"a":"日本"}');
      const echoed = await client.request(ask({ method: "POST", body }));
      assert.deepEqual(echoed, { ok: true, value: { status: 200, body: { a: "日本" } } });
      const text = await client.request(ask({ path: "/text" }));
      assert.deepEqual(text, { ok: true, value: { status: 200, body: undefined } });
      client.close();
    },
  ));

test("a server that never answers, one that never ends, and one that sends too much each end in a value", () =>
  serving(
    http.createServer((request, response) => {
      if (request.url === "/drips") {
        const drip = setInterval(() => response.write(" "), 50);
        response.on("close", () => clearInterval(drip));
      }
      if (request.url === "/floods") response.end(Buffer.alloc(200_000, "x"));
    }),
    async (port) => {
      const client = clientOf(`http://127.0.0.1:${port}`, 100_000);
      const started = Date.now();
      for (const silent of ["/silent", "/drips"]) {
        const result = await client.request(ask({ path: silent, timeoutMs: 300 }));
        assert.equal(!result.ok && result.error.reason, "timeout");
      }
      assert.ok(Date.now() - started < 2_000);
      const flooded = await client.request(ask({ path: "/floods" }));
      assert.equal(!flooded.ok && flooded.error.reason, "too-large");
      const stop = new AbortController();
      const stopping = client.request(ask({ path: "/silent", signal: stop.signal }));
      stop.abort();
      const stopped = await stopping;
      assert.equal(!stopped.ok && stopped.error.reason, "aborted");
      client.close();
    },
  ));

test("a port that nobody has is a value too", async () => {
  const client = clientOf("http://127.0.0.1:1");
  const refused = await client.request(ask());
  assert.equal(!refused.ok && refused.error.reason, "network");
  client.close();
});

test("a certificate nobody vouches for is refused", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-line-"));
  try {
    const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    execFileSync(
      "openssl",
      [...made, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
      {
        stdio: "ignore",
      },
    );
    const server = https.createServer(
      { key: fs.readFileSync(key), cert: fs.readFileSync(cert) },
      (_request, response) => response.end("{}"),
    );
    await serving(server, async (port) => {
      const client = clientOf(`https://127.0.0.1:${port}`);
      const refused = await client.request(ask());
      assert.ok(!refused.ok);
      assert.match(refused.error.text, /self-signed/);
      client.close();
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
