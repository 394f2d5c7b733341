import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import { createLog } from "../../src/app/log.ts";
import type { LedgerEvent } from "../../src/kernel/event.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { freePort, startHub, until, type HubProcess } from "./hub-process.ts";
import { startRelay } from "./mail-relay.ts";
import { startReceiver, startWebTarget } from "./web-target.ts";

export interface KillCounts {
  readonly kills: number;
  readonly events: number;
  /** numbers missing from the ledger's sequence */
  readonly gaps: number;
  readonly notesAccepted: number;
  readonly notesLost: number;
  readonly noticesQueued: number;
  readonly noticesNeverArrived: number;
  /** notices that a receiver shows twice although it drops repeated ids */
  readonly shownTwice: number;
  /** sends repeated with the same id, because the process died between the send and its record */
  readonly repeatedSends: number;
  readonly incidents: number;
}

/**
 * A real hub that is killed with -9 again and again while its target fails and comes back, while people write notes and
 * notices leave by webhook and mail. Counts what was lost or doubled once it was left in peace.
 */
export async function playKills(kills: number): Promise<KillCounts> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-kill-"));
  const target = await startWebTarget();
  const receiver = await startReceiver();
  const relay = await startRelay();
  const port = await freePort();
  const options = { folder, port, config: configOf(target.url, receiver.url, relay.port) };
  const notes: string[] = [];
  let hub = await startHub(options);
  try {
    for (let kill = 0; kill < kills; kill++) {
      await (kill % 2 === 0 ? target.stop() : target.start());
      const writing = writeNotes(hub, notes, kill);
      await wait(Math.random() * 4_000);
      await hub.kill();
      await writing;
      hub = await startHub(options);
    }
    await target.start();
    await until("everything settled", () => isSettled(hub), 60_000);
    await hub.stop();
    const events = await readEvents(folder);
    const mails = relay.mails.map(({ mail }) => mail.messageId ?? "");
    return count({ kills, events, notes, sends: [...receiver.notices.map(({ id }) => id), ...mails] });
  } finally {
    await hub.kill();
    await target.stop();
    receiver.stop();
    await relay.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function configOf(targetUrl: string, hookUrl: string, smtpPort: number): string {
  return `version: 1
people: { me: me@shop.test }
services: { shop: { checks: [{ http: "${targetUrl}", every: 1s, timeout: 1s }] } }
notify:
  channels:
    hook: { webhook: "${hookUrl}", secret: kill }
    mail: { smtp: "smtp://127.0.0.1:${smtpPort}", from: koboshi@shop.test }`;
}

/** Writes notes into whatever is open until the hub is gone; keeps those that were accepted. */
async function writeNotes(hub: HubProcess, accepted: string[], kill: number): Promise<void> {
  for (let number = 0; ; number++) {
    const text = `note ${kill}/${number}`;
    try {
      await hub.post("/api/v1/notes", { kind: "change", text });
      accepted.push(text);
    } catch {
      return; // it was killed: this note was not accepted
    }
    await wait(20);
  }
}

async function isSettled(hub: HubProcess): Promise<boolean> {
  const metrics = await (await fetch(`${hub.url}/metrics`)).text();
  const left = [...metrics.matchAll(/^koboshi_(?:notices_waiting|incidents_open)\{.*\} (\S+)$/gm)];
  return left.length > 0 && left.every(([, value]) => value === "0");
}

async function readEvents(folder: string): Promise<readonly LedgerEvent[]> {
  const ledger = await openLedger({
    folder: path.join(folder, "data"),
    clock: createSystemClock(),
    log: createLog("silent"),
  });
  try {
    return await ledger.read.eventsAfter(0, 1_000_000);
  } finally {
    await ledger.close();
  }
}

interface Found {
  readonly kills: number;
  readonly events: readonly LedgerEvent[];
  readonly notes: readonly string[];
  readonly sends: readonly string[];
}

function count({ kills, events, notes, sends }: Found): KillCounts {
  const kept = new Set(events.filter(({ kind }) => kind === "change.noted").map(({ data }) => data["text"]));
  const queued = events.filter(({ kind }) => kind === "notice.queued").map(({ data }) => String(data["delivery"]));
  const sent = new Set(events.filter(({ kind }) => kind === "notice.sent").map(({ data }) => String(data["delivery"])));
  const distinct = new Set(sends);
  return {
    kills,
    events: events.length,
    gaps: events.filter(({ seq }, index) => seq !== index + 1).length,
    notesAccepted: notes.length,
    notesLost: notes.filter((note) => !kept.has(note)).length,
    noticesQueued: queued.length,
    noticesNeverArrived: queued.filter((id) => !sent.has(id)).length + Math.max(0, queued.length - distinct.size),
    shownTwice: Math.max(0, distinct.size - queued.length),
    repeatedSends: sends.length - distinct.size,
    incidents: events.filter(({ kind }) => kind === "incident.opened").length,
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
