import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { createConfigDesk, type ConfigDesk, type Order } from "../../src/config/desk/desk.ts";
import { loadConfig, openSecrets, thisMachine } from "../../src/config/index.ts";
import type { NewEvent } from "../../src/kernel/event.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const clock = createFakeClock();
const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-desk-"));
const ledger = await openLedger({ folder: path.join(root, "data"), clock, log });
after(async () => {
  await ledger.close();
  fs.rmSync(root, { recursive: true, force: true });
});
const machine = { ...thisMachine(), env: { PASS: "hunter2" }, hostName: "hub.example.jp", hasSendmail: true };
const actor = "person:yamada";

interface World {
  readonly folder: string;
  readonly file: string;
  readonly desk: ConfigDesk;
  readonly applied: Site[];
  read(name?: string): string;
  put(text: string, name?: string): void;
  order(change: Order["change"], more?: Partial<Order>): Promise<string>;
}

function siteOf(file: string): Site {
  const { plan } = loadConfig(file, { machine });
  assert.ok(plan !== null);
  const opened = openSecrets(plan, machine);
  assert.ok(opened.ok);
  return opened.value;
}

let worlds = 0;
function world(
  files: Readonly<Record<string, string>>,
  deps: Partial<Parameters<typeof createConfigDesk>[0]> = {},
): World {
  const folder = path.join(root, `w${++worlds}`);
  const put = (text: string, name = "koboshi.yml"): void => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode: 0o640 });
  };
  for (const [name, text] of Object.entries(files)) put(text, name);
  const file = path.join(folder, "koboshi.yml");
  let site = siteOf(file);
  const applied: Site[] = [];
  const desk = createConfigDesk({
    configPath: file,
    clock,
    ledger,
    log,
    machine,
    current: () => site,
    apply: (next) => {
      site = next;
      applied.push(next);
      return Promise.resolve();
    },
    ...deps,
  });
  return {
    folder,
    file,
    desk,
    applied,
    put,
    read: (name = "koboshi.yml") => fs.readFileSync(path.join(folder, name), "utf8"),
    async order(change, more = {}) {
      const done = await desk.apply({ change, baseHash: null, reason: null, confirmed: false, actor, ...more });
      return done.ok ? "ok" : done.error.error.code;
    },
  };
}

const base = `version: 1   # ours
people: { me: me@example.jp }
services:
  www: # the shop
    checks:
      - http: https://www.example.jp/
        expect: { within: 2s }
      - tcp: www.example.jp:22
`;
const within = ["services", "www", "checks", 0, "expect", "within"];
const set = (value: string): Order["change"] => ({ kind: "edits", edits: [{ op: "set", path: within, value }] });

async function lastEvent(): Promise<NewEvent | undefined> {
  const last = await ledger.read.lastSeq();
  return (await ledger.read.eventsAfter(last - 1, 1))[0];
}

test("a changed threshold is one line of the file, is taken over, and the ledger says who and why", async () => {
  const w = world({ "koboshi.yml": base });
  const view = w.desk.view();
  const proposal = w.desk.propose(set("3s"));
  assert.ok(proposal.ok);
  assert.equal(proposal.value.baseHash, view.hash);
  assert.match(proposal.value.patch, /^--- a\/koboshi\.yml\n\+\+\+ b\/koboshi\.yml\n@@ -4,5 \+4,5 @@\n/);
  assert.deepEqual(proposal.value.plan?.entries, [
    {
      action: "changed",
      noun: "threshold",
      name: "www/http:www.example.jp",
      changes: [{ key: "expect.within", before: "2s", after: "3s", secret: false }],
      restart: false,
    },
  ]);
  assert.equal(await w.order(set("3s"), { baseHash: view.hash, reason: "too strict" }), "ok");
  assert.equal(w.read(), base.replace("2s", "3s"));
  assert.equal(w.applied[0]?.hash, w.desk.view().hash);
  assert.equal(fs.statSync(w.file).mode & 0o777, 0o640);
  const event = await lastEvent();
  assert.deepEqual(
    [event?.kind, event?.actor, event?.data["summary"]],
    ["config.edited", actor, "+0 ~1 −0: too strict"],
  );
});

