import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { hostDiagnose } from "../../src/cli/commands/host-diagnose.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { tableOf } from "../doubles/command-table.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";
import { askMachine } from "../doubles/why-machine.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-traces-"));
let host: SshHost;

before(async () => {
  host = await startSshHost();
});
after(async () => {
  await host.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

test("what people and packages left behind: logins, changed files, files that are not as shipped", async () => {
  const [log, etc] = [path.join(folder, "log"), path.join(folder, "etc")];
  fs.mkdirSync(log);
  fs.mkdirSync(path.join(etc, "nginx"), { recursive: true });
  fs.writeFileSync(path.join(etc, "nginx/nginx.conf"), "changed just now");
  fs.writeFileSync(path.join(etc, "passwd"), fs.readFileSync("/etc/passwd"));
  fs.utimesSync(path.join(etc, "passwd"), 1, 1);
  const now = new Date().toISOString().replace("Z", "+00:00");
  const failed = `${now} web1 sshd[9]: Failed password for invalid user x from 203.0.113.9 port 5 ssh2\n`;
  fs.writeFileSync(
    path.join(log, "auth.log"),
    `${failed.repeat(30)}${now} web1 sshd[9]: Accepted publickey for root from 198.51.100.7 port 5 ssh2: ED25519 SHA256:x\n`,
  );
  const { answers } = await askMachine("why,auth,changed", { inPlace: { "/var/log": log, "/etc": etc } });
  assert.deepEqual(
    answers.auth?.accepted.map(({ user, from, method }) => [user, from, method]),
    [["root", "198.51.100.7", "publickey"]],
  );
  assert.ok(Math.abs((answers.auth.accepted[0]?.atMs ?? 0) - Date.now()) < 60_000);
  assert.deepEqual([answers.auth.failures, answers.auth.failuresBy[0]?.from], [30, "203.0.113.9"]);
  const changed = answers.changed?.files.map(({ path: file }) => file) ?? [];
  assert.ok(changed.includes("/etc/nginx/nginx.conf") && !changed.includes("/etc/passwd"), changed.join(" "));
});

test("the packages of programs that listen are compared with what was shipped", async () => {
  const { answers } = await askMachine("why,integrity");
  const { integrity, unobserved } = answers;
  // on a machine under load the time may run out: then it says so, and what was checked by then counts
  const isCut = unobserved["integrity"] === "timeout" || unobserved["integrity.part"] === "timeout";
  assert.ok(isCut || integrity?.checked.includes("openssh-server") === true, JSON.stringify({ integrity, unobserved }));
  assert.ok((integrity?.differing ?? []).every(({ path: file }) => file !== "/usr/sbin/sshd"));
});

interface Ran {
  readonly code: number;
  readonly out: string;
}

async function koboshi(...argv: readonly string[]): Promise<Ran> {
  let out = "";
  const code = await runCommandLine(
    {
      argv: ["host", "diagnose", ...argv],
      env: { KOBOSHI_LANG: "en" },
      cwd: folder,
      clock: createSystemClock(),
      isTty: false,
      stdout: (text) => void (out += text),
      stderr: () => undefined,
      signal: new AbortController().signal,
    },
    tableOf(hostDiagnose),
  );
  return { code, out };
}

test("koboshi host diagnose --why says it in both languages, over SSH and here, and as JSON", async () => {
  const keyFile = path.join(folder, "key");
  fs.writeFileSync(keyFile, host.readKey.reveal(), { mode: 0o600 });
  const address = `ssh://${host.user}@127.0.0.1:${host.port}`;
  const login = ["--key-file", keyFile, "--host-key", host.fingerprint];
  const en = await koboshi(address, ...login, "--why", "--only", "limits,procs,pressure");
  assert.equal(en.code, 0);
  assert.match(en.out, /^Limits +(?:! )?open files [\d,]+ of [\d,]+$/m);
  assert.doesNotMatch(en.out, /Not seen/, "what nobody asked for is not said to be unseen");
  const ja = await koboshi("localhost", "--why", "--only", "limits", "--lang", "ja");
  assert.match(ja.out, /^上限 +(?:! )?開いているファイル [\d,]+ \/ [\d,]+$/m);
  const json = JSON.parse((await koboshi("localhost", "--why", "--only", "kern,units", "--json")).out) as {
    readonly units: { readonly failed: readonly unknown[] };
    readonly raw: Readonly<Record<string, string>>;
    readonly unobserved: Readonly<Record<string, string>>;
  };
  assert.ok(Array.isArray(json.units.failed));
  assert.equal(json.unobserved["vmstat"], "not-asked");
  assert.ok((json.raw["kern"] ?? "").startsWith("t "));
  assert.equal((await koboshi("localhost", "--why", "--only", "limitz")).code, 64);
});
