import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { snapshotSections, type HostSnapshot } from "../../src/kernel/model/snapshot.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { createSnapshots, type Snapshots } from "../../src/prevent/snapshot/snapshots.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { agentHost } from "../doubles/host-bench.ts";
import { startQuietMachine, type QuietMachine } from "../doubles/quiet-machine.ts";
import { localLine } from "../doubles/script-lines.ts";
import { recordingLog } from "../doubles/scripted-probe.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const clock = createSystemClock();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-snapshots-"));
let machine: QuietMachine;
let ledger: Ledger;
let desk: Snapshots;

before(async () => {
  machine = await startQuietMachine();
  ledger = await openLedger({ folder, clock, log: recordingLog() });
  const look = { ...agentHost("small").look, by: "ssh" } as NonNullable<ReturnType<typeof agentHost>["look"]>;
  const site: Site = { ...watchedSite({ services: {} }), hosts: new Map([["small", { ...agentHost("small"), look }]]) };
  desk = await createSnapshots({
    clock,
    log: recordingLog(),
    ledger,
    site,
    line: localLine(machine.inside),
    windows: () => Promise.resolve([]),
    keepOutside: () => Promise.resolve(),
  });
});

after(async () => {
  await ledger.close();
  await machine.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function take(): Promise<HostSnapshot> {
  const taken = await desk.take("small", snapshotSections);
  assert.ok(taken.ok);
  assert.equal(taken.value.isComplete, true);
  return taken.value;
}

test("an unchanged machine is the same word for word", async () => {
  const first = await take();
  const second = await take();
  assert.deepEqual(second.sections, first.sections);
  assert.deepEqual([second.unobserved, desk.compare(first, second)], [{}, []]);
  assert.ok(first.sections.procs?.["proc root cron"] === "" && first.sections.procs["proc root sh"] === undefined);
  assert.equal(first.sections.ports?.["port udp 127.0.0.1:323"], "chronyd");
  const bytes = await ledger.read.snapshotBytes("small");
  assert.ok(bytes > 1_000 && bytes < 25_000, `${bytes} bytes for both`);
});

test("a dead time daemon, a closed door, a line more in a crontab and a mount more are all found, and nothing else", async () => {
  const first = await take();
  machine.kill("chronyd");
  machine.run("kill $(ps -eo pid,args | sed -n 's/^ *\\([0-9]*\\) busybox nc -ll.*/\\1/p')");
  fs.writeFileSync(path.join(machine.folder, "crontabs", "root"), "5 4 * * * /bin/true --password=hunter2\n", {
    mode: 0o600,
  });
  machine.run("mkdir /run/more && mount -t tmpfs -o nosuid tmpfs /run/more");
  const second = await take();
  const told = desk.compare(first, second).map(({ class: kind, section, key }) => `${kind} ${section} ${key}`);
  assert.deepEqual(told, [
    "alarm clock daemon chronyd",
    "alarm units unit chrony",
    "alarm ports port tcp [::]:7777",
    "alarm ports port udp 127.0.0.1:323",
    "alarm ports port udp [::1]:323",
    "matters procs proc root chronyd",
    "matters mounts mount /run/more",
    "matters cron line /var/spool/cron/crontabs/root 5 4 * * * /bin/true --password=***",
  ]);
  assert.doesNotMatch(JSON.stringify(second), /hunter2/);
});
