import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { linesOf } from "../doubles/hands-bench.ts";
import { programWords } from "../doubles/program.ts";
import { recordingLog } from "../doubles/scripted-probe.ts";

const program = path.resolve("test/integration/hands-programs/repairer.ts");

/** @param killAfterMs from when it is under way; null: it is let be. @returns the exit code; null: it was killed */
async function play(folder: string, killAfterMs: number | null): Promise<number | null> {
  const child = spawn(process.execPath, [...programWords(program), folder], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit") as Promise<[number | null]>;
  const ready = await Promise.race([once(child.stdout, "data"), exit.then(() => null)]);
  if (ready !== null && killAfterMs !== null) {
    await new Promise((resolve) => setTimeout(resolve, killAfterMs));
    child.kill("SIGKILL");
  }
  const [code] = await exit;
  return code;
}

test("a hub killed between the steps of a repair carries it on and runs no step twice", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-hands-kill-"));
  try {
    let kills = 0;
    while (kills < 4 && (await play(folder, Math.random() * 400)) === null) kills += 1;
    assert.equal(await play(folder, null), 0);
    const counts = Array.from({ length: 10 }, (_, nth) => linesOf(path.join(folder, `left-${nth}`)));
    const ledger = await openLedger({
      folder: path.join(folder, "data"),
      clock: createSystemClock(),
      log: recordingLog(),
    });
    const [run] = await ledger.read.repairs({ windowId: null, limit: 1 });
    const events = await ledger.read.eventsAfter(0, 1_000);
    await ledger.close();
    assert.equal(run?.state, "done");
    assert.deepEqual(
      counts,
      Array.from({ length: 10 }, () => 1),
    );
    assert.equal(events.filter(({ kind }) => kind === "repair.approved").length, 1);
    assert.equal(events.filter(({ kind, data }) => kind === "repair.step" && data["state"] === "done").length, 10);
    assert.ok(kills >= 2, `${kills} kills`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
