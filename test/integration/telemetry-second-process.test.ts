import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { dayMs, observation } from "../contract/telemetry/samples.ts";
import { until } from "../doubles/hub-process.ts";
import { hasty, open, start, withFolder } from "./telemetry-programs/bench.ts";

test("a second process is told who has the measurements, reads the closed days, and takes over when the first is gone", () =>
  withFolder(async (folder) => {
    const all = { fromMs: 0, toMs: Date.now() + dayMs, limit: 10 };
    const first = await open(folder, hasty);
    first.telemetry.append.observation(observation(Date.now() - dayMs));
    await first.telemetry.flush();
    await until(
      "yesterday is closed",
      async () => (await first.telemetry.read.observations(all)).length === 1 && first.complaints.length === 0,
    );
    await first.telemetry.close();

    const { child, lines } = start("hold", [folder]);
    assert.equal((await lines.next()).value, "held");
    const { telemetry, complaints } = await open(folder, hasty);
    try {
      telemetry.append.observation(observation(Date.now()));
      await telemetry.flush();
      const { blockedCode, blockedBy, waitingRows } = telemetry.state();
      assert.deepEqual([blockedCode, waitingRows], ["KB2102", 1]);
      assert.match(blockedBy ?? "", new RegExp(`PID ${child.pid}`));
      assert.ok(complaints.length > 0 && complaints.length <= 2, JSON.stringify(complaints));
      child.kill("SIGKILL");
      await once(child, "close");
      await until("the row is stored", async () => telemetry.state().waitingRows === 0);
      assert.equal(telemetry.state().blockedBy, null);
      assert.equal((await telemetry.read.observations(all)).length, 2);
    } finally {
      child.kill("SIGKILL");
      await telemetry.close();
    }
  }));
