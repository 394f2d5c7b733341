// Runs inside a private mount namespace whose argv[2] is a small disk of its own. Ends with 0 when all holds.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { dayMs, observation } from "../../contract/telemetry/samples.ts";
import { until } from "../../doubles/hub-process.ts";
import { hasty, open } from "./bench.ts";

const disk = process.argv[2] ?? "";
const ballast = path.join(disk, "ballast");
const now = Date.now();
const yesterday = now - dayMs;
const all = { fromMs: 0, toMs: now + dayMs, limit: 50_000 };

/** Fills the disk but for `freeBytes`, at the second try when somebody else wrote in between. */
function fill(freeBytes: number, triesLeft = 5): void {
  fs.rmSync(ballast, { force: true });
  const { bavail, bsize } = fs.statfsSync(disk);
  try {
    fs.writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)));
  } catch (thrown) {
    if (triesLeft === 0) throw thrown;
    fill(freeBytes, triesLeft - 1);
  }
}

/** The reserve is reached: nothing more is written, everything stays readable, rows wait and are stored later. */
async function reserveIsReached(root: string): Promise<void> {
  const { telemetry } = await open(root, { ...hasty, reserveBytes: 1_000_000, waitingRows: 5_000 });
  for (let nth = 0; nth < 100; nth++) {
    telemetry.append.observation(observation(yesterday, { attempt: nth }));
    telemetry.append.observation(observation(now, { attempt: nth }));
  }
  await telemetry.flush();
  await until("yesterday is closed", async () =>
    fs.readdirSync(path.join(root, "telemetry")).some((name) => /^\d{4}-\d\d-\d\d$/.test(name)),
  );
  fill(500_000);
  for (let nth = 0; nth < 6_000; nth++) telemetry.append.observation(observation(now + 1, { attempt: nth }));
  await telemetry.flush();
  const blocked = telemetry.state();
  assert.equal(blocked.blockedCode, "KB2101");
  assert.match(blocked.blockedBy ?? "", /No space left/);
  assert.deepEqual([blocked.waitingRows, blocked.lostRows], [5_000, 1_000]);
  assert.equal((await telemetry.read.observations(all)).length, 200);
  fs.rmSync(ballast);
  await until("what waited is stored", async () => telemetry.state().waitingRows === 0);
  assert.equal(telemetry.state().blockedBy, null);
  assert.equal((await telemetry.read.observations(all)).length, 5_200);
  await telemetry.close();
}

/** Without a reserve the disk itself refuses, in the middle of a write; nothing stored is lost or doubled. */
async function diskIsFull(root: string): Promise<void> {
  const { telemetry } = await open(root, { ...hasty, reserveBytes: 0, waitingRows: 20_000 });
  telemetry.append.observation(observation(yesterday));
  await telemetry.flush();
  await until("yesterday is closed", async () =>
    fs.readdirSync(path.join(root, "telemetry")).some((name) => /^\d{4}-\d\d-\d\d$/.test(name)),
  );
  fill(1_500_000);
  let appended = 0;
  await until("the disk refuses", async () => {
    for (let nth = 0; nth < 2_000; nth++, appended++)
      telemetry.append.observation(
        observation(now, { attempt: appended, facts: { text: `${Math.random()}`.repeat(20) } }),
      );
    await telemetry.flush();
    return telemetry.state().blockedBy !== null;
  });
  assert.equal(telemetry.state().blockedCode, "KB2101", telemetry.state().blockedBy ?? "");
  const closed = await telemetry.read.observations({ fromMs: 0, toMs: yesterday + 1, limit: 5 });
  assert.equal(closed.length, 1, "a closed day stays readable");
  fs.rmSync(ballast);
  await until("what waited is stored", async () => telemetry.state().waitingRows === 0);
  const { lostRows } = telemetry.state();
  const rows = await telemetry.read.observations({ ...all, fromMs: now });
  assert.equal(rows.length, appended - lostRows);
  assert.equal(new Set(rows.map(({ attempt }) => attempt)).size, rows.length);
  await telemetry.close();
}

/** A full or read-only disk at the start: the store is there at once, says why, and mends itself. */
async function fullAtStart(root: string): Promise<void> {
  fill(0);
  const { telemetry } = await open(root, { ...hasty, reserveBytes: 1_000_000 });
  telemetry.append.observation(observation(now));
  await telemetry.flush();
  assert.equal(telemetry.state().blockedCode, "KB2101", telemetry.state().blockedBy ?? "");
  assert.deepEqual(await telemetry.read.observations(all), []);
  fs.rmSync(ballast);
  await until("the row is stored", async () => telemetry.state().waitingRows === 0);
  assert.equal((await telemetry.read.observations(all)).length, 1);
  await telemetry.close();
}

function remount(way: "ro" | "rw"): void {
  execFileSync("sh", ["-c", 'mount -o "remount,$1" "$0"', disk, way]);
}

async function readOnly(root: string): Promise<void> {
  remount("ro");
  const { telemetry } = await open(root, { ...hasty, reserveBytes: 0 });
  telemetry.append.observation(observation(now));
  await telemetry.flush();
  assert.equal(telemetry.state().blockedCode, "KB2103", telemetry.state().blockedBy ?? "");
  assert.ok((await telemetry.read.observations({ fromMs: 0, toMs: yesterday + 1, limit: 500 })).length > 0);
  remount("rw");
  await until("the row is stored", async () => telemetry.state().waitingRows === 0);
  await telemetry.close();
}

await reserveIsReached(path.join(disk, "reserve"));
await diskIsFull(path.join(disk, "full"));
await fullAtStart(path.join(disk, "start"));
await readOnly(path.join(disk, "reserve"));
process.exit(0);
