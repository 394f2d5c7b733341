import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { open, start, withFolder } from "./telemetry-programs/bench.ts";

const kills = 4;

test(`${kills} kills while rows are appended: what was flushed is there, once, and without gaps`, (t) =>
  withFolder(async (folder) => {
    for (let round = 0; round < kills; round++) {
      const { child, lines, ended } = start("append", [folder]);
      let flushed = 0;
      assert.equal((await lines.next()).value, "0");
      const killed = delay(randomInt(50, 600)).then(() => child.kill("SIGKILL"));
      for await (const line of lines) flushed = Number(line);
      await killed;
      await ended;
      const { telemetry, complaints } = await open(folder);
      const rows = await telemetry.read.series({
        fromMs: 0,
        toMs: Date.now() + 1,
        stepMs: 10 * 365 * 86_400_000,
        checkIds: ["shop/http:www.example.jp"],
      });
      const stored = rows.reduce((sum, { attempts }) => sum + attempts, 0);
      const [newest] = await telemetry.read.observations({ fromMs: 0, toMs: Date.now() + 1, limit: 1 });
      assert.ok(stored >= flushed, `${flushed} rows were flushed, ${stored} are there`);
      assert.ok(newest === undefined || newest.attempt <= stored);
      assert.deepEqual([complaints, telemetry.state().damagedDays], [[], []]);
      await telemetry.close();
      t.diagnostic(`kill ${round + 1}: ${flushed} flushed, ${stored} stored`);
    }
  }));
