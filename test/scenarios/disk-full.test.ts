import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { freePort, startHub, until } from "../doubles/hub-process.ts";
import { startRelay } from "../doubles/mail-relay.ts";
import { startReceiver, startWebTarget } from "../doubles/web-target.ts";

// The hub's data lies on a disk of 3 MB that only it sees; /proc/PID/root leads there.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-disk-full-"));
const data = path.join(folder, "data");
fs.mkdirSync(data);
const web = await startWebTarget();
const receiver = await startReceiver();
const relay = await startRelay();
const hub = await startHub({
  folder,
  port: await freePort(),
  mounts: `mount -t tmpfs -o size=3m tmpfs ${data}`,
  config: `version: 1
people: { me: me@example.jp }
services: { shop: { checks: [{ http: "${web.url}", every: 1s }] } }
notify:
  channels:
    hook: { webhook: "${receiver.url}", secret: full }
    mail: { smtp: "smtp://127.0.0.1:${relay.port}", from: koboshi@example.jp }
  escalate: { default: [{ after: 0m, tell: me, by: [mail, hook] }] }`,
});
const filler = path.join(`/proc/${hub.pid}/root`, data, "filler");

after(async () => {
  await hub.stop();
  await web.stop();
  receiver.stop();
  await relay.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Status {
  readonly verdict: string;
  readonly services: readonly { state: string }[];
  readonly attentions: readonly { code: string; text: { ja: string; en: string } }[];
}

test("with the ledger's disk full koboshi goes on looking, says so, and tells everyone once there is room", async () => {
  await until("well", async () => (await hub.get<Status>("/api/v1/status")).verdict === "ok");
  fill(filler);
  await web.stop();
  const status = await until("it says so", async () => {
    const now = await hub.get<Status>("/api/v1/status");
    return now.attentions.some(({ code }) => code === "ledger-blocked") ? now : null;
  });
  assert.equal(status.verdict, "down");
  assert.equal(status.services[0]?.state, "down");
  assert.match(status.attentions.find(({ code }) => code === "ledger-blocked")?.text.ja ?? "", /書き込め/);
  const past = await until("a mail past the ledger", async () => relay.mails[0]?.mail);
  assert.equal(past.subject, "■障害 shopが止まっています(koboshi は記録できません)");
  assert.match(past.text ?? "", /空きを作ってください/);
  assert.equal(receiver.notices.length, 0);
  assert.equal((await fetch(`${hub.url}/healthz`)).status, 503);
  fs.rmSync(filler);
  await until("the notice", async () => receiver.notices.some(({ event }) => event === "incident.opened"));
  await web.start();
  await until("the recovery", async () => receiver.notices.some(({ event }) => event === "incident.resolved"));
  assert.equal(receiver.notices.length, 2);
});

/** Writes until nothing more fits. */
function fill(file: string): void {
  const handle = fs.openSync(file, "w");
  try {
    for (;;) fs.writeSync(handle, Buffer.alloc(4_096));
  } catch (thrown) {
    assert.equal((thrown as NodeJS.ErrnoException).code, "ENOSPC");
  } finally {
    fs.closeSync(handle);
  }
}
