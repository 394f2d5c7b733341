import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { createLog } from "../../src/app/log.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { freePort } from "../doubles/hub-process.ts";
import { programWords } from "../doubles/program.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-alerts-kill-"));
after(() => fs.rmSync(root, { recursive: true, force: true }));
const token = "0123456789abcdefghjk";
const rounds = 3;

async function killedAfter(folder: string, lifeMs: number): Promise<readonly string[]> {
  const port = await freePort();
  const program = "test/integration/alert-programs/serve.ts";
  const child = spawn(process.execPath, [...programWords(program), folder, String(port), token], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const accepted: string[] = [];
  let sent = 0;
  const sender = async (): Promise<void> => {
    for (;;) {
      const name = `${lifeMs}-${sent++}`;
      const answer = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify([{ labels: { alertname: "Kill", name } }]),
      }).catch(() => null);
      if (answer === null) return;
      assert.equal(answer.status, 200);
      accepted.push(name);
    }
  };
  const senders = Array.from({ length: 6 }, sender);
  setTimeout(() => child.kill("SIGKILL"), lifeMs);
  await Promise.all([once(child, "exit"), ...senders]);
  return accepted;
}

test("what was answered with 200 is there after kill -9 at any moment, open, and known to the incidents", async () => {
  const folder = path.join(root, "data");
  const accepted: string[] = [];
  for (let round = 0; round < rounds; round++) accepted.push(...(await killedAfter(folder, 150 + round * 137)));
  assert.ok(accepted.length > rounds);
  const ledger = await openLedger({ folder, clock: createSystemClock(), log: createLog("silent") });
  const open = await ledger.read.openAlerts({ after: 0, limit: 1_000_000 });
  const names = new Set(open.map(({ labels }) => labels["name"]));
  assert.deepEqual(
    accepted.filter((name) => !names.has(name)),
    [],
  );
  assert.equal(names.size, open.length);
  await ledger.close();
});
