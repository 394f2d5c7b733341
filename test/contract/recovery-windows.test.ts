import assert from "node:assert/strict";
import { test } from "node:test";
import { createRecoveryWindows } from "../../src/app/recovery-windows.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import type { RestoreRun } from "../../src/kernel/model/recovery.ts";
import { ok } from "../../src/kernel/result.ts";
import { windowOf } from "../doubles/no-windows.ts";
import { incidentOf } from "../doubles/page-facts.ts";
import { planOf, siteWith } from "../doubles/recover-plan.ts";
import { watchedSite } from "../doubles/watched-site.ts";
import { engines } from "./ledger/engines.ts";
import { withLedger } from "./ledger/suite.ts";

for (const engine of engines) {
  test(`${engine.name}: a restore because of an incident is verified when it has ended, on the hosts it is about`, () =>
    withLedger(engine, async ({ ledger, clock, complaints }) => {
      const { hosts, services } = watchedSite({
        hosts: { web2: {}, mx1: {} },
        services: { shop: { on: "web2" }, mail: { on: "mx1" } },
      });
      const site = siteWith([planOf()], { hosts, services });
      const wanted: unknown[] = [];
      const watch = createRecoveryWindows({
        ledger,
        clock,
        log: { debug() {}, info() {}, warn: (text) => complaints.push(text), error: (text) => complaints.push(text) },
        site: () => site,
        windows: {
          async afterRecovery(recovered) {
            wanted.push([recovered.incidentId, recovered.hosts, recovered.services]);
            return ok(windowOf());
          },
        },
      });
      const put = (change: Partial<RestoreRun>): Promise<void> =>
        ledger.transaction(async (tx) => {
          const run: RestoreRun = {
            id: "r1",
            kind: "restore",
            plan: "shop-data",
            place: "office",
            set: "s1",
            target: "host:web2",
            folder: "/",
            scope: "full",
            state: "running",
            startedAt: stampNow(clock),
            endedAt: null,
            phases: [],
            lostSeconds: null,
            trouble: null,
          };
          await tx.putRestoreRun({ ...run, ...change });
          const data = { plan: "shop-data", state: change.state ?? "running" };
          await tx.append({ kind: "restore.ended", actor: "koboshi", incidentId: null, data });
        });
      await put({ id: "r0", state: "done" });
      await clock.advance(60_000);
      const at = stampNow(clock);
      const incident = incidentOf(["shop", "mail"], { state: "investigating", startedAt: at, detectedAt: at });
      const { id: _own, ...bare } = incident;
      const { id } = await ledger.transaction((tx) => tx.insertIncident(bare));
      watch.start();
      await clock.advance(60_000);
      await put({ kind: "drill", state: "done" });
      await put({ id: "r2", state: "running" });
      await watch.stop();
      assert.deepEqual(wanted, [], "before it began, a drill, and one under way");

      watch.start();
      await put({ id: "r2", state: "done" });
      await watch.stop();
      assert.deepEqual(wanted.at(-1), [id, ["web2"], ["shop"]]);
      assert.deepEqual(complaints, []);
    }));
}
