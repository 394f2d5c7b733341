import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fs from "node:fs";
import path from "node:path";
import { sshHost, withHosts } from "../doubles/host-bench.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";

let server: SshHost;
let clone: SshHost;
before(async () => {
  server = await startSshHost({ withoutPackageLists: true });
  clone = await startSshHost({ withoutPackageLists: true });
});
after(async () => {
  await server.stop();
  await clone.stop();
});

/** The server starts again as another boot, or another machine: its sessions see these files in place of the kernel's. */
async function restartAs({ bootId, machineId }: { bootId?: string; machineId?: string }): Promise<void> {
  const inPlace: Record<string, string> = {};
  for (const [name, text, target] of [
    ["boot", bootId, "/proc/sys/kernel/random/boot_id"],
    ["machine", machineId, "/etc/machine-id"],
  ] as const) {
    if (text === undefined) continue;
    const file = path.join(server.folder, name);
    fs.writeFileSync(file, `${text}\n`);
    inPlace[target] = file;
  }
  await server.restart({ inPlace });
}

test("another boot-id is a restart, told once, and worth a thorough look at once", async () => {
  await restartAs({ bootId: "11111111-2222-4333-8444-555555555555" });
  await withHosts([sshHost(server)], {}, async ({ hosts, one, events }) => {
    await hosts.lookNow("web1");
    assert.equal(one("web1").reading?.identity?.bootId, "11111111-2222-4333-8444-555555555555");
    assert.deepEqual(await events(), [], "the first look has nothing to compare with");
    await restartAs({ bootId: "99999999-2222-4333-8444-555555555555" });
    await hosts.lookNow("web1");
    await hosts.lookNow("web1");
    assert.equal(one("web1").silence, null, "a restart is not silence");
    assert.deepEqual(await events(), ["host.rebooted"]);
  });
});

test("two hosts with one machine-id are told, and so is a host that became another machine", async () => {
  await restartAs({});
  const [web1, web2] = [sshHost(server), sshHost(clone, { key: "web2" })];
  await withHosts([web1, web2], {}, async ({ hosts, one, events, ledger }) => {
    await hosts.lookNow("web1");
    await hosts.lookNow("web2");
    const twins = hosts.attentions().find(({ code }) => code === "hosts-same-machine");
    assert.equal(twins?.facts?.["hosts"], "web1, web2");
    assert.deepEqual(await events(), ["host.machine-changed"]);
    const [event] = await ledger.read.eventsAfter(0, 10);
    assert.deepEqual([event?.data["host"], event?.data["sameAs"]], ["web2", "web1"]);
    await restartAs({ machineId: "0123456789abcdef0123456789abcdef" });
    await hosts.lookNow("web1");
    assert.equal(one("web1").reading?.identity?.machineId, "0123456789abcdef0123456789abcdef");
    assert.deepEqual(await events(), ["host.machine-changed", "host.machine-changed"]);
    assert.equal(
      hosts.attentions().some(({ code }) => code === "hosts-same-machine"),
      false,
      "they are two again",
    );
  });
});

test("a machine whose clock goes back between two looks is read on, its rates stay, and its clock is told", async () => {
  await restartAs({});
  await withHosts([sshHost(server)], { everyMs: 60_000 }, async ({ hosts, one, told }) => {
    await hosts.lookNow("web1");
    const lib = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
    await server.restart({ environment: [`LD_PRELOAD=${lib}`, "FAKETIME=-2h"] });
    await hosts.lookNow("web1");
    const { reading, silence } = one("web1");
    assert.equal(silence, null);
    assert.equal(Math.round((reading?.clock?.offsetSeconds ?? 0) / 60), -120);
    // rates are by the machine's monotonic clock, which no step changes
    assert.ok(reading?.cpu !== null && reading?.cpu !== undefined);
    assert.ok(reading.cpu.idleRatio >= 0 && reading.cpu.idleRatio <= 1);
    assert.ok((reading.network ?? []).every((line) => line.receivedBytesPerSecond >= 0));
    assert.ok(Math.abs(reading.takenAtMs - Date.now()) < 60_000, "when it was taken is by our clock");
    assert.ok(told().includes("opened clock-off critical"), told().join("; "));
  });
});
