import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { snapshotCommand, snapshotScript } from "../../src/clients/snapshot-script.ts";
import { snapshotSections, type HostSnapshot, type SnapshotSection } from "../../src/kernel/model/snapshot.ts";
import { quickSections } from "../../src/prevent/snapshot/read-host.ts";
import { readSnapshot } from "../../src/readers/snapshot/read-snapshot.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-snapshot-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const takenAt = { atMs: 0, monotonicMs: 0, bootId: "here" };
/** What nobody beside this test changes while it runs. */
const still: readonly SnapshotSection[] = ["ident", "os", "fw", "pkgs", "users"];

function run(shell: readonly string[], asked: readonly SnapshotSection[], script = snapshotScript): HostSnapshot {
  const [program, ...args] = [...shell, "-s", "--", snapshotCommand(asked, false).split(" ").at(-1) ?? ""];
  const { stdout } = spawnSync(program, args, {
    input: script,
    encoding: "utf8",
    env: { HOME: folder },
    maxBuffer: 1e7,
  });
  return readSnapshot({ host: "this", text: stdout, asked, takenAt });
}

const dash = run(["/bin/dash"], snapshotSections);

test("every part of this machine is seen, and what is stored of it is small", () => {
  assert.deepEqual([dash.unobserved, dash.isComplete], [{}, true]);
  assert.equal(dash.sections.ident?.["hostname"], os.hostname());
  assert.equal(dash.sections.os?.["kernel"], os.release());
  assert.ok(Object.keys(dash.sections.pkgs ?? {}).length > 100);
  assert.match(dash.sections.users?.["user root"] ?? "", /^0 0 \/root /);
  assert.match(dash.sections.mounts?.["use /"] ?? "", /^\d+[05]%$|^[05]%$/);
  assert.ok("addr lo 127.0.0.1/8" in (dash.sections.net ?? {}));
  assert.match(dash.sections.net?.["sysctl fs.file-max"] ?? "", /^\d{4,}$/);
});

for (const shell of [["/bin/bash"], ["/bin/bash", "--posix"], ["/bin/busybox", "sh"]]) {
  test(`${shell.join(" ")} sees the same`, () => {
    const other = run(shell, still);
    assert.equal(other.isComplete, true);
    for (const section of still) assert.deepEqual(other.sections[section], dash.sections[section], section);
  });
}

test("only what is asked for is looked at", () => {
  const quick = run(["/bin/dash"], quickSections);
  assert.deepEqual(Object.keys(quick.sections).toSorted(), [...quickSections].toSorted());
  assert.equal(quick.isComplete, true);
  assert.equal(quick.unobserved.pkgs, "not-asked");
});

test("as nobody it comes to its end, and says of what it is barred from", () => {
  const nobody = run(
    ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--", "/bin/dash"],
    snapshotSections,
  );
  assert.equal(nobody.isComplete, true);
  assert.deepEqual(nobody.unobserved, { fw: "needs-root", cron: "needs-root" });
  assert.ok("daemon cron" in (dash.sections.cron ?? {}) === "daemon cron" in (nobody.sections.cron ?? {}));
});

test("with fifteen tools and nothing else every part still closes", () => {
  const bin = path.join(folder, "bin");
  fs.mkdirSync(bin);
  for (const tool of "cat sed grep head tail date cut sort id ls sleep true sh tr uname".split(" ")) {
    const found = ["/usr/bin", "/bin"].map((one) => path.join(one, tool)).find((one) => fs.existsSync(one));
    fs.symlinkSync(found ?? "", path.join(bin, tool));
  }
  const script = snapshotScript.replace(/PATH=\S+:\$PATH/, `PATH=${bin}`);
  assert.ok(script.includes(`PATH=${bin};`));
  const poor = run(["/bin/dash"], snapshotSections, script);
  assert.equal(poor.isComplete, true);
  assert.deepEqual(poor.unobserved, { fw: "not-installed", pkgs: "not-installed", certs: "not-installed" });
  assert.deepEqual(Object.keys(poor.sections.units ?? {}), Object.keys(dash.sections.units ?? {}));
  assert.ok(Object.keys(poor.sections.net ?? {}).some((key) => key.startsWith("route default")));
});

test("nothing of it asks for what must not leave a machine", () => {
  assert.doesNotMatch(
    snapshotScript,
    /\/etc\/shadow|\/environ\b|cmdline"? .*\/proc\/\[|\/proc\/\*\/cmdline|_key(?!\.pub)["* ]/,
  );
});
