import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { HardwareReading, Trap } from "../../src/kernel/model/hardware.ts";
import type { HardwareDesk, HardwareStatus } from "../../src/kernel/ports-hardware.ts";
import { ok } from "../../src/kernel/result.ts";
import { sensorOf } from "../../src/readers/hardware/health.ts";
import { launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { noHardware } from "../doubles/no-hardware.ts";
import { ask, startWeb, type WebFixture } from "./web-fixture.ts";
import { createInspector, type Inspector } from "./web-inspect.ts";

const atMs = Date.UTC(2026, 10, 21, 17, 5);
const print = Array.from({ length: 32 }, () => "AB").join(":");

const reading: HardwareReading = {
  source: "redfish",
  takenAtMs: atMs,
  health: "critical",
  power: "on",
  maker: "Contoso",
  model: "3500 <b>RX</b>",
  serial: "437XR",
  sensors: [
    sensorOf({
      kind: "temperature",
      name: "CPU1 <script>alert(1)</script>",
      value: 95,
      unit: "°C",
      health: "critical",
      high: { warning: 80, critical: 90 },
    }),
    sensorOf({ kind: "fan", name: "Fan 1", value: 4_200, unit: "rpm", health: "ok" }),
    sensorOf({ kind: "psu", name: "PSU 1", health: "ok", text: "Enabled" }),
  ],
  drives: [
    {
      name: "Bay 1",
      model: "MZ7LH960",
      serial: null,
      sizeBytes: 960_197_124_096,
      health: "warning",
      failurePredicted: true,
      lifeLeftRatio: 0.03,
    },
  ],
  firmware: [{ name: "BMC", version: "2.30" }],
  entries: [
    { key: "1", atMs: null, severity: "critical", text: "Fan failed <i>", sensor: "Fan", isClearing: false },
    { key: "2", atMs, severity: "info", text: "Log cleared", sensor: null, isClearing: false },
  ],
  vendor: { "/redfish/v1/Systems/1": '{"Contoso":{"AssetColour":"beige"}}' },
  unobserved: { "/redfish/v1/Chassis/1/Power": "too-slow" },
};

const machine: HardwareStatus = {
  host: "web1",
  state: "down",
  health: "critical",
  power: "on",
  answersAtMs: atMs,
  vitals: null,
  sources: [
    {
      kind: "redfish",
      address: "192.0.2.8",
      state: "certificate",
      reason: "the controller shows another certificate",
      answeredAt: { atMs, monotonicMs: 0, bootId: "boot-1" },
      tookMs: 812,
      certificate: { fingerprint: print, trust: "changed", kept: "CD:".repeat(31) + "CD" },
      reading,
    },
  ],
};

const trap: Trap = {
  id: 1,
  atMs,
  host: null,
  from: "192.0.2.99",
  version: "2c",
  isInform: false,
  oid: "1.3.6.1.4.1.99999.1.0.17",
  name: null,
  severity: "info",
  varbinds: [{ oid: "1.3.6.1.4.1.99999.1.2", type: "text", text: "<img src=x onerror=alert(1)>" }],
};

let web: WebFixture;
let browser: TestBrowser;
let reader: Inspector;
const trusted: string[] = [];

function use(desk: Partial<HardwareDesk>): void {
  Object.assign(web.deps, { hardware: { ...noHardware, ...desk } });
}

before(async () => {
  web = await startWeb();
  browser = await launchBrowser();
  reader = await createInspector(web, browser);
});
after(async () => {
  await browser.close();
  await web.close();
});

test("without any hardware the page says how to begin, in both languages", async () => {
  use({});
  await reader.inspect("/hardware", "bmc:");
  const { text } = await ask(`${web.url}/hardware?lang=ja`);
  assert.match(text, /ハードウェアを読むホストはまだありません/);
  assert.match(text, /snmp_traps/);
});

test("machines, sensors, drives, the log and traps are shown, foreign text escaped", async () => {
  use({
    hardware: () => [machine],
    hardwareOf: (host) => (host === "web1" ? machine : null),
    traps: async () => [trap],
    trapIntake: () => ({ ...noHardware.trapIntake(), port: 9162, refused: 3, lastRefusedFrom: "192.0.2.66" }),
  });
  await reader.inspect("/hardware", "192.0.2.66");
  await reader.inspect("/hardware/web1", "AssetColour");
  const { text } = await ask(`${web.url}/hardware/web1?lang=ja`);
  assert.match(text, /95 °C/);
  assert.match(text, /故障の予告あり/);
  assert.match(text, /証明書/);
  assert.doesNotMatch(text, /<script>alert|<b>RX|<i>|<img src=x/);
  assert.equal((await ask(`${web.url}/hardware/nobody`)).status, 404);
});

test("only an administrator confirms another certificate, and the very one that was shown", async () => {
  use({
    hardwareOf: () => machine,
    trustCertificate: async ({ host, fingerprint, actor }) => {
      trusted.push(`${host} ${fingerprint === print} ${actor}`);
      return ok(machine);
    },
  });
  const form = { fingerprint: print };
  assert.notEqual((await ask(`${web.url}/hardware/web1/trust`, { form })).status, 303);
  const { cookie, csrf } = await web.signIn();
  const confirmed = await ask(`${web.url}/hardware/web1/trust`, {
    form: { ...form, csrf },
    headers: { cookie, origin: web.url },
  });
  assert.equal(confirmed.status, 303, confirmed.text.slice(0, 500));
  assert.equal(trusted.length, 1);
  assert.match(trusted[0] ?? "", /^web1 true person:/);
});
