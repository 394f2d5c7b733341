import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Channel, ChannelMessage } from "../../src/kernel/model/channel.ts";
import { ok } from "../../src/kernel/result.ts";
import { channels } from "../../src/respond/channels/index.ts";
import { createOutbox } from "../../src/respond/outbox.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import {
  changeIncident,
  mailBy,
  noticeSite,
  openIncident,
  step,
  webhookTo,
  type Bench,
} from "../doubles/notice-site.ts";
import { silentLog as log, temporaryFolder } from "./outbox-bench.ts";

const hourMs = 3_600_000;
const quiet = { fromMinute: 22 * 60, toMinute: 7 * 60, hold: ["info", "warning", "critical"] } as const;

interface Night extends Bench {
  readonly clock: ReturnType<typeof createFakeClock>;
  /** kind and person, or room, of what went out */
  readonly sent: readonly string[];
}

/** It is 2:12 in Tokyo. Both channels take everything at once. */
async function night(t: TestContext): Promise<Night> {
  const clock = createFakeClock();
  const ledger = await openLedger({ folder: temporaryFolder(t), clock, log });
  const steps = [step({ tell: "yamada", by: ["mail", "hook"] })];
  const running = noticeSite({ channels: [mailBy(25), webhookTo(80)], steps, quiet });
  const site = (): Site => running;
  const sent: string[] = [];
  const taking = (channel: Channel): Channel => ({
    ...channel,
    send: (_spec, { kind, incidentId, person }: ChannelMessage) => {
      sent.push(`${kind} #${incidentId} ${person?.key ?? "room"}`);
      return Promise.resolve(ok(undefined));
    },
  });
  const outbox = createOutbox({ ledger, clock, log, site, channels: channels.map(taking) });
  await outbox.start();
  t.after(async () => {
    await outbox.stop();
    await ledger.close();
  });
  return { clock, ledger, site, sent };
}

test("a warning lets people sleep and is told in order when the night ends; rooms hear it at once", async (t) => {
  const bench = await night(t);
  await openIncident(bench, { severity: "warning" });
  await bench.clock.advance(hourMs);
  assert.deepEqual(bench.sent, ["opened #1 room"]);
  assert.equal((await bench.ledger.read.delivery("1/opened/0s/mail/yamada"))?.state, "held");
  await changeIncident(bench, 1, { kind: "resolved", given: { state: "resolved", resolvedBy: "auto" } });
  await bench.clock.advance(3.79 * hourMs); // 6:59
  assert.deepEqual(bench.sent, ["opened #1 room", "resolved #1 room"]);
  await bench.clock.advance(0.02 * hourMs);
  assert.deepEqual(bench.sent.slice(2), ["opened #1 yamada", "resolved #1 yamada"]);
});

test("critical always wakes, whatever the file says, and is not kept back by what sleeps", async (t) => {
  const bench = await night(t);
  await openIncident(bench, { severity: "warning" });
  await bench.clock.advance(1_000);
  await changeIncident(bench, 1, { kind: "updated", given: { severity: "critical" } });
  await openIncident(bench);
  await bench.clock.advance(1_000);
  assert.deepEqual(
    bench.sent.filter((line) => line.endsWith("yamada")),
    ["updated #1 yamada", "opened #2 yamada"],
  );
});

test("a wall clock stepped in the night moves nobody's morning", async (t) => {
  for (const hours of [-3, 3]) {
    const bench = await night(t);
    await openIncident(bench, { severity: "warning" });
    await bench.clock.advance(hourMs);
    bench.clock.stepWall(hours * hourMs);
    await bench.clock.advance(3.79 * hourMs);
    assert.deepEqual(bench.sent, ["opened #1 room"]);
    await bench.clock.advance(0.02 * hourMs);
    assert.deepEqual(bench.sent, ["opened #1 room", "opened #1 yamada"]);
  }
});
