import assert from "node:assert/strict";
import fs from "node:fs";
import type { Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, suite, test, type TestContext } from "node:test";
import type { ProbeResult } from "../../src/kernel/model/observation.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { startDovecot, type Dovecot } from "../doubles/dovecot.ts";
import { createAuthority, type Authority } from "../contract/probes/certificates.ts";
import { listen } from "../contract/probes/listeners.ts";
import { probeOf, said, systemClock } from "../contract/probes/run-probe.ts";
import { assertResult, inTime } from "../contract/probes/suite.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-mailbox-check-"));
// what a shell, a quoted string or SASL would trip over, and not ASCII
const password = "pa ss\"w\\örd'%";
const kinds = ["imap", "pop3"] as const;
type Kind = (typeof kinds)[number];

interface Check {
  readonly kind: Kind;
  readonly url: string;
  readonly keys?: Readonly<Record<string, unknown>>;
  readonly login?: { readonly user: string; readonly password: string };
  readonly timeoutMs?: number;
}

/** One attempt, with the login's secret opened as the hub opens it. */
async function look({ kind, url, keys = {}, login, timeoutMs = 5_000 }: Check): Promise<ProbeResult> {
  const probe = probeOf(kind);
  const spec = probe.schema.parse({ [kind]: url, ...keys }) as Record<string, unknown>;
  const opened = login === undefined ? {} : { user: login.user, password: new Secret(login.password, "test") };
  const context = {
    clock: systemClock,
    timeoutMs,
    signal: new AbortController().signal,
    trustedHosts: new Set<string>(),
  };
  const result = await probe.run({ ...spec, ...opened }, context);
  assertResult(result);
  return result;
}

