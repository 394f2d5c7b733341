import assert from "node:assert/strict";
import dgram from "node:dgram";
import { test } from "node:test";
import type { HostHardware } from "../../../src/kernel/model/site.ts";
import { Secret } from "../../../src/kernel/secret.ts";
import { freePort, until } from "../../doubles/hub-process.ts";
import { snmp } from "../../doubles/snmpd.ts";
import { withHardware, type HardwareBench } from "./bench.ts";

const secret = (text: string): Secret => new Secret(text, "test");
const v2: Partial<HostHardware> = { snmp: { version: "2c", community: secret("s3cret") } };
const v3: Partial<HostHardware> = {
  snmp: { version: 3, user: "kb", auth: secret("authauth1"), privacy: secret("privpriv1") },
};
const linkDown = "1.3.6.1.6.3.1.1.5.3";
const linkUp = "1.3.6.1.6.3.1.1.5.4";
const onBattery = "1.3.6.1.2.1.33.2.1";

async function withPort(
  hosts: Parameters<typeof withHardware>[0]["hosts"],
  body: (bench: HardwareBench, to: string, port: number) => Promise<void>,
): Promise<void> {
  const trapPort = await freePort();
  // nothing listens where its agents would
  const snmpPort = await freePort();
  await withHardware({ hosts, trapPort, snmpPort }, async (bench) => {
    await bench.hardware().start();
    assert.equal(bench.hardware().trapIntake().problem, null);
    await body(bench, `127.0.0.1:${trapPort}`, trapPort);
  });
}

function kept({ hardware }: HardwareBench, count: number): Promise<true> {
  return until(`${count} traps`, async () => (await hardware().traps({ limit: 50 })).length >= count && true, 8_000);
}

test("traps of versions 1 and 2c are kept with their values; unknown ones, too", () =>
  withPort({ web1: { ...v2, address: "127.0.0.1" } }, async (bench, to) => {
    await snmp("snmptrap", [
      "-v1",
      "-c",
      "s3cret",
      to,
      "1.3.6.1.4.1.99999.1",
      "10.0.0.9",
      "6",
      "17",
      "100",
      "1.3.6.1.4.1.99999.1.2",
      "s",
      "<b>red\nline",
    ]);
    await snmp("snmptrap", [
      "-v1",
      "-c",
      "s3cret",
      to,
      "1.3.6.1.4.1.99999.1",
      "127.0.0.1",
      "2",
      "0",
      "100",
      "1.3.6.1.2.1.2.2.1.1.3",
      "i",
      "3",
    ]);
    await snmp("snmptrap", ["-v2c", "-c", "s3cret", to, "100", "1.3.6.1.6.3.1.1.5.1"]);
    await kept(bench, 3);
    const traps = await bench.hardware().traps({ limit: 50 });
    assert.deepEqual(
      traps.map(({ version, oid, name, host }) => [version, oid, name, host]),
      [
        ["2c", "1.3.6.1.6.3.1.1.5.1", "coldStart", "web1"],
        ["1", linkDown, "linkDown", "web1"],
        ["1", "1.3.6.1.4.1.99999.1.0.17", null, "web1"],
      ],
    );
    assert.deepEqual(traps[2]?.varbinds, [{ oid: "1.3.6.1.4.1.99999.1.2", type: "text", text: "<b>red line" }]);
    assert.deepEqual(bench.told(), []);
    assert.equal(
      (await bench.hardware().traps({ host: "web1", before: traps[0]?.id ?? 0, limit: 1 }))[0]?.version,
      "1",
    );
  }));

test("a UPS on battery wakes someone, and the end of its alarm ends it", () =>
  withPort({ ups: { ...v2, address: "127.0.0.1" } }, async (bench, to) => {
    await snmp("snmptrap", ["-v2c", "-c", "s3cret", to, "100", onBattery, "1.3.6.1.2.1.33.1.2.3.0", "i", "40"]);
    await kept(bench, 1);
    assert.deepEqual(bench.told(), ["opened critical trap upsOnBattery"]);
    const [wellKnown, alarm] = ["1.3.6.1.2.1.33.1.6.3.2", "1.3.6.1.2.1.33.1.6.2.1"];
    await snmp("snmptrap", [
      "-v2c",
      "-c",
      "s3cret",
      to,
      "200",
      "1.3.6.1.2.1.33.2.4",
      `${alarm}.1.7`,
      "i",
      "7",
      `${alarm}.2.7`,
      "o",
      wellKnown,
    ]);
    await kept(bench, 2);
    assert.deepEqual(bench.told().slice(1), ["closed critical trap upsOnBattery"]);
  }));

