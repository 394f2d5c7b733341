import assert from "node:assert/strict";
import { test } from "node:test";
import { inNamespace, type Wanted } from "./namespace.ts";
import { said } from "./run-probe.ts";
import { assertResult } from "./suite.ts";

/** Room for a loaded machine on top of each attempt's own time. */
const graceMs = 300;

/** A network whose one neighbour swallows everything, one that is not there, and a router that refuses. */
const oneNetwork = [
  "ip link add here type veth peer name there",
  "ip link set there up",
  "ip addr add 10.9.9.1/24 dev here",
  "ip link set here up",
  "ip neigh add 10.9.9.2 lladdr 02:00:00:00:00:02 dev here",
  "ip route add unreachable 10.9.10.0/24",
];

async function verdicts(
  setup: readonly string[],
  cases: readonly (readonly [Wanted["check"], string])[],
  timeoutMs = 700,
): Promise<void> {
  const { results } = await inNamespace({ setup, wanted: cases.map(([check]) => ({ check, timeoutMs })) });
  results.forEach((result, place) => {
    const [check, expected] = cases[place] ?? [];
    assertResult(result);
    assert.equal(said(result), expected, `${JSON.stringify(check)}: ${result.error?.text}`);
    assert.ok(
      result.timings.totalMs < timeoutMs + graceMs,
      `${JSON.stringify(check)} took ${result.timings.totalMs} ms`,
    );
  });
}

test("a silent address is down at connect after the timeout, a refused route at the route", async () => {
  await verdicts(oneNetwork, [
    [{ tcp: "10.9.9.2:80" }, "down connect timeout"],
    [{ http: "http://10.9.9.2/" }, "down connect timeout"],
    [{ http: "https://10.9.9.2/" }, "down connect timeout"],
    [{ tls: "10.9.9.2:443" }, "down connect timeout"],
    [{ smtp: "10.9.9.2" }, "down connect timeout"],
    [{ icmp: "10.9.9.2" }, "down route timeout"],
    [{ tcp: "10.9.10.5:80" }, "down route host-unreachable"],
    [{ tcp: "127.0.0.1:81" }, "down connect refused"],
    [{ icmp: "127.0.0.1" }, "up"],
    [{ icmp: "::1" }, "up"],
  ]);
});

test("without any network a far target is unknown, and this machine's own are still seen", async () => {
  await verdicts(
    [],
    [
      [{ tcp: "203.0.113.10:80" }, "unknown route no-route"],
      [{ http: "http://[2001:db8::1]/" }, "unknown route no-route"],
      [{ tls: "203.0.113.10:443" }, "unknown route no-route"],
      [{ smtp: "203.0.113.10" }, "unknown route no-route"],
      [{ icmp: "203.0.113.10" }, "unknown route no-route"],
      [{ icmp: "2001:db8::1" }, "unknown route no-route"],
      [{ http: "http://127.0.0.1/" }, "up"],
      [{ icmp: "127.0.0.1" }, "up"],
    ],
  );
});

test("a network that goes nowhere but is up blames only what it cannot reach by itself", async () => {
  await verdicts(oneNetwork, [[{ tcp: "203.0.113.10:80" }, "unknown route no-route"]]);
});

test("names: found in either family, absent, failing, silent", async () => {
  await verdicts(
    oneNetwork,
    [
      [{ http: "http://v4.test/" }, "up"],
      [{ http: "http://v6.test/" }, "up"],
      [{ http: "http://both.test/" }, "up"],
      [{ http: "http://lame.test/" }, "up"],
      [{ tcp: "nothing.test:80" }, "down dns name-not-found"],
      [{ http: "http://nothing.test/" }, "down dns name-not-found"],
      [{ tls: "nothing.test:443" }, "down dns name-not-found"],
      [{ smtp: "nothing.test" }, "down dns name-not-found"],
      [{ icmp: "nothing.test" }, "down dns name-not-found"],
      [{ tcp: "empty.test:80" }, "down dns name-not-found"],
      [{ tcp: "silent.test:80" }, "down dns timeout"],
      [{ tcp: `${"a".repeat(80)}.test:80` }, "down dns name-not-found"],
    ],
    1_500,
  );
});

test("a failing name server is told as such", async () => {
  await verdicts(oneNetwork, [[{ tcp: "failing.test:80" }, "down dns name-server-failed"]], 6_000);
});

test("no name server to ask is our own blindness", async () => {
  const { results } = await inNamespace({
    resolvConf: "nameserver 127.0.0.3\noptions timeout:1 attempts:1\n",
    setup: oneNetwork,
    wanted: [{ check: { tcp: "v4.test:80" }, timeoutMs: 5_000 }],
  });
  assert.deepEqual(results.map(said), ["unknown dns no-resolver"]);
});

test("the hosts file and search domains are honoured", async () => {
  const { results } = await inNamespace({
    hosts: "127.0.0.1 localhost shop.internal\n::1 six.internal\n",
    resolvConf: "nameserver 127.0.0.1\nsearch test\n",
    wanted: [
      { check: { http: "http://shop.internal/" }, timeoutMs: 2_000 },
      { check: { http: "http://six.internal/" }, timeoutMs: 2_000 },
      { check: { http: "http://v4/" }, timeoutMs: 2_000 },
    ],
  });
  assert.deepEqual(results.map(said), ["up", "up", "up"]);
  assert.deepEqual(
    results.map(({ address }) => address),
    ["127.0.0.1:80", "[::1]:80", "127.0.0.1:80"],
  );
});

test("when one family is dead the other is used within half a second, and the dead one is named", async () => {
  const setup = [
    ...oneNetwork,
    "ip -6 addr add fd99::1/64 dev here nodad",
    "ip -6 neigh add fd99::99 lladdr 02:00:00:00:00:02 dev here",
  ];
  const { results } = await inNamespace({
    setup,
    wanted: [{ check: { http: "http://deadv6.test/" }, timeoutMs: 5_000 }],
  });
  const [result] = results;
  assert.ok(result !== undefined);
  assert.equal(said(result), "up");
  assert.equal(result.address, "127.0.0.1:80");
  assert.ok(result.timings.totalMs < 250 + graceMs, `${result.timings.totalMs} ms`);
});

test("names that hang stop neither other checks nor the thread pool", async () => {
  const hanging = Array.from({ length: 20 }, () => ({ check: { tcp: "silent.test:80" }, timeoutMs: 2_000 }));
  const quick = { check: { http: "http://v4.test/" }, timeoutMs: 2_000 };
  const { results, worstReadMs } = await inNamespace({ wanted: [...hanging, quick] });
  assert.equal(results.at(-1)?.outcome, "up");
  assert.ok((results.at(-1)?.timings.totalMs ?? Infinity) < 500);
  assert.ok(worstReadMs < 300, `${worstReadMs} ms`);
});