suite("mailbox servers", () => {
  let dovecot: Dovecot;
  let authority: Authority;

  before(async () => {
    authority = await createAuthority(folder);
    const pem = await authority.issue("mail", { fromDays: -10, toDays: 80, names: "DNS:mail.shop.test" });
    dovecot = await startDovecot({ users: { probe: password }, pem });
  });
  after(async () => {
    await dovecot.stop();
    fs.rmSync(folder, { recursive: true });
  });
  const plain = (kind: Kind): string => `${kind}://127.0.0.1:${dovecot.ports[kind]}`;
  const wrapped = (kind: Kind): string => `${kind}s://127.0.0.1:${dovecot.ports[`${kind}s`]}`;
  const named = (): Record<string, unknown> => ({ server_name: "mail.shop.test", ca: authority.ca });
  const login = { user: "probe", password };

  for (const kind of kinds) {
    test(`${kind}: a real Dovecot is up in clear, by STARTTLS and with TLS from the first byte`, async () => {
      const clear = await look({ kind, url: plain(kind) });
      assert.equal(said(clear), "up");
      assert.match(String(clear.facts["banner"]), /Dovecot/);
      assert.ok((clear.facts["offers"] as readonly string[]).includes(kind === "imap" ? "STARTTLS" : "STLS"));
      const upgraded = await look({ kind, url: plain(kind), keys: { ...named(), starttls: true } });
      assert.equal(said(upgraded), "up");
      assert.equal(upgraded.facts["certificateDaysLeft"], 79);
      const tls = await look({ kind, url: wrapped(kind), keys: named() });
      assert.equal(said(tls), "up");
      assert.equal(tls.facts["certificateDaysLeft"], 79);
      assert.ok(tls.timings.tlsMs !== undefined && tls.timings.firstByteMs !== undefined);
    });

    test(`${kind}: its certificate, greeting and speed are judged`, async () => {
      const { ca } = authority;
      assert.equal(said(await look({ kind, url: wrapped(kind), keys: { ca } })), "down tls certificate-name-mismatch");
      const soon = { ...named(), warn: "90d" };
      assert.equal(said(await look({ kind, url: wrapped(kind), keys: soon })), "degraded tls certificate-expiring");
      const other = { expect: { banner: "Cyrus" } };
      assert.equal(said(await look({ kind, url: plain(kind), keys: other })), "down content banner-differs");
      assert.equal(said(await look({ kind, url: plain(kind), keys: { within: "0ms" } })), "degraded application slow");
      const notTls = `${kind}s://127.0.0.1:${dovecot.ports[kind]}`;
      assert.equal(said(await look({ kind, url: notTls, keys: named() })), "down tls not-tls");
    });

    test(`${kind}: a login opens the mailbox, whatever its password is made of; a wrong one is told as such`, async () => {
      for (const url of [plain(kind), wrapped(kind)]) {
        const entered = await look({ kind, url, keys: named(), login });
        assert.equal(said(entered), "up");
        assert.equal(entered.facts["messages"], 0);
      }
      const wrong = await look({ kind, url: plain(kind), login: { user: "probe", password: "hunter2!" } });
      assert.equal(said(wrong), "down application login-refused");
      assert.doesNotMatch(JSON.stringify(wrong), /hunter2|aHVudGVy/);
    });

    test(`${kind}: authentication that hangs gives connections and no greeting, or no end of the login`, async (t) => {
      t.after(() => dovecot.signal("auth", "SIGCONT"));
      assert.ok(dovecot.signal("auth", "SIGSTOP") > 0);
      const result = await inTime(900, look({ kind, url: plain(kind), login, timeoutMs: 900 }));
      assert.equal(said(result), "down protocol timeout");
      assert.ok(Number(result.timings.connectMs) < 200, "the port itself answers at once");
    });

    test(`${kind}: mail that belongs to someone else is an error after the login`, async (t) => {
      const box = path.join(dovecot.root, "probe");
      for (const name of ["", "new", "cur", "tmp"]) fs.chownSync(path.join(box, name), 0, 0);
      fs.chmodSync(box, 0o700);
      t.after(() => {
        for (const name of ["", "new", "cur", "tmp"]) fs.chownSync(path.join(box, name), dovecot.uid, dovecot.uid);
      });
      const result = await look({ kind, url: plain(kind), login });
      assert.equal(result.outcome, "down");
      assert.equal(result.layer, "application");
      assert.match(result.error?.code ?? "", /^(?:status|login-unavailable)$/);
    });

    test(`${kind}: where encryption is asked for and not offered, no password is sent`, async (t) => {
      const heard: string[] = [];
      const server = await listen(t, (socket: Socket) => {
        socket.write(kind === "imap" ? "* OK ready\r\n" : "+OK ready\r\n");
        socket.on("data", (chunk: Buffer) => {
          heard.push(chunk.toString());
          const [tag = ""] = chunk.toString().split(" ");
          socket.write(kind === "imap" ? `* CAPABILITY IMAP4rev1\r\n${tag} OK done\r\n` : "+OK\r\nUSER\r\n.\r\n");
        });
      });
      const result = await look({ kind, url: `${kind}://127.0.0.1:${server.port}`, keys: { starttls: true }, login });
      assert.equal(said(result), "down protocol no-starttls");
      assert.doesNotMatch(heard.join(""), /LOGIN|PASS|AUTH/);
    });
  }

  const odd: readonly [Kind, string, string][] = [
    ["imap", "* BYE too many connections\r\n", "down application status"],
    ["imap", "220 mail.test ESMTP\r\n", "down protocol not-imap"],
    ["imap", "* OK ready\r\nrubbish\r\n", "down protocol not-imap"],
    ["imap", "* OK never answers\r\n", "down protocol timeout"],
    ["imap", `* OK ${"x".repeat(70_000)}`, "down protocol too-long"],
    ["pop3", "-ERR [SYS/TEMP] come back later\r\n", "down application status"],
    ["pop3", "SSH-2.0-x\r\n", "down protocol not-pop"],
    ["pop3", "+OK ready\r\n+OK list\r\nUSER\r\n", "down protocol timeout"],
    ["pop3", "+OK never answers\r\n", "down protocol timeout"],
  ];
  for (const [kind, words, verdict] of odd) {
    test(`${kind}: ${JSON.stringify(words.slice(0, 40))} is ${verdict}`, async (t) => {
      const server = await listenOnce(t, words);
      assert.equal(
        said(await inTime(400, look({ kind, url: `${kind}://127.0.0.1:${server}`, timeoutMs: 400 }))),
        verdict,
      );
    });
  }
});

async function listenOnce(t: TestContext, words: string): Promise<number> {
  return (await listen(t, (socket) => void socket.write(words))).port;
}
