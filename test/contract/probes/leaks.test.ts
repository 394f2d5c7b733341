import assert from "node:assert/strict";
import dgram from "node:dgram";
import { getEventListeners } from "node:events";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createAuthority } from "./certificates.ts";
import { freePort, listen, until } from "./listeners.ts";
import { look } from "./run-probe.ts";

const attempts = 2_000;
const atOnce = 25;

function answer(_request: http.IncomingMessage, response: http.ServerResponse): void {
  response.end("ok");
}

function portOf(server: http.Server): number {
  return (server.address() as AddressInfo).port;
}

async function times(count: number, one: (turn: number) => Promise<unknown>): Promise<void> {
  let turn = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (turn < count) await one(turn++);
    }),
  );
}

/** Everything that keeps this process busy, except what every run keeps. */
function open(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

test(`${attempts} attempts of every kind and ending leave no socket, timer or listener`, async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-leaks-"));
  const { ca, issue } = await createAuthority(folder);
  const pem = await issue("localhost", { fromDays: -1, toDays: 60, names: "DNS:localhost,IP:127.0.0.1" });
  const plain = http.createServer(answer).listen(0, "127.0.0.1");
  const secure = https
    .createServer({ cert: fs.readFileSync(pem.cert), key: fs.readFileSync(pem.key) }, answer)
    .listen(0, "127.0.0.1");
  const silent = await listen(t);
  const closed = await freePort();
  const muteSocket = dgram.createSocket("udp4");
  await new Promise<void>((resolve) => muteSocket.bind(0, "127.0.0.1", resolve));
  const mute = muteSocket.address().port;
  const checks = [
    { http: `http://127.0.0.1:${portOf(plain)}/`, expect: { contains: "ok" } },
    { http: `https://localhost:${portOf(secure)}/`, ca },
    { tls: `127.0.0.1:${portOf(secure)}`, ca },
    { tls: `127.0.0.1:${portOf(secure)}` },
    { tcp: `127.0.0.1:${closed}` },
    { tcp: `127.0.0.1:${silent.port}`, expect: { banner: "x" } },
    { http: `https://127.0.0.1:${silent.port}/` },
    { smtp: `127.0.0.1:${silent.port}` },
    { imap: `imap://127.0.0.1:${silent.port}` },
    { pop3: `pop3s://127.0.0.1:${silent.port}` },
    { ssh: `127.0.0.1:${silent.port}` },
    { dns: "x.test", server: `127.0.0.1:${closed}` },
    { dns: "x.test", server: `127.0.0.1:${mute}` },
    { ntp: `127.0.0.1:${mute}` },
  ];
  await times(checks.length * 2, (turn) => look(checks[turn % checks.length] ?? {}, { timeoutMs: 30 }));
  await until(() => silent.open() === 0, "warm-up connections closed");
  const before = open();
  const signal = new AbortController().signal;
  await times(attempts, async (turn) => {
    const check = checks[turn % checks.length] ?? {};
    if (turn % 3 !== 0) {
      await look(check, { timeoutMs: 30 + (turn % 40) });
      return;
    }
    // called off at every possible moment
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), turn % 17);
    await look(check, { signal: controller.signal, timeoutMs: 60 });
    clearTimeout(timer);
  });
  await look(checks[0] ?? {}, { signal });
  await until(() => silent.open() === 0, "every connection closed");
  await until(
    () => Object.entries(open()).every(([name, count]) => count <= (before[name] ?? 0)),
    `only ${JSON.stringify(before)} open, not ${JSON.stringify(open())}`,
  );
  muteSocket.close();
  plain.close();
  secure.close();
  fs.rmSync(folder, { recursive: true });
});

test("one signal serves many attempts and keeps no listener of theirs", async () => {
  const { signal } = new AbortController();
  const closed = await freePort();
  for (let turn = 0; turn < 50; turn++) await look({ tcp: `127.0.0.1:${closed}` }, { signal });
  assert.equal(getEventListeners(signal, "abort").length, 0);
});
