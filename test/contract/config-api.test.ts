import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { ApiDeps } from "../../src/api/deps.ts";
import { refuseThrown } from "../../src/api/errors.ts";
import { guardListener } from "../../src/api/guard.ts";
import { configRoutes } from "../../src/api/routes/config.ts";
import { sha256 } from "../../src/api/tokens.ts";
import { createSystemClock } from "../../src/app/clock.ts";
import { configApply } from "../../src/cli/commands/config-apply.ts";
import { configDiff } from "../../src/cli/commands/config-diff.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { createConfigDesk } from "../../src/config/desk/desk.ts";
import { loadConfig, openSecrets, thisMachine } from "../../src/config/index.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { tableOf } from "../doubles/command-table.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const clock = createSystemClock();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-config-api-"));
const file = path.join(folder, "koboshi.yml");
const tokenFile = path.join(folder, "token");
const token = "0123456789abcdefghjkmnpqrstvwxyz";
const machine = { ...thisMachine(), hasSendmail: true, hostName: "hub.example.jp" };
const base = `version: 1
people: { me: me@example.jp }
services:
  www: { checks: [{ http: "https://www.example.jp/", every: 30s }, "tcp://www.example.jp:22"] }
`;
fs.writeFileSync(file, base);
fs.writeFileSync(tokenFile, token);

