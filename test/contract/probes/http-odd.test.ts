import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test, type TestContext } from "node:test";
import zlib from "node:zlib";
import { listen, until } from "./listeners.ts";
import { look, said } from "./run-probe.ts";
import { inTime } from "./suite.ts";

/** What a probe says of a server that sends exactly these bytes and then closes, or `hold`s the connection. */
async function answering(
  t: TestContext,
  bytes: string | Buffer,
  {
    expect = {},
    hold = false,
    timeoutMs = 2_000,
  }: { expect?: Record<string, unknown>; hold?: boolean; timeoutMs?: number } = {},
): ReturnType<typeof look> {
  const server = await listen(
    t,
    (socket) => void socket.once("data", () => (hold ? socket.write(bytes) : socket.end(bytes))),
  );
  const result = await inTime(timeoutMs, look({ http: `http://127.0.0.1:${server.port}/`, expect }, { timeoutMs }));
  await until(() => server.open() === 0, "the connection closed");
  return result;
}

function page(body: Buffer | string, ...headers: readonly string[]): Buffer {
  const bytes = Buffer.from(body);
  const head = ["HTTP/1.1 200 OK", ...headers, `Content-Length: ${bytes.length}`, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head), bytes]);
}

test("what is not HTTP is told at the protocol", async (t) => {
  for (const [bytes, outcome] of [
    ["SSH-2.0-OpenSSH_9.2\r\n", "down protocol not-http"],
    ["\u0000\u0001\u0002", "down protocol not-http"],
    ["HTTP/1.1 abc\r\n\r\n", "down protocol not-http"],
    ["HTTP/1.1 200 OK\r\nX: 1", "down protocol closed"],
    [`HTTP/1.1 200 OK\r\nX: ${"a".repeat(100_000)}\r\n\r\n`, "down protocol headers-too-long"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "down protocol body-cut"],
    ["HTTP/1.1 302 Found\r\nLocation: mailto:a@b\r\nContent-Length: 0\r\n\r\n", "down application redirect-broken"],
    ["HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n", "down application redirect-broken"],
    ["HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\n\r\n", "down application redirect-private"],
    ["HTTP/1.1 302 Found\r\nLocation: http://[::ffff:10.0.0.1]/\r\n\r\n", "down application redirect-private"],
    ["HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "up"],
    ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "down application status"],
  ] as const) {
    assert.equal(said(await answering(t, bytes)), outcome, bytes.slice(0, 40));
  }
});

test("a page whose grammar only browsers forgive is up", async (t) => {
  assert.equal(said(await answering(t, "HTTP/1.1 200 OK\nX-Y: a\u0001b\nContent-Length: 2\n\nok")), "up");
  assert.equal(said(await answering(t, "HTTP/1.0 200 OK\r\n\r\nok", { expect: { contains: "ok" } })), "up");
});

test("a body that stalls halfway ends at the timeout, at the application", async (t) => {
  const result = await answering(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", {
    hold: true,
    timeoutMs: 400,
  });
  assert.equal(said(result), "down application timeout");
});

function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write("X"), 10);
  socket.on("close", () => clearInterval(timer));
}

test("a server that sends one byte after another for ever ends at the timeout", async (t) => {
  const server = await listen(t, (socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    drip(socket);
  });
  const result = await inTime(400, look({ http: `http://127.0.0.1:${server.port}/` }, { timeoutMs: 400 }));
  assert.equal(said(result), "down protocol timeout");
});

test("a body without end is up once its first megabyte is read, and the connection is closed", async (t) => {
  const chunk = Buffer.alloc(65_536, "a");
  const server = await listen(t, (socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const pour = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on("drain", pour);
    pour();
  });
  const result = await look({ http: `http://127.0.0.1:${server.port}/`, expect: { contains: "aaa" } });
  assert.equal(said(result), "up");
  assert.equal(result.facts["bodyTruncated"], true);
  await until(() => server.open() === 0, "the connection closed");
});

