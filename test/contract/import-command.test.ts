import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { loadConfig } from "../../src/config/index.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-import-command-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const gatus = path.resolve("test/fixtures/import/gatus.yaml");
const config = path.join(folder, "koboshi.yml");

async function koboshi(...argv: string[]): Promise<{ exit: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const exit = await runCommandLine(
    {
      argv: [...argv, "--config", config],
      env: {},
      cwd: folder,
      clock: createSystemClock(),
      isTty: false,
      stdout: (text) => void (out += text),
      stderr: (text) => void (err += text),
      signal: new AbortController().signal,
    },
    commands,
  );
  return { exit, out, err };
}

test("printed, the configuration alone stands on stdout, and nothing is written", async () => {
  const { exit, out, err } = await koboshi("import", "gatus", gatus, "--print", "--lang", "ja");
  assert.equal(exit, 0);
  assert.match(out, /^# Gatus/);
  assert.match(err, /KOBOSHI_AUTHORIZATION/);
  assert.match(err, /引き継げなかったもの/);
  assert.deepEqual(fs.readdirSync(folder), []);
});

test("first it becomes the configuration, then a part beside it, and it never writes over anything", async () => {
  const first = await koboshi("import", "gatus", gatus, "--json", "--lang", "en");
  assert.equal(first.exit, 0);
  const answer = JSON.parse(first.out) as {
    path: string;
    counts: { services: number };
    left: { message: string; todo: string }[];
  };
  assert.equal(answer.path, config);
  assert.ok(answer.left.every(({ message, todo }) => message !== "" && todo !== ""));
  assert.equal(fs.statSync(config).mode & 0o077, 0);
  const second = await koboshi("import", "gatus", gatus, "--lang", "en");
  assert.equal(second.exit, 0);
  assert.ok(fs.existsSync(path.join(folder, "koboshi.d/imported-gatus.yml")));
  const { plan } = loadConfig(config);
  assert.equal(plan?.site.services.size, answer.counts.services * 2);
  const third = await koboshi("import", "gatus", gatus, "--lang", "en");
  assert.deepEqual([third.exit, /KB1005/.test(third.err)], [77, true]);
});

test("a file that is not there, too large or of another product is refused with what to do", async () => {
  const missing = await koboshi("import", "kuma", path.join(folder, "none.db"), "--lang", "en");
  assert.deepEqual([missing.exit, /KB1301: .*ENOENT/.test(missing.err)], [65, true]);
  assert.match((await koboshi("import", "kuma", folder, "--lang", "ja")).err, /KB1301: .*EISDIR/);
  assert.match((await koboshi("import", "kuma", gatus, "--lang", "ja")).err, /KB1302: /);
  assert.match(
    (await koboshi("import", "zabbix", gatus, "--lang", "ja")).err,
    /KB1001: .*blackbox\|gatus\|healthchecks\|kuma/,
  );
  const huge = path.join(folder, "huge.json");
  fs.closeSync(fs.openSync(huge, "w"));
  fs.truncateSync(huge, 200_000_001);
  assert.match((await koboshi("import", "kuma", huge, "--lang", "en")).err, /KB1303: .*200 MB/);
});

test("a file with nothing to carry over says so, with its reasons", async () => {
  const file = path.join(folder, "nothing.json");
  fs.writeFileSync(file, JSON.stringify({ monitorList: [{ id: 1, name: "x", type: "docker", active: true }] }));
  const { exit, err } = await koboshi("import", "kuma", file, "--out", path.join(folder, "x.yml"), "--lang", "en");
  assert.equal(exit, 65);
  assert.match(err, /monitor 1 «x»: there is no such probe \(docker\)[\s\S]*KB1304/);
});
