import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { pageEdition, type PageFile } from "../../src/inform/edition.ts";
import { publishPage, publishers } from "../../src/inform/publishers/index.ts";
import type { PublishTarget } from "../../src/kernel/model/site.ts";
import { pageCases } from "../doubles/page-facts.ts";
import { startSshd, type Sshd } from "../doubles/sshd.ts";

const clock = createSystemClock();
const { signal } = new AbortController();
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

const targets: Readonly<Record<string, (folder: string) => PublishTarget>> = {
  folder: (folder) => ({ kind: "folder", key: "local", at: null, path: folder }),
  sftp: (folder) => ({
    kind: "sftp",
    key: "away",
    at: "cloud",
    host: "127.0.0.1",
    port: sshd.port,
    user: sshd.user,
    privateKey: sshd.key("ed25519"),
    hostKey: sshd.fingerprints.ed25519,
    path: folder,
  }),
};
const down = pageEdition(pageCases.down()).files;
const ok = pageEdition(pageCases.ok()).files;

test("every publisher file is registered, and named after its kind", () => {
  const files = fs.readdirSync("src/inform/publishers").filter((name) => !/^index\.ts$|\.test\.ts$/.test(name));
  assert.deepEqual(publishers.map((publisher) => `${publisher.kind}.ts`).sort(), files.sort());
  assert.deepEqual(Object.keys(targets).sort(), publishers.map((publisher) => publisher.kind).sort());
});

