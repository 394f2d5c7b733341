import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { hostCollector } from "../../src/cli/commands/host-collector.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { hostScript } from "../../src/clients/host-script.ts";
import { hostSudoers } from "../../src/clients/host-sudoers.ts";
import type { HostAnswers } from "../../src/kernel/model/host-answers.ts";
import { splitFrame } from "../../src/readers/host/frame.ts";
import { readAnswers } from "../../src/readers/host/read-answers.ts";
import { readHost } from "../../src/readers/host/read-host.ts";
import { tableOf } from "../doubles/command-table.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-sudoers-"));
fs.chmodSync(folder, 0o755);
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, "sudoers");
fs.writeFileSync(file, hostSudoers("nobody"), { mode: 0o440 });
fs.mkdirSync(path.join(folder, "cron", "crontabs"), { recursive: true });
fs.writeFileSync(path.join(folder, "cron/crontabs/backup"), "# nightly\n\n15 3 * * * /bin/true\n", { mode: 0o600 });
fs.chmodSync(path.join(folder, "cron/crontabs"), 0o700);

async function collector(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  let out = "";
  const code = await runCommandLine(
    {
      argv: ["host", "collector", ...argv],
      env: { KOBOSHI_LANG: "ja" },
      cwd: folder,
      clock: createSystemClock(),
      isTty: false,
      stdout: (text) => void (out += text),
      stderr: () => undefined,
      signal: new AbortController().signal,
    },
    tableOf(hostCollector),
  );
  return { code, out };
}

test("the sudoers file is printed by the collector command, and visudo takes it", async () => {
  const { code, out } = await collector("--sudoers", "koboshi");
  assert.equal(code, 0);
  const printed = path.join(folder, "printed");
  fs.writeFileSync(printed, out, { mode: 0o440 });
  assert.match(execFileSync("/usr/sbin/visudo", ["-c", "-f", printed], { encoding: "utf8" }), /parsed OK/);
  assert.match(out, /^koboshi ALL = \(root\) NOPASSWD: KOBOSHI_READ$/m);
  for (const name of ["", "ALL", "%wheel", "a b", "x\nroot ALL=(ALL) ALL"].filter((one) => one !== "ALL")) {
    assert.throws(() => hostSudoers(name), TypeError);
  }
  assert.equal((await collector("--sudoers", "a,b")).code, 64);
});

/** Runs as nobody, where the file is this machine's sudoers; nothing outside the test sees it. */
function asNobody(command: string, input = ""): { readonly text: string; readonly code: number | null } {
  const binds = `mount --bind '${file}' /etc/sudoers && mount --bind '${folder}/cron' /var/spool/cron`;
  const inside = `${binds} && exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c '${command}'`;
  const { stdout, status } = spawnSync("unshare", ["-m", "sh", "-c", inside], {
    input,
    encoding: "utf8",
    maxBuffer: 1e7,
  });
  return { text: stdout, code: status };
}

test("with it a look by nobody sees what needs root, and asks root for nothing else", () => {
  const { text } = asNobody("sh -s -- full,brief,sudo", hostScript);
  assert.equal(splitFrame(text).isWhole, true);
  const nowMs = Date.now();
  const reading = readHost({ text, sentAtMs: nowMs, receivedAtMs: nowMs, previous: null });
  assert.equal(reading.unobserved["cron.part"], undefined);
  const job = reading.cron?.find(({ line }) => line.includes("/bin/true"));
  assert.deepEqual([job?.where, job?.user], ["crontab of backup:3", "backup"]);
  const plain = readHost({
    text: asNobody("sh -s -- full,brief", hostScript).text,
    sentAtMs: nowMs,
    receivedAtMs: nowMs,
    previous: null,
  });
  assert.equal(plain.unobserved["cron.part"] ?? plain.unobserved["cron"], "needs-root");
  const programs = (list: typeof reading.listeners): number =>
    (list ?? []).filter((one) => one.program !== null).length;
  assert.ok(programs(reading.listeners) >= programs(plain.listeners));
});

function ask(words: string): HostAnswers {
  const { text } = asNobody(`sh -s -- ${words}`, hostScript);
  return readAnswers({ text, sentAtMs: Date.now(), receivedAtMs: Date.now() });
}

test("with it a diagnosis by nobody sees the firewall's rules and what the web servers say of themselves", () => {
  const [plain, allowed] = [ask("why,fw,web"), ask("why,fw,web,sudo")];
  assert.equal(plain.unobserved["fw.part"], "needs-root");
  assert.equal(plain.fw?.hashes["nft"], undefined);
  assert.match(allowed.fw?.hashes["nft"] ?? "", /^[0-9a-f]{8,}$/);
  assert.equal(allowed.unobserved["fw.part"], undefined);
  assert.ok(allowed.web !== null);
});

test("what is not on the list, or has one word more, is refused", () => {
  for (const command of [
    "sudo -n id",
    "sudo -n nft flush ruleset",
    "sudo -n iptables-save -f /etc/x",
    "sudo -n grep -rn . /etc/shadow",
    "sudo -n grep -rn . /var/spool/cron /etc/shadow",
    "sudo -n tail -c 400000 /etc/shadow",
    "sudo -n smartctl -n standby -H -A /dev/sda -s off",
    "sudo -n smartctl -n standby -H -A /dev/../etc",
    "sudo -n dmesg -C",
  ]) {
    assert.equal(asNobody(command).code, 1, command);
  }
  assert.equal(asNobody("sudo -n iptables-save").code, 0);
});
