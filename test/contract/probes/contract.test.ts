import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { freePort, listen, until } from "./listeners.ts";
import { look, said } from "./run-probe.ts";
import { assertResult, inTime } from "./suite.ts";

interface Kind {
  /** the check of what listens on a port of 127.0.0.1, asking for an answer */
  check(port: number): Record<string, unknown>;
  /** how a server answers that is all right; null: tested with the real one elsewhere */
  readonly serve: ((socket: Socket) => void) | null;
  readonly silent: string;
}

const kinds: Readonly<Record<string, Kind>> = {
  http: {
    check: (port) => ({ http: `http://127.0.0.1:${port}/` }),
    serve: (socket) => void socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")),
    silent: "down protocol timeout",
  },
  tcp: {
    check: (port) => ({ tcp: `127.0.0.1:${port}`, expect: { banner: "SSH" } }),
    serve: (socket) => void socket.write("SSH-2.0-OpenSSH_9.2\r\n"),
    silent: "down protocol timeout",
  },
  tls: { check: (port) => ({ tls: `127.0.0.1:${port}` }), serve: null, silent: "down tls timeout" },
  smtp: {
    check: (port) => ({ smtp: `127.0.0.1:${port}` }),
    serve: serveSmtp,
    silent: "down protocol timeout",
  },
  imap: {
    check: (port) => ({ imap: `imap://127.0.0.1:${port}` }),
    serve: serveImap,
    silent: "down protocol timeout",
  },
  pop3: {
    check: (port) => ({ pop3: `pop3://127.0.0.1:${port}` }),
    serve: servePop3,
    silent: "down protocol timeout",
  },
  ssh: { check: (port) => ({ ssh: `127.0.0.1:${port}` }), serve: null, silent: "down protocol timeout" },
  redis: {
    check: (port) => ({ redis: `redis://127.0.0.1:${port}` }),
    serve: serveRedis,
    silent: "down protocol timeout",
  },
  postgres: {
    check: (port) => ({ postgres: `postgres://koboshi@127.0.0.1:${port}/shop`, password: "x", query: "select 1" }),
    serve: null,
    silent: "down protocol timeout",
  },
  mysql: {
    check: (port) => ({ mysql: `mysql://koboshi@127.0.0.1:${port}/shop`, password: "x", query: "select 1" }),
    serve: null,
    silent: "down protocol timeout",
  },
  websocket: {
    check: (port) => ({ websocket: `ws://127.0.0.1:${port}/` }),
    serve: null,
    silent: "down protocol timeout",
  },
};

function serveRedis(socket: Socket): void {
  socket.on("data", (request: Buffer) => {
    const asksInfo = request.toString().includes("INFO");
    socket.write(asksInfo ? "$29\r\nredis_version:7\r\nrole:master\r\n\r\n" : "+PONG\r\n");
  });
}

function serveSmtp(socket: Socket): void {
  socket.write("220 mail.test ESMTP\r\n");
  socket.on("data", (line: Buffer) => {
    const verb = line.toString().slice(0, 4);
    if (verb === "QUIT") socket.end("221 bye\r\n");
    else socket.write("250-mail.test\r\n250 SIZE 1000\r\n");
  });
}

function serveImap(socket: Socket): void {
  socket.write("* OK ready\r\n");
  socket.on("data", (line: Buffer) => {
    const [tag, verb] = line.toString().trim().split(" ");
    socket.write(`${verb === "CAPABILITY" ? "* CAPABILITY IMAP4rev1\r\n" : "* BYE\r\n"}${tag} OK done\r\n`);
  });
}

function servePop3(socket: Socket): void {
  socket.write("+OK ready\r\n");
  socket.on(
    "data",
    (line: Buffer) => void socket.write(line.toString().startsWith("CAPA") ? "+OK\r\n.\r\n" : "+OK\r\n"),
  );
}

