import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { loadConfig, thisMachine, type Machine } from "../../src/config/index.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-published-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const machine: Machine = { ...thisMachine(), env: {}, hostName: "hub.example.jp", hasSendmail: true };
fs.writeFileSync(path.join(folder, "key"), "not a real key\n", { mode: 0o600 });

/** How each host is looked into, when it also takes the status page. */
function looks(hosts: string, services = "www: https://www.example.jp"): Readonly<Record<string, string>> {
  const file = path.join(folder, "koboshi.yml");
  const login = `address: 203.0.113.7, user: page, host_key: "SHA256:${"A".repeat(43)}", key: "\${file:${folder}/key}"`;
  fs.writeFileSync(
    file,
    `version: 1
people: { me: me@example.jp }
services: { ${services} }
hosts:
  web2: { ${login}${hosts} }
  web3: { ${login} }
status_page: { publish: [{ to: "sftp:web2:/var/www/status" }] }
`,
  );
  const { plan, findings } = loadConfig(file, { machine });
  assert.ok(plan !== null, JSON.stringify(findings));
  return Object.fromEntries([...plan.site.hosts].map(([key, { look }]) => [key, look?.by ?? "none"]));
}

test("a host that only takes the status page is not looked into with the key for publishing", () => {
  assert.deepEqual(looks(""), { web2: "none", web3: "ssh" });
});

test("it is looked into as soon as the file asks for it, or a service stands on it", () => {
  for (const asked of [", collect: ssh", ", sudo: listed", ", watch: { disk: 80% }", ", track: [/etc]"]) {
    assert.equal(looks(asked)["web2"], "ssh", asked);
  }
  assert.equal(looks("", 'www: { checks: [{ http: "https://www.example.jp" }], on: web2 }')["web2"], "ssh");
  assert.equal(
    looks(", collect: none", 'www: { checks: [{ http: "https://www.example.jp" }], on: web2 }')["web2"],
    "none",
  );
});