test("informs of version 2c are acknowledged, once they are on disk", () =>
  withPort({ web1: { ...v2, address: "127.0.0.1" } }, async (bench, to) => {
    await snmp("snmpinform", [
      "-v2c",
      "-r0",
      "-t3",
      "-c",
      "s3cret",
      to,
      "100",
      linkUp,
      "1.3.6.1.2.1.2.2.1.1.3",
      "i",
      "3",
    ]);
    const [trap] = await bench.hardware().traps({ limit: 5 });
    assert.equal(trap?.isInform, true, "it was there when the acknowledgement came");
  }));

test("traps and informs of version 3 come with both passwords, before and after the sender's restart", () =>
  withPort({ web1: { ...v3, address: "127.0.0.1" } }, async (bench, to) => {
    const user = [
      "-v3",
      "-u",
      "kb",
      "-l",
      "authPriv",
      "-a",
      "SHA-256",
      "-A",
      "authauth1",
      "-x",
      "AES",
      "-X",
      "privpriv1",
    ];
    // each run is an engine of its own age: its boots and time begin anew
    for (let run = 0; run < 2; run++)
      await snmp("snmptrap", [...user, "-e", "0x8000000001020304", to, "100", linkDown]);
    await kept(bench, 2);
    await snmp("snmpinform", [...user, "-r1", "-t3", to, "100", linkUp]);
    await kept(bench, 3);
    const wrong = user.map((word) => (word === "authauth1" ? "wrongwrong" : word));
    await snmp("snmptrap", [...wrong, "-e", "0x8000000001020304", to, "100", linkDown]);
    await until("the refusal", async () => bench.hardware().trapIntake().refused > 0, 5_000);
    assert.equal((await bench.hardware().traps({ limit: 50 })).length, 3);
    await bench.restart();
    await bench.hardware().start();
    await snmp("snmpinform", [...user, "-r1", "-t3", to, "100", linkUp]);
    await kept(bench, 4);
  }));

test("other communities are refused, garbage is counted, and neither ends the intake", () =>
  withPort({ web1: { ...v2, address: "127.0.0.1" } }, async (bench, to, port) => {
    await snmp("snmptrap", ["-v2c", "-c", "public", to, "100", linkDown]);
    const socket = dgram.createSocket("udp4");
    const cut = Buffer.from("302902010104067075626c6963a71c02010102010002010030113", "hex");
    const messages = [
      Buffer.alloc(0),
      Buffer.from("hello"),
      cut,
      Buffer.alloc(1_400, 0x30),
      Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]),
    ];
    for (const message of messages) await new Promise((resolve) => socket.send(message, port, "127.0.0.1", resolve));
    socket.close();
    const counted = (): number => {
      const { malformed, refused } = bench.hardware().trapIntake();
      return malformed + refused;
    };
    await until("all were looked at", async () => counted() === messages.length + 1, 5_000);
    const { refused, malformed, lastRefusedFrom } = bench.hardware().trapIntake();
    // one of those that are cut off names its community before it ends
    assert.deepEqual([refused, malformed, lastRefusedFrom], [2, 4, "127.0.0.1"]);
    await snmp("snmptrap", ["-v2c", "-c", "s3cret", to, "100", linkDown]);
    await kept(bench, 1);
  }));

test("a flood is cut, counted and written once, and nothing else stops", () =>
  withPort({ web1: { ...v2, address: "127.0.0.1" } }, async (bench, _to, port) => {
    const captured = await captureTrap();
    const socket = dgram.createSocket("udp4");
    for (let sent = 0; sent < 5_000; sent++) socket.send(captured, port, "127.0.0.1");
    const counted = await until(
      "the flood is over",
      async () => {
        const { taken, dropped } = bench.hardware().trapIntake();
        return taken + dropped > 1_000 && taken + dropped;
      },
      8_000,
    );
    socket.close();
    const { taken, dropped, unwritten } = bench.hardware().trapIntake();
    assert.ok(taken <= 260, `${taken} of ${counted} were looked into`);
    assert.ok(dropped > 500);
    await kept(bench, 20);
    assert.equal((await bench.hardware().traps({ limit: 200 })).length, 20);
    assert.ok(unwritten > 0);
    assert.equal(bench.hardware().hardwareOf("web1")?.host, "web1");
  }));

/** The bytes of one real trap. */
async function captureTrap(): Promise<Buffer> {
  const socket = dgram.createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const arrived = new Promise<Buffer>((resolve) => socket.once("message", resolve));
  await snmp("snmptrap", ["-v2c", "-c", "s3cret", `127.0.0.1:${socket.address().port}`, "100", linkDown]);
  const message = await arrived;
  socket.close();
  return message;
}
