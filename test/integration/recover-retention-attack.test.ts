import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Log } from "../../src/kernel/log.ts";
import type { SignalChange } from "../../src/kernel/model/signal.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { tidy } from "../../src/recover/retention/retention.ts";
import { createRecoveryWatch } from "../../src/recover/watch/watch.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { createMemory } from "../doubles/recover-memory.ts";
import { copyOf, planOf, recordAt, runOf, siteWith, targetOf } from "../doubles/recover-plan.ts";
import { createResticBench } from "../doubles/recover-retention-restic.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const newestMs = Date.parse("2026-11-21T03:21:00Z");
const bench = await createResticBench();
after(() => bench.remove());

const at = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replace("T", " ");

test(
  "thirty snapshots of an attacker, dated in the future and just after the newest, make nothing go",
  { timeout: 120_000 },
  async () => {
    const good = [0, 1, 2, 3, 4].map((day) => recordAt(`good-${day}`, newestMs - day * 86_400_000, { parts: [] }));
    for (const record of good) await bench.commit({ time: at(Date.parse(record.finishedAt)), record });

    const forged = Array.from({ length: 30 }, (_, index) =>
      index % 2 === 0 ? newestMs + (index + 1) * 60_000 : newestMs + (index + 1) * 86_400_000,
    );
    const write = async (): Promise<void> => {
      for (let time = forged.pop(); time !== undefined; time = forged.pop()) {
        const tags = `koboshi,plan=shop-data,set=x${time},part=commit`;
        const name = ["--stdin", "--stdin-filename", "/koboshi/shop-data/set.json"];
        await bench.run(["backup", "-q", "--host", "web1", "--time", at(time), "--tag", tags, ...name], {
          input: "nothing",
        });
      }
    };
    await Promise.all([write(), write(), write()]);
    const before = await bench.snapshots();
    assert.equal(before.length, 35);

    const plan = planOf({
      keep: { hourly: 0, daily: 3, weekly: 0, monthly: 0, yearly: 0 },
      to: [targetOf({ maintainer: new Secret("m", "test") })],
    });
    const clock = createFakeClock(newestMs + 3_600_000);
    const memory = createMemory();
    const told: SignalChange[] = [];
    const watch = createRecoveryWatch({
      clock,
      log: silent,
      memory,
      site: () => siteWith([plan]),
      kept: async () => ({ runs: [runOf("good-0", newestMs)], copies: [copyOf(good)], restores: [] }),
      changeOf: async () => null,
      openSignals: [],
      take: async (changes) => void told.push(...changes),
    });
    const outcome = await tidy(
      { clock, log: silent, memory, pinned: watch.pinned },
      { plan, place: "office", keeper: bench.keeper },
    );
    assert.equal(outcome.state, "refused");
    assert.deepEqual(
      outcome.refusals.map(({ reason }) => reason),
      ["future", "differs"],
    );
    assert.deepEqual((await bench.snapshots()).map(({ id }) => id).toSorted(), before.map(({ id }) => id).toSorted());

    watch.start();
    await clock.advance(1_000);
    watch.stop();
    const refused = told.find(({ signal }) => signal.facts["trouble"] === "retention-refused");
    assert.deepEqual(refused?.signal.facts["reasons"], ["future", "differs"]);
    assert.equal(refused?.signal.subject, "host:web1");
  },
);
