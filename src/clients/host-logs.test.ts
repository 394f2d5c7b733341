import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { logAnswerMark, lookCommand } from "./host-logs.ts";

/** What the command lists, by name. `before` runs in a shell as the first thing `stat` does. */
function listed(prepare: (folder: string) => void, before = ""): readonly string[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-look-"));
  const tools = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-look-tools-"));
  try {
    prepare(folder);
    const real = execFileSync("sh", ["-c", "command -v stat"], { encoding: "utf8" }).trim();
    fs.writeFileSync(path.join(tools, "stat"), `#!/bin/sh\n${before}\nexec ${real} "$@"\n`, { mode: 0o755 });
    const answer = execFileSync("sh", ["-c", lookCommand(path.join(folder, "app.log"))], {
      encoding: "utf8",
      cwd: folder,
      env: { ...process.env, PATH: `${tools}:${process.env["PATH"] ?? ""}` },
    });
    assert.ok(answer.startsWith(logAnswerMark), answer);
    return answer
      .slice(logAnswerMark.length)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => path.basename(line));
  } finally {
    fs.rmSync(folder, { recursive: true });
    fs.rmSync(tools, { recursive: true });
  }
}

test("a log and what rotation made of it are listed; a folder and a link to nowhere are not", () => {
  const names = listed((folder) => {
    for (const name of ["app.log", "app.log.1", "app.log-20261122"])
      fs.writeFileSync(path.join(folder, name), "line\n");
    fs.mkdirSync(path.join(folder, "app.log.d"));
    fs.symlinkSync("nowhere", path.join(folder, "app.log.9"));
  });
  assert.deepEqual(names, ["app.log", "app.log.1", "app.log-20261122"]);
});

test("nothing there is an empty list", () => {
  assert.deepEqual(
    listed(() => undefined),
    [],
  );
});

test("a file that is packed while it is listed is found under its new name", () => {
  const names = listed((folder) => {
    for (const name of ["app.log", "app.log.1"]) fs.writeFileSync(path.join(folder, name), "line\n");
  }, "[ -f app.log.1 ] && gzip app.log.1");
  assert.deepEqual(names, ["app.log", "app.log.1.gz"]);
});
