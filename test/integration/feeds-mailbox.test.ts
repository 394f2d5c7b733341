import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { runAttempt } from "../../src/clients/attempt.ts";
import { connectTo } from "../../src/clients/connect.ts";
import { openMailReader } from "../../src/clients/feed-mail.ts";
import type { FeedSpec } from "../../src/kernel/model/site.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { createAuthority } from "../contract/probes/certificates.ts";
import { startDovecot, type Dovecot } from "../doubles/dovecot.ts";
import { openFeedBench, type FeedBench } from "../doubles/feed-bench.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-feed-mail-"));
const all = { search: "", provider: null, before: null, limit: 50 };
const key = "sakura-vps/0";
let dovecot: Dovecot;
let caFile = "";
let count = 0;

before(async () => {
  const authority = await createAuthority(folder);
  caFile = authority.ca;
  const pem = await authority.issue("mail", { fromDays: -10, toDays: 80, names: "DNS:mail.shop.test" });
  dovecot = await startDovecot({ users: { notices: "pass word" }, pem });
});
after(async () => {
  await dovecot.stop();
  fs.rmSync(folder, { recursive: true });
});

/** Puts a mail where a delivery would. */
function deliver(mail: string | Buffer): void {
  count += 1;
  const file = path.join(dovecot.root, "notices/new", `${Math.floor(Date.now() / 1_000)}.M${count}P1.test`);
  fs.writeFileSync(file, mail);
  fs.chownSync(file, dovecot.uid, dovecot.uid);
}

function mailbox(change: Partial<Extract<FeedSpec, { kind: "imap" }>> = {}): (url: string) => readonly FeedSpec[] {
  const url = `imap://127.0.0.1:${dovecot.ports.imap}`;
  const login = { user: "notices", password: new Secret("pass word", "test") };
  return () => [{ key, match: [], kind: "imap", url, from: "@sakura.example", ...login, ...change }];
}

async function withBox(run: (bench: FeedBench) => Promise<void>, change = {}): Promise<void> {
  const bench = await openFeedBench({ feeds: mailbox(change) });
  try {
    await run(bench);
  } finally {
    await bench.close();
  }
}

// 「メンテナンス 12月3日(木) 2:00〜5:00」 as ISO-2022-JP, the way Japanese providers still send it
const jis = Buffer.concat([
  Buffer.from(
    "From: info@sakura.example\r\nTo: a@b.example\r\nSubject: =?ISO-2022-JP?B?GyRCJWElcyVGJUolcyU5GyhC?=\r\nMessage-ID: <1@sakura.example>\r\nDate: Wed, 18 Nov 2026 10:00:00 +0900\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\n\r\n",
  ),
  Buffer.from("12\u001B$B7n\u001B(B3\u001B$BF|\u001B(B 2:00-5:00\r\n", "latin1"),
]);

test("mails of the provider are read by their numbers, and nothing in the mailbox changes", async () => {
  deliver(jis);
  deliver("From: shop@other.example\r\nSubject: sale\r\nMessage-ID: <2@x>\r\n\r\n12/24 1:00-2:00\r\n");
  await withBox(async (bench) => {
    await bench.feeds().readNow(key);
    assert.deepEqual(bench.feeds().feeds()[0]?.trouble, null);
    const first = await bench.feeds().notices(all);
    assert.deepEqual(
      first.map(({ newest }) => newest.title),
      ["メンテナンス"],
    );
    assert.deepEqual(
      first[0]?.newest.read.windows.map(({ startMs, endMs }) => [startMs, endMs]),
      [[Date.parse("2026-12-03T02:00+09:00"), Date.parse("2026-12-03T05:00+09:00")]],
    );
    const huge = `From: info@sakura.example\r\nSubject: big\r\nMessage-ID: <3@x>\r\n\r\nx) f9 OK {5}\r\n${"0123456789\r\n".repeat(60_000)}`;
    deliver(huge);
    await bench.restart();
    await bench.feeds().readNow(key);
    await bench.feeds().readNow(key);
    const later = await bench.feeds().notices(all);
    assert.deepEqual(
      later.map(({ newest, versions }) => [newest.title, versions]),
      [
        ["big", 1],
        ["メンテナンス", 1],
      ],
    );
    assert.ok((later[0]?.newest.text.length ?? 0) <= 262_144);
  });
  const files = ["new", "cur"].flatMap((part) => fs.readdirSync(path.join(dovecot.root, "notices", part)));
  assert.equal(files.length, 3);
  assert.ok(
    files.every((name) => !/:2,.*[STD]/.test(name)),
    files.join(" "),
  );
});

