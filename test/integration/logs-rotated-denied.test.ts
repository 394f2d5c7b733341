import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { createLocalFiles } from "../../src/clients/log-files/files.ts";
import { startFollowed, type Followed } from "../../src/clients/log-files/followed.ts";
import { openSpool, type Spool } from "../../src/storage/spool/spool.ts";
import { until } from "../doubles/hub-process.ts";

/** Root may read everything: as it, permissions would say nothing. */
const nobody = 65_534;
before(() => process.getuid?.() === 0 && process.seteuid?.(nobody));
after(() => process.getuid?.() === 0 && process.seteuid?.(0));

interface Bench {
  readonly file: string;
  readonly warnings: string[];
  /** as after a restart of the hub */
  start(): { readonly followed: Followed; stop(): Promise<void> };
  lines(): Promise<string[]>;
}

async function withLog(body: (bench: Bench) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-denied-"));
  fs.mkdirSync(path.join(folder, "log"));
  const file = path.join(folder, "log/app.log");
  const clock = createSystemClock();
  const warnings: string[] = [];
  const log = {
    debug() {},
    info() {},
    warn: (_message: string, facts?: object) => void warnings.push(String((facts as { problem?: string }).problem)),
    error() {},
  };
  const texts: string[] = [];
  const open = (): Spool => openSpool({ folder: path.join(folder, "spool"), clock, log });
  try {
    await body({
      file,
      warnings,
      start() {
        const spool = open();
        const followed = startFollowed({
          clock,
          log,
          source: "web1:app",
          path: file,
          everyMs: 20,
          files: createLocalFiles(),
          position: null,
          take: ({ body: bytes, position }) =>
            spool.append({ source: "web1:app", receivedAtMs: 0, meta: { position }, body: bytes }),
          problemOf: () => null,
        });
        return {
          followed,
          async stop() {
            await followed.stop();
            for (const { body: bytes } of await spool.read(spool.drainedSeq(), 1_000_000))
              texts.push(...bytes.toString().split("\n").slice(0, -1));
            await spool.close();
            fs.rmSync(path.join(folder, "spool"), { recursive: true });
          },
        };
      },
      lines: async () => texts,
    });
  } finally {
    fs.chmodSync(path.join(folder, "log"), 0o755);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const line = (nth: number): string => `2026-11-22T02:00:0${nth} line ${nth}\n`;

test("a rotated file that may not be read is a problem of its source, told once, and read on once it may be", () =>
  withLog(async ({ file, start, warnings, lines }) => {
    fs.writeFileSync(file, line(0));
    const { followed, stop } = start();
    await until("it is followed", async () => followed.state().state === "following");
    // made, filled and rotated away between two rounds, as in a burst
    const later = new Date(Date.now() + 5_000);
    fs.renameSync(file, `${file}.2`);
    fs.writeFileSync(`${file}.1`, line(1), { mode: 0 });
    fs.utimesSync(`${file}.1`, later, later);
    fs.writeFileSync(file, line(2));
    await until("it is told", async () => followed.state().problem === "rotated-denied");
    assert.equal(followed.state().seen, `${file}.1`);
    assert.equal(followed.state().state, "following");
    assert.ok(followed.state().lagBytes > 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.deepEqual(warnings, ["rotated-denied"]);
    fs.chmodSync(`${file}.1`, 0o644);
    await until("it is read", async () => followed.state().problem === null);
    await stop();
    assert.deepEqual(
      (await lines()).sort(),
      [0, 1, 2].map((nth) => line(nth).trim()),
    );
  }));

test("a folder that may not be listed is a problem once a rotated file was looked for in it", () =>
  withLog(async ({ file, start }) => {
    fs.writeFileSync(file, line(0));
    const { followed, stop } = start();
    await until("it is followed", async () => followed.state().state === "following");
    fs.chmodSync(path.dirname(file), 0o300);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(followed.state().problem, null, "nothing is missing yet");
    // copied and cut: what was written just before is in the copy alone
    fs.copyFileSync(file, `${file}.1`);
    fs.truncateSync(file);
    fs.appendFileSync(file, line(3));
    await until("it is told", async () => followed.state().problem === "rotated-denied");
    assert.equal(followed.state().seen, path.dirname(file));
    fs.chmodSync(path.dirname(file), 0o700);
    await stop();
  }));
