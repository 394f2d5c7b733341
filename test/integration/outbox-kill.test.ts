import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createSystemClock } from "../../src/app/clock.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { startReceiver } from "../doubles/hook-receiver.ts";
import { startRelay } from "../doubles/mail-relay.ts";
import { programWords } from "../doubles/program.ts";
import { silentLog, temporaryFolder } from "./outbox-bench.ts";

const kills = 20;
const perRound = 6;
const program = path.join(import.meta.dirname, "outbox-programs/send.ts");

interface Run {
  readonly queued: readonly string[];
  readonly done: boolean;
}

interface Death {
  /** notices the ledger has taken by then */
  readonly afterQueued: number;
  readonly afterMs: number;
}

/** Runs the sending program and kills it at that moment; null: to its end. */
async function run(args: readonly string[], death: Death | null): Promise<Run> {
  const child = spawn(process.execPath, [...programWords(program), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const queued: string[] = [];
  let done = false;
  const ended = once(child, "close");
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "done") done = true;
    else if (line !== "open") queued.push(line);
    if (queued.length === death?.afterQueued) void delay(death.afterMs).then(() => child.kill("SIGKILL"));
  }
  await ended;
  return { queued, done };
}

test(`${kills} kills at random moments of sending: nothing is lost, and what is sent again has the same id`, async (t) => {
  const folder = temporaryFolder(t);
  const relay = await startRelay();
  const receiver = await startReceiver((_post, response) => {
    setTimeout(() => response.writeHead(204).end(), randomInt(0, 40));
  });
  t.after(relay.close);
  t.after(receiver.close);
  const args = [folder, String(relay.port), String(receiver.port)];
  const queued = new Set<string>();
  for (let round = 0; round < kills; round++) {
    const { queued: taken } = await run([...args, String(perRound)], {
      afterQueued: randomInt(0, 3 * perRound),
      afterMs: randomInt(0, 60),
    });
    for (const id of taken) queued.add(id);
  }
  assert.equal((await run([...args, "1"], null)).done, true);

  const ledger = await openLedger({ folder, clock: createSystemClock(), log: silentLog });
  t.after(() => ledger.close());
  const incidents = await ledger.read.incidents({ limit: 10_000 });
  const deliveries = (await Promise.all(incidents.map(({ id }) => ledger.read.deliveriesOf(id)))).flat();
  const sent = new Set(deliveries.filter(({ state }) => state === "sent").map(({ id }) => id));
  assert.deepEqual(
    [...queued].filter((id) => !sent.has(id)),
    [],
  );
  assert.equal(sent.size, deliveries.length);

  const byMail = deliveries.filter(({ channel }) => channel === "mail").length;
  const mailIds = relay.mails.map(({ mail }) => mail.messageId);
  const hookIds = receiver.posts.map(({ id }) => id);
  assert.equal(new Set(mailIds).size, byMail);
  assert.equal(new Set(hookIds).size, deliveries.length - byMail);
  for (const post of receiver.posts) {
    const again = receiver.posts.filter(({ id }) => id === post.id);
    assert.ok(
      again.every(({ body }) => body === post.body),
      `one id, two bodies: ${post.id}`,
    );
  }
  const repeated = mailIds.length + hookIds.length - deliveries.length;
  t.diagnostic(`${kills} kills, ${deliveries.length} notices, 0 lost, ${repeated} sent again under the same id`);
});
