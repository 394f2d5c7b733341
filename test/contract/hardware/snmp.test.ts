import assert from "node:assert/strict";
import os from "node:os";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../../src/app/clock.ts";
import type { HostReading } from "../../../src/kernel/model/host-reading.ts";
import { Secret } from "../../../src/kernel/secret.ts";
import { snmpLooker, type SnmpSpec } from "../../../src/observe/hardware/snmp-look.ts";
import type { HardwareRecord } from "../../../src/storage/ledger/nouns/hardware.ts";
import { freePort } from "../../doubles/hub-process.ts";
import { startSnmpd, type Snmpd } from "../../doubles/snmpd.ts";

const clock = createSystemClock();
const awake = setInterval(() => {}, 1_000);
const secret = (text: string): Secret => new Secret(text, "test");
const blank: HardwareRecord = {
  address: "",
  answeredAt: null,
  reading: null,
  certificate: null,
  learnt: {},
  wasOn: false,
  seenEntries: null,
};
let agent: Snmpd;
before(async () => {
  const v3 = { user: "kb", auth: "authauth1", privacy: "privpriv1" };
  agent = await startSnmpd({ port: await freePort(), v3 });
});
after(async () => {
  clearInterval(awake);
  await agent.stop();
});

const good: readonly SnmpSpec[] = [
  { version: 1, community: secret("s3cret") },
  { version: "2c", community: secret("s3cret") },
  { version: 3, user: "kb", auth: secret("authauth1"), privacy: secret("privpriv1") },
];

function assertSizes({ memory, disks, load }: HostReading): void {
  assert.ok(memory !== null && load !== null && disks !== null);
  assert.ok(Math.abs(memory.totalBytes - os.totalmem()) < os.totalmem() * 0.01);
  assert.ok(memory.availableBytes > 0 && memory.availableBytes <= memory.totalBytes);
  assert.ok(load.one >= 0);
  const root = disks.find(({ mount }) => mount === "/");
  assert.ok(root !== undefined && root.freeRatio > 0 && root.freeRatio < 1);
}

for (const spec of good) {
  test(`a host's basic vitals come by SNMP ${spec.version}`, async () => {
    const looker = snmpLooker(clock, { address: "127.0.0.1" }, { spec, port: agent.port });
    const { state, vitals, learnt } = await looker.look({ isWhole: true, record: blank });
    assert.equal(state, "ok");
    assert.equal(vitals?.identity?.hostname, "rack1");
    assert.match(vitals.system?.os ?? "", new RegExp(`^Linux .*${os.release()}`));
    assertSizes(vitals);
    assert.equal(vitals.unobserved["cron"], "not-in-snmp");
    if (spec.version === 3) assert.deepEqual(learnt, { protocols: "sha aes" });
    const second = await looker.look({ isWhole: false, record: { ...blank, learnt } });
    assert.ok(
      (second.vitals?.network ?? []).some(({ name }) => name === "lo"),
      "rates need two looks",
    );
  });
}

test("a wrong password of version 3 is told, whatever protocols are tried", async () => {
  for (const [user, auth] of [
    ["kb", "wrongwrong"],
    ["nobody", "authauth1"],
  ] as const) {
    const spec: SnmpSpec = { version: 3, user, auth: secret(auth), privacy: secret("privpriv1") };
    const looked = await snmpLooker(clock, { address: "127.0.0.1" }, { spec, port: agent.port }).look({
      isWhole: true,
      record: blank,
    });
    assert.equal(looked.state, "refused", looked.reason ?? "");
  }
});

test("a wrong community is silence, and a host without an address is said to lack it", async () => {
  const spec: SnmpSpec = { version: "2c", community: secret("other") };
  const silent = await snmpLooker(clock, { address: "127.0.0.1" }, { spec, port: agent.port }).look({
    isWhole: true,
    record: blank,
  });
  assert.equal(silent.state, "silent");
  const none = await snmpLooker(clock, { address: null }, { spec, port: agent.port }).look({
    isWhole: true,
    record: blank,
  });
  assert.equal(none.state, "missing");
});
