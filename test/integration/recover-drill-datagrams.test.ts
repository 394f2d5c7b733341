import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import type { BackupPlan } from "../../src/kernel/model/backup.ts";
import type { Check } from "../../src/kernel/model/check.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { probes } from "../../src/observe/index.ts";
import type { Smoked } from "../../src/recover/drill/ports.ts";
import { openRoom } from "../../src/recover/drill/room.ts";
import { createDrillSmoke, type LookThere } from "../../src/recover/drill/smoke.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";
import { drillPlan, drillSite } from "../doubles/recover-drill-site.ts";

const clock = createSystemClock();

/** The real probe. */
const look: LookThere = ({ kind, spec, timeoutMs, way }) => {
  const probe = probes.find((one) => one.kind === kind);
  const signal = new AbortController().signal;
  return (
    probe?.run(spec as never, { clock, timeoutMs, signal, way, trustedHosts: new Set<string>() }) ?? Promise.reject()
  );
};

function checkOf(kind: string, written: unknown, name: string): Check {
  const spec: unknown = probes.find((one) => one.kind === kind)?.schema.parse(written);
  const times = { everyMs: 60_000, timeoutMs: 5_000, attempts: 3, vantages: ["here"], namedVantages: [] };
  return { id: name, service: "shop", kind, name, target: name, spec, ...times };
}

/** Starts what `start` says in a room on this machine, and asks it the checks. */
async function smoked(start: readonly string[], checks: readonly Check[], bootWithinMs = 20_000): Promise<Smoked> {
  const plan: BackupPlan = drillPlan({ drill: { everyMs: null, host: "localhost", bootCheck: null, start } });
  const site: Site = { ...drillSite(plan), checks };
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "datagrams-"));
  fs.chmodSync(folder, 0o755);
  const on = createLocalWorkplace({ clock });
  const room = await openRoom({ id: "d1", on, machineId: null, folder, names: [], clock });
  assert.ok(room.ok, JSON.stringify(room));
  try {
    const led = new Map([
      ["ns1.example.jp", ["192.0.2.10"]],
      ["www.example.jp", ["192.0.2.10"]],
    ]);
    const smoke = createDrillSmoke({ clock, site, look, bootWithinMs, resolve: async () => led });
    const signal = new AbortController().signal;
    return await smoke({ plan, room: room.value, isSpareHost: false, signal });
  } finally {
    await room.value.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const long = Array.from({ length: 12 }, (_, at) => `--txt-record=long.example.jp,${"x".repeat(200)}${at}`).join(" ");
const dnsmasq = `exec dnsmasq -k -R -h -p 53 --user=root --address=/shop.example.jp/192.0.2.44 ${long}`;
/** In a room nobody sets the clock: it gives its own. */
const chronyd = `printf 'local stratum 3\\nallow all\\ncmdport 0\\n' > /tmp/chrony.conf; exec chronyd -d -x -u root -f /tmp/chrony.conf`;

test("name and time servers of the restored machine are asked within the room, whatever they are called", async () => {
  const own = { dns: "shop.example.jp", server: "ns1.example.jp", expect: { a: "192.0.2.44" } };
  const checks = [
    checkOf("dns", own, "name"),
    checkOf("dns", { dns: "long.example.jp", type: "TXT", server: "ns1.example.jp" }, "long answer"),
    checkOf("dns", { ...own, server: "1.1.1.1" }, "another's"),
    checkOf("ntp", { ntp: "www.example.jp", warn: "30s" }, "time"),
    checkOf("icmp", { icmp: "www.example.jp" }, "ping"),
  ];
  const { checks: asked, trouble } = await smoked([dnsmasq, chronyd], checks);
  assert.deepEqual(
    asked.map(({ name, outcome, why, text }) => [name, outcome, why ?? text]),
    [
      ["name", "up", ""],
      ["long answer", "up", ""],
      ["another's", "not-asked", "other-machine"],
      ["time", "up", ""],
      ["ping", "not-asked", "answers-by-itself"],
    ],
  );
  assert.equal(trouble, null);
});

test("a name server that did not come up, or answers something else, fails the drill", async () => {
  const wrong = { dns: "shop.example.jp", server: "www.example.jp", expect: { a: "192.0.2.99" } };
  const checks = [
    checkOf("dns", wrong, "wrong"),
    checkOf("dns", { dns: "shop.example.jp", server: "www.example.jp:5353" }, "silent"),
  ];
  const { checks: asked, trouble } = await smoked([dnsmasq], checks, 1);
  assert.deepEqual([...asked.map(({ outcome }) => outcome), trouble?.code], ["down", "down", "smoke"]);
  assert.match(asked[0]?.text ?? "", /192\.0\.2\.44/);
  assert.match(trouble?.text ?? "", /silent/);
});
