import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../../src/app/clock.ts";
import { Secret } from "../../../src/kernel/secret.ts";
import { ipmiLooker } from "../../../src/observe/hardware/ipmi-look.ts";
import type { Looked } from "../../../src/observe/hardware/looked.ts";
import type { HardwareRecord } from "../../../src/storage/ledger/nouns/hardware.ts";
import { freePort, until } from "../../doubles/hub-process.ts";
import { startIpmiSim, type IpmiSim } from "../../doubles/ipmi-sim.ts";

const clock = createSystemClock();
const awake = setInterval(() => {}, 1_000);
let sim: IpmiSim;

interface Over {
  readonly password?: string;
  readonly learnt?: HardwareRecord["learnt"];
}

function look({ password = "adminpw", learnt = {} }: Over = {}): Promise<Looked> {
  const record = { address: "", answeredAt: null, reading: null, certificate: null, wasOn: false, seenEntries: null };
  return ipmiLooker(clock, {
    kind: "ipmi",
    address: `127.0.0.1:${sim.port}`,
    user: "admin",
    password: new Secret(password, "test"),
  }).look({ isWhole: true, record: { ...record, learnt } });
}

before(async () => {
  sim = await startIpmiSim(await freePort());
  await until("the controller answers", async () => (await look()).state === "ok", 10_000);
});
after(async () => {
  clearInterval(awake);
  await sim.stop();
});

test("a controller is read with its limits, by the strongest cipher it has", async () => {
  const { reading, learnt } = await look();
  assert.equal(reading?.power, "on");
  assert.equal(reading.health, "ok");
  assert.deepEqual(learnt, { cipher: 3 });
  assert.deepEqual(
    reading.sensors.map(({ kind, name, value, unit, high }) => [kind, name, value, unit, high]),
    [
      ["temperature", "CPU Temp", 42, "°C", { warning: 70, critical: 80 }],
      ["fan", "FAN1", 4200, "rpm", { warning: 23_000, critical: 24_000 }],
    ],
  );
  assert.deepEqual(reading.firmware, [{ name: "BMC", version: "9.08" }]);
});

test("a temperature beyond its limit is critical, and the controller's log tells of it", async () => {
  sim.set("CPU Temp", 85);
  const { reading } = await until(
    "the temperature is critical",
    async () => {
      const looked = await look({ learnt: { cipher: 3 } });
      return looked.reading?.health === "critical" && looked.reading.entries.length >= 2 ? looked : null;
    },
    15_000,
  );
  assert.equal(reading?.sensors.find(({ name }) => name === "CPU Temp")?.health, "critical");
  const [newest] = reading?.entries ?? [];
  assert.equal(newest?.severity, "critical");
  assert.equal(newest.sensor, "Temperature CPU Temp");
  assert.match(newest.text, /Upper Critical going high, Asserted, Reading 85 > Threshold 80 degrees C/);
  sim.set("CPU Temp", 42);
});

test("power that is off is seen", async () => {
  sim.power(false);
  assert.equal((await look()).reading?.power, "off");
  sim.power(true);
});

test("a wrong password is silence, and never stands in the list of processes", async () => {
  const looking = look({ password: "n0t-the-passw0rd" });
  let listed = "";
  const watching = setInterval(() => (listed += execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })), 5);
  const { state, reason } = await looking;
  clearInterval(watching);
  assert.equal(state, "silent");
  assert.match(reason ?? "", /Unable to establish/);
  assert.match(listed, /ipmitool .*-E/);
  assert.doesNotMatch(listed, /n0t-the-passw0rd/);
});
