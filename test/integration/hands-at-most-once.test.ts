import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { Client } from "ssh2";
import { createSystemClock } from "../../src/app/clock.ts";
import { connectSsh } from "../../src/clients/ssh.ts";
import { exchangeHere, exchangeOverSsh } from "../../src/hands/exchange.ts";
import { readStepAnswer, type StepAnswer } from "../../src/hands/step-answer.ts";
import { askScript, claimScript, rootShell, type StepOrder } from "../../src/hands/step-script.ts";
import { linesOf } from "../doubles/hands-bench.ts";
import { until } from "../doubles/hub-process.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";

const clock = createSystemClock();
const limits = () => ({ clock, signal: new AbortController().signal, timeoutMs: 60_000 });
const cuts = { shells: 150, connections: 50 };

function orderOf(folder: string, nth: number): StepOrder {
  const left = path.join(folder, `left-${nth}`);
  // it takes long enough to be cut in the middle
  const command = `echo began >> '${left}.began'\nsleep 0.02\necho ended >> '${left}.ended'`;
  return {
    folder: path.join(folder, "steps"),
    run: String(nth),
    step: "01-try",
    command,
    timeoutMs: 10_000,
    bootId: null,
  };
}

/** Hands the step over and kills the shell, and in every third case all it started, after a while. */
async function cutShell(order: StepOrder, nth: number): Promise<void> {
  const shell = spawn("sh", ["-c", rootShell], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  shell.stdin.on("error", () => undefined);
  const gone = once(shell, "exit");
  const script = claimScript(order);
  // some are cut while the script is sent
  const sent = nth % 5 === 0 ? script.slice(0, Math.floor(Math.random() * script.length)) : script;
  shell.stdin.write(sent);
  if (sent === script) shell.stdin.end();
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 90));
  if (shell.pid !== undefined) kill(-shell.pid);
  if (nth % 3 === 0) killRunner(order);
  await gone;
}

/** What runs the step itself: it has a session of its own. */
function killRunner({ folder, run, step }: StepOrder): void {
  try {
    const [pid = ""] = fs.readFileSync(path.join(folder, run, step, "pid"), "utf8").split(" ");
    kill(-Number(pid));
  } catch {
    // it was not begun yet, or has none any more
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it ended by itself
  }
}

async function cutConnection(host: SshHost, order: StepOrder): Promise<void> {
  const client = await loggedIn(host);
  const cut = setTimeout(() => client.destroy(), Math.random() * 120);
  await exchangeOverSsh(client, claimScript(order), limits());
  clearTimeout(cut);
  client.destroy();
}

async function loggedIn(host: SshHost): Promise<Client> {
  const target = {
    host: "127.0.0.1",
    port: host.port,
    user: host.user,
    privateKey: host.readKey,
    hostKey: host.fingerprint,
  };
  const connected = await connectSsh(target, limits());
  if (!connected.ok) throw new Error(`${connected.error.reason} ${connected.error.seen}`);
  return connected.value;
}

/** Handed over twice more; then asked until it is not running any more. */
async function settled(order: StepOrder): Promise<StepAnswer> {
  for (let turn = 0; ; turn++) {
    const heard = await exchangeHere(turn < 2 ? claimScript(order) : askScript(order), limits());
    const answer = heard.ok ? readStepAnswer(heard.value) : null;
    assert.ok(answer !== null, heard.ok ? heard.value : heard.error.seen);
    if (turn >= 1 && answer.standing !== "running" && answer.standing !== "started") return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("200 steps cut at random instants and handed over twice more: none ran twice, none is called done that was not", async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-steps-"));
  const host = await startSshHost();
  try {
    const orders = Array.from({ length: cuts.shells + cuts.connections }, (_, nth) => orderOf(folder, nth));
    const answers: StepAnswer[] = [];
    const queue = [...orders.entries()];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [nth, order] = next;
        await (nth < cuts.shells ? cutShell(order, nth) : cutConnection(host, order));
        answers[nth] = await settled(order);
      }
    };
    await Promise.all(Array.from({ length: 12 }, work));
    const counted = orders.map((_, nth) => ({
      began: linesOf(path.join(folder, `left-${nth}.began`)),
      ended: linesOf(path.join(folder, `left-${nth}.ended`)),
      standing: answers[nth]?.standing,
      code: answers[nth]?.code,
    }));
    assert.deepEqual(
      counted.filter(({ began, ended }) => began > 1 || ended > 1),
      [],
    );
    assert.deepEqual(
      counted.filter(({ standing, ended }) => standing === "done" && ended !== 1),
      [],
    );
    assert.deepEqual(
      counted.filter(({ standing }) => standing !== "done" && standing !== "unknown"),
      [],
    );
    const done = counted.filter(({ standing }) => standing === "done").length;
    const ranUnknown = counted.filter(({ standing, began }) => standing === "unknown" && began === 1).length;
    context.diagnostic(`${done} done, ${counted.length - done} unknown (${ranUnknown} of them had begun), 0 twice`);
    assert.ok(done >= 100, `${done} done`);
  } finally {
    await host.stop();
    await until("what was cut loose has ended", async () => {
      // a shell whose connection was cut may still be at it, and makes its folders again
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return !fs.existsSync(folder);
    });
  }
});
