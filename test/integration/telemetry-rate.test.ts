import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { observation } from "../contract/telemetry/samples.ts";
import { open, withFolder } from "./telemetry-programs/bench.ts";

const perSecond = 10_000;
const seconds = 4;
const outcomes = ["up", "up", "up", "down", "degraded", "unknown"] as const;

test(`${perSecond} observations a second for ${seconds} s are all stored, while they are read`, (t) =>
  withFolder(async (folder) => {
    const { telemetry, complaints } = await open(folder);
    const startMs = Date.now();
    let appended = 0;
    let reads = 0;
    let rounds = 0;
    while (appended < perSecond * seconds) {
      const due = Math.min(perSecond * seconds, ((Date.now() - startMs) * perSecond) / 1_000);
      for (; appended < due; appended++)
        telemetry.append.observation(
          observation(startMs + appended / 10, {
            checkId: `service${appended % 1_000}/http:www.example.jp`,
            outcome: outcomes[appended % 6] ?? "up",
          }),
        );
      if (rounds++ % 10 === 0) {
        await telemetry.read.observations({ fromMs: startMs, toMs: startMs + 60_000, limit: 10 });
        reads += 1;
      }
      await delay(10);
    }
    await telemetry.flush();
    const { lostRows, waitingRows, blockedBy } = telemetry.state();
    assert.deepEqual({ lostRows, waitingRows, blockedBy }, { lostRows: 0, waitingRows: 0, blockedBy: null });
    const steps = await telemetry.read.series({
      fromMs: startMs,
      toMs: startMs + 60_000,
      stepMs: 60_000,
      checkIds: Array.from({ length: 1_000 }, (_, nth) => `service${nth}/http:www.example.jp`),
    });
    assert.equal(
      steps.reduce((sum, { attempts }) => sum + attempts, 0),
      perSecond * seconds,
    );
    assert.deepEqual(complaints, []);
    t.diagnostic(`${appended} rows and ${reads} reads in ${Date.now() - startMs} ms`);
    await telemetry.close();
  }));
