import assert from "node:assert/strict";
import { test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import type { HostClockView } from "../../src/kernel/ports-hosts.ts";
import { createHubClock } from "../../src/prevent/snapshot/hub-clock.ts";
import { startChrony } from "../doubles/time-server.ts";

const clock = createSystemClock();

async function isSure(ports: readonly number[], hosts: readonly number[] = []): Promise<boolean> {
  const servers = ports.map((port) => ({ host: "127.0.0.1", port }));
  const hostClocks = (): readonly HostClockView[] =>
    hosts.map((offsetSeconds) => ({ offsetSeconds, uncertaintySeconds: 0.05, source: "ssh", at: stampNow(clock) }));
  const hub = createHubClock({ clock, servers: () => servers, hostClocks });
  try {
    return await hub.isSure();
  } finally {
    hub.stop();
  }
}

test("the hub's clock is sure when three bear it out and more than deny it; a server that follows nothing bears nothing out", async () => {
  const started = await Promise.all([
    startChrony(),
    startChrony({ offset: "-3h" }),
    startChrony({ offset: "-3h" }),
    startChrony({ stratum: null }),
  ]);
  const [right = 0, wrong = 0, alsoWrong = 0, lost = 0] = started.map(({ port }) => port);
  try {
    assert.equal(await isSure([right, right, right, wrong]), true);
    assert.equal(await isSure([right, wrong, alsoWrong]), false);
    assert.equal(await isSure([right, right, right, wrong, wrong, alsoWrong]), false);
    assert.equal(await isSure([right, right, lost]), false, "two are too few");
    assert.equal(await isSure([right, right], [0.1, -10_800]), true, "a machine of ours is the third");
    assert.equal(await isSure([], [-10_800, -10_800, -10_800]), false);
    assert.equal(await isSure([]), false);
    let asked = [right, right, right];
    const servers = (): readonly { host: string; port: number }[] => asked.map((port) => ({ host: "127.0.0.1", port }));
    const hub = createHubClock({ clock, servers, hostClocks: () => [] });
    assert.equal(await hub.isSure(), true);
    asked = [right, wrong, alsoWrong];
    assert.equal(await hub.isSure(), false, "others are named now, and they say otherwise");
    hub.stop();
  } finally {
    await Promise.all(started.map((server) => server.stop()));
  }
});
