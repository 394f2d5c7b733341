import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import https from "node:https";
import tls from "node:tls";
import { after, before, test } from "node:test";
import { readTls, renewTls } from "../../src/api/access-tls.ts";
import { fetchPinned } from "../../src/cli/hub-fetch.ts";
import { loadConfig } from "../../src/config/index.ts";

let folder: string;
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-tls-"));
  for (const name of ["one", "two"]) makePair(name);
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

function file(name: string): string {
  return path.join(folder, name);
}

function pair(name: string): { cert: string; key: string } {
  return { cert: file(`${name}.pem`), key: file(`${name}.key`) };
}

function makePair(name: string): void {
  const { cert, key } = pair(name);
  const what = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  execFileSync("openssl", [...what, "-subj", `/CN=${name}.example.jp`, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
}

async function withServer(body: (server: https.Server, port: number) => Promise<void>): Promise<void> {
  const server = https.createServer(readTls(pair("one")), (request, answer) => {
    answer
      .setHeader("content-type", "application/json")
      .end(JSON.stringify({ saw: request.headers["authorization"] ?? null }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await body(server, (server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function shownBy(port: number): Promise<string> {
  const socket = tls.connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const shown = socket.getPeerX509Certificate()?.fingerprint256 ?? "";
  socket.destroy();
  return shown;
}

const fingerprint = (name: string): string => new X509Certificate(fs.readFileSync(pair(name).cert)).fingerprint256;

test("a renewed certificate is taken over without a restart; a bad one leaves the one in use", () =>
  withServer(async (server, port) => {
    assert.equal(await shownBy(port), fingerprint("one"));
    renewTls(server, pair("two"));
    assert.equal(await shownBy(port), fingerprint("two"));
    assert.throws(() => renewTls(server, { cert: pair("one").cert, key: pair("two").key }), { code: "KB3012" });
    assert.throws(() => renewTls(server, { cert: file("gone.pem"), key: pair("two").key }), { code: "KB3012" });
    assert.equal(await shownBy(port), fingerprint("two"));
  }));

test("the command line believes exactly the certificate of the configuration, and tells its token to nobody else", () =>
  withServer(async (server, port) => {
    const url = new URL(`https://127.0.0.1:${port}/x`);
    const asked = { method: "GET", headers: { authorization: "Bearer secret" }, signal: AbortSignal.timeout(5_000) };
    const answer = await fetchPinned(url, asked, pair("one").cert);
    assert.deepEqual([answer.status, await answer.json()], [200, { saw: "Bearer secret" }]);
    let asks = 0;
    server.on("request", () => (asks += 1));
    await assert.rejects(fetchPinned(url, asked, pair("two").cert), /does not show the certificate/);
    assert.equal(asks, 0);
  }));

test("hub.tls is meant from the configuration's folder", () => {
  const config = file("koboshi.yml");
  fs.writeFileSync(config, "version: 1\nhub: { tls: { cert: one.pem, key: ./one.key } }\n");
  assert.deepEqual(loadConfig(config).plan?.site.hub.tls, pair("one"));
  assert.deepEqual(loadConfig(config).plan?.site.notActive, []);
});
