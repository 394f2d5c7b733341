import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { recordingLog, resultOf, scriptedProbe } from "../../test/doubles/scripted-probe.ts";
import type { ProbeResult } from "../kernel/model/observation.ts";
import type { Probe } from "../kernel/model/probe.ts";
import { langs } from "../kernel/lang.ts";
import { notSeenReason, sightReason } from "../words/vantage.ts";
import { connectivityReasons, createConnectivity } from "./connectivity.ts";
import type { NetworkReader } from "./network-reader.ts";

const head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";
const onTheWire = "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0";
const wayOut = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0";
const arpHead = "IP address       HW type     Flags       HW address            Mask     Device";
const arpOf = (flags: string, mac: string): string =>
  `${arpHead}\n192.0.2.1        0x1         ${flags}         ${mac}     *        eth0\n`;
const heard = arpOf("0x2", "02:fc:00:00:00:05");
const silent = arpOf("0x0", "00:00:00:00:00:00");

interface Scene {
  addresses?: readonly string[];
  routes?: readonly string[] | null;
  arp?: string;
  knock?: "answers" | "unreachable" | "silent";
  hubReachable?: boolean | null;
}

function setUp(scene: Scene) {
  const clock = createFakeClock();
  const now = {
    addresses: ["192.0.2.9"],
    routes: [onTheWire, wayOut],
    arp: heard,
    knock: "answers" as const,
    ...scene,
  };
  let looks = 0;
  const network: NetworkReader = {
    addresses() {
      looks++;
      return now.addresses;
    },
    file: (name) => {
      if (name === "arp") return now.arp;
      return name === "route" && now.routes !== null ? [head, ...now.routes, ""].join("\n") : null;
    },
    knock: async () => now.knock,
  };
  const connectivity = createConnectivity({
    clock,
    log: recordingLog(),
    network,
    hubReachable: () => scene.hubReachable ?? null,
  });
  return { clock, connectivity, now, looks: () => looks };
}

const scenes: readonly (readonly [string, Scene, string, readonly string[]])[] = [
  ["all is well", {}, "ok", []],
  ["no interface has an address", { addresses: [] }, "blind", ["no-interface"]],
  ["only a link-local address is left", { addresses: ["169.254.3.4", "fe80::1"] }, "blind", ["no-interface"]],
  ["there is no way out", { routes: [onTheWire] }, "blind", ["no-default-route"]],
  ["the gateway was asked and is silent", { arp: silent, knock: "silent" }, "blind", ["gateway-silent"]],
  [
    "the gateway was never heard of and is unreachable",
    { arp: arpHead, knock: "unreachable" },
    "blind",
    ["gateway-silent"],
  ],
  ["the gateway drops what it does not know", { arp: arpHead, knock: "silent" }, "unknown", ["gateway-unknown"]],
  ["the gateway is silent but the hub answers", { arp: silent, knock: "silent", hubReachable: true }, "ok", []],
  ["the hub alone does not answer", { hubReachable: false }, "unknown", ["hub-unreachable"]],
  ["a system without /proc", { routes: null }, "ok", []],
];
for (const [name, scene, state, reasons] of scenes) {
  test(`own connectivity: ${name}`, async () => {
    assert.deepEqual(await setUp(scene).connectivity.read(), { state, reasons });
  });
}

async function lookAt(
  { connectivity, clock }: ReturnType<typeof setUp>,
  host: string,
  over: Partial<ProbeResult> = {},
): Promise<ProbeResult> {
  const { probe } = scriptedProbe(clock, () => ({ outcome: "down" }));
  const base: Probe = probe;
  const odd = { ...base, run: async () => ({ ...resultOf("down"), ...over }) };
  const [guarded] = connectivity.guard([odd]);
  assert.ok(guarded !== undefined);
  return guarded.run(
    { host },
    { clock, timeoutMs: 1_000, signal: new AbortController().signal, trustedHosts: new Set() },
  );
}

test("while blind, down becomes unknown and keeps what was seen in its text", async () => {
  const result = await lookAt(setUp({ routes: [onTheWire] }), "www.example.jp", { address: "203.0.113.5:443" });
  assert.equal(result.outcome, "unknown");
  assert.deepEqual(result.error, { code: "vantage-blind", text: "refused: connection refused" });
  assert.deepEqual(result.facts, { blindBecause: ["no-default-route"] });
});

test("up and degraded are left alone while blind", async () => {
  const bench = setUp({ addresses: [] });
  for (const outcome of ["up", "degraded", "unknown"] as const) {
    assert.equal((await lookAt(bench, "www.example.jp", { outcome })).outcome, outcome);
  }
});

test("targets on loopback are never subject to it, by name, by address, or by where the name led", async () => {
  const bench = setUp({ addresses: [] });
  for (const host of ["localhost", "127.0.0.53", "::1", "app.localhost"]) {
    assert.equal((await lookAt(bench, host)).outcome, "down", host);
  }
  assert.equal((await lookAt(bench, "shop.internal", { address: "[::1]:8080" })).outcome, "down");
});

test("a target on the wire itself needs no way out", async () => {
  const bench = setUp({ routes: [onTheWire] });
  assert.equal((await lookAt(bench, "nas", { address: "192.0.2.77:445" })).outcome, "down");
  assert.equal(
    (await lookAt(setUp({ addresses: [], routes: [onTheWire] }), "nas", { address: "192.0.2.77:445" })).outcome,
    "unknown",
  );
});

test("it is looked at once in five seconds, and at once when several targets fail", async () => {
  const bench = setUp({});
  await bench.connectivity.read();
  await bench.connectivity.read();
  assert.equal(bench.looks(), 1);
  await bench.clock.advance(5_001);
  await bench.connectivity.read();
  assert.equal(bench.looks(), 2);
  bench.now.routes = [onTheWire];
  assert.equal((await lookAt(bench, "a.example.jp")).outcome, "down", "the first one does not know yet");
  assert.equal((await lookAt(bench, "b.example.jp")).outcome, "unknown");
  assert.equal(bench.looks(), 3);
});

test("every reason, and every way not to see, is said in both languages with what to do", () => {
  const notSeen = ["vantage-blind", "outside-allow-list", "secret-not-shared", "probe-not-known", "koboshi-fault"];
  for (const lang of langs) {
    for (const code of connectivityReasons) assert.ok(sightReason(code, lang)?.fix, code);
    for (const code of notSeen) assert.ok(notSeenReason(code, lang)?.fix, code);
    assert.equal(notSeenReason("refused", lang), null);
  }
});