test("compressed pages are read, broken ones told, and a bomb ends at a megabyte", async (t) => {
  const text = "カートに入れる";
  const expect = { contains: text };
  for (const [encoding, pack] of [
    ["gzip", zlib.gzipSync],
    ["deflate", zlib.deflateSync],
    ["br", zlib.brotliCompressSync],
  ] as const) {
    assert.equal(
      said(await answering(t, page(pack(Buffer.from(text)), `Content-Encoding: ${encoding}`), { expect })),
      "up",
      encoding,
    );
    const broken = await answering(t, page("not compressed at all", `Content-Encoding: ${encoding}`), { expect });
    assert.equal(said(broken), "down protocol bad-compression", encoding);
    const bomb = pack(Buffer.alloc(50_000_000));
    const bombed = await answering(t, page(bomb, `Content-Encoding: ${encoding}`), { expect, timeoutMs: 5_000 });
    assert.equal(said(bombed), "down content text-missing", encoding);
    assert.equal(bombed.facts["bodyTruncated"], true);
    assert.equal(bombed.facts["bodyBytes"], 1_048_576);
  }
});

test("charsets are read from the header, the page or the bytes; what cannot be read is counted", async (t) => {
  const eucCart = Buffer.from("a5aba1bca5c8", "hex");
  const jisCart = Buffer.from("1b2442252b213c25481b2842", "hex");
  const sjisCart = Buffer.from("834a815b8367", "hex");
  const meta = Buffer.from('<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">');
  const expect = { contains: "カート" };
  for (const [bytes, type, charset] of [
    [eucCart, "text/html; charset=EUC-JP", "euc-jp"],
    [jisCart, "text/html; charset=iso-2022-jp", "iso-2022-jp"],
    [jisCart, "text/html", "iso-2022-jp"],
    [Buffer.concat([meta, sjisCart]), "text/html", "shift_jis"],
    [sjisCart, "text/html", "shift_jis"],
    [eucCart, "text/html; charset=x-no-such", "euc-jp"],
    [Buffer.from("\uFEFFカート"), "text/html; charset=Shift_JIS", "utf-8"],
  ] as const) {
    const result = await answering(t, page(bytes, `Content-Type: ${type}`), { expect });
    assert.equal(said(result), "up", `${charset} ${type}`);
    assert.equal(result.facts["charset"], charset);
  }
  const broken = Buffer.concat([Buffer.from("カート"), Buffer.from([0xff, 0xfe, 0x80])]);
  const result = await answering(t, page(broken, "Content-Type: text/html; charset=utf-8"), { expect });
  assert.equal(said(result), "up");
  assert.equal(result.facts["replacementCharacters"], 3);
});

test("a pattern that backtracks without end is interrupted, and does not count against the site", async (t) => {
  const result = await answering(t, page(`${"a".repeat(40)}b`), { expect: { matches: "^(a+)+$" } });
  assert.equal(said(result), "unknown content pattern-too-slow");
});

test("the check's own headers do not follow a redirect to another host", async (t) => {
  const heard: string[] = [];
  const other = await listen(t, (socket) => {
    socket.once("data", (bytes: Buffer) => {
      heard.push(bytes.toString());
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
  });
  const first = await listen(t, (socket) => {
    socket.once("data", () =>
      socket.end(`HTTP/1.1 307 Away\r\nLocation: http://localhost:${other.port}/\r\nContent-Length: 0\r\n\r\n`),
    );
  });
  const check = {
    http: `http://127.0.0.1:${first.port}/`,
    method: "POST",
    body: "secret-body",
    headers: { authorization: "secret-token" },
  };
  assert.equal(said(await look(check, { trustedHosts: ["localhost"] })), "up");
  assert.equal(heard.length, 1);
  assert.doesNotMatch(heard[0] ?? "", /secret/);
});

test("control characters of a server's words are shown, not obeyed", async (t) => {
  const result = await answering(t, "HTTP/1.1 503 \u001b[31mred\u202e\r\nContent-Length: 0\r\n\r\n");
  assert.equal(said(result), "down application status");
  assert.doesNotMatch(result.error?.text ?? "", /\p{C}/u);
});
