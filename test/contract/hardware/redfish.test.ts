import assert from "node:assert/strict";
import { test } from "node:test";
import { createSystemClock } from "../../../src/app/clock.ts";
import { Secret } from "../../../src/kernel/secret.ts";
import { redfishLooker } from "../../../src/observe/hardware/redfish-look.ts";
import type { Looked } from "../../../src/observe/hardware/looked.ts";
import type { HardwareRecord } from "../../../src/storage/ledger/nouns/hardware.ts";
import { oneServer, selfSigned, startRedfish, type RedfishDouble, type RedfishOptions } from "../../doubles/redfish.ts";

const clock = createSystemClock();
const blank: HardwareRecord = {
  address: "",
  answeredAt: null,
  reading: null,
  certificate: null,
  learnt: {},
  wasOn: false,
  seenEntries: null,
};

async function withController(
  options: Partial<RedfishOptions>,
  body: (
    double: RedfishDouble,
    look: (over?: Partial<HardwareRecord>, password?: string) => Promise<Looked>,
  ) => Promise<void>,
): Promise<void> {
  const double = await startRedfish({ resources: oneServer(), ...options });
  // the clock's timers do not keep this process alive
  const awake = setInterval(() => {}, 1_000);
  try {
    await body(double, (over = {}, password = "adminpw") =>
      redfishLooker(clock, {
        kind: "redfish",
        url: double.url,
        user: "admin",
        password: new Secret(password, "test"),
      }).look({ isWhole: true, record: { ...blank, ...over } }),
    );
  } finally {
    clearInterval(awake);
    await double.close();
  }
}

const chassis = "/redfish/v1/Chassis/1";
const entries = "/redfish/v1/Managers/1/LogServices/SEL/Entries";

test("a controller is read whole in one session, which is ended", () =>
  withController({}, async ({ asked, sessions }, look) => {
    const { state, reading } = await look();
    assert.equal(state, "ok");
    assert.equal(reading?.health, "ok");
    assert.equal(reading.power, "on");
    assert.equal(reading.serial, "437XR1138R2");
    assert.deepEqual(
      reading.sensors.filter(({ value }) => value !== null).map(({ name, value, unit }) => `${name} ${value} ${unit}`),
      ["CPU1 Temp 42 °C", "Fan1 4200 rpm", "PSU1 90 W", "PSU2 88 W", "System 180 W"],
    );
    assert.deepEqual(
      reading.drives.map(({ name, health, lifeLeftRatio }) => [name, health, lifeLeftRatio]),
      [["Disk 0", "ok", 0.97]],
    );
    assert.match(reading.vendor["/redfish/v1/Systems/1"] ?? "", /beige/);
    assert.deepEqual(reading.unobserved, {});
    assert.equal(sessions.size, 0);
    assert.equal(asked.filter((one) => one.startsWith("DELETE")).length, 1);
    assert.equal(new Set(asked).size, asked.length, "nothing is asked twice");
  }));

test("a controller without sessions is asked with Basic", () =>
  withController({ hasSessions: false }, async (_double, look) => {
    assert.equal((await look()).state, "ok");
  }));

test("a wrong password is told as what it is, after one try", () =>
  withController({}, async ({ asked }, look) => {
    assert.equal((await look({}, "wrong")).state, "refused");
    assert.equal(asked.filter((one) => one.startsWith("POST")).length, 1);
  }));

