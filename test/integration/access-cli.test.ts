import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { refuseOpenListening } from "../../src/api/accounts-listen.ts";
import { checkPassword } from "../../src/api/passwords.ts";
import { createSystemClock } from "../../src/app/clock.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { freePort } from "../doubles/hub-process.ts";
import { programWords } from "../doubles/program.ts";
import { goodPassword, startAccess, type AccessFixture } from "./access-fixture.ts";
import { cliToken, silentLog } from "./web-fixture.ts";

let folder: string;
let config: string;
let web: AccessFixture;
before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-access-cli-"));
  config = path.join(folder, "koboshi.yml");
  const port = await freePort();
  fs.writeFileSync(config, `version: 1\nsite: { name: omni }\nhub: { listen: "127.0.0.1:${port}", data: ./data }\n`);
  web = await startAccess();
});
after(async () => {
  await web.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The program as it is typed, with what is piped into it. */
async function piped(words: readonly string[], input: string): Promise<Run> {
  const child = spawn(process.execPath, [...programWords("src/cli/main.ts"), ...words, "--lang", "en"], {
    env: { ...process.env, KOBOSHI_CONFIG: config },
  });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  return { code, out, err };
}

/** The same program without a process of its own. */
async function koboshi(words: readonly string[]): Promise<Run> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommandLine(
    {
      argv: [...words, "--lang", "en"],
      env: { KOBOSHI_CONFIG: config },
      cwd: folder,
      clock: createSystemClock(),
      isTty: false,
      stdout: (line) => out.push(line),
      stderr: (line) => err.push(line),
      signal: new AbortController().signal,
    },
    commands,
  );
  return { code, out: out.join(""), err: err.join("") };
}

/** A file with a password, as a secret's store would hand it over. */
function passwordFile(password: string): readonly string[] {
  const file = path.join(folder, "password");
  fs.writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return ["--password-file", file];
}

async function withLedger<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openLedger({ folder: path.join(folder, "data"), clock: createSystemClock(), log: silentLog });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

const outside = { listen: { host: "0.0.0.0", port: 7373 } };

test("before the hub is let out, the machine's owner makes the first administrator without a hub", async () => {
  await withLedger((ledger) => assert.rejects(refuseOpenListening(ledger, outside), { code: "KB3005" }));
  const added = await piped(["user", "add", "yamada", "--role", "admin"], `${goodPassword}\n`);
  assert.equal(added.code, 0, added.err);
  assert.match(added.out, /Made an account for yamada \(admin\)/);
  assert.match(added.err, /no hub runs/);
  await withLedger(async (ledger) => {
    const account = await ledger.read.account("yamada");
    assert.equal(account?.mustChange, false);
    assert.equal((await checkPassword(goodPassword, account?.password ?? null)).right, true);
    const [event] = await ledger.read.eventsAfter(0, 5);
    assert.deepEqual([event?.kind, event?.actor], ["account.created", "token:cli"]);
    await refuseOpenListening(ledger, outside);
  });
});

test("a password is piped, read from a file or made here; never a word of the command", async () => {
  assert.equal((await koboshi(["user", "add", "file", ...passwordFile("ファイルから読む長い文")])).code, 0);
  const made = await koboshi(["user", "add", "made", "--generate", "--json"]);
  const { password, account } = JSON.parse(made.out) as { password: string; account: { mustChangePassword: boolean } };
  assert.match(password, /^\w{5}-\w{5}-\w{5}$/);
  assert.equal(account.mustChangePassword, true);
  assert.equal((await koboshi(["user", "add", "word", "--password", "x".repeat(20)])).code, 64);
  assert.equal((await koboshi(["user", "add", "gone", "--password-file", "/nonexistent"])).code, 65);
  const weak = await koboshi(["user", "add", "weak", ...passwordFile("password1234")]);
  assert.deepEqual([weak.code, /KB3006/.test(weak.err)], [65, true]);
});

test("whoever lost password and phone gets back in, and the list says who is who", async () => {
  const reset = await koboshi(["user", "reset", "yamada", "--generate", "--totp", "off"]);
  assert.match(reset.out, /Temporary password, shown only now: \w{5}-\w{5}-\w{5}/);
  assert.equal((await koboshi(["user", "role", "file", "viewer"])).code, 0);
  assert.equal((await koboshi(["user", "rm", "made"])).code, 64);
  assert.equal((await koboshi(["user", "rm", "made", "--yes"])).code, 0);
  assert.equal((await koboshi(["user", "rm", "yamada", "--yes"])).code, 77, "the last administrator stays");
  const list = await koboshi(["user", "ls", "--plain"]);
  assert.deepEqual(
    list.out
      .trim()
      .split("\n")
      .map((line) => line.split("\t").slice(0, 3).join(" ")),
    ["file viewer false", "yamada admin false"],
  );
});

test("with a hub the same commands speak to it, and tokens and the audit log with them", async () => {
  const token = path.join(folder, "token");
  fs.writeFileSync(token, cliToken, { mode: 0o600 });
  const at = ["--server", web.url, "--token-file", token];
  assert.equal(
    (await koboshi(["user", "add", "sato", "--role", "admin", ...passwordFile(goodPassword), ...at])).code,
    0,
  );
  assert.equal((await web.ledger.read.account("sato"))?.role, "admin");
  const made = await koboshi([
    "token",
    "create",
    "grafana",
    "--scope",
    "metrics:read",
    "--expires",
    "30d",
    "-q",
    ...at,
  ]);
  assert.match(made.out, /^kb_grafana_\w{32}\n$/);
  assert.equal((await koboshi(["token", "create", "x", "--scope", "nonsense", ...at])).code, 64);
  assert.match((await koboshi(["token", "ls", ...at])).out, /^grafana +metrics:read +until 2026-12-22/);
  assert.equal((await koboshi(["token", "revoke", "grafana", ...at])).code, 0);
  assert.equal((await koboshi(["token", "revoke", "nobody", ...at])).code, 5);
  const log = await koboshi(["audit-log", "--kind", "token.revoked", ...at]);
  assert.match(log.out, /someone at the command line revoked the API token grafana/);
});
