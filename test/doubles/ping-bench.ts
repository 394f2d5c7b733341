import fs from "node:fs";
import type { AddressInfo } from "node:net";
import fastify from "fastify";
import { pingRoutes } from "../../src/api/routes/pings.ts";
import { pushRoutes } from "../../src/api/routes/push.ts";
import { createSystemClock } from "../../src/app/clock.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import type { Job } from "../../src/kernel/model/job.ts";
import { createHeartbeats } from "../../src/observe/heartbeats/heartbeats.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { recordingLog } from "./scripted-probe.ts";
import { watchedSite } from "./watched-site.ts";

/** The real ping addresses over real HTTP, with the real jobs and the real ledger behind them. */
export interface PingBench {
  readonly url: string;
  readonly ledger: Ledger;
  readonly heartbeats: Awaited<ReturnType<typeof createHeartbeats>>;
  readonly log: ReturnType<typeof recordingLog>;
  close(): Promise<void>;
}

export async function openPingBench(
  folder: string,
  keys: readonly string[],
  { port = 0, clock = createSystemClock() }: { port?: number; clock?: Clock } = {},
): Promise<PingBench> {
  fs.mkdirSync(folder, { recursive: true });
  const log = recordingLog();
  const ledger = await openLedger({ folder, clock, log });
  const jobs = new Map(
    keys.map((key): [string, Job] => [key, { key, name: key, on: null, schedule: null, graceMs: 60_000 }]),
  );
  const site = { ...watchedSite({ services: {} }), jobs };
  const heartbeats = await createHeartbeats({ clock, ledger, log, site: () => site, take: async () => {} });
  const app = fastify({ logger: false, bodyLimit: 100_000, forceCloseConnections: true });
  pingRoutes(app, { jobs: heartbeats, clock, log });
  pushRoutes(app, { jobs: heartbeats, clock, log });
  await app.listen({ host: "127.0.0.1", port });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    ledger,
    heartbeats,
    log,
    async close() {
      await app.close();
      heartbeats.stop();
      await ledger.close();
    },
  };
}
