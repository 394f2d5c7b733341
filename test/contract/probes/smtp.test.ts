import assert from "node:assert/strict";
import fs from "node:fs";
import type { Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, suite, test, type TestContext } from "node:test";
import { createAuthority, type Authority } from "./certificates.ts";
import { freePort, listen } from "./listeners.ts";
import { startPostfix } from "./postfix.ts";
import { look, said } from "./run-probe.ts";
import { assertResult, inTime } from "./suite.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-smtp-"));
let stop: () => Promise<void>;
let authority: Authority;
const ports = { plain: 0, wrapped: 0 };

/** What is said of a server that answers line by line from this table, the greeting first. */
async function speaking(
  t: TestContext,
  table: Readonly<Record<string, string>>,
  check: Record<string, unknown> = {},
): ReturnType<typeof look> {
  const server = await listen(t, (socket: Socket) => {
    if (table["greeting"] !== undefined) socket.write(table["greeting"]);
    socket.on("data", (line: Buffer) => void socket.write(table[line.toString().slice(0, 4).trim()] ?? ""));
  });
  return inTime(500, look({ smtp: `127.0.0.1:${server.port}`, ...check }, { timeoutMs: 500 }));
}

suite("a mail server", () => {
  before(async () => {
    authority = await createAuthority(folder);
    ports.plain = await freePort();
    ports.wrapped = await freePort();
    stop = await startPostfix(
      ports,
      await authority.issue("mail", { fromDays: -10, toDays: 80, names: "DNS:mail.shop.test" }),
    );
  });
  after(async () => {
    await stop();
    fs.rmSync(folder, { recursive: true });
  });

  test("a real Postfix is up in clear, by STARTTLS and with TLS from the first byte", async () => {
    const tls = { server_name: "mail.shop.test", ca: authority.ca };
    const plain = await look({ smtp: `127.0.0.1:${ports.plain}`, expect: { banner: "mail.shop.test ESMTP" } });
    assertResult(plain);
    assert.equal(said(plain), "up");
    assert.equal(plain.facts["banner"], "220 mail.shop.test ESMTP Postfix");
    assert.ok((plain.facts["offers"] as readonly string[]).includes("STARTTLS"));
    const starttls = await look({ smtp: `127.0.0.1:${ports.plain}`, starttls: true, ...tls });
    assertResult(starttls);
    assert.equal(said(starttls), "up");
    assert.equal(starttls.facts["certificateDaysLeft"], 79);
    const wrapped = await look({ smtp: `127.0.0.1:${ports.wrapped}`, tls: true, ...tls });
    assertResult(wrapped);
    assert.equal(said(wrapped), "up");
  });

  test("its certificate is judged, its greeting and its speed too", async () => {
    const smtp = `127.0.0.1:${ports.plain}`;
    assert.equal(said(await look({ smtp, starttls: true, ca: authority.ca })), "down tls certificate-name-mismatch");
    assert.equal(
      said(await look({ smtp, starttls: true, server_name: "mail.shop.test" })),
      "down tls certificate-chain-incomplete",
    );
    const soon = { smtp, starttls: true, server_name: "mail.shop.test", ca: authority.ca, warn: "90d" };
    assert.equal(said(await look(soon)), "degraded tls certificate-expiring");
    assert.equal(said(await look({ smtp, expect: { banner: "Exim" } })), "down content banner-differs");
    assert.equal(said(await look({ smtp, expect: { within: "0ms" } })), "degraded application slow");
    assert.equal(said(await look({ smtp, tls: true })), "down tls not-tls");
  });

  test("servers that behave oddly get a verdict at the layer where they stopped", async (t) => {
    const good = { greeting: "220 x\r\n", EHLO: "250 x\r\n", QUIT: "221 bye\r\n" };
    assert.equal(said(await speaking(t, good)), "up");
    assert.equal(said(await speaking(t, { ...good, greeting: "220-one\r\n220-two\r\n220 three\r\n" })), "up");
    assert.equal(said(await speaking(t, { ...good, greeting: "220 bare\n" })), "up");
    assert.equal(
      said(await speaking(t, { ...good, greeting: "554 no access for you\r\n" })),
      "down application status",
    );
    assert.equal(said(await speaking(t, { ...good, greeting: "421 too busy\r\n" })), "down application status");
    assert.equal(said(await speaking(t, { ...good, greeting: "SSH-2.0-x\r\n" })), "down protocol not-smtp");
    assert.equal(said(await speaking(t, { ...good, greeting: "220-never ends\r\n" })), "down protocol timeout");
    assert.equal(said(await speaking(t, { ...good, EHLO: "" })), "down protocol timeout");
    assert.equal(said(await speaking(t, { ...good, EHLO: "451 disk full\r\n" })), "down application status");
    assert.equal(said(await speaking(t, good, { starttls: true })), "down protocol no-starttls");
    const injecting = { ...good, EHLO: "250-x\r\n250 STARTTLS\r\n", STAR: "220 go\r\n250 injected\r\n" };
    assert.equal(said(await speaking(t, injecting, { starttls: true })), "down protocol not-smtp");
    const stalling = { ...injecting, STAR: "220 go\r\n" };
    assert.equal(said(await speaking(t, stalling, { starttls: true })), "down tls timeout");
    assert.equal(said(await speaking(t, { ...good, greeting: "2".repeat(70_000) })), "down protocol too-long");
  });

  test("a server that does not say goodbye is still up", async (t) => {
    assert.equal(said(await speaking(t, { greeting: "220 x\r\n", EHLO: "250 x\r\n" })), "up");
  });
});