test("a refused login and a mailbox without a password are said, without the password", async () => {
  await withBox(
    async (bench) => {
      await bench.feeds().readNow(key);
      const { trouble } = bench.feeds().feeds()[0] ?? {};
      assert.equal(trouble?.code, "login-refused");
      assert.ok(!JSON.stringify(bench.feeds().feeds()).includes("wrong-secret"));
    },
    { password: new Secret("wrong-secret", "test") },
  );
  await withBox(
    async (bench) => {
      await bench.feeds().readNow(key);
      assert.equal(bench.feeds().feeds()[0]?.trouble?.code, "login-missing");
    },
    { password: null },
  );
});

test("over STARTTLS the same mails are read as bytes, and the password is sent only after it", async () => {
  const logBefore = dovecot.log();
  const read = await throughStarttls(caFile);
  assert.deepEqual(read.subjects, ["=?ISO-2022-JP?B?GyRCJWElcyVGJUolcyU5GyhC?=", "big"]);
  assert.equal(read.longest, 262_144);
  assert.match(dovecot.log().slice(logBefore.length), /Login: user=<notices>.*TLS/);
  assert.equal((await throughStarttls(null)).code, "certificate-chain-incomplete");
});

test("a password is never sent in clear to another machine", async () => {
  await withBox(
    async (bench) => {
      await bench.feeds().readNow(key);
      // its certificate is not one that anybody vouches for, so the session ends before the login
      assert.equal(bench.feeds().feeds()[0]?.trouble?.code, "certificate-chain-incomplete");
    },
    { url: `imap://${os.hostname()}.localhost:${dovecot.ports.imap}` },
  );
});

interface Read {
  readonly code: string | null;
  readonly subjects: readonly string[];
  readonly longest: number;
}

/** Every mail of the provider, the first 256 KB of each. */
async function throughStarttls(trusted: string | null): Promise<Read> {
  const read = { subjects: [] as string[], longest: 0 };
  const login = { user: "notices", password: new Secret("pass word", "test") };
  const clock = createSystemClock();
  const limits = { clock, timeoutMs: 10_000, signal: new AbortController().signal };
  const { error } = await runAttempt(limits, async (attempt) => {
    const connected = await connectTo(attempt, { addresses: ["127.0.0.1"], port: dovecot.ports.imap });
    if (!connected.ok) return connected.error;
    const wanted = { host: "mail.shop.test", encryption: "starttls", login, caFile: trusted } as const;
    const opened = await openMailReader(attempt, connected.value, wanted);
    if (!opened.ok) return opened.error;
    const reader = opened.value;
    const box = await reader.examine();
    if (!box.ok) return box.error;
    const found = await reader.search({ afterUid: null, from: "@sakura.example", sinceDay: clock.nowMs() - 864e5 });
    if (!found.ok) return found.error;
    for (const uid of found.value) {
      const mail = await reader.fetch(uid, 262_144);
      if (!mail.ok) return mail.error;
      const text = mail.value?.toString("latin1") ?? "";
      read.subjects.push(/^Subject: (.*)\r$/m.exec(text)?.[1] ?? "");
      read.longest = Math.max(read.longest, text.length);
    }
    await reader.logout();
    return null;
  });
  return { code: error?.code ?? null, ...read };
}
