import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { openSftp } from "../../src/clients/sftp.ts";
import { pageEdition } from "../../src/inform/edition.ts";
import { publishPage } from "../../src/inform/publishers/index.ts";
import type { PublishTarget } from "../../src/kernel/model/site.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { pageCases } from "../doubles/page-facts.ts";
import { startSshd, type KeyKind, type Sshd } from "../doubles/sshd.ts";

type SftpTarget = Extract<PublishTarget, { kind: "sftp" }>;
const clock = createSystemClock();
const { signal } = new AbortController();
const kinds: readonly KeyKind[] = ["ed25519", "ecdsa", "rsa"];
const ok = pageEdition(pageCases.ok()).files;
const down = pageEdition(pageCases.down()).files;
let sshd: Sshd;
let root: string;

before(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-page-"));
  sshd = await startSshd();
});
after(async () => {
  await sshd.stop();
  fs.rmSync(root, { recursive: true, force: true });
});

function target(given: Partial<SftpTarget> = {}): SftpTarget {
  return {
    kind: "sftp",
    key: "away",
    at: "cloud",
    host: "127.0.0.1",
    port: sshd.port,
    user: sshd.user,
    privateKey: sshd.key("ed25519"),
    hostKey: sshd.fingerprints.ed25519,
    path: path.join(root, "page"),
    ...given,
  };
}

async function reasonOf(given: Partial<SftpTarget>): Promise<string> {
  const result = await publishPage(target(given), ok, { clock, signal });
  assert.ok(!result.ok);
  assert.equal(result.error.code, "KB6002");
  return String(result.error.facts["reason"]);
}

test("every kind of key is taken, ours and the server's", async () => {
  for (const kind of kinds) {
    const given = { privateKey: sshd.key(kind), hostKey: sshd.fingerprints[kind], path: path.join(root, kind) };
    const result = await publishPage(target(given), ok, { clock, signal });
    assert.ok(result.ok, kind);
  }
});

test("a host nobody has confirmed is told nothing, and its fingerprint is shown", async () => {
  assert.equal(
    await reasonOf({ hostKey: null, path: path.join(root, "none") }),
    `host-key-unknown: ${sshd.fingerprints.ed25519}`,
  );
  assert.ok(!fs.existsSync(path.join(root, "none")));
});

test("another host key than the pinned one ends it before anything is sent", async () => {
  const reason = await reasonOf({ hostKey: `SHA256:${"A".repeat(43)}`, path: path.join(root, "none") });
  assert.match(reason, /^host-key-changed: SHA256:/);
  assert.ok(!fs.existsSync(path.join(root, "none")));
});

test("keys that are missing, broken or not let in are told apart", async () => {
  assert.equal(await reasonOf({ privateKey: null }), "private-key-missing");
  assert.match(await reasonOf({ privateKey: new Secret("not a key", "test") }), /^private-key-unreadable: /);
  const other = await startSshd();
  try {
    assert.match(await reasonOf({ privateKey: other.key("ed25519") }), /^auth-refused: /);
  } finally {
    await other.stop();
  }
  const hidden = await reasonOf({ privateKey: new Secret("-----BEGIN x hunter2", "test") });
  assert.ok(!hidden.includes("hunter2"));
});

test("a server that is not there is said", async () => {
  assert.match(await reasonOf({ port: 1 }), /^connection-failed: .*ECONNREFUSED/);
});

test("a folder that may not be written is said", async () => {
  assert.equal(await reasonOf({ path: "/sys/koboshi" }), "permission-denied: /sys/koboshi");
});

test("a full disk leaves the page that was there, whole, and is mended when there is space", async () => {
  const mount = path.join(root, "small");
  fs.mkdirSync(mount);
  const small = await startSshd({ tmpfs: { path: mount, size: "64k" } });
  try {
    const given = { port: small.port, privateKey: small.key("rsa"), hostKey: small.fingerprints.rsa, path: mount };
    const publish = (files: typeof ok): ReturnType<typeof publishPage> =>
      publishPage(target(given), files, { clock, signal });
    assert.ok((await publish(ok)).ok);
    for (let attempt = 0; attempt < 2; attempt++) {
      const full = await publish(down);
      assert.ok(!full.ok);
      assert.match(String(full.error.facts["reason"]), /^not-written: .*koboshi-new/);
      const opened = await openSftp(target(given), { clock, signal });
      assert.ok(opened.ok);
      for (const file of ok) assert.deepEqual(await opened.value.read(path.join(mount, file.path), 1e6), file.body);
      opened.value.close();
    }
    assert.ok((await publish(ok)).ok);
  } finally {
    await small.stop();
  }
});

/** Passes bytes on until the server has sent `bytes`, then goes silent and keeps the line. */
async function silentAfter(bytes: number, port: number): Promise<net.Server> {
  const proxy = net.createServer((near) => {
    const far = net.connect(port, "127.0.0.1");
    let sent = 0;
    far.on("data", (chunk: Buffer) => {
      sent += chunk.length;
      if (sent <= bytes) near.write(chunk);
    });
    near.on("data", (chunk) => far.write(chunk));
    near.on("close", () => far.destroy()).on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return proxy;
}

test("a server that falls silent at any point is given up in time", async () => {
  const quiet = net.createServer(() => {});
  await new Promise<void>((resolve) => quiet.listen(0, "127.0.0.1", resolve));
  const proxies = await Promise.all([100, 1_500, 3_000, 4_000, 6_000].map((bytes) => silentAfter(bytes, sshd.port)));
  try {
    for (const server of [quiet, ...proxies]) await givenUp((server.address() as net.AddressInfo).port);
  } finally {
    for (const server of [quiet, ...proxies]) server.close();
  }
});

async function givenUp(port: number): Promise<void> {
  const fake = createFakeClock();
  const startMs = fake.monotonicMs();
  const publication = publishPage(target({ port, path: path.join(root, "silent") }), down, { clock: fake, signal });
  const story = { isOver: false };
  const attempt = publication.finally(() => {
    story.isOver = true;
  });
  while (!story.isOver) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await fake.advance(500);
  }
  const result = await attempt;
  assert.ok(!result.ok);
  assert.match(String(result.error.facts["reason"]), /^timeout/);
  assert.ok(fake.monotonicMs() - startMs <= 30_000);
}

test("a connection that breaks is said, and the next attempt succeeds", async () => {
  const breaking = net.createServer((near) => {
    const far = net.connect(sshd.port, "127.0.0.1");
    let sent = 0;
    far.on("data", (chunk: Buffer) => {
      sent += chunk.length;
      if (sent > 4_000) near.destroy();
      else near.write(chunk);
    });
    near.on("data", (chunk) => far.write(chunk)).on("close", () => far.destroy());
  });
  await new Promise<void>((resolve) => breaking.listen(0, "127.0.0.1", resolve));
  const { port } = breaking.address() as net.AddressInfo;
  try {
    assert.match(await reasonOf({ port, path: path.join(root, "broken") }), /^connection-failed/);
  } finally {
    breaking.close();
  }
  assert.ok((await publishPage(target({ path: path.join(root, "broken") }), ok, { clock, signal })).ok);
});
