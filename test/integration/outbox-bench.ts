import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createSystemClock } from "../../src/app/clock.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import type { Log } from "../../src/kernel/log.ts";
import type { Delivery } from "../../src/kernel/model/notice.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { channels } from "../../src/respond/channels/index.ts";
import { createOutbox, type Outbox } from "../../src/respond/outbox.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export interface OutboxBench {
  readonly folder: string;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  readonly outbox: Outbox;
  readonly givenUp: readonly Delivery[];
  site(): Site;
  /** deliveries of all incidents by id, as they stand now */
  deliveries(incidentId: number): Promise<Readonly<Record<string, Delivery>>>;
  kinds(incidentId: number): Promise<readonly string[]>;
}

export function temporaryFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-outbox-"));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A real ledger in a folder of its own and an outbox that is started; both end with the test. */
export async function outboxBench(
  t: TestContext,
  site: Site,
  clock: Clock = createSystemClock(),
): Promise<OutboxBench> {
  const folder = temporaryFolder(t);
  const ledger = await openLedger({ folder, clock, log: silentLog });
  const givenUp: Delivery[] = [];
  const deps = { ledger, clock, channels, log: silentLog, site: () => site };
  const outbox = createOutbox({
    ...deps,
    onGivenUp: (delivery) => {
      givenUp.push(delivery);
      return Promise.resolve();
    },
  });
  await outbox.start();
  t.after(async () => {
    await outbox.stop();
    await ledger.close();
  });
  return {
    ...deps,
    folder,
    outbox,
    givenUp,
    async deliveries(incidentId) {
      return Object.fromEntries((await ledger.read.deliveriesOf(incidentId)).map((one) => [one.id, one]));
    },
    async kinds(incidentId) {
      return (await ledger.read.timeline(incidentId)).map(({ kind }) => kind);
    },
  };
}

/** Asks again every 20 ms until it is true. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<number> {
  const beganMs = performance.now();
  while (!(await isTrue())) {
    assert.ok(performance.now() - beganMs < withinMs, `not within ${withinMs} ms: ${what}`);
    await delay(20);
  }
  return performance.now() - beganMs;
}
