import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { freePort, until } from "../doubles/hub-process.ts";
import { startRelay } from "../doubles/mail-relay.ts";
import { startReceiver, startWebTarget } from "../doubles/web-target.ts";

const password = "correct horse 電池 staple";
const secrets = {
  HOOK_SECRET: "hook-secret-5f0e8a7b",
  DB_PASSWORD: "database-password-77aa88bb",
  VANTAGE_TOKEN: "vantage-join-token-0a1b2c3d4e5f",
  HOOK_PATH: "hook-in-the-address-66778899",
};

test("no password, token, address of a job or key is in the log at its loudest, in the ledger or in the process list", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-logs-"));
  const [port, publicPort] = [await freePort(), await freePort()];
  const web = await startWebTarget();
  const receiver = await startReceiver();
  const relay = await startRelay();
  const file = path.join(folder, "koboshi.yml");
  fs.writeFileSync(file, configOf({ port, publicPort, web: web.url, relay: relay.port }));
  let printed = "";
  const start = (words: readonly string[]): ReturnType<typeof spawn> => {
    const child = spawn(process.execPath, ["dist/cli/main.js", ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...secrets, HOOK_WEBHOOK: receiver.url + secrets.HOOK_PATH },
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    return child;
  };
  const hub = start(["up", "--config", file, "--lang", "en", "--log-level", "debug"]);
  const used: string[] = [...Object.values(secrets), password];
  const children = [hub];
  try {
    const url = `http://127.0.0.1:${port}`;
    await until("the hub", async () => {
      if (hub.exitCode !== null) throw new Error(printed);
      return (await fetch(`${url}/healthz`).catch(() => null))?.ok;
    });
    const startToken = group(/#t=(\w+)/, printed);
    assert.notEqual(startToken, "");
    const cliToken = fs.readFileSync(path.join(folder, "data/cli-token"), "utf8").trim();
    const asCli = async (route: string, body: object = {}): Promise<Record<string, string>> => {
      const headers = { authorization: `Bearer ${cliToken}`, "content-type": "application/json" };
      const answer = await fetch(url + route, { method: "POST", headers, body: JSON.stringify(body) });
      const text = await answer.text();
      assert.ok(answer.ok, `${route}: ${text}`);
      return JSON.parse(text) as Record<string, string>;
    };
    await asCli("/api/v1/accounts", { name: "yamada", role: "admin", password, temporary: false });
    const made = await asCli("/api/v1/tokens", { name: "sender", scopes: ["alerts:write"] });
    const job = await asCli("/api/v1/jobs/nightly/address");
    const uuid = group(/([^/]+)$/, String(job["url"]));

    const signed = await fetch(`${url}/login`, form({ name: "yamada", password }));
    assert.equal(signed.status, 303);
    const cookie = group(/^([^;]+)/, String(signed.headers.get("set-cookie")));
    const page = await (await fetch(`${url}/settings/account`, { headers: { cookie } })).text();
    const csrf = group(/name="csrf" value="([^"]+)"/, page);
    await fetch(`${url}/login`, form({ name: "yamada", password: "a-wrong-password-1234" }));
    await fetch(`${url}/login`, form({ token: startToken, person: "yamada" }));
    await fetch(`${url}/login`, form({ name: "a-password-typed-as-a-name-7788", password: "x" }));

    for (const way of ["", "/start", "/fail", "/1"]) await fetch(`http://127.0.0.1:${publicPort}/ping/${uuid}${way}`);
    const alert = (token: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${publicPort}/api/v2/alerts`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify([{ labels: { alertname: "Disk", service: "shop" } }]),
      });
    assert.equal((await alert(String(made["token"]))).status, 200);
    assert.equal((await alert("kb_sender_wrongwrongwrongwrongwrong")).status, 401);

    fs.writeFileSync(path.join(folder, "token"), `${secrets.VANTAGE_TOKEN}\n`, { mode: 0o600 });
    const publicUrl = `http://127.0.0.1:${publicPort}`;
    const join = ["--token-file", path.join(folder, "token"), "--folder", path.join(folder, "office")];
    children.push(start(["vantage", "--hub", publicUrl, ...join, "--allow", "127.0.0.0/8", "-v"]));
    await until("the vantage", async () => {
      const answer = await fetch(`${url}/api/v1/vantages`, { headers: { authorization: `Bearer ${cliToken}` } });
      const { items } = (await answer.json()) as { items: { name: string; state: string }[] };
      return items.find(({ name }) => name === "office")?.state === "ok";
    });
    await web.stop();
    await until("a notice", async () => receiver.notices.some(({ event }) => event === "incident.opened"));
    await until("a mail", async () => relay.mails.length > 0);
    const linkToken = group(/\/ack\?k=([\w-]+)/, relay.mails.map(({ mail }) => mail.text).join("\n"));
    const processList = commandLines(children.map(({ pid }) => pid ?? 0));

    used.push(cliToken, group(/=(.+)$/, cookie), csrf, group(/_([^_]+)$/, String(made["token"])), uuid);
    used.push("a-wrong-password-1234", "a-password-typed-as-a-name-7788", "wrongwrongwrong");
    if (linkToken !== "") used.push(linkToken);
    assert.ok(
      used.every((secret) => secret.length >= 8),
      JSON.stringify(used.map(({ length }) => length)),
    );
    hub.kill("SIGTERM");
    await once(hub, "exit");
    // a job's address, a notice's link and a form's field are kept to be used; all else is there as a hash or not at all
    const ledger = ledgerText(path.join(folder, "data"));
    const keptForUse = new Set([uuid, linkToken, csrf]);
    for (const secret of used) {
      assert.ok(!printed.includes(secret), `the log shows ${secret}`);
      assert.ok(!processList.includes(secret), `the process list shows ${secret}`);
      if (!keptForUse.has(secret)) assert.ok(!ledger.includes(secret), `the ledger holds ${secret}`);
    }
    assert.ok(
      !printed.slice(printed.indexOf("\n", printed.indexOf("#t="))).includes(startToken),
      "the start token again",
    );
    assert.ok(!ledger.includes(startToken));
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await web.stop();
    receiver.stop();
    await relay.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

/** What the first group of `pattern` finds; empty when it does not. */
function group(pattern: RegExp, text: string): string {
  return pattern.exec(text)?.[1] ?? "";
}

function commandLines(pids: readonly number[]): string {
  return pids.map((pid) => fs.readFileSync(`/proc/${pid}/cmdline`, "utf8")).join("\n");
}

/** Everything the ledger's files hold, as it lies there. */
function ledgerText(folder: string): string {
  const files = fs.readdirSync(folder).filter((name) => name.startsWith("ledger"));
  assert.ok(files.length > 0, fs.readdirSync(folder).join(" "));
  return files.map((name) => fs.readFileSync(path.join(folder, name), "utf8")).join("\n");
}

interface Ports {
  readonly port: number;
  readonly publicPort: number;
  readonly web: string;
  readonly relay: number;
}

function configOf({ port, publicPort, web, relay }: Ports): string {
  return `version: 1
site: { url: "http://127.0.0.1:${port}" }
people: { yamada: { name: Yamada, mail: yamada@example.jp } }
vantages: [here, { name: office, token: ${env("VANTAGE_TOKEN")} }]
services:
  shop: { checks: [{ http: "${web}", every: 1s }] }
  data: { checks: [{ postgres: "postgres://koboshi@127.0.0.1:9/shop", password: ${env("DB_PASSWORD")}, every: 5s }] }
jobs: { nightly: { every: 1d } }
notify:
  channels:
    hook: { webhook: "\${env:HOOK_WEBHOOK}", secret: ${env("HOOK_SECRET")} }
    mail: { smtp: "smtp://127.0.0.1:${relay}", from: koboshi@example.jp }
hub: { listen: "127.0.0.1:${port}", public: "127.0.0.1:${publicPort}", data: ./data }
`;
}

function env(name: keyof typeof secrets): string {
  return `"\${env:${name}}"`;
}

function form(fields: Record<string, string>): RequestInit {
  return { method: "POST", redirect: "manual", body: new URLSearchParams(fields) };
}
