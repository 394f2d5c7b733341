import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { commands } from "../../src/cli/commands/index.ts";
import { freePort, startHub, until } from "../doubles/hub-process.ts";
import { programWords } from "../doubles/program.ts";
import { startWebTarget } from "../doubles/web-target.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-cli-"));
const [web, other] = [await startWebTarget(), await startWebTarget()];
const hub = await startHub({
  folder,
  port: await freePort(),
  config: `version: 1
site: { name: Omni, lang: ja, timezone: Asia/Tokyo }
people: { yamada: { name: 山田 } }
services:
  shop: { name: ネットショップ, checks: [{ http: "${web.url}", every: 1s }] }
  mail: { name: メール, checks: [{ tcp: "127.0.0.1:${other.port}", every: 1s }] }
notify: { channels: { hook: { webhook: "http://127.0.0.1:9/" } } }`,
});

after(async () => {
  await hub.stop();
  await web.stop();
  await other.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function koboshi(words: readonly string[], env: Record<string, string> = {}): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli/main.js", ...words], {
    encoding: "utf8",
    env: { ...own(), ...env },
  });
  return { code: status, out: stdout, err: stderr };
}

/** What each of these command lines prints; a process for each of a hundred would take minutes. */
function inOneProcess(lines: readonly (readonly string[])[]): readonly string[] {
  const out = execFileSync(process.execPath, programWords("test/integration/cli-programs/each.ts"), {
    encoding: "utf8",
    input: JSON.stringify(lines),
    maxBuffer: 64_000_000,
    env: own(),
  });
  return JSON.parse(out) as string[];
}

function own(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, KOBOSHI_LANG: "en", KOBOSHI_CONFIG: path.join(folder, "koboshi.yml") };
}

/** What each command needs to run once; those left out run as they are. */
const words: Readonly<Record<string, readonly string[]>> = {
  ack: ["1"],
  note: ["1", "looking"],
  resolve: ["1"],
  check: [web.url],
  "incident show": ["1"],
  "incident open": ["service:shop", "somebody", "telephoned"],
  "incident ack": ["1"],
  "incident note": ["1", "looking"],
  "incident resolve": ["1"],
  "incident assign": ["1", "yamada"],
  "config explain": ["hub.listen"],
  "secret show": ["hook"],
  explain: ["KB2001"],
  "host diagnose": ["localhost", "--only", "memory"],
};
/** These run until they are stopped. */
const endless = new Set(["up", "vantage", "demo"]);

