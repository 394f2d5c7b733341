import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../../../src/kernel/secret.ts";
import type { HostHardware } from "../../../src/kernel/model/site.ts";
import { freePort, until } from "../../doubles/hub-process.ts";
import { oneServer, selfSigned, startRedfish, type RedfishDouble } from "../../doubles/redfish.ts";
import { withHardware } from "./bench.ts";

const system = "/redfish/v1/Systems/1";
const drive = `${system}/Storage/1/Drives/0`;
const entries = "/redfish/v1/Managers/1/LogServices/SEL/Entries";

function bmcOf({ url }: { url: string }): Partial<HostHardware> {
  return { bmc: { kind: "redfish", url, user: "admin", password: new Secret("adminpw", "test") } };
}

function change({ resources }: RedfishDouble, at: string, over: Record<string, unknown>): void {
  resources.set(at, { ...resources.get(at), ...over });
}

function entry(id: string, Severity: string, Message: string): Record<string, unknown> {
  return {
    "@odata.id": `${entries}/${id}`,
    Id: id,
    Severity,
    Message,
    Created: "2026-11-22T02:00:00Z",
    SensorType: "Power Supply",
  };
}

test("a healthy machine is shown, measured, and tells nothing", async () => {
  const double = await startRedfish({ resources: oneServer() });
  await withHardware({ hosts: { web1: bmcOf(double), web2: {} } }, async ({ hardware, told, telemetry }) => {
    assert.equal(hardware().hardwareOf("web1")?.state, "unknown", "not asked yet is not healthy");
    await hardware().lookNow("web1");
    const status = hardware().hardwareOf("web1");
    assert.equal(status?.state, "ok");
    assert.equal(status.power, "on");
    assert.ok(status.answersAtMs !== null);
    assert.equal(hardware().hardwareOf("web2"), null);
    assert.equal(hardware().hardware().length, 1);
    const measured = await telemetry.read.metrics({
      name: "hardwareTemperatureCelsius",
      subject: "host:web1",
      fromMs: 0,
      toMs: Number.MAX_SAFE_INTEGER,
      limit: 10,
    });
    assert.deepEqual(
      measured.map(({ labels, value }) => [labels["sensor"], value]),
      [["CPU1 Temp", 42]],
    );
    assert.deepEqual(told(), []);
  });
  await double.close();
});

test("a drive that failed opens one critical signal, also over a restart, and closes after two good looks", async () => {
  const double = await startRedfish({ resources: oneServer() });
  await withHardware({ hosts: { web1: bmcOf(double) } }, async ({ hardware, told, changes, restart }) => {
    change(double, drive, { Status: { State: "Enabled", Health: "Critical" } });
    change(double, system, { Status: { State: "Enabled", Health: "Critical", HealthRollup: "Critical" } });
    await hardware().lookNow("web1");
    assert.deepEqual(told(), ["opened critical drive Disk 0"]);
    assert.deepEqual(changes[0]?.signal.subject, "host:web1");
    assert.equal(hardware().hardwareOf("web1")?.state, "down");
    await hardware().lookNow("web1");
    await restart();
    assert.equal(hardware().hardwareOf("web1")?.state, "unknown", "what it said before the restart is not now");
    await hardware().lookNow("web1");
    assert.equal(told().length, 1);
    change(double, drive, { Status: { State: "Enabled", Health: "OK" } });
    change(double, system, { Status: { State: "Enabled", Health: "OK", HealthRollup: "OK" } });
    await hardware().lookNow("web1");
    assert.equal(told().length, 1);
    await hardware().lookNow("web1");
    assert.deepEqual(told().slice(1), ["closed critical drive Disk 0"]);
  });
  await double.close();
});

test("power that goes off is critical; a machine never seen on may stay off", async () => {
  const double = await startRedfish({ resources: oneServer() });
  await withHardware({ hosts: { web1: bmcOf(double) } }, async ({ hardware, told }) => {
    change(double, system, { PowerState: "Off" });
    await hardware().lookNow("web1");
    assert.deepEqual(told(), []);
    change(double, system, { PowerState: "On" });
    await hardware().lookNow("web1");
    change(double, system, { PowerState: "Off" });
    await hardware().lookNow("web1");
    assert.deepEqual(told(), ["opened critical power-off"]);
    assert.equal(hardware().hardwareOf("web1")?.state, "down");
  });
  await double.close();
});

