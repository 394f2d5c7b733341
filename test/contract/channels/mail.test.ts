import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import type { SMTPServerOptions } from "smtp-server";
import { Secret } from "../../../src/kernel/secret.ts";
import { mail } from "../../../src/respond/channels/mail.ts";
import { closedPort, startRaw, startRelay, type MailRelay } from "../../doubles/mail-relay.ts";
import { mailBy, sato, yamada } from "../../doubles/notice-site.ts";
import { channelSuite, failure, messageFor, send } from "./channel-suite.ts";

const password = new Secret("correct horse", "a test");
const login = { user: "koboshi", password };

channelSuite(mail, {
  secret: "correct horse",
  async taking() {
    const relay = await startRelay();
    return { spec: mailBy(relay.port), taken: () => relay.mails.length, close: relay.close };
  },
  async refusing() {
    return mailBy(await closedPort(), login);
  },
  async silent() {
    const server = await startRaw();
    return { spec: mailBy(server.port, login), close: server.close };
  },
});

async function relayFor(t: TestContext, options?: SMTPServerOptions): Promise<MailRelay> {
  const relay = await startRelay(options);
  t.after(relay.close);
  return relay;
}

test("mail: one text in two forms, in the reader's language, with the headers that keep a thread together", async (t) => {
  const relay = await relayFor(t);
  await send(mail, mailBy(relay.port));
  const later = { id: "241-resolved-fedcba9876543210", threadId: messageFor().id, kind: "resolved" } as const;
  await send(mail, mailBy(relay.port), { message: messageFor({ ...later, person: sato, lang: "en" }) });
  const [first, second] = relay.mails;
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(first.mail.subject, "■障害 ネットショップが止まっています(2:12から)#241");
  assert.equal(first.mail.text?.trim(), "ネットショップが止まっています。");
  assert.match(String(first.mail.html), /<p>ネットショップが止まっています。<\/p>/);
  assert.deepEqual([first.mail.from?.address, first.to], ["koboshi@example.jp", ["yamada@example.jp"]]);
  const header = (key: string): string | undefined => first.mail.headers.find((one) => one.key === key)?.value;
  assert.equal(first.mail.messageId, "<241-opened-0123456789abcdef@example.jp>");
  assert.equal(header("auto-submitted"), "auto-generated");
  assert.equal(header("importance"), "high");
  assert.equal(header("x-koboshi-incident"), "241");
  assert.match(first.raw, /Content-Type: text\/plain; charset=utf-8; format=flowed; delsp=yes/);
  assert.deepEqual([second.mail.inReplyTo, second.mail.references], [first.mail.messageId, first.mail.messageId]);
  assert.equal(second.mail.text?.trim(), "Net shop is down.");
  assert.equal(
    second.mail.headers.some((one) => one.key === "importance"),
    false,
  );
});

test("mail: only critical news is of high importance", async (t) => {
  const relay = await relayFor(t);
  await send(mail, mailBy(relay.port), { message: messageFor({ severity: "warning" }) });
  assert.doesNotMatch(relay.mails[0]?.raw ?? "", /^importance:/im);
});

test("mail: the server's reply decides whether trying again can help", async (t) => {
  const replies: [number, string, boolean][] = [
    [421, "server", true],
    [450, "rate-limited", true],
    [451, "server", true],
    [452, "rate-limited", true],
    [550, "client", false],
    [552, "client", false],
    [554, "client", false],
  ];
  for (const [responseCode, reason, retryable] of replies) {
    const relay = await relayFor(t, {
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error("not now"), { responseCode })),
    });
    const error = failure(await send(mail, mailBy(relay.port)));
    assert.deepEqual([responseCode, error.reason, error.retryable], [responseCode, reason, retryable]);
    assert.match(error.text, new RegExp(String(responseCode)));
  }
});

test("mail: a relay that refuses after the text, breaks off or talks nonsense is news, not a crash", async (t) => {
  const refusing = await relayFor(t, {
    onData(stream, _session, done) {
      stream.resume();
      stream.on("end", () => done(Object.assign(new Error("spam"), { responseCode: 554 })));
    },
  });
  assert.equal(failure(await send(mail, mailBy(refusing.port))).retryable, false);
  const breaking = await startRaw((socket) => socket.end("220 hello\r\n"));
  const babbling = await startRaw((socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const pouring = await startRaw((socket) => socket.write(`220-${"x".repeat(200_000)}`));
  for (const server of [breaking, babbling, pouring]) {
    t.after(server.close);
    const error = failure(await send(mail, mailBy(server.port), { limitMs: 3_000 }));
    assert.equal(error.retryable, true);
    assert.ok(error.text.length <= 300);
  }
});

test("mail: a relay that is slow but keeps talking is waited for", async (t) => {
  const relay = await relayFor(t, { onMailFrom: (_address, _session, done) => void setTimeout(done, 700) });
  assert.equal((await send(mail, mailBy(relay.port))).ok, true);
});

test("mail: a wrong password is not tried again, and is never repeated in the error", async (t) => {
  const relay = await relayFor(t, {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password: given }, _session, done) => {
      const echo = Buffer.from(`\0${username}\0${given}`).toString("base64");
      if (given === "right") done(null, { user: username });
      else done(new Error(`no ${given} for ${echo}`));
    },
  });
  const error = failure(await send(mail, mailBy(relay.port, login)));
  assert.deepEqual([error.reason, error.retryable], ["auth", false]);
  assert.ok(!error.text.includes("correct horse") && !/[A-Za-z0-9+/]{20}/.test(error.text), error.text);
  const right = { ...login, password: new Secret("right", "a test") };
  assert.equal((await send(mail, mailBy(relay.port, right))).ok, true);
});

