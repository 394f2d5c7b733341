import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { freePort } from "../doubles/hub-process.ts";
import { openPingBench } from "../doubles/ping-bench.ts";
import { programWords } from "../doubles/program.ts";

const keys = Array.from({ length: 20 }, (_, nth) => `job-${nth}`);

/** Reports under way when the process is killed; each that was answered with OK, by its mark. */
async function reportUntilKilled(folder: string): Promise<ReadonlySet<string>> {
  const port = await freePort();
  const program = path.resolve("test/integration/job-programs/ping-server.ts");
  const child = spawn(process.execPath, [...programWords(program), folder, String(port), ...keys], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const answered = new Set<string>();
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const addresses = JSON.parse(line.toString()) as string[];
    let alive = true;
    const report = async (address: string, nth: number): Promise<void> => {
      for (let turn = 0; alive && turn < 50; turn++) {
        const mark = `${nth}-${turn}`;
        const answer = await fetch(address, { method: "POST", body: mark }).catch(() => null);
        if (answer === null) return;
        const text = await answer.text().catch(() => "");
        if (answer.status === 200 && text === "OK") answered.add(mark);
        if (answered.size === 150) {
          alive = false;
          child.kill("SIGKILL");
        }
      }
    };
    await Promise.all(addresses.map((address, nth) => report(address, nth)));
  } finally {
    child.kill("SIGKILL");
    await exit;
  }
  return answered;
}

test("every report that was answered with OK survives kill -9, and none is there by half", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-job-kill-"));
  try {
    for (let round = 0; round < 2; round++) {
      const data = path.join(folder, String(round));
      const answered = await reportUntilKilled(data);
      assert.ok(answered.size >= 100, `${answered.size} answered`);
      const { heartbeats, close } = await openPingBench(data, keys);
      const kept = new Set<string>();
      for (const { key } of heartbeats.jobs()) {
        const pings = await heartbeats.pings(key, 100);
        // bodies are kept for the newest thirty; a job reports at most that often here
        for (const { body } of pings) if (body !== null) kept.add(body);
        const job = heartbeats.jobs().find((one) => one.key === key);
        assert.equal(job?.lastPingAt?.atMs, pings[0]?.at.atMs, "the job's record and its reports agree");
      }
      await close();
      assert.deepEqual(
        [...answered].filter((mark) => !kept.has(mark)),
        [],
      );
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