test("a controller that hangs neither delays another nor closes what it told before", async () => {
  const [good, bad] = [await startRedfish({ resources: oneServer() }), await startRedfish({ resources: oneServer() })];
  await withHardware({ hosts: { hung: bmcOf(bad), fine: bmcOf(good) } }, async ({ hardware, told }) => {
    change(bad, drive, { FailurePredicted: true });
    await hardware().lookNow("hung");
    assert.deepEqual(told(), ["opened warning drive Disk 0"]);
    bad.delayMs = Infinity;
    const began = performance.now();
    const hung = hardware().lookNow("hung");
    await hardware().lookNow("fine");
    assert.ok(performance.now() - began < 3_000);
    assert.equal(hardware().hardwareOf("fine")?.state, "ok");
    await hung;
    const status = hardware().hardwareOf("hung");
    assert.equal(status?.sources[0]?.state, "silent");
    assert.equal(status.state, "unknown");
    assert.ok(status.answersAtMs !== null, "when it answered last stays known");
    assert.deepEqual(told(), ["opened warning drive Disk 0"]);
  });
  await good.close();
  await bad.close();
});

test("only entries that are new in the controller's log tell something, and their end ends it", async () => {
  const double = await startRedfish({ resources: oneServer() });
  await withHardware({ hosts: { web1: bmcOf(double) } }, async ({ hardware, told, restart }) => {
    double.resources.set(entries, { Members: [entry("1", "Critical", "AC lost long ago")] });
    await hardware().lookNow("web1");
    assert.deepEqual(told(), []);
    await restart();
    double.resources.set(entries, {
      Members: [entry("1", "Critical", "AC lost long ago"), entry("2", "Critical", "AC lost")],
    });
    await hardware().lookNow("web1");
    await hardware().lookNow("web1");
    assert.deepEqual(told(), ["opened critical log Power Supply"]);
    double.resources.set(entries, { Members: [entry("3", "OK", "AC lost: deasserted")] });
    await hardware().lookNow("web1");
    assert.deepEqual(told().slice(1), ["closed critical log Power Supply"]);
  });
  await double.close();
});

test("a changed certificate is told, and believed once a person confirms the very one that is shown", async () => {
  const port = await freePort();
  const first = await startRedfish({ resources: oneServer(), tls: selfSigned("bmc"), port });
  await withHardware({ hosts: { web1: bmcOf(first) } }, async ({ hardware, told, ledger }) => {
    await hardware().lookNow("web1");
    await first.close();
    const second = await startRedfish({ resources: oneServer(), tls: selfSigned("bmc"), port });
    await hardware().lookNow("web1");
    assert.deepEqual(told(), ["opened warning certificate"]);
    const [source] = hardware().hardwareOf("web1")?.sources ?? [];
    assert.equal(source?.certificate?.trust, "changed");
    const kept = String(source.certificate.kept);
    const refused = await hardware().trustCertificate({ host: "web1", fingerprint: kept, actor: "person:yamada" });
    assert.equal(refused.ok, false);
    const { fingerprint } = source.certificate;
    const trusted = await hardware().trustCertificate({ host: "web1", fingerprint, actor: "person:yamada" });
    assert.equal(trusted.ok && trusted.value.state, "ok");
    const events = await ledger.read.eventsAfter(0, 100);
    assert.deepEqual(
      events.map(({ kind, actor }) => `${kind} ${actor}`),
      ["hardware.certificate-kept koboshi", "hardware.certificate-trusted person:yamada"],
    );
    await second.close();
  });
});

test("what was started looks by itself, at once", async () => {
  const double = await startRedfish({ resources: oneServer() });
  await withHardware({ hosts: { web1: bmcOf(double) } }, async ({ hardware }) => {
    await hardware().start();
    await until("the first look", async () => hardware().hardwareOf("web1")?.state === "ok", 5_000);
  });
  await double.close();
});