test("the patch is one that git takes", () => {
  const w = world({ "koboshi.yml": base, "koboshi.d/mail box.yml": "services:\n  mail: smtp://mail.example.jp" });
  const change: Order["change"] = {
    kind: "edits",
    edits: [
      { op: "set", path: within, value: "9s" },
      { op: "remove", path: ["services", "www", "checks", 1] },
      { op: "set", path: ["services", "mail"], value: "smtp://mx.example.jp" },
      { op: "set", path: ["site", "name"], value: "店" },
    ],
  };
  const proposal = w.desk.propose(change);
  assert.ok(proposal.ok && proposal.value.applicable);
  const git = (...words: string[]): string =>
    execFileSync("git", words, { cwd: w.folder, input: proposal.value.patch, encoding: "utf8" });
  git("init", "-q");
  git("apply", "-");
  assert.equal(w.desk.view().hash, proposal.value.hash);
});

test("a value that lives beside the file is changed there", async () => {
  const w = world({ "koboshi.yml": base, "koboshi.d/mail.yml": "# mail\nservices:\n  mail: smtp://mail.example.jp\n" });
  const change: Order["change"] = {
    kind: "edits",
    edits: [{ op: "set", path: ["services", "mail"], value: "smtp://mx.example.jp" }],
  };
  assert.equal(await w.order(change), "ok");
  assert.equal(w.read(), base);
  assert.equal(w.read("koboshi.d/mail.yml"), "# mail\nservices:\n  mail: smtp://mx.example.jp\n");
});

test("a file changed meanwhile is never overwritten: the three versions are shown", async () => {
  const w = world({ "koboshi.yml": base });
  const { hash } = w.desk.view();
  w.put(base.replace("ours", "theirs"));
  const done = await w.desk.apply({ change: set("9s"), baseHash: hash, reason: null, confirmed: false, actor });
  assert.ok(!done.ok);
  assert.equal(done.error.error.code, "KB1105");
  assert.deepEqual(done.error.conflict, [
    { name: "koboshi.yml", base, theirs: base.replace("ours", "theirs"), mine: base.replace("2s", "9s") },
  ]);
  assert.equal(w.read(), base.replace("ours", "theirs"));
});

test("what is not right is not written, and says where", async () => {
  const w = world({ "koboshi.yml": base });
  const done = await w.desk.apply({ change: set("soon"), baseHash: null, reason: null, confirmed: false, actor });
  assert.ok(!done.ok);
  assert.equal(done.error.error.code, "KB1101");
  assert.deepEqual(
    done.error.findings
      .filter(({ severity }) => severity === "error")
      .map(({ file, line, code }) => [file, line, code]),
    [["koboshi.yml", 7, "bad-duration"]],
  );
  const secret: Order["change"] = {
    kind: "edits",
    edits: [{ op: "set", path: ["hosts", "web1", "key"], value: "${env:NONE}" }],
  };
  assert.equal(await w.order(secret), "KB1103");
  assert.equal(w.read(), base);
  assert.equal(w.applied.length, 0);
});

test("losing many checks, or a backup, must be confirmed", async () => {
  const backups = `${base}hosts: { web1: {} }\nplaces: { a: {} }\nbackups:\n  data: { of: { host: web1 }, to: [ { at: a, repo: "s3:x" } ] }\n`;
  const w = world({ "koboshi.yml": backups });
  const check: Order["change"] = { kind: "edits", edits: [{ op: "remove", path: ["services", "www", "checks", 1] }] };
  assert.equal(await w.order(check), "KB1003");
  const backup: Order["change"] = { kind: "edits", edits: [{ op: "remove", path: ["backups", "data"] }] };
  const refused = await w.desk.apply({ change: backup, baseHash: null, reason: null, confirmed: false, actor });
  assert.deepEqual(refused.ok ? null : refused.error.plan?.needsConfirm, [{ noun: "backup", names: ["data"] }]);
  assert.equal(await w.order(backup, { confirmed: true }), "ok");
  assert.match(w.read(), /backups: \{\}\n$/);
});

test("kept in git, nothing is written here; what git brings is taken over", async () => {
  const git = `${base}hub: { edit: git }\n`;
  const w = world({ "koboshi.yml": git });
  const proposal = w.desk.propose(set("3s"));
  assert.ok(
    proposal.ok && proposal.value.mode === "git" && proposal.value.patch.includes("+        expect: { within: 3s }"),
  );
  assert.equal(await w.order(set("3s")), "KB1106");
  assert.equal(w.read(), git);
  w.put(git.replace("2s", "3s"));
  assert.equal(await w.order({ kind: "disk" }), "ok");
  assert.equal(w.applied.length, 1);
});

test("a link stays a link, and what it leads to is changed", async () => {
  const w = world({ "koboshi.yml": base });
  fs.renameSync(w.file, path.join(w.folder, "real.yml"));
  fs.symlinkSync("real.yml", w.file);
  assert.equal(await w.order(set("3s")), "ok");
  assert.ok(fs.lstatSync(w.file).isSymbolicLink());
  assert.equal(w.read("real.yml"), base.replace("2s", "3s"));
});

