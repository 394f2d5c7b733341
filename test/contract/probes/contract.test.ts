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
};

function serveSmtp(socket: Socket): void {
  socket.write("220 mail.test ESMTP\r\n");
  socket.on("data", (line: Buffer) => {
    const verb = line.toString().slice(0, 4);
    if (verb === "QUIT") socket.end("221 bye\r\n");
    else socket.write("250-mail.test\r\n250 SIZE 1000\r\n");
  });
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
  "220-a\r\n220 b\r\n250-x\r\n",
  "\u0016\u0003\u0003\u0000\u0002",
];
const garbage = fc
  .tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 200 }), fc.constantFrom("", "\r\n", "\r\n\r\n"))
  .map(([beginning, bytes, end]) => Buffer.concat([Buffer.from(beginning, "latin1"), bytes, Buffer.from(end)]));
