import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { loadConfig, thisMachine, type Machine } from "../../src/config/index.ts";
import { wayTo } from "../../src/hands/reach.ts";
import type { Host } from "../../src/kernel/model/site.ts";
import { explainError } from "../../src/words/errors.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-hands-key-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const machine: Machine = { ...thisMachine(), env: {}, hostName: "hub.example.jp", hasSendmail: true };
fs.writeFileSync(path.join(folder, "key"), "not a real key\n", { mode: 0o600 });
const key = `"\${file:${folder}/key}"`;

function hostOf(written: string): Host {
  const file = path.join(folder, "koboshi.yml");
  fs.writeFileSync(
    file,
    `version: 1\npeople: { me: me@example.jp }\nservices: { www: https://www.example.jp }\nhosts: { web1: { ${written} } }\n`,
  );
  const { plan, findings } = loadConfig(file, { machine });
  return plan?.site.hosts.get("web1") ?? assert.fail(JSON.stringify(findings));
}

/** `ssh`, `here`, or what is missing. */
function wayOf(written: string): string {
  const way = wayTo(hostOf(written), null);
  return way.ok ? way.value.by : way.error;
}

test("only the key written for it lets a host be changed; the ones for reading never do", () => {
  assert.equal(wayOf(`address: 192.0.2.1, user: ops, key: ${key}`), "keys.act");
  assert.equal(wayOf(`address: 192.0.2.1, user: ops, keys: { read: ${key} }`), "keys.act");
  assert.equal(wayOf(`address: 192.0.2.1, user: ops, keys: { read: ${key}, act: ${key} }`), "ssh");
  assert.equal(wayOf(`address: 192.0.2.1, keys: { act: ${key} }`), "user");
  assert.equal(wayOf("address: localhost"), "here");
  assert.equal(wayOf(`address: localhost, user: ops, keys: { act: ${key} }`), "ssh");
});

test("a host that allows no changes is told with what to write", () => {
  for (const lang of ["ja", "en"] as const) {
    const { message, fix } = explainError("KB7203", { host: "web1", missing: "keys.act" }, lang);
    assert.match(message, /web1/);
    assert.match(fix, /hosts\.web1.*keys: \{ act: "\$\{file:/);
    assert.match(explainError("KB7203", { host: "web1", missing: "user" }, lang).fix, /user:/);
  }
});
