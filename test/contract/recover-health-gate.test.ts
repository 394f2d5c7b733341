import assert from "node:assert/strict";
import { test } from "node:test";
import { stampNow } from "../../src/kernel/clock.ts";
import type { RestoreRun, Verification } from "../../src/kernel/model/recovery.ts";
import type { CheckStatus, StateWord } from "../../src/kernel/model/status.ts";
import type { SignalChange } from "../../src/kernel/model/signal.ts";
import { createHealthGate } from "../../src/recover/health-gate.ts";
import { createIncidents } from "../../src/respond/index.ts";
import { explainError } from "../../src/words/errors.ts";
import { planOf, siteWith } from "../doubles/recover-plan.ts";
import { engines } from "./ledger/engines.ts";
import { withLedger } from "./ledger/suite.ts";

for (const engine of engines) {
  test(`${engine.name}: an incident with a restore is resolved only verified and well, or signed with a reason`, () =>
    withLedger(engine, async ({ ledger, clock }) => {
      const service = { key: "shop", name: "shop", on: "web1", needs: [], priority: 1 };
      const site = siteWith([planOf()], { services: new Map([["shop", service]]) });
      let state: StateWord = "down";
      const check = (): CheckStatus => ({
        id: "shop/http",
        service: "shop",
        kind: "http",
        name: "http",
        target: "https://www.example.jp/",
        everyMs: 60_000,
        state,
        since: null,
        confirming: false,
        cells: [],
      });
      const health = createHealthGate({ clock, ledger, site: () => site, checks: () => [check()] });
      const codes = async (): Promise<readonly string[]> => (await health.blockers(1)).map(({ code }) => code);
      const incidents = createIncidents({
        ledger,
        clock,
        site: () => site,
        health,
        board: { checks: () => [] },
        folder: {
          fold: ({ signals }) => ({
            incidents: signals.map((signal) => ({
              incidentId: signal.incidentId,
              signalIds: [signal.id],
              subject: signal.subject,
              services: ["shop"],
              affected: [],
              severity: "critical",
              quiet: false,
              flapping: false,
              startedAt: signal.startedAt,
              detectedAt: signal.openedAt,
            })),
            merged: [],
          }),
        },
        judge: { judge: () => ({ kind: "unclear", subject: "service:shop", evidence: [], steps: [] }) as never },
        queue: async () => undefined,
      });
      const at = stampNow(clock);
      const signal = {
        id: "s",
        kind: "down",
        subject: "service:shop",
        checkId: "shop/http",
        severity: "critical",
      } as const;
      const more = { layer: null, error: null, failingFrom: [], workingFrom: [], facts: {} };
      const opened: SignalChange = {
        change: "opened",
        signal: { ...signal, ...more, openedAt: at, startedAt: at, closedAt: null },
      };
      await incidents.take([opened]);
      assert.deepEqual(await codes(), [], "nothing was restored");
      await clock.advance(60_000);
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
      const put = (change: Partial<RestoreRun>): Promise<void> =>
        ledger.transaction((tx) => tx.putRestoreRun({ ...run, ...change }));
      await put({});
      assert.deepEqual(await codes(), ["restore-running", "check-failing"]);
      await put({ state: "failed" });
      state = "unknown";
      assert.deepEqual(await codes(), ["restore-failed", "check-unseen"]);
      const bare = { incidentId: 1, actor: "person:yamada", reason: null, falseAlarm: false } as const;
      const refused = await incidents.verbs.resolve(bare);
      assert.ok(!refused.ok);
      assert.match(
        explainError(refused.error.code, refused.error.facts, "ja").message,
        /^復元のあとの確認がまだです: "shop-data" の復元が/,
      );
      assert.match(
        explainError(refused.error.code, refused.error.facts, "en").message,
        /did not end well.*; nobody can say how the check/,
      );

      await put({ state: "done" });
      const found: Verification = {
        id: "v1",
        plan: "shop-data",
        place: "office",
        level: 5,
        set: "s1",
        at: stampNow(clock),
        seconds: 1,
        ok: false,
        facts: {},
        findings: [{ code: "mojibake", severity: "broken", facts: {} }],
      };
      await ledger.transaction(async (tx) => {
        await tx.putCopy({ plan: "shop-data", place: "office", readAt: stampNow(clock), trouble: null });
        await tx.insertVerification(found);
      });
      state = "ok";
      assert.deepEqual(await codes(), ["copy-broken"]);
      const signed = await incidents.verbs.resolve({ ...bare, reason: "the table is not used any more" });
      assert.equal(signed.ok && signed.value.state, "resolved");
      const [last] = (await ledger.read.timeline(1)).toReversed();
      assert.deepEqual(last?.data["despite"], [{ code: "copy-broken", of: "shop-data" }]);
    }));
}
