import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { readCronFields } from "../../src/readers/schedule/crontab-fields.ts";
import { simulateCron } from "../../src/readers/schedule/daemon/cron-loop.ts";
import type { CronJob } from "../../src/readers/schedule/daemon/cron-table.ts";
import { until } from "../doubles/hub-process.ts";

const fakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
/** A minute of the daemon's clock is a second here. */
const speed = 60;
const minuteMs = 60_000;
const startMs = Date.UTC(2026, 10, 20, 0, 59, 30);
const stepMs = 170 * minuteMs;

const lines: readonly (readonly [string, string])[] = [
  ["1 1 * * *", "before"],
  ["0,20,40 2 * * *", "list"],
  ["*/20 2 * * *", "wildcard"],
  ["30 2 * * *", "fixed"],
  ["15 3 * * *", "later"],
  ["50 3 * * *", "last"],
  ["30 5 * * *", "future"],
];

/** Debian's cron with its own crontab, spool and clock, in a mount namespace of its own. */
async function withDaemon(work: (daemon: Daemon) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-cron-"));
  const file = (name: string): string => path.join(folder, name);
  fs.chmodSync(folder, 0o755);
  fs.writeFileSync(file("log"), "");
  const rows = lines.map(([times, name]) => `${times} root echo ${name} >> ${file("log")}\n`);
  fs.writeFileSync(file("crontab"), `SHELL=/bin/sh\n${rows.join("")}`, { mode: 0o644 });
  const setClock = (atMs: number): void => {
    const text = new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
    fs.writeFileSync(file("clock.new"), `@${text} x${speed}\n`);
    fs.renameSync(file("clock.new"), file("clock"));
  };
  setClock(startMs);
  const script = [
    "set -e",
    "mount --make-rprivate /",
    `mount --bind ${file("crontab")} /etc/crontab`,
    "mount -t tmpfs tmpfs /etc/cron.d",
    "mount -t tmpfs tmpfs /var/spool/cron",
    "mkdir /var/spool/cron/crontabs",
    "mount -t tmpfs tmpfs /run",
    `exec env TZ=UTC LD_PRELOAD=${fakeTime} FAKETIME_TIMESTAMP_FILE=${file("clock")} FAKETIME_NO_CACHE=1 /usr/sbin/cron -f`,
  ].join("\n");
  const child = spawn("unshare", ["-m", "sh", "-c", script], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  try {
    const started = (): readonly string[] => fs.readFileSync(file("log"), "utf8").split("\n").filter(Boolean);
    await work({ started, setClock });
  } finally {
    child.kill("SIGTERM");
    await ended;
    fs.rmSync(folder, { recursive: true });
  }
}

interface Daemon {
  readonly started: () => readonly string[];
  readonly setClock: (atMs: number) => void;
}

function jobs(): readonly CronJob[] {
  return lines.map(([times, id]) => {
    const fields = readCronFields(times);
    assert.ok(fields.ok);
    return { id, fields: fields.value, timeZone: null, delayMs: 0 };
  });
}

test("a step of 170 minutes starts on a real daemon exactly what the simulation foresees", async () => {
  const steppedMs = startMs + 3 * minuteMs;
  const foreseen = simulateCron({
    jobs: jobs(),
    clock: [
      { fromMs: 0, offsetMs: 0 },
      { fromMs: steppedMs, offsetMs: stepMs },
    ],
    up: [{ fromMs: startMs, toMs: startMs + 10 * minuteMs }],
    fromMs: startMs - 1,
    toMs: startMs + 10 * minuteMs,
    flavour: "debian-cron",
    zone: "UTC",
  }).map(({ id }) => id);
  assert.deepEqual(foreseen, ["before", "list", "list", "fixed", "list", "later", "last"]);
  await withDaemon(async ({ started, setClock }) => {
    await until("the daemon runs", async () => (started().includes("before") ? true : undefined));
    setClock(steppedMs + stepMs);
    await until("everything is made up for", async () => (started().length >= foreseen.length ? true : undefined));
    // two of its minutes more: nothing else comes
    const quiet = Date.now() + 2_500;
    await until("it stays so", async () => (Date.now() > quiet ? true : undefined));
    assert.deepEqual([...started()].toSorted(), foreseen.toSorted());
  });
});
