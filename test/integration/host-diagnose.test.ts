import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { hostDiagnose } from "../../src/cli/commands/host-diagnose.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import type { SshHost } from "../doubles/sshd-host.ts";
import { startSshHost } from "../doubles/sshd-host.ts";
import { tableOf } from "../doubles/command-table.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-diagnose-"));
const keyFile = path.join(folder, "key");
const config = path.join(folder, "koboshi.yml");
let host: SshHost;

before(async () => {
  host = await startSshHost();
  fs.writeFileSync(keyFile, host.readKey.reveal(), { mode: 0o600 });
  fs.writeFileSync(
    config,
    `version: 1
site: { name: Omni, lang: ja, timezone: Asia/Tokyo }
hosts:
  web1:
    address: 127.0.0.1
    port: ${host.port}
    user: ${host.user}
    key: "\${file:${keyFile}}"
    host_key: "${host.fingerprint}"
    watch: { units: [nosuchd] }
`,
  );
});

after(async () => {
  await host.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

async function koboshi(...argv: readonly string[]): Promise<Ran> {
  let [out, err] = ["", ""];
  const clock = createSystemClock();
  const beganMs = clock.monotonicMs();
  const process = {
    argv: ["host", "diagnose", ...argv],
    env: { KOBOSHI_LANG: "en" },
    cwd: folder,
    clock,
    isTty: false,
    stdout: (text: string) => void (out += text),
    stderr: (text: string) => void (err += text),
    signal: new AbortController().signal,
  };
  const code = await runCommandLine(process, tableOf(hostDiagnose));
  return { code, out, err, seconds: (clock.monotonicMs() - beganMs) / 1_000 };
}

interface Answer {
  readonly ok: boolean;
  readonly load: { one: number; cores: number };
  readonly memory: { availableBytes: number };
  readonly disks: readonly { mount: string; freeRatio: number; inodesFreeRatio: number | null }[];
  readonly clock: { offsetSeconds: number; uncertaintySeconds: number; service: { name: string | null } };
  readonly cron: readonly { line: string; lastDueAt: string | null; lastRunAt: string | null }[];
  readonly listeners: readonly { port: number }[];
  readonly units: { failed: readonly string[] };
  readonly swap: { totalBytes: number };
  readonly bootId: string;
  readonly takenAt: string;
  readonly findings: readonly { kind: string; item: string | null }[];
  readonly error: { reason: string; seen: string; fix: string };
}

const read = ({ out }: Ran): Answer => JSON.parse(out) as Answer;

test("this machine: everything the contract names, within three seconds", async () => {
  const ran = await koboshi("localhost", "--json");
  assert.ok(ran.seconds < 3, `${ran.seconds} s`);
  const answer = read(ran);
  assert.equal(ran.code, answer.findings.length === 0 ? 0 : 3);
  assert.ok(answer.load.one >= 0 && answer.load.cores === os.cpus().length);
  assert.ok(answer.memory.availableBytes > 0 && answer.memory.availableBytes < os.totalmem());
  const root = answer.disks.find(({ mount }) => mount === "/");
  assert.ok(root !== undefined && root.freeRatio > 0 && root.freeRatio <= 1 && (root.inodesFreeRatio ?? 1) <= 1);
  assert.ok(Math.abs(answer.clock.offsetSeconds) < 5 && answer.clock.uncertaintySeconds >= 0);
  assert.ok("name" in answer.clock.service);
  assert.ok(Array.isArray(answer.cron) && Array.isArray(answer.units.failed));
  assert.ok(answer.listeners.some(({ port }) => port === host.port));
  assert.ok(answer.swap.totalBytes >= 0);
  assert.equal(answer.bootId, fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  assert.match(answer.takenAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/);
});

test("in words, both languages, findings first", async () => {
  const en = await koboshi("localhost");
  assert.match(en.out.split("\n")[0] ?? "", /localhost/);
  assert.match(en.out, /^Disks +\//m);
  assert.match(en.out, /^Clock +off by/m);
  const ja = await koboshi("localhost", "--lang", "ja", "--only", "disk,clock");
  assert.match(ja.out, /^時計 +ずれ/m);
  assert.doesNotMatch(ja.out, /見えなかった/);
  assert.equal((await koboshi("localhost", "--only", "dsk")).code, 64);
});

const address = (): string => `ssh://${host.user}@127.0.0.1:${host.port}`;

test("an unknown host key: nothing is sent, the fingerprint is shown with the way to confirm it", async () => {
  const ran = await koboshi(address(), "--key-file", keyFile);
  assert.equal(ran.code, 77);
  assert.equal(ran.out, "");
  assert.ok(ran.err.includes(host.fingerprint));
  assert.match(ran.err, /--host-key SHA256:/);
  const json = await koboshi(address(), "--key-file", keyFile, "--json");
  assert.equal(read(json).error.reason, "host-key-unknown");
  assert.equal(read(json).error.seen, host.fingerprint);
});

test("with the key confirmed it is read over SSH, with the offset of its clock", async () => {
  const ran = await koboshi(address(), "--key-file", keyFile, "--host-key", host.fingerprint, "--json");
  const answer = read(ran);
  assert.ok(ran.code === 0 || ran.code === 3, ran.out);
  assert.ok(Math.abs(answer.clock.offsetSeconds) <= answer.clock.uncertaintySeconds + 0.05);
  assert.ok(answer.clock.uncertaintySeconds < 1);
  assert.ok(answer.load.cores > 0);
});

test("a host of the configuration brings its own key, fingerprint and bounds", async () => {
  const answer = read(await koboshi("web1", "--json", "--config", config, "--only", "units"));
  assert.ok(answer.findings.some(({ kind, item }) => kind === "unit-stopped" && item === "nosuchd"));
  assert.equal((await koboshi("nosuch", "--config", config)).code, 5);
  assert.equal((await koboshi()).code, 64);
  assert.equal((await koboshi("ssh://")).code, 64);
});

test("another key than the pinned one, a login that is refused, nobody there: told apart", async () => {
  const wrong = `SHA256:${"A".repeat(43)}`;
  assert.equal(
    read(await koboshi(address(), "--key-file", keyFile, "--host-key", wrong, "--json")).error.reason,
    "host-key-changed",
  );
  const strange = path.join(folder, "strange");
  fs.writeFileSync(strange, host.strangeKey.reveal(), { mode: 0o600 });
  const refused = await koboshi(address(), "--key-file", strange, "--host-key", host.fingerprint, "--json");
  assert.equal(read(refused).error.reason, "auth-refused");
  assert.equal(refused.code, 77);
  const nobody = await koboshi("ssh://x@127.0.0.1:9", "--key-file", keyFile, "--host-key", wrong, "--json");
  assert.equal(read(nobody).error.reason, "connection-failed");
  assert.equal(nobody.code, 69);
  assert.equal((await koboshi(address(), "--key-file", path.join(folder, "none"))).code, 64);
});

test("a pack for the provider's support: raw and read, whole, for its owner only", async () => {
  const pack = path.join(folder, "pack.txt");
  const ran = await koboshi("localhost", "--pack", pack, "--json");
  const text = fs.readFileSync(pack, "utf8");
  assert.match(text, /^## reading$/m);
  assert.match(text, /^@@koboshi-host 1 /m);
  assert.match(text, /^@@end /m);
  assert.equal(fs.statSync(pack).mode & 0o777, 0o600);
  assert.ok(ran.err.includes(pack));
  assert.equal((await koboshi("localhost", "--only", "memory", "--pack", path.join(folder, "no", "pack"))).code, 64);
});

test("what answers and is no reading is explained: a shell that only talks, and a clock of three hours ago", async () => {
  await host.restart({ before: 'command="echo This account is not available.",restrict' });
  const talks = await koboshi(address(), "--key-file", keyFile, "--host-key", host.fingerprint, "--json");
  assert.equal(read(talks).error.reason, "not-a-look");
  assert.equal(read(talks).error.seen, "This account is not available.");
  assert.equal(talks.code, 69);
  await host.restart({
    environment: ["LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "FAKETIME=-3h"],
  });
  const late = await koboshi(
    address(),
    "--key-file",
    keyFile,
    "--host-key",
    host.fingerprint,
    "--json",
    "--only",
    "clock",
  );
  assert.equal(Math.round(read(late).clock.offsetSeconds), -10_800);
  assert.equal(read(late).findings[0]?.kind, "clock-off");
  assert.equal(late.code, 3);
});
