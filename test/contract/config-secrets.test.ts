import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { inspect } from "node:util";
import {
  checkConfigText,
  formatFindings,
  loadConfig,
  openSecrets,
  thisMachine,
  type Machine,
} from "../../src/config/index.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-config-"));
after(() => fs.rmSync(folder, { recursive: true }));

function put(name: string, text: string, mode: number): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  fs.chmodSync(file, mode);
  return file;
}

function machineWith(env: Record<string, string>): Machine {
  return { ...thisMachine(), env, hostName: "hub.example.jp", hasSendmail: false };
}

function mailFile(password: string): string {
  const mail = `{ smtp: "smtps://relay.example.net", user: koboshi, password: ${password} }`;
  const text = `version: 1\npeople: { me: you@example.jp }\nservices: { www: https://www.example.jp }\nnotify: { channels: { mail: ${mail} } }\n`;
  return put("koboshi.yml", text, 0o644);
}

function passwordOf(written: string, env: Record<string, string> = {}): string {
  const machine = machineWith(env);
  const outcome = loadConfig(mailFile(written), { machine });
  assert.ok(outcome.plan !== null, formatFindings(outcome, { lang: "en" }));
  assert.doesNotMatch(inspect(outcome.plan, { depth: 9 }), /hunter2/);
  const opened = openSecrets(outcome.plan, machine);
  assert.ok(opened.ok, inspect(opened));
  const mail = opened.value.notify.channels.get("mail");
  return mail?.kind === "mail" ? (mail.password?.reveal() ?? "") : "";
}

test("a secret comes from the environment, a file, a systemd credential or the text itself", () => {
  assert.equal(passwordOf('"${env:SMTP}"', { SMTP: "hunter2" }), "hunter2");
  assert.equal(passwordOf(`"\${file:${put("key", "hunter2\n", 0o600)}}"`), "hunter2");
  put("relative", "hunter2", 0o400);
  assert.equal(passwordOf('"${file:relative}"'), "hunter2");
  put("smtp", "hunter2", 0o600);
  assert.equal(passwordOf('"${cred:smtp}"', { CREDENTIALS_DIRECTORY: folder }), "hunter2");
  assert.equal(passwordOf("hunter2"), "hunter2");
});

test("a closed secret cannot be read by accident", () => {
  const { plan } = loadConfig(mailFile('"${env:SMTP}"'), { machine: machineWith({ SMTP: "hunter2" }) });
  const mail = plan?.site.notify.channels.get("mail");
  assert.throws(() => mail?.kind === "mail" && mail.password?.reveal(), /not opened/);
});

test("checking a configuration does not read its secrets", () => {
  const machine = machineWith({});
  const file = put("unread", "hunter2", 0o600);
  const read: string[] = [];
  const files = { ...machine.files, read: (name: string) => (read.push(name), machine.files.read(name)) };
  const config = mailFile(`"\${file:${file}}"`);
  assert.ok(loadConfig(config, { machine: { ...machine, files } }).plan !== null);
  assert.deepEqual(read, [config]);
});

const refusals: readonly (readonly [name: string, written: () => string, code: string])[] = [
  ["a missing file", () => '"${file:nowhere}"', "secret-file-missing"],
  ["an empty variable", () => '"${env:EMPTY}"', "secret-empty"],
  ["an empty file", () => `"\${file:${put("empty", "\n", 0o600)}}"`, "secret-empty"],
  ["a missing credential", () => '"${cred:nothing}"', "secret-cred-missing"],
  ["a credential outside its folder", () => '"${cred:../key}"', "secret-cred-missing"],
];
for (const [name, written, code] of refusals) {
  test(`${name} refuses the start, at its line`, () => {
    const machine = machineWith({ EMPTY: "", CREDENTIALS_DIRECTORY: folder });
    const { plan } = loadConfig(mailFile(written()), { machine });
    assert.ok(plan !== null);
    const opened = openSecrets(plan, machine);
    assert.ok(!opened.ok);
    assert.deepEqual(
      opened.error.map((finding) => [finding.code, finding.line, finding.column]),
      [[code, 4, 91]],
    );
  });
}

test("a secret's file that others can read is an error before anything starts", () => {
  const outcome = loadConfig(mailFile(`"\${file:${put("open", "hunter2", 0o644)}}"`), { machine: machineWith({}) });
  const finding = outcome.findings.find(({ severity }) => severity !== "note");
  assert.deepEqual([finding?.code, finding?.severity, finding?.line], ["secret-open", "error", 4]);
  assert.match(finding?.message.ja ?? "", /0644/);
  assert.equal(outcome.plan, null);
});

test("strict makes a plain secret an error", () => {
  const { findings, plan } = loadConfig(mailFile("hunter2"), { strict: true, machine: machineWith({}) });
  const errors = findings.filter(({ severity }) => severity === "error").map(({ code }) => code);
  assert.deepEqual([errors, plan], [["plain-secret"], null]);
});

test("a file that cannot be used is told in one finding", () => {
  const machine = machineWith({});
  const codes = (file: string): string[] => loadConfig(file, { machine }).findings.map(({ code }) => code);
  assert.deepEqual(codes(path.join(folder, "nothing.yml")), ["file-missing"]);
  assert.deepEqual(codes(folder), ["file-folder"]);
  assert.deepEqual(codes("/dev/zero"), ["file-special"]);
  assert.deepEqual(codes(put("large.yml", "#".repeat(5_000_001), 0o644)), ["file-too-large"]);
  const denied = {
    ...machine.files,
    read: () => {
      throw Object.assign(new Error("no"), { code: "EACCES" });
    },
  };
  const outcome = loadConfig(mailFile("x"), { machine: { ...machine, files: denied } });
  assert.deepEqual(
    outcome.findings.map(({ code }) => code),
    ["file-unreadable"],
  );
});

test("headers that carry credentials are masked and told; a reference among texts is opened", () => {
  const text =
    "version: 1\nservices:\n  www:\n    checks:\n      - http: https://www.example.jp\n" +
    '        headers: { authorization: Bearer hunter2, x-key: "${env:KEY}", accept: text/html }\n';
  const machine = machineWith({ KEY: "opened" });
  const outcome = checkConfigText(text, path.join(folder, "k.yml"), { machine });
  assert.doesNotMatch(formatFindings(outcome, { lang: "ja" }), /hunter2/);
  assert.ok(outcome.plan !== null);
  const opened = openSecrets(outcome.plan, machine);
  assert.ok(opened.ok);
  const [check] = opened.value.checks;
  assert.ok(check !== undefined);
  const { headers } = check.spec as { headers: Record<string, { reveal(): string } | string> };
  const key = headers["x-key"];
  assert.equal(typeof key === "object" ? key.reveal() : key, "opened");
});
