import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Client } from "ssh2";
import { createSystemClock } from "../../src/app/clock.ts";
import { connectSsh } from "../../src/clients/ssh.ts";
import { exchangeHere, noRoot } from "../../src/hands/exchange.ts";
import { later } from "../../src/kernel/clock.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import type { RepairRun } from "../../src/kernel/ports-prevent.ts";
import { createRepairs } from "../../src/hands/repairs.ts";
import { readStepAnswer } from "../../src/hands/step-answer.ts";
import { claimScript, rootShell } from "../../src/hands/step-script.ts";
import { changedHost, linesOf, ownHost, siteWith, withHands, type HandsBench } from "../doubles/hands-bench.ts";
import { recordingLog } from "../doubles/scripted-probe.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";

let sshd: SshHost;

before(async () => {
  sshd = await startSshHost();
});

after(() => sshd.stop());

/** Why the first step is not done. */
async function trouble(bench: HandsBench): Promise<readonly [string, string | undefined]> {
  const run = await bench.offer([{ command: `echo ran >> '${bench.folder}/left'` }, { command: "true" }]);
  const approved = await bench.approve(run);
  assert.ok(approved.ok);
  const { state, steps } = await bench.ended(run.id);
  assert.equal(linesOf(`${bench.folder}/left`), 0);
  assert.equal(steps[1]?.state, "waiting");
  return [state, steps[0]?.trouble?.reason];
}

test("a repair by SSH goes on over connections that are cut again and again, and no step runs twice", async () => {
  const clients = new Set<Client>();
  const connect: typeof connectSsh = async (target, limits) => {
    const connected = await connectSsh(target, limits);
    if (connected.ok) clients.add(connected.value);
    return connected;
  };
  await withHands({ hosts: [changedHost(sshd)], connect }, async ({ folder, offer, approve, ended }) => {
    const steps = Array.from({ length: 6 }, (_, nth) => ({ command: `echo ran >> '${folder}/${nth}'; sleep 0.5` }));
    const run = await offer(steps);
    await approve(run);
    let cuts = 0;
    const cutting = setInterval(() => {
      if (clients.size === 0 || cuts >= 10) return;
      cuts += 1;
      for (const client of clients) client.destroy();
      clients.clear();
    }, 450);
    const done = await ended(run.id).finally(() => clearInterval(cutting));
    assert.ok(cuts >= 3, `${cuts} cuts`);
    assert.deepEqual(
      steps.map((_, nth) => linesOf(`${folder}/${nth}`)),
      steps.map(() => 1),
    );
    assert.equal(done.state, "done");
  });
});

test("another host key than the approved one: nobody logs in, nothing runs", async () => {
  const hostKey = `SHA256:${"A".repeat(43)}`;
  await withHands({ hosts: [changedHost(sshd, { hostKey })] }, async (bench) => {
    assert.deepEqual(await trouble(bench), ["failed", "key-changed"]);
  });
  await withHands({ hosts: [changedHost(sshd, { hostKey: null })] }, async (bench) => {
    assert.deepEqual(await trouble(bench), ["failed", "key-unconfirmed"]);
  });
});

test("a key that is not let in, and a host that does not answer: nothing ran, and it says so", async () => {
  await withHands({ hosts: [changedHost(sshd, { actKey: sshd.strangeKey })] }, async (bench) => {
    assert.deepEqual(await trouble(bench), ["failed", "login-refused"]);
  });
  await withHands({ hosts: [changedHost(sshd, { port: 9 })] }, async (bench) => {
    assert.deepEqual(await trouble(bench), ["failed", "not-reached"]);
  });
});