function certificate(): { key: string; cert: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-mail-"));
  try {
    const [key, cert] = [path.join(folder, "key"), path.join(folder, "cert")];
    const subject = ["-subj", "/CN=relay.example", "-days", "2"];
    const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, "-keyout", key, "-out", cert];
    execFileSync("/usr/bin/openssl", made, { stdio: "ignore" });
    return { key: fs.readFileSync(key, "utf8"), cert: fs.readFileSync(cert, "utf8") };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

test("mail: STARTTLS is used when offered; an unproven certificate stops a login, not a mail", async (t) => {
  const secured: boolean[] = [];
  const relay = await relayFor(t, {
    ...certificate(),
    onMailFrom: (_address, session, done) => {
      secured.push(session.secure);
      done();
    },
    onAuth: (_auth, _session, done) => done(null, { user: "koboshi" }),
  });
  assert.equal((await send(mail, mailBy(relay.port))).ok, true);
  assert.deepEqual(secured, [true]);
  assert.match(failure(await send(mail, mailBy(relay.port, login))).text, /self-signed certificate/);
  assert.equal(relay.mails.length, 1);
});

test("mail: smtps speaks TLS from the start and trusts no stranger's certificate", async (t) => {
  const relay = await relayFor(t, { ...certificate(), secure: true });
  const smtp = { host: "127.0.0.1", port: relay.port, tls: "implicit" } as const;
  const { reason, text } = failure(await send(mail, mailBy(relay.port, { smtp })));
  assert.equal(reason, "network");
  assert.match(text, /self-signed certificate/);
});

test("mail: a relay is found by name as the machine itself finds it", async (t) => {
  const relay = await relayFor(t);
  const smtp = { host: "localhost", port: relay.port, tls: "starttls-if-offered" } as const;
  assert.equal((await send(mail, mailBy(0, { smtp }))).ok, true);
  const nowhere = { ...smtp, host: "relay.invalid" };
  const { reason, retryable } = failure(await send(mail, mailBy(0, { smtp: nowhere })));
  assert.deepEqual({ reason, retryable }, { reason: "network", retryable: true });
});

test("mail: no password is sent in the clear to another machine", async (t) => {
  let given = "";
  const server = await startRaw((socket) => {
    socket.write("220 relay\r\n");
    socket.on("data", (chunk) => {
      given += chunk.toString();
      socket.write(chunk.toString().startsWith("EHLO") ? "250-relay\r\n250 AUTH PLAIN LOGIN\r\n" : "502 no\r\n");
    });
  });
  t.after(server.close);
  // an address that is not written as this machine's own, and leads here all the same
  const smtp = { host: "0.0.0.0", port: server.port, tls: "starttls-if-offered" } as const;
  const error = failure(await send(mail, mailBy(0, { smtp, ...login })));
  assert.match(given, /^EHLO .*\r\nSTARTTLS\r\n/);
  assert.ok(!given.includes("AUTH"), given);
  assert.match(error.text, /STARTTLS/);
});

test("mail: someone without an address is said to have none", async () => {
  const message = messageFor({ person: { ...yamada, mail: null } });
  assert.equal(failure(await send(mail, mailBy(1), { message })).reason, "not-configured");
  assert.equal(mail.reaches({ ...yamada, mail: null }), false);
});

test("mail: text from outside cannot add headers, recipients or markup", async (t) => {
  const relay = await relayFor(t);
  const nasty = "x\r\nBcc: thief@example.com\r\n\r\n<script>alert(1)</script>";
  const texts = { ja: { subject: nasty, body: `${nasty}\n.\nFrom here\n>quoted\n` }, en: { subject: "", body: "" } };
  await send(mail, mailBy(relay.port), { message: messageFor({ texts, person: { ...yamada, name: nasty } }) });
  const [got] = relay.mails;
  assert.ok(got !== undefined);
  assert.deepEqual(got.to, ["yamada@example.jp"]);
  assert.equal(got.mail.bcc ?? undefined, undefined);
  assert.doesNotMatch(String(got.mail.html), /<script>/);
  assert.match(got.mail.text ?? "", /\n\.\n/);
});
