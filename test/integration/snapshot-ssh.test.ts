import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { hostScript } from "../../src/clients/host-script.ts";
import { snapshotSectionsScript } from "../../src/clients/snapshot-script.ts";
import type { SshTarget } from "../../src/clients/ssh.ts";
import type { HostSnapshot, SnapshotSection } from "../../src/kernel/model/snapshot.ts";
import { compareSnapshots } from "../../src/prevent/snapshot/diff.ts";
import { readHostNow } from "../../src/prevent/snapshot/read-host.ts";
import { sshLine } from "../doubles/script-lines.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";

const clock = createSystemClock();
/** What nobody beside this test changes while it runs. */
const sections: readonly SnapshotSection[] = ["ident", "os", "mounts", "fw", "cron"];
let server: SshHost;
let crontabs = "";

before(async () => {
  server = await startSshHost();
  crontabs = path.join(server.folder, "crontabs");
  fs.mkdirSync(crontabs);
});
after(() => server.stop());

const never = (): boolean => false;

function target(): SshTarget {
  const { port, user, readKey: privateKey, fingerprint: hostKey } = server;
  return { host: "127.0.0.1", port, user, privateKey, hostKey };
}

function take(): Promise<HostSnapshot> {
  return readHostNow({ clock, line: sshLine(clock, target), host: "web1", sections, sudo: false });
}

test("over SSH two snapshots are equal, a line more in a crontab is found, and nothing else", async () => {
  await server.restart({ inPlace: { "/var/spool/cron/crontabs": crontabs } });
  const [first, second] = [await take(), await take()];
  assert.deepEqual([first.isComplete, Object.keys(first.sections)], [true, sections]);
  assert.deepEqual(compareSnapshots(first, second, never), []);
  fs.writeFileSync(path.join(crontabs, "www-data"), "# nightly\n0 2 * * * /opt/run.sh\n", { mode: 0o600 });
  const third = await take();
  assert.deepEqual(compareSnapshots(second, third, never), [
    {
      section: "cron",
      key: "line /var/spool/cron/crontabs/www-data 0 2 * * * /opt/run.sh",
      before: null,
      after: "",
      class: "matters",
    },
  ]);
  assert.ok(Math.abs((third.hostClockMs ?? 0) - third.takenAt.atMs) < 20_000);
});

test("a login that prints a banner does no harm, a shell that ends half-way leaves the rest unobserved", async () => {
  const home = path.join(server.folder, "rc");
  fs.writeFileSync(home, "echo Welcome; echo '@@snapos'; echo 'kernel of-the-banner'; printf 'no line end'\n");
  await server.restart({ environment: [`BASH_ENV=${home}`, `ENV=${home}`] });
  const greeted = await take();
  assert.equal(greeted.isComplete, true);
  assert.notEqual(greeted.sections.os?.["kernel"], "of-the-banner");
  const cut = path.join(server.folder, "cut");
  fs.writeFileSync(cut, '#!/bin/sh\nsh -c "${SSH_ORIGINAL_COMMAND}" | head -n 40\n', { mode: 0o755 });
  await server.restart({ before: `command="${cut}",restrict` });
  const partial = await take();
  assert.equal(partial.isComplete, false);
  assert.equal(partial.unobserved.fw, "cut-off");
  assert.ok(partial.sections.ident !== undefined);
});

test("a restricted key's copy of the look answers when it holds these parts, and says so when it does not", async () => {
  const collector = path.join(server.folder, "koboshi-read");
  fs.writeFileSync(collector, `#!/bin/sh\n${hostScript}`, { mode: 0o755 });
  await server.restart({ before: `command="${collector}",restrict` });
  const old = await take();
  assert.deepEqual([old.isComplete, old.unobserved.os], [false, "not-in-script"]);
  const knowing = `${snapshotSectionsScript}\n${hostScript}`.replace(
    "\nlook </dev/null\n",
    "\nlook_snapshot </dev/null\n",
  );
  fs.writeFileSync(collector, `#!/bin/sh\n${knowing}`, { mode: 0o755 });
  const seen = await take();
  assert.deepEqual([seen.isComplete, Object.keys(seen.sections)], [true, sections]);
});

test("who cannot log in has seen nothing, and the reason is said of every part", async () => {
  await server.restart();
  const line = sshLine(clock, () => ({ ...target(), privateKey: server.strangeKey }));
  const nothing = await readHostNow({ clock, line, host: "web1", sections, sudo: false });
  assert.deepEqual([nothing.isComplete, nothing.sections, nothing.unobserved.pkgs], [false, {}, "auth-refused"]);
});