for (const [kind, { check, serve, silent }] of Object.entries(kinds)) {
  if (serve !== null) {
    test(`${kind}: a server that answers is up`, async (t) => {
      const server = await listen(t, serve);
      const result = await look(check(server.port));
      assertResult(result);
      assert.equal(said(result), "up");
      assert.equal(result.address, `127.0.0.1:${server.port}`);
      await until(() => server.open() === 0, "every connection closed");
    });
  }

  test(`${kind}: a closed port is down at connect, at once`, async () => {
    const result = await inTime(1_000, look(check(await freePort())));
    assert.equal(said(result), "down connect refused");
  });

  test(`${kind}: a server that accepts and never answers ends at the timeout`, async (t) => {
    const server = await listen(t);
    const result = await inTime(400, look(check(server.port), { timeoutMs: 400 }));
    assert.equal(said(result), silent);
    assert.ok(result.timings.totalMs >= 390);
    await until(() => server.open() === 0, "the connection closed");
  });

  test(`${kind}: calling it off closes its connection and says unknown`, async (t) => {
    const server = await listen(t);
    const controller = new AbortController();
    const looking = look(check(server.port), { signal: controller.signal });
    await until(() => server.open() === 1, "connected");
    controller.abort();
    const result = await inTime(0, looking);
    assert.equal(`${result.outcome} ${result.error?.code}`, "unknown aborted");
    await until(() => server.open() === 0, "the connection closed");
  });

  test(`${kind}: called off before it begins, it connects nowhere`, async (t) => {
    const server = await listen(t);
    const result = await look(check(server.port), { signal: AbortSignal.abort() });
    assertResult(result);
    assert.equal(`${result.outcome} ${result.error?.code}`, "unknown aborted");
    assert.equal(server.open(), 0);
  });

  test(`${kind}: a server that closes without a word is down`, async (t) => {
    const server = await listen(t, (socket) => socket.destroy());
    const result = await look(check(server.port));
    assertResult(result);
    assert.match(said(result), /^down (?:protocol|tls) closed$/);
  });

  test(`${kind}: whatever bytes come, the result is a value and nothing is left open`, async (t) => {
    let answer = Buffer.alloc(0);
    const server = await listen(t, (socket) => void socket.end(answer));
    await fc.assert(
      fc.asyncProperty(garbage, async (bytes) => {
        answer = bytes;
        assertResult(await look(check(server.port), { timeoutMs: 1_000 }));
      }),
      { numRuns: 150 },
    );
    await until(() => server.open() === 0, "every connection closed");
  });
}

const beginnings = [
  "",
  "HTTP/1.1 200 OK\r\n",
  "HTTP/1.1 302 Found\r\nLocation: ",
  "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 40\r\n\r\n",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
  "HTTP/1.1 101 Switching Protocols\r\n\r\n",
  "220 ",
  "* OK ready\r\n",
  "+OK ready\r\n",
  "SSH-2.0-x\r\n",
  "220-a\r\n220 b\r\n250-x\r\n",
  "\u0016\u0003\u0003\u0000\u0002",
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\u0081\u007e",
  // PostgreSQL: a refusal, a wish for a password, a login that worked
  "E\0\0\0\u0020SFATAL\0C53300\0Mtoo many\0",
  "R\0\0\0\u0017\0\0\0\u000aSCRAM-SHA-256\0\0",
  "R\0\0\0\u0008\0\0\0\0Z\0\0\0\u0005IT\0\0\0",
  // MySQL: a refusal, a greeting and what might follow it
  "\u0017\0\0\0\u00ff\u0010\u0004Too many connections",
  `\u004a\0\0\0\u000a10.11.19-MariaDB\0\u0001\0\0\0abcdefgh\0\u00fe\u00f7\u002d\u0002\0\u00ff\u0081\u0015${"\0".repeat(10)}abcdefghijkl\0mysql_native_password\0\u0007\0\0\u0002`,
  "+PONG\r\n$",
  "-LOADING x\r\n",
];
const garbage = fc
  .tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 200 }), fc.constantFrom("", "\r\n", "\r\n\r\n"))
  .map(([beginning, bytes, end]) => Buffer.concat([Buffer.from(beginning, "latin1"), bytes, Buffer.from(end)]));
