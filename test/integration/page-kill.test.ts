import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { pageEdition } from "../../src/inform/edition.ts";
import { publishPage } from "../../src/inform/publishers/index.ts";
import type { PublishTarget } from "../../src/kernel/model/site.ts";
import { pageCases } from "../doubles/page-facts.ts";
import { programWords } from "../doubles/program.ts";
import { startSshd, type Sshd } from "../doubles/sshd.ts";

const kills = 8;
const context = { clock: createSystemClock(), signal: new AbortController().signal };
const editions = [pageCases.ok(), pageCases.down()].map((model) => pageEdition(model).files);
const [ok = []] = editions;
const script = path.resolve("test/doubles/page-publishing.ts");
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

/** Reads every file of the page as a visitor would; each must be whole, of one edition or the other. */
function readAsVisitor(folder: string): number {
  let seen = 0;
  for (const name of new Set(editions.flat().map((file) => file.path))) {
    const whole = editions.flatMap((files) => files.filter((file) => file.path === name).map((file) => file.body));
    let body: Buffer;
    try {
      body = fs.readFileSync(path.join(folder, name));
    } catch (thrown) {
      assert.equal((thrown as NodeJS.ErrnoException).code, "ENOENT");
      continue;
    }
    seen++;
    assert.ok(
      whole.some((one) => one.equals(body)),
      `${name} is neither the old page nor the new one`,
    );
  }
  return seen;
}

async function killAt(delayMs: number, target: object, folder: string): Promise<void> {
  const child = spawn(process.execPath, [...programWords(script), "forever", JSON.stringify(target)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    await saidTwice(child.stdout);
    const untilMs = Date.now() + delayMs;
    while (Date.now() < untilMs) {
      assert.ok(readAsVisitor(folder) > 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

/** Both editions have been there once. What follows is read on, so that the process never waits for us. */
function saidTwice(output: NodeJS.ReadableStream): Promise<void> {
  let text = "";
  return new Promise((resolve) => {
    output.on("data", (chunk) => {
      text += String(chunk);
      if (text.split("\n").length > 2) resolve();
    });
  });
}

for (const kind of ["folder", "sftp"] as const) {
  test(`${kind}: killed ${kills} times in the middle, a visitor never sees half a page`, async () => {
    const folder = path.join(root, kind);
    const keyFile = path.join(root, "key");
    fs.writeFileSync(keyFile, sshd.key("ed25519").reveal(), { mode: 0o600 });
    const away = { host: "127.0.0.1", port: sshd.port, user: sshd.user, hostKey: sshd.fingerprints.ed25519 };
    const target = { kind, key: kind, at: null, path: folder, ...(kind === "sftp" ? away : {}) };
    for (let round = 0; round < kills; round++) {
      await killAt(20 + 37 * round, { ...target, ...(kind === "sftp" ? { privateKeyFile: keyFile } : {}) }, folder);
      assert.ok(readAsVisitor(folder) > 0);
    }
    const mended = await publishPage({ ...target, privateKey: sshd.key("ed25519") } as PublishTarget, ok, context);
    assert.ok(mended.ok);
    const left = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    assert.deepEqual(left, [".koboshi-page.json", "incident", ...ok.map((file) => file.path)].sort());
  });
}

/** In a mount namespace of its own, so that nothing is left on this machine. */
function publishOn(mountOptions: string, prepare: string): string[] {
  const folder = fs.mkdtempSync(path.join(root, "mount-"));
  const target = JSON.stringify({ kind: "folder", key: "local", at: null, path: `${folder}/page` });
  const run = `${process.execPath} ${programWords(script).join(" ")} once '${target}'`;
  const shell = `mount -t tmpfs -o ${mountOptions} tmpfs ${folder} && ${prepare.replaceAll("FOLDER", folder)} ${run} && ls -A ${folder}/page`;
  return execFileSync("unshare", ["-m", "sh", "-c", shell], { encoding: "utf8" }).trim().split("\n");
}

test("folder: a full disk is said, and the page that was there stays", () => {
  const lines = publishOn("size=64k", "");
  assert.equal(lines[0], "ok");
  assert.match(lines[1] ?? "", /^no-space: /);
  assert.deepEqual(
    lines.slice(2).filter((name) => !name.startsWith(".")),
    [
      "en.html",
      "feed.atom",
      "feed.en.atom",
      "incident",
      "index.html",
      "maintenance.en.ics",
      "maintenance.ics",
      "status.json",
    ],
  );
});

test("folder: a read-only place is said", () => {
  const lines = publishOn("size=64k", "mkdir FOLDER/page && mount -o remount,ro FOLDER &&");
  assert.match(lines[0] ?? "", /^read-only: /);
});

test("folder: a place without permission is said", async () => {
  const target: PublishTarget = { kind: "folder", key: "local", at: null, path: "/sys/koboshi" };
  const result = await publishPage(target, ok, context);
  assert.ok(!result.ok);
  assert.match(String(result.error.facts["reason"]), /^permission-denied: /);
});