test("a read-only file is left alone, even by root", async () => {
  const w = world({ "koboshi.yml": base });
  fs.chmodSync(w.file, 0o444);
  assert.equal(await w.order(set("3s")), "KB1107");
  assert.equal(w.read(), base);
  assert.deepEqual(fs.readdirSync(w.folder), ["koboshi.yml"]);
});

test("when the hub does not take it over, the file is as it was", async () => {
  const w = world(
    { "koboshi.yml": base },
    {
      apply: () => Promise.reject(new Error("no")),
    },
  );
  assert.equal(await w.order(set("3s")), "KB1004");
  assert.equal(w.read(), base);
  assert.deepEqual(fs.readdirSync(w.folder), ["koboshi.yml"]);
});

test("a disk that is full leaves the file whole and nothing beside it", async () => {
  const small = path.join(root, "small");
  fs.mkdirSync(small);
  execFileSync("sh", ["-c", 'mount -t tmpfs -o size=64k tmpfs "$0"', small]);
  try {
    const file = path.join(small, "koboshi.yml");
    const large = `${base}# ${"x".repeat(30_000)}\n`;
    fs.writeFileSync(file, large);
    fs.writeFileSync(path.join(small, "fill"), "x".repeat(28_000));
    const site = siteOf(file);
    const desk = createConfigDesk({
      configPath: file,
      clock,
      ledger,
      log,
      machine,
      current: () => site,
      apply: () => Promise.resolve(),
    });
    const done = await desk.apply({ change: set("3s"), baseHash: null, reason: null, confirmed: false, actor });
    assert.deepEqual(done.ok ? null : [done.error.error.code, done.error.error.facts["reason"]], ["KB1107", "ENOSPC"]);
    assert.equal(fs.readFileSync(file, "utf8"), large);
    assert.deepEqual(fs.readdirSync(small).toSorted(), ["fill", "koboshi.yml"]);
  } finally {
    execFileSync("sh", ["-c", 'umount "$0"', small]);
  }
});

test("only the configuration's own files can be named", async () => {
  const w = world({ "koboshi.yml": base });
  for (const file of ["../koboshi.yml", "/etc/passwd", "koboshi.d/../../x.yml", "koboshi.d/new.yml", ""]) {
    assert.equal(await w.order({ kind: "text", text: base, file }), "KB1002", file);
  }
  assert.equal(await w.order({ kind: "text", text: base.replace("2s", "4s"), file: "koboshi.yml" }), "ok");
});

test("a text of more than 5 MB is refused by its size", async () => {
  const w = world({ "koboshi.yml": base });
  const done = await w.desk.apply({
    change: { kind: "text", text: base + "#".repeat(5_000_000), file: null },
    baseHash: null,
    reason: null,
    confirmed: false,
    actor,
  });
  assert.deepEqual(done.ok ? null : done.error.findings.map(({ code }) => code), ["file-too-large"]);
  assert.equal(w.read(), base);
});

test("secrets are shown nowhere, and what hides them is never written", async () => {
  const text = `${base}notify: { channels: { mail: { smtp: "smtp://relay.example.jp", user: u, password: hunter22 } } }\n`;
  const w = world({ "koboshi.yml": text });
  const view = w.desk.view();
  const proposal = w.desk.propose({ kind: "text", text: text.replace("user: u,", "user: v,"), file: null });
  assert.ok(proposal.ok);
  assert.equal(proposal.value.applicable, false);
  assert.doesNotMatch(JSON.stringify([view.files, proposal.value]), /hunter22/);
  assert.equal(await w.order({ kind: "text", text: view.files[0]?.text ?? "", file: null }), "KB1108");
  const changed: Order["change"] = {
    kind: "edits",
    edits: [{ op: "set", path: ["notify", "channels", "mail", "password"], value: "${env:PASS}" }],
  };
  const done = await w.desk.apply({ change: changed, baseHash: null, reason: null, confirmed: false, actor });
  assert.ok(done.ok);
  assert.deepEqual(done.value.plan.entries[0]?.changes, [{ key: "password", before: null, after: null, secret: true }]);
});

test("two changes at once are made one after the other", async () => {
  const w = world({ "koboshi.yml": base });
  const name: Order["change"] = { kind: "edits", edits: [{ op: "set", path: ["site", "name"], value: "x" }] };
  assert.deepEqual(await Promise.all([w.order(set("3s")), w.order(name)]), ["ok", "ok"]);
  assert.equal(w.read(), `${base.replace("2s", "3s")}site:\n  name: x\n`);
});