function treeOf(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

function pathsOf(files: readonly PageFile[]): string[] {
  return [".koboshi-page.json", ...files.map((file) => file.path)].sort();
}

async function refused(target: PublishTarget, files: readonly PageFile[]): Promise<string> {
  const result = await publishPage(target, files, { clock, signal });
  assert.ok(!result.ok);
  assert.equal(result.error.code, "KB6002");
  assert.equal(result.error.facts["target"], target.key);
  return String(result.error.facts["reason"]);
}

async function published(target: PublishTarget, files: readonly PageFile[]): Promise<void> {
  const result = await publishPage(target, files, { clock, signal });
  if (!result.ok) throw result.error;
  assert.match(result.value.hash, /^[0-9a-f]{64}$/);
}

for (const [kind, targetAt] of Object.entries(targets)) {
  const fresh = (name: string): string => path.join(root, kind, name);

  test(`${kind}: every file is there, readable for everybody, and nothing else`, async () => {
    const folder = fresh("new/deeper");
    const umask = process.umask(0o077);
    try {
      await published(targetAt(folder), down);
    } finally {
      process.umask(umask);
    }
    assert.deepEqual(treeOf(folder), pathsOf(down));
    for (const file of down) {
      assert.deepEqual(fs.readFileSync(path.join(folder, file.path)), file.body);
      assert.equal(fs.statSync(path.join(folder, file.path)).mode & 0o777, 0o644);
    }
  });

  test(`${kind}: publishing the same again writes nothing`, async () => {
    const folder = fresh("again");
    await published(targetAt(folder), down);
    const inodes = (): number[] => treeOf(folder).map((name) => fs.statSync(path.join(folder, name)).ino);
    const first = inodes();
    await published(targetAt(folder), down);
    assert.deepEqual(inodes(), first);
  });

  test(`${kind}: what koboshi wrote and no longer needs goes; what others wrote stays`, async () => {
    const folder = fresh("others");
    await published(targetAt(folder), down);
    fs.writeFileSync(path.join(folder, "incident/photo.png"), "theirs");
    fs.writeFileSync(path.join(folder, ".htaccess"), "theirs");
    await published(targetAt(folder), ok);
    assert.deepEqual(treeOf(folder), [...pathsOf(ok), ".htaccess", "incident/photo.png"].sort());
  });

  test(`${kind}: a page of somebody else is neither replaced nor removed`, async () => {
    const folder = fresh("foreign");
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "index.html"), "<h1>Omni Shokai</h1>");
    assert.equal(await refused(targetAt(folder), ok), "foreign-file: index.html");
    assert.deepEqual(treeOf(folder), ["index.html"]);
  });

  test(`${kind}: a manifest others have changed names nothing that koboshi would not write`, async () => {
    const folder = fresh("manifest");
    await published(targetAt(folder), ok);
    const victim = fresh("victim.html");
    fs.writeFileSync(victim, "theirs");
    fs.writeFileSync(path.join(folder, "en.html.bak"), "theirs");
    fs.writeFileSync(path.join(folder, "feed.ja.atom"), "theirs, under one of our names");
    const paths = ["../victim.html", "en.html.bak", "feed.ja.atom", "/etc/passwd", 7];
    fs.writeFileSync(path.join(folder, ".koboshi-page.json"), JSON.stringify({ paths, staging: "../victim.html" }));
    await published(targetAt(folder), ok);
    for (const file of [victim, path.join(folder, "en.html.bak"), path.join(folder, "feed.ja.atom")])
      assert.match(fs.readFileSync(file, "utf8"), /^theirs/);
    fs.writeFileSync(path.join(folder, ".koboshi-page.json"), "{ not json");
    await published(targetAt(folder), down);
  });

  test(`${kind}: nothing is written or read through a symbolic link inside the page`, async () => {
    const folder = fresh("links");
    const elsewhere = fresh("elsewhere");
    fs.mkdirSync(elsewhere, { recursive: true });
    fs.mkdirSync(folder, { recursive: true });
    fs.symlinkSync(elsewhere, path.join(folder, "incident"));
    assert.match(await refused(targetAt(folder), down), /^symbolic-link: /);
    fs.rmSync(path.join(folder, "incident"));
    fs.writeFileSync(path.join(elsewhere, "secret"), "koboshi.page/1 secret");
    fs.symlinkSync(path.join(elsewhere, "secret"), path.join(folder, "index.html"));
    assert.match(await refused(targetAt(folder), ok), /^symbolic-link: /);
    assert.deepEqual(treeOf(elsewhere), ["secret"]);
    assert.equal(fs.readFileSync(path.join(elsewhere, "secret"), "utf8"), "koboshi.page/1 secret");
  });

  test(`${kind}: the page's own folder may be reached by a link`, async () => {
    const folder = fresh("real");
    fs.mkdirSync(folder, { recursive: true });
    fs.symlinkSync(folder, fresh("link"));
    await published(targetAt(fresh("link")), ok);
    assert.deepEqual(treeOf(folder), pathsOf(ok));
  });

  test(`${kind}: what others have changed is put right by the next publication`, async () => {
    const folder = fresh("mended");
    await published(targetAt(folder), ok);
    fs.writeFileSync(path.join(folder, "index.html"), "all is well, says somebody else");
    await published(targetAt(folder), ok);
    assert.deepEqual(
      fs.readFileSync(path.join(folder, "index.html")),
      ok.find((file) => file.path === "index.html")?.body,
    );
  });

  test(`${kind}: what a stopped publication left is cleared`, async () => {
    const folder = fresh("stopped");
    await published(targetAt(folder), ok);
    const staging = ".koboshi-new-0123456789abcdef";
    fs.mkdirSync(path.join(folder, staging));
    fs.writeFileSync(path.join(folder, staging, "index.html"), "half");
    const paths = ok.map((file) => file.path);
    fs.writeFileSync(path.join(folder, ".koboshi-page.json"), JSON.stringify({ paths, staging }));
    await published(targetAt(folder), ok);
    assert.deepEqual(treeOf(folder), pathsOf(ok));
    assert.ok(!fs.existsSync(path.join(folder, staging)));
  });

  test(`${kind}: a file where a folder should be is said`, async () => {
    fs.mkdirSync(fresh("."), { recursive: true });
    fs.writeFileSync(fresh("file"), "");
    assert.match(await refused(targetAt(fresh("file/page")), ok), /^(not-a-folder|not-written): /);
  });

  test(`${kind}: a stop ends it with a reason`, async () => {
    const stopped = AbortSignal.abort();
    const result = await publishPage(targetAt(fresh("never")), ok, { clock, signal: stopped });
    assert.ok(!result.ok && result.error.facts["reason"] === "stopped");
    assert.ok(!fs.existsSync(fresh("never")));
  });
}