test("a host that goes away in the middle of a step for good: its outcome is unknown, and the next step never runs", async () => {
  const own = await startSshHost();
  const patience = { unreachedMs: 1_000, silentMs: 1_500, askEveryMs: 50 };
  await withHands({ hosts: [changedHost(own)], patience }, async ({ folder, offer, approve, ended, told }) => {
    const run = await offer([
      { command: `echo ran >> '${folder}/1'; sleep 4`, timeoutMs: 1_000, okCodes: [0, 124] },
      { command: `echo ran >> '${folder}/2'` },
    ]);
    await approve(run);
    for (let left = 200; linesOf(`${folder}/1`) === 0 && left > 0; left--) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await own.stop();
    const lost = await ended(run.id);
    assert.deepEqual([lost.state, lost.steps[0]?.trouble?.reason], ["unknown", "no-answer"]);
    assert.equal(linesOf(`${folder}/2`), 0);
    assert.equal((await told()).at(-1), "repair.unknown s1");
  });
});

test("a machine that started anew between two steps is not the one that was approved", async () => {
  const folder = fs.mkdtempSync("/tmp/koboshi-boot-");
  try {
    const order = { folder: `${folder}/steps`, run: "1", step: "02-x", timeoutMs: 1_000, bootId: "another-start" };
    const limits = { clock: createSystemClock(), signal: new AbortController().signal, timeoutMs: 30_000 };
    const heard = await exchangeHere(claimScript({ ...order, command: `touch ${folder}/ran` }), limits);
    assert.equal(heard.ok && readStepAnswer(heard.value)?.standing, "rebooted");
    assert.equal(fs.existsSync(`${folder}/ran`), false);
    const away = await exchangeHere(
      claimScript({ ...order, folder: "/proc/koboshi", bootId: null, command: "true" }),
      limits,
    );
    assert.equal(away.ok && readStepAnswer(away.value)?.standing, "no-folder");
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

/** Approved, and the process ended before anything of it was done. */
async function approvedAndLeft({ desk, folder, offer, approve }: HandsBench): Promise<number> {
  await desk.stop();
  const run = await offer([{ command: `echo ran >> '${folder}/left'` }]);
  assert.ok((await approve(run)).ok);
  return run.id;
}

async function startedAnew({ ledger, folder, ended }: HandsBench, site: Site, id: number): Promise<RepairRun> {
  const deps = { clock: createSystemClock(), log: recordingLog(), ledger, site: () => site, mask: String };
  const desk = createRepairs({ ...deps, stepsFolder: path.join(folder, "steps") });
  await desk.start();
  const run = await ended(id);
  await desk.stop();
  return run;
}

test("after a restart an approved repair is begun, but not with an old approval or on a host that was moved", async () => {
  await withHands({ hosts: [ownHost()] }, async (bench) => {
    const id = await approvedAndLeft(bench);
    assert.equal((await startedAnew(bench, siteWith([ownHost()]), id)).state, "done");
    assert.equal(linesOf(`${bench.folder}/left`), 1);
  });
  await withHands({ hosts: [ownHost()] }, async (bench) => {
    const id = await approvedAndLeft(bench);
    const moved = await startedAnew(bench, siteWith([{ ...ownHost(), port: 2222 }]), id);
    assert.deepEqual([moved.state, moved.steps[0]?.trouble?.reason], ["failed", "not-as-approved"]);
    assert.equal(linesOf(`${bench.folder}/left`), 0);
  });
  await withHands({ hosts: [ownHost()] }, async (bench) => {
    const id = await approvedAndLeft(bench);
    const stored = await bench.ledger.read.repair(id);
    assert.ok(stored !== null && stored.run.approvedAt !== null);
    const approvedAt = later(stored.run.approvedAt, -3_600_000);
    await bench.ledger.transaction((tx) => tx.putRepair({ ...stored, run: { ...stored.run, approvedAt } }));
    const old = await startedAnew(bench, siteWith([ownHost()]), id);
    assert.deepEqual([old.state, old.steps[0]?.trouble?.reason], ["failed", "expired"]);
    assert.equal(linesOf(`${bench.folder}/left`), 0);
  });
});

test("without the right to be root nothing runs, and it says what is missing", () => {
  const never = path.join(sshd.folder, "never");
  const nobody = ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "sh", "-c", rootShell];
  const ended = spawnSync("setpriv", nobody, { input: `touch '${never}'\n`, encoding: "utf8" });
  assert.match(ended.stderr, noRoot);
  assert.equal(fs.existsSync(never), false);
});
