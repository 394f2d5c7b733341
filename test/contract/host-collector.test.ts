import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { collectorScript, logAnswerMark, lookCommand, readCommand } from "../../src/clients/host-logs.ts";

const shells = ["dash", "bash"].filter((shell) => spawnSync(shell, ["-c", ":"]).status === 0);

interface Machine {
  readonly file: (name: string) => string;
  /** what a key tied to the collector, with these logs in its line, gets for a command */
  ask(
    command: string,
    allowed: readonly string[],
    shell?: string,
  ): { readonly exit: number | null; readonly text: string };
}

function withMachine(body: (machine: Machine) => void): void {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-collector-")));
  const program = path.join(folder, "koboshi-read");
  fs.writeFileSync(program, collectorScript, { mode: 0o755 });
  fs.mkdirSync(path.join(folder, "log/inner"), { recursive: true });
  try {
    body({
      file: (name) => path.join(folder, "log", name),
      ask(command, allowed, shell = shells[0] ?? "sh") {
        const env = { PATH: process.env["PATH"], SSH_ORIGINAL_COMMAND: command };
        const { status, stdout } = spawnSync(shell, [program, ...allowed], { env, encoding: "utf8", timeout: 10_000 });
        return { exit: status, text: stdout };
      },
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function bytesOf(file: string, ending = "", offset = 0) {
  const inode = fs.statSync(file + ending).ino;
  return { path: file, ending, inode, offset, length: 1_000 };
}

for (const shell of shells) {
  test(`${shell}: a log that the key's line names is listed and handed over from any byte, packed ones too`, () =>
    withMachine(({ file, ask }) => {
      const log = file("it's a ログ%b\\n.log");
      fs.writeFileSync(log, "first\nsecond\n");
      fs.writeFileSync(`${log}.1.gz`, gzipSync("old one\nold two\n"));
      const listed = ask(lookCommand(log), [log.replaceAll("\\", "\\\\")], shell);
      assert.ok(listed.text.startsWith(logAnswerMark));
      assert.equal(listed.text.split("\n").filter((line) => line.includes(" /")).length, 2);
      const allowed = [file("*.log")];
      assert.equal(ask(readCommand(bytesOf(log, "", 6)), allowed, shell).text, `${logAnswerMark}second\n`);
      assert.equal(ask(readCommand(bytesOf(log, ".1.gz", 8)), allowed, shell).text, `${logAnswerMark}old two\n`);
      assert.equal(
        execFileSync(shell, ["-c", readCommand(bytesOf(log, "", 6))]).toString(),
        `${logAnswerMark}second\n`,
      );
    }));
}

test("what the key's line does not name is not handed over, by whatever name it is asked for", () =>
  withMachine(({ file, ask }) => {
    for (const name of ["app.log", "secret", "inner/app.log", "app.log.key"]) fs.writeFileSync(file(name), "told\n");
    fs.symlinkSync(file("secret"), file("link.log"));
    fs.symlinkSync(file("app.log"), file("other.log"));
    const allowed = [file("*.log")];
    const told = (command: string, logs = allowed): boolean => ask(command, logs).text.includes("told");
    assert.ok(told(readCommand(bytesOf(file("app.log")))));
    assert.ok(told(readCommand(bytesOf(file("other.log")))), "a link to a log that is named");
    assert.ok(!told(readCommand(bytesOf(file("secret")))));
    assert.ok(!told(readCommand(bytesOf(file("link.log")))), "a link to something else");
    assert.ok(!told(readCommand(bytesOf(file("inner/app.log")))), "* is a name in one folder");
    assert.ok(!told(readCommand(bytesOf(`${file("inner")}/../secret`)), [file("*/../secret")]));
    assert.ok(!told(readCommand(bytesOf(file("app.log"), ".key"))), "not what rotation puts behind a name");
    assert.ok(!told(readCommand(bytesOf(file("app.log"))), []), "a line without logs");
    assert.match(ask(lookCommand(file("secret")), allowed).text, /UNLISTED/);
  }));

test("nothing that is asked for is run", () =>
  withMachine(({ file, ask }) => {
    fs.writeFileSync(file("app.log"), "told\n");
    const mark = file("ran");
    const log = file("app.log");
    for (const words of [
      `look $(touch\${IFS}${mark})`,
      `look '${log}';touch ${mark}`,
      `read '${log}' - 1 1 $(touch ${mark})`,
      `read '${log}' ;touch\${IFS}${mark} 1 1 1`,
      `read '${log}' - 1 1 1;touch ${mark}`,
      `rm ${log}`,
      `look \`touch ${mark}\``,
    ]) {
      ask(`sh -c x koboshi-log ${words}`, [file("*")]);
      ask(`x; touch ${mark}; koboshi-log ${words}`, [file("*")]);
    }
    assert.ok(!fs.existsSync(mark));
    assert.ok(fs.existsSync(log));
  }));

test("the same program still looks into the machine, whatever logs its line names", () =>
  withMachine(({ ask }) => {
    const { text } = ask("sh -s -- memory", ["/var/log/messages", "/var/log/*_log"]);
    assert.match(text, /^@@koboshi-host 1 /);
    assert.match(text, /^MemTotal:/m);
  }));