function load(): Site {
  const { plan } = loadConfig(file, { machine });
  const opened = plan === null ? null : openSecrets(plan, machine);
  assert.ok(opened?.ok === true);
  return opened.value;
}
let site = load();
const ledger = await openLedger({ folder: path.join(folder, "data"), clock, log });
const config = createConfigDesk({
  configPath: file,
  clock,
  ledger,
  log,
  machine,
  current: () => site,
  apply: (next) => {
    site = next;
    return Promise.resolve();
  },
});
const app = Fastify({ bodyLimit: 100_000 });
guardListener(app, "admin", { site: () => site, ledger, clock, cliTokenHash: sha256(token) });
app.setValidatorCompiler(validatorCompiler);
app.setSerializerCompiler(serializerCompiler);
app.setErrorHandler<Error>((thrown, request, reply) => refuseThrown(thrown, { request, reply, site, log }));
configRoutes(app, { config, site: () => site, clock, ledger, log } as Partial<ApiDeps> as ApiDeps);
const url = await app.listen({ host: "127.0.0.1", port: 0 });
after(async () => {
  app.server.closeAllConnections();
  await app.close();
  await ledger.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Every test begins with the same file, running. */
function begin(text = base): void {
  fs.writeFileSync(file, text);
  site = load();
}

interface Reply {
  readonly status: number;
  readonly json: Record<string, unknown> & {
    error?: { code: string };
    plan?: { summary: { ja: string; en: string }; entries: unknown[] } | null;
    findings?: { code: string; severity: string }[];
  };
}
async function call(route: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const answer = await fetch(`${url}/api/v1/config${route}`, {
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
  });
  return { status: answer.status, json: (await answer.json()) as Reply["json"] };
}
const every = { op: "set", path: ["services", "www", "checks", 0, "every"], value: "1m" };

test("the configuration is read with its secrets masked and both hashes", async () => {
  begin();
  const { status, json } = await call("");
  assert.equal(status, 200);
  assert.deepEqual([json["mode"], json["hash"] === json["runningHash"]], ["here", true]);
  assert.deepEqual(json["files"], [{ name: "koboshi.yml", text: base }]);
});

test("a plan stores nothing; applying it needs the version it was made of", async () => {
  begin();
  const planned = await call("/plan", { edits: [every] });
  assert.deepEqual(planned.json.plan?.summary, { ja: "+0、~1 監視項目、−0", en: "+0, ~1 check, −0" });
  assert.equal(fs.readFileSync(file, "utf8"), base);
  const baseHash = planned.json["baseHash"];
  const done = await call("/apply", { edits: [every], baseHash, reason: "why" });
  assert.equal(done.status, 200);
  assert.equal(fs.readFileSync(file, "utf8"), base.replace("30s", "1m"));
  const again = await call("/apply", { edits: [every], baseHash });
  assert.deepEqual([again.status, again.json.error?.code], [409, "KB1105"]);
  assert.deepEqual(
    (again.json["conflict"] as { name: string }[]).map(({ name }) => name),
    ["koboshi.yml"],
  );
});

test("refusals say what, in the body too", async () => {
  begin();
  const wrong = await call("/apply", { edits: [{ ...every, value: "soon" }] });
  assert.deepEqual([wrong.status, wrong.json.error?.code], [400, "KB1101"]);
  assert.equal(wrong.json.findings?.find(({ severity }) => severity === "error")?.code, "bad-duration");
  const loss = await call("/apply", { edits: [{ op: "remove", path: ["services", "www", "checks", 0] }] });
  assert.deepEqual([loss.status, loss.json.error?.code], [409, "KB1003"]);
  const edit = await call("/plan", { edits: [{ op: "remove", path: ["nothing"] }] });
  assert.deepEqual([edit.status, edit.json.error?.code], [400, "KB1104"]);
  for (const body of [
    { edits: "x" },
    { edits: [{ op: "set", path: [], value: 1 }] },
    { edits: [{ op: "eval", path: ["a"] }] },
  ]) {
    assert.equal((await call("/plan", body)).status, 400);
  }
  for (const traversal of ["../../etc/passwd", "koboshi.d/../../x.yml"]) {
    assert.equal((await call("/apply", { text: base, file: traversal })).json.error?.code, "KB1002");
  }
  const huge = await call("/plan", { text: `${base}#${"x".repeat(5_000_000)}` });
  assert.deepEqual([huge.status, huge.json.findings?.[0]?.code], [200, "file-too-large"]);
  assert.equal(fs.readFileSync(file, "utf8"), base);
});

test("without a token nothing is planned or changed", async () => {
  begin();
  for (const route of ["/plan", "/apply"]) {
    const answer = await fetch(`${url}/api/v1/config${route}`, {
      method: "POST",
      body: JSON.stringify({ edits: [every] }),
      headers: { "content-type": "application/json" },
    });
    assert.equal(answer.status, 401);
  }
});

async function koboshi(...argv: string[]): Promise<{ exit: number; out: string }> {
  let out = "";
  const say = (text: string): void => void (out += text);
  const exit = await runCommandLine(
    {
      argv: [...argv, "--server", url, "--token-file", tokenFile, "--config", file],
      env: { KOBOSHI_LANG: "ja" },
      cwd: folder,
      clock,
      isTty: false,
      stdout: say,
      stderr: say,
      signal: new AbortController().signal,
    },
    tableOf(configDiff, configApply),
  );
  return { exit, out };
}

test("diff shows what apply would take over; apply asks before much is lost", async () => {
  begin();
  assert.deepEqual((await koboshi("config", "diff")).exit, 0);
  fs.writeFileSync(file, base.replace("30s", "45s"));
  const diff = await koboshi("config", "diff");
  assert.equal(diff.exit, 3);
  assert.match(diff.out, /every 30s → 45s/);
  assert.equal((await koboshi("config", "apply")).exit, 0);
  assert.equal(site.checks[0]?.everyMs, 45_000);
  fs.writeFileSync(file, base.replace(', "tcp://www.example.jp:22"', ""));
  const refused = await koboshi("config", "apply");
  assert.equal(refused.exit, 77);
  assert.match(refused.out, /--confirm/);
  assert.equal((await koboshi("config", "apply", "--confirm")).exit, 0);
  assert.equal(site.checks.length, 1);
});

test("diff compares two files without a hub, and a text from elsewhere with the one that runs", async () => {
  begin();
  const other = path.join(folder, "other.yml");
  fs.writeFileSync(other, base.replace("30s", "20s"));
  const two = await koboshi("config", "diff", file, other, "--lang", "en");
  assert.match(two.out, /~1 check/);
  assert.match(two.out, /^-.*30s/m);
  assert.equal((await koboshi("config", "apply", other)).exit, 0);
  assert.equal(fs.readFileSync(file, "utf8"), base.replace("30s", "20s"));
});