test("a controller's own certificate is kept at first sight; another one gets neither name nor password", () =>
  withController({ tls: selfSigned("bmc") }, async ({ asked }, look) => {
    const first = await look();
    assert.equal(first.state, "ok");
    assert.equal(first.certificate?.trust, "kept");
    assert.match(first.certificate.fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    const again = await look({ certificate: first.certificate.fingerprint });
    assert.equal(again.state, "ok");
    const before = asked.length;
    const other = await look({ certificate: "00".repeat(32) });
    assert.equal(other.state, "certificate");
    assert.equal(other.certificate?.trust, "changed");
    assert.equal(asked.length, before, "nothing was sent");
  }));

test("links to other servers are not followed, and links in a circle end", () =>
  withController({}, async ({ resources, asked }, look) => {
    const other = await startRedfish({ resources: {} });
    resources.set(chassis, {
      ...resources.get(chassis),
      Thermal: { "@odata.id": `${other.url}/redfish/v1/Chassis/1/Thermal` },
      Power: { "@odata.id": `${chassis}/` },
    });
    resources.set("/redfish/v1/Systems", {
      Members: [{ "@odata.id": "/redfish/v1/Systems/1" }],
      "Members@odata.nextLink": "/redfish/v1/Systems",
    });
    const { state, reading } = await look();
    assert.equal(state, "ok");
    assert.equal(Object.values(reading?.unobserved ?? {}).includes("foreign-link"), true);
    assert.deepEqual(other.asked, []);
    assert.ok(asked.length < 40, `${asked.length} requests`);
    await other.close();
  }));

test("members that are missing or broken are unobserved; the rest is read", () =>
  withController({}, async ({ resources }, look) => {
    resources.delete(`${chassis}/Thermal`);
    resources.set("/redfish/v1/Systems/1/Storage/1", { Drives: "none", Status: [] });
    const { reading } = await look();
    assert.equal(reading?.unobserved[`${chassis}/Thermal`], "not-there");
    assert.deepEqual(reading.drives, []);
    assert.equal(
      reading.sensors.some(({ name }) => name === "PSU2"),
      true,
    );
  }));

test("an answer of more than a megabyte is left out", () =>
  withController({}, async ({ resources }, look) => {
    resources.set(`${chassis}/Power`, { Name: "x".repeat(1_100_000) });
    assert.equal((await look()).reading?.unobserved[`${chassis}/Power`], "too-large");
  }));

test("a busy controller is asked again after the time it names, and left when it names too long a time", () =>
  withController({}, async (double, look) => {
    double.busy = { times: 1, retryAfter: "1" };
    assert.equal((await look()).state, "ok");
    double.busy = { times: 1, retryAfter: "3600" };
    assert.equal((await look()).state, "silent");
  }));

test("collections are read at once where the controller can", () =>
  withController({}, async (double, look) => {
    double.expands = true;
    const { resources, asked } = double;
    const sensors = Array.from({ length: 30 }, (_, nth) => `${chassis}/Sensors/${nth}`);
    for (const [nth, at] of sensors.entries()) {
      resources.set(at, {
        "@odata.id": at,
        Name: `T${nth}`,
        Reading: 30 + nth,
        ReadingUnits: "Cel",
        Status: { Health: "OK" },
      });
    }
    resources.set(`${chassis}/Sensors`, { Members: sensors.map((at) => ({ "@odata.id": at })) });
    resources.set(chassis, { ...resources.get(chassis), Sensors: { "@odata.id": `${chassis}/Sensors` } });
    resources.set("/redfish/v1", {
      ...resources.get("/redfish/v1"),
      ProtocolFeaturesSupported: { ExpandQuery: { NoLinks: true } },
    });
    const { reading } = await look();
    assert.equal(reading?.sensors.filter(({ unit }) => unit === "°C").length, 30);
    assert.equal(
      asked.some((one) => one.includes("/Sensors/")),
      false,
    );
    assert.equal(
      asked.some((one) => one.endsWith("/Thermal")),
      false,
      "the same sensors in their older form",
    );
  }));

test("the log is read over its pages, newest first", () =>
  withController({}, async ({ resources }, look) => {
    const entry = (nth: number, severity: string): Record<string, unknown> => ({
      "@odata.id": `${entries}/${nth}`,
      Id: String(nth),
      Created: `2026-11-2${nth}T01:00:00+09:00`,
      Severity: severity,
      Message: "Fan 1 failed\u001b[31m",
      SensorType: "Fan",
    });
    resources.set(entries, { Members: [entry(0, "OK")], "@odata.nextLink": `${entries}/page2` });
    resources.set(`${entries}/page2`, { Members: [entry(1, "Critical")], "Members@odata.nextLink": entries });
    const { reading } = await look();
    assert.deepEqual(
      reading?.entries.map(({ severity, atMs, text }) => [severity, atMs, text]),
      [
        ["critical", Date.UTC(2026, 10, 20, 16), "Fan 1 failed [31m"],
        ["info", Date.UTC(2026, 10, 19, 16), "Fan 1 failed [31m"],
      ],
    );
  }));