test("the hub's commands see an outage and act on it", async () => {
  await until("well", async () => koboshi(["status", "--exit-code"]).code === 0);
  await web.stop();
  await until("an incident", async () => koboshi(["incident", "ls", "--open", "-q"]).out === "1\n");
  const ja = koboshi(["status", "--lang", "ja"]);
  assert.match(ja.out, /^■ ネットショップが止まっています {2}\d+:\d\d から .*#1 {2}担当: まだいません/);
  assert.match(ja.out, /監視サーバ ✕/);
  assert.match(ja.out, /● ほか 1 サービス正常/);
  assert.equal(koboshi(["status", "--exit-code"]).code, 4);
  assert.match(koboshi(["why", "shop"]).out, /The target itself answers/);
  assert.match(koboshi(["ack"]).out, /^#1 is yours now/);
  assert.match(koboshi(["note", "1", "restarting", "nginx"]).out, /#1/);
  assert.match(koboshi(["incident", "assign", "yamada"]).out, /山田/);
  assert.match(koboshi(["incident", "show", "1"]).out, /restarting nginx/);
  const refused = koboshi(["resolve", "1"]);
  assert.equal(refused.code, 77);
  assert.match(refused.err, /KB1003: .*\n$/);
});

test("every command speaks JSON and nothing else on standard output, also when it fails", () => {
  const names = Object.keys(commands).filter((one) => !endless.has(one));
  const lines = names.map((name) => [...name.split(" "), ...(words[name] ?? []), "--json"]);
  const outs = inOneProcess(lines);
  assert.equal(outs.length, names.length);
  for (const [at, out] of outs.entries()) {
    const parsed = JSON.parse(out) as Record<string, unknown>;
    assert.ok(typeof parsed["schema"] === "string" || parsed["type"] === "error", `${names[at]}: ${out.slice(0, 200)}`);
  }
  assert.equal(outs[names.indexOf("cause ls")], koboshi(["cause", "ls", "--json"]).out);
});

test("wrong usage is told in one sentence with the nearest word, exit 64", () => {
  const typo = koboshi(["stauts"]);
  assert.equal(typo.code, 64);
  assert.match(typo.err, /did you mean status\?/);
  assert.equal(koboshi(["status", "--nonsense"]).code, 64);
  assert.equal(koboshi(["incident"]).code, 64);
  assert.equal(koboshi(["check"]).code, 64);
  assert.equal(koboshi(["check", "gopher://x"]).code, 64);
  assert.equal(koboshi(["incident", "show", "999"]).code, 5);
});

test("check looks once without a hub: 0 up, 4 down, and Nagios codes on request", () => {
  const alone = { KOBOSHI_CONFIG: "/nonexistent/koboshi.yml" };
  const target = `tcp://127.0.0.1:${other.port}`;
  assert.equal(koboshi(["check", target], alone).code, 0);
  const down = koboshi(["check", target, "tcp://127.0.0.1:9", "--json"], alone);
  assert.equal(down.code, 4);
  const { items } = JSON.parse(down.out) as { items: { target: string; outcome: string; layer: string | null }[] };
  assert.deepEqual(
    items.map(({ target: name, outcome, layer }) => [name, outcome, layer]),
    [
      [target, "up", null],
      ["tcp://127.0.0.1:9", "down", "connect"],
    ],
  );
  const nagios = koboshi(["check", "tcp://127.0.0.1:9", "--nagios"], alone);
  assert.equal(nagios.code, 2);
  assert.match(nagios.out, /^KOBOSHI CRITICAL - .* \| time=[\d.]+s/);
});

test("without a terminal nothing is coloured, and no hub is told as such, exit 69", () => {
  const plain = koboshi(["status"], { LANG: "C" });
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(plain.out, /\u001B/);
  const none = koboshi(["status", "--server", "http://127.0.0.1:1"]);
  assert.equal(none.code, 69);
  assert.equal(none.out, "");
  assert.match(none.err, /KB1201/);
});

test("init writes a file once, that the checker accepts, and never over another", () => {
  const file = path.join(folder, "fresh.yml");
  const args = ["init", web.url, "--mail", "you@example.jp", "--config", file];
  assert.equal(koboshi(args).code, 0);
  assert.equal(koboshi(["config", "check", file]).code, 0);
  const before = fs.readFileSync(file, "utf8");
  assert.equal(koboshi(args).code, 1);
  assert.equal(fs.readFileSync(file, "utf8"), before);
});

test("page publish works without a hub, and says that nothing is confirmed", () => {
  const alone = fs.mkdtempSync(path.join(folder, "alone-"));
  const file = path.join(alone, "koboshi.yml");
  fs.writeFileSync(
    file,
    `version: 1
people: { me: me@example.jp }
services: { www: "${web.url}" }
hub: { listen: "127.0.0.1:1", data: ./data }
status_page: { title: 稼働状況, show: [www], publish: [{ to: "${alone}/public" }] }
`,
    { mode: 0o600 },
  );
  const { code, out, err } = koboshi(["page", "publish", "--json", "--config", file]);
  assert.equal(code, 0, err);
  assert.equal((JSON.parse(out) as { page: { targets: unknown[] } }).page.targets.length, 1);
  assert.match(fs.readFileSync(path.join(alone, "public/index.html"), "utf8"), /確認できていません/);
  assert.doesNotMatch(fs.readFileSync(path.join(alone, "public/status.json"), "utf8"), /"ok"/);
});
