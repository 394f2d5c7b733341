import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-unpacked-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A machine that has neither Node nor npm: only what every Linux has. */
const bareEnv = { PATH: "/usr/bin:/bin", HOME: folder, LANG: "C.UTF-8" };

test("the archive runs right after unpacking, from anywhere and through a link, without a Node of its own", () => {
  execFileSync(process.execPath, ["--import", "tsx", "scripts/archive.ts", "--out", folder], { stdio: "pipe" });
  const archive = fs.readdirSync(folder).find((name) => name.endsWith(".tar.gz"));
  assert.ok(archive !== undefined, "no archive was made");
  execFileSync("sha256sum", ["--check", `${archive}.sha256`], { cwd: folder, stdio: "pipe" });
  execFileSync("tar", ["-xzf", archive], { cwd: folder });
  const program = path.join(folder, archive.replace(".tar.gz", ""), "koboshi");
  const link = path.join(folder, "linked");
  fs.symlinkSync(program, link);
  const { version } = JSON.parse(fs.readFileSync("package.json", "utf8")) as { version: string };
  for (const command of [program, link]) {
    const said = execFileSync(command, ["version"], { cwd: "/", env: bareEnv, encoding: "utf8" });
    assert.ok(said.includes(version), said);
  }
  fs.writeFileSync(path.join(folder, "koboshi.yml"), "version: 1\nservices: { www: http://127.0.0.1:1/ }\n");
  const checked = execFileSync(program, ["config", "check", "koboshi.yml"], {
    cwd: folder,
    env: bareEnv,
    encoding: "utf8",
  });
  assert.ok(checked.length > 0);
});
