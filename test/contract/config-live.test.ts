import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { SMTPServer } from "smtp-server";
import { createSystemClock } from "../../src/app/clock.ts";
import { configCheck } from "../../src/cli/commands/config-check.ts";
import { configFmt } from "../../src/cli/commands/config-fmt.ts";
import { secretLs } from "../../src/cli/commands/secret-ls.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { tableOf } from "../doubles/command-table.ts";
import { freePort } from "../doubles/hub-process.ts";

const clock = createSystemClock();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-live-"));
const file = path.join(folder, "koboshi.yml");
const web = http.createServer((_request, response) => response.end("ok"));
const mails: string[] = [];
const relay = new SMTPServer({
  authOptional: false,
  allowInsecureAuth: true,
  hideSTARTTLS: true,
  onAuth: ({ username, password }, _session, done) =>
    password === "right" ? done(null, { user: username }) : done(new Error("no such login")),
  onMailFrom: ({ address }, _session, done) => {
    mails.push(address);
    done();
  },
});
const [webPort, mailPort] = [await freePort(), await freePort()];
await new Promise<void>((resolve) => web.listen(webPort, "127.0.0.1", resolve));
await new Promise<void>((resolve) => relay.listen(mailPort, "127.0.0.1", resolve));
after(async () => {
  web.close();
  await new Promise<void>((resolve) => relay.close(() => resolve()));
  fs.rmSync(folder, { recursive: true, force: true });
});

async function koboshi(argv: readonly string[], lang = "en"): Promise<{ exit: number; out: string }> {
  let out = "";
  const say = (text: string): void => void (out += text);
  const exit = await runCommandLine(
    {
      argv: [...argv, "--config", file],
      env: { KOBOSHI_LANG: lang },
      cwd: folder,
      clock,
      isTty: false,
      stdout: say,
      stderr: say,
      signal: new AbortController().signal,
    },
    tableOf(configCheck, configFmt, secretLs),
  );
  return { exit, out };
}

function configure(password: string): void {
  fs.writeFileSync(path.join(folder, "pw"), password, { mode: 0o600 });
  fs.writeFileSync(
    file,
    `version: 1
people: { me: me@example.jp }
services: { www: "http://127.0.0.1:${webPort}/", gone: "tcp://127.0.0.1:1" }
notify:
  channels:
    mail: { smtp: "smtp://127.0.0.1:${mailPort}", from: k@example.jp, user: u, password: "\${file:pw}" }
    hook: { webhook: "http://127.0.0.1:${webPort}/hook" }
status_page: { publish: [{ to: ${folder}/page }] }
`,
  );
}

test("each thing is tried once: checks, the login at the relay, the page's folder; nothing is sent", async () => {
  configure("right");
  const { exit, out } = await koboshi(["config", "check", "--live", "--timeout", "5s"]);
  assert.equal(exit, 4);
  assert.match(out, /● www\/http:127\.0\.0\.1/);
  assert.match(out, /■ gone\/tcp:127\.0\.0\.1/);
  assert.match(out, /● notify\.channels\.mail .*signed in; no mail was sent/);
  assert.match(out, /● notify\.channels\.hook .*nothing was sent/);
  assert.match(out, /● status_page\.publish .*can be written/);
  assert.match(out, /● 4 {2}▲ 0 {2}■ 1/);
  assert.deepEqual(mails, []);
  assert.ok(!fs.existsSync(path.join(folder, "page")));
});

test("a login that is refused is told, without the password", async () => {
  configure("wrong-Pa55");
  const { out } = await koboshi(["config", "check", "--live", "--json", "--timeout", "5s"]);
  const { live } = JSON.parse(out) as { live: { name: string; state: string; error: string | null }[] };
  const mail = live.find(({ name }) => name === "notify.channels.mail");
  assert.equal(mail?.state, "down");
  assert.match(mail?.error ?? "", /535|login/i);
  assert.ok(!out.includes("wrong-Pa55"));
});

test("secrets that are missing are told before anything is tried", async () => {
  configure("right");
  fs.rmSync(path.join(folder, "pw"));
  const { exit, out } = await koboshi(["config", "check", "--live"]);
  assert.equal(exit, 65);
  assert.match(out, /the secret's file pw does not exist/);
});

test("secrets are listed with where they come from, how open they are and since when, never with their values", async () => {
  configure("right-S3cret");
  const good = await koboshi(["secret", "ls"]);
  assert.equal(good.exit, 0);
  assert.match(good.out, /● notify\.channels\.mail\.password {2,}file pw {2}0600 {2}for 0 s {2}can be opened/);
  fs.chmodSync(path.join(folder, "pw"), 0o644);
  const open = await koboshi(["secret", "ls", "--json"]);
  assert.equal(open.exit, 3);
  const { items } = JSON.parse(open.out) as { items: { path: string; mode: string | null; kind: string }[] };
  assert.deepEqual(
    items.map(({ path: at, mode, kind }) => [at, mode, kind]),
    [
      ["notify.channels.mail.password", "0644", "file"],
      ["notify.channels.hook.webhook", null, "plain"],
    ],
  );
  assert.ok(!`${good.out}${open.out}`.includes("S3cret"));
});

test("fmt tidies every file of the configuration; --check only says which", async () => {
  configure("right");
  fs.mkdirSync(path.join(folder, "koboshi.d"));
  const part = path.join(folder, "koboshi.d/a.yml");
  fs.writeFileSync(part, "site: { name: x }   \n\n");
  assert.equal((await koboshi(["config", "fmt", "--check"])).exit, 3);
  assert.equal((await koboshi(["config", "fmt"])).exit, 0);
  assert.equal(fs.readFileSync(part, "utf8"), "site: { name: x }\n");
  assert.equal((await koboshi(["config", "fmt", "--check"])).exit, 0);
});
