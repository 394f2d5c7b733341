import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { WebSocketServer, type ServerOptions, type WebSocket } from "ws";
import { createAuthority } from "./certificates.ts";
import { listen } from "./listeners.ts";
import { look, said } from "./run-probe.ts";
import { assertResult, inTime } from "./suite.ts";

/** A WebSocket server that does `serve` with each connection. */
async function serving(
  t: TestContext,
  serve: (socket: WebSocket) => void,
  { server = http.createServer(), ...options }: ServerOptions = {},
): Promise<number> {
  const sockets = new WebSocketServer({ ...options, server });
  sockets.on("connection", (socket) => {
    socket.on("error", () => undefined);
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function echo(socket: WebSocket): void {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
}

test("a WebSocket that opens and answers a ping is up, with the time of its pong", async (t) => {
  const port = await serving(t, echo);
  const result = await look({ websocket: `ws://127.0.0.1:${port}/live?token=secret` });
  assertResult(result);
  assert.equal(said(result), "up");
  assert.equal(result.facts["status"], 101);
  assert.ok(Number(result.facts["pongMs"]) >= 0);
});

test("what is sent comes back; a server may speak first; another message is not the awaited one", async (t) => {
  const port = await serving(t, (socket) => {
    socket.send("welcome");
    echo(socket);
  });
  const websocket = `ws://127.0.0.1:${port}/`;
  assert.equal(said(await look({ websocket, send: '{"ping":1}', expect: { message: "ping" } })), "up");
  assert.equal(said(await look({ websocket, expect: { message: "welcome" } })), "up");
  const waiting = look({ websocket, send: "hello", expect: { message: "bye" } }, { timeoutMs: 300 });
  assert.equal(said(await inTime(300, waiting)), "down content message-differs");
});

test("over TLS, with the certificate judged", async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-websocket-"));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const { ca, issue } = await createAuthority(folder);
  const { cert, key } = await issue("localhost", { fromDays: -1, toDays: 60, names: "DNS:localhost,IP:127.0.0.1" });
  const server = https.createServer({ cert: fs.readFileSync(cert), key: fs.readFileSync(key) });
  const port = await serving(t, echo, { server });
  assert.equal(said(await look({ websocket: `wss://localhost:${port}/`, ca })), "up");
  assert.equal(
    said(await look({ websocket: `wss://localhost:${port}/`, ca, warn: "90d" })),
    "degraded tls certificate-expiring",
  );
  assert.equal(said(await look({ websocket: `wss://localhost:${port}/` })), "down tls certificate-chain-incomplete");
});

test("refusals, wrong subprotocols and hangs are told apart", async (t) => {
  const strict = await serving(t, echo, {
    verifyClient: ({ req }, done) => done(req.headers.authorization === "Bearer t", 403, "Forbidden"),
    handleProtocols: () => "v1",
  });
  const websocket = `ws://127.0.0.1:${strict}/`;
  const refused = await look({ websocket });
  assert.equal(said(refused), "down application status");
  assert.equal(refused.error?.text, "403 Forbidden, expected 101");
  const headers = { Authorization: "Bearer t" };
  assert.equal(said(await look({ websocket, headers, subprotocol: "v1" })), "up");
  const plain = await serving(t, echo, { handleProtocols: () => false });
  const unheeded = await look({ websocket: `ws://127.0.0.1:${plain}/`, subprotocol: "v1" });
  assert.match(said(unheeded), /^down protocol (?:subprotocol|not-websocket)$/);
  const web = await listen(t, (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  assert.equal(said(await look({ websocket: `ws://127.0.0.1:${web.port}/` })), "down application status");
  const hung = await serving(t, () => undefined, { autoPong: false });
  const looking = look({ websocket: `ws://127.0.0.1:${hung}/` }, { timeoutMs: 300 });
  assert.equal(said(await inTime(300, looking)), "down protocol timeout");
  const leaving = await serving(t, (socket) => socket.close(1012));
  assert.equal(
    said(await look({ websocket: `ws://127.0.0.1:${leaving}/`, send: "x", expect: { message: "y" } })),
    "down application closed",
  );
});
