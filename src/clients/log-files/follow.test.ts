import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { mock, test } from "node:test";
import { gzipSync } from "node:zlib";
import { createLocalFiles } from "./files.ts";
import { createFollow, type FollowLimits, type Round } from "./follow.ts";
import type { Position } from "./position.ts";

interface Bench {
  readonly file: string;
  readonly lines: string[];
  /** as after a restart: only what was taken with the lines is known */
  restart(): void;
  round(): Promise<Round>;
  later(ms: number): void;
}

async function withFollow(limits: Partial<FollowLimits>, body: (bench: Bench) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-follow-"));
  const file = path.join(folder, "app.log");
  const lines: string[] = [];
  let position: Position | null = null;
  let nowMs = 0;
  const files = createLocalFiles();
  const make = () =>
    createFollow({
      path: file,
      files,
      position,
      limits,
      monotonicMs: () => nowMs,
      async take(chunk) {
        lines.push(...chunk.body.toString().split("\n").slice(0, -1));
        position = chunk.position;
      },
    });
  let follow = make();
  try {
    await body({
      file,
      lines,
      restart: () => (follow = make()),
      round: () => follow.round(),
      later: (ms) => (nowMs += ms),
    });
  } finally {
    await files.release([]);
    fs.rmSync(folder, { recursive: true });
  }
}

const text = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, nth) => `2026-11-22T02:00:00 line ${from + nth}\n`).join("");
const numbers = (lines: readonly string[]): number[] => lines.map((line) => Number(line.split(" ").at(-1)));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, nth) => nth);

test("a file that is missing, then appears, then grows by halves of lines is taken line by line", () =>
  withFollow({}, async ({ file, lines, round }) => {
    assert.equal((await round()).isThere, false);
    fs.writeFileSync(file, "first\nsec");
    await round();
    assert.deepEqual(lines, ["first"]);
    fs.appendFileSync(file, "ond\n");
    await round();
    assert.deepEqual(lines, ["first", "second"]);
  }));

test("renamed and made anew: the rest of the old file and all of the new one are taken, once", () =>
  withFollow({}, async ({ file, lines, round, later }) => {
    fs.writeFileSync(file, text(0, 5));
    await round();
    fs.appendFileSync(file, text(5, 8));
    fs.renameSync(file, `${file}.1`);
    fs.writeFileSync(file, text(9, 12));
    await round();
    fs.appendFileSync(`${file}.1`, text(8, 9));
    await round();
    later(20_000);
    await round();
    await round();
    assert.deepEqual(
      numbers(lines).sort((a, b) => a - b),
      upTo(12),
    );
  }));

test("removed while it was read: what was left in it is still taken", () =>
  withFollow({}, async ({ file, lines, round }) => {
    fs.writeFileSync(file, text(0, 3));
    await round();
    fs.appendFileSync(file, text(3, 6));
    fs.rmSync(file);
    fs.writeFileSync(file, text(6, 8));
    await round();
    assert.deepEqual(
      numbers(lines).sort((a, b) => a - b),
      upTo(8),
    );
  }));

test("copied and cut in place: what the copy holds beyond what was taken is taken from the copy", () =>
  withFollow({}, async ({ file, lines, round }) => {
    fs.writeFileSync(file, text(0, 5));
    await round();
    fs.appendFileSync(file, text(5, 9));
    fs.copyFileSync(file, `${file}.1`);
    fs.truncateSync(file);
    fs.appendFileSync(file, text(9, 30).replaceAll("02:00", "02:01"));
    await round();
    assert.deepEqual(numbers(lines), upTo(30));
  }));

test("rotated twice and compressed while the hub was off: nothing is missing, nothing is there twice", () =>
  withFollow({}, async ({ file, lines, round, restart }) => {
    fs.writeFileSync(file, text(0, 5));
    await round();
    fs.appendFileSync(file, text(5, 9));
    fs.writeFileSync(`${file}.2.gz`, gzipSync(fs.readFileSync(file)));
    fs.utimesSync(`${file}.2.gz`, 1_000, 1_000);
    fs.rmSync(file);
    fs.writeFileSync(`${file}.1`, text(9, 14).replaceAll("02:00", "02:10"));
    fs.writeFileSync(file, text(14, 16).replaceAll("02:00", "02:20"));
    restart();
    await round();
    await round();
    assert.deepEqual(numbers(lines), upTo(16));
  }));

test("made, filled and packed between two rounds: a file nobody saw is taken", () =>
  withFollow({}, async ({ file, lines, round }) => {
    fs.writeFileSync(file, text(0, 3));
    await round();
    fs.renameSync(file, `${file}.20261122020000`);
    fs.writeFileSync(file, "");
    await round();
    await new Promise((resolve) => setTimeout(resolve, 20));
    fs.writeFileSync(`${file}.20261122020001.gz`, gzipSync(text(3, 6).replaceAll("02:00", "02:01")));
    fs.rmSync(file);
    fs.writeFileSync(file, text(6, 8).replaceAll("02:00", "02:02"));
    await round();
    await round();
    assert.deepEqual(
      numbers(lines).sort((a, b) => a - b),
      upTo(8),
    );
  }));

test("packed while it is listed: a file nobody saw is taken, though neither of its names was found at once", () =>
  withFollow({}, async ({ file, lines, round }) => {
    fs.writeFileSync(file, text(0, 3));
    await round();
    fs.renameSync(file, `${file}.20261122`);
    fs.writeFileSync(`${file}.20261123`, text(3, 6));
    fs.writeFileSync(file, text(6, 8));
    const stat = fs.promises.stat.bind(fs.promises);
    const slow = mock.method(fs.promises, "stat", (name: string) => {
      if (name === `${file}.20261123` && fs.existsSync(name)) {
        fs.writeFileSync(`${name}.gz`, gzipSync(fs.readFileSync(name)));
        fs.rmSync(name);
      }
      return stat(name);
    });
    await round();
    slow.mock.restore();
    await round();
    assert.deepEqual(
      numbers(lines).toSorted((a, b) => a - b),
      upTo(8),
    );
  }));

test("a new file that got the number of a rotated and packed one is not taken for it", () =>
  withFollow({}, async ({ file, lines, round, restart }) => {
    fs.writeFileSync(file, text(0, 3));
    await round();
    fs.renameSync(file, `${file}.1`);
    fs.writeFileSync(file, text(3, 5).replaceAll("02:00", "02:01"));
    await round();
    fs.writeFileSync(`${file}.1.gz`, gzipSync(text(0, 3)));
    const packed = fs.statSync(`${file}.1`).ino;
    fs.renameSync(file, `${file}.2`);
    // the same number again, as a file system gives it to the next file made
    fs.renameSync(`${file}.1`, file);
    fs.truncateSync(file);
    fs.writeFileSync(file, text(5, 40).replaceAll("02:00", "02:03"));
    assert.equal(fs.statSync(file).ino, packed);
    restart();
    await round();
    await round();
    assert.deepEqual(
      numbers(lines).sort((a, b) => a - b),
      upTo(40),
    );
  }));

test("a file nobody saw that got the number of a packed one, and is rotated itself by now, is taken", () =>
  withFollow({}, async ({ file, lines, round, restart }) => {
    fs.writeFileSync(file, text(0, 3));
    await round();
    const number = fs.statSync(file).ino;
    fs.writeFileSync(`${file}.1.gz`, gzipSync(text(0, 4)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    // as if the file system had given the number of the packed file to the next one made
    fs.writeFileSync(file, text(4, 9).replaceAll("02:00", "02:01"));
    fs.renameSync(file, `${file}.2`);
    assert.equal(fs.statSync(`${file}.2`).ino, number);
    await new Promise((resolve) => setTimeout(resolve, 20));
    fs.writeFileSync(file, text(9, 12).replaceAll("02:00", "02:02"));
    restart();
    await round();
    await round();
    assert.deepEqual(
      numbers(lines).sort((a, b) => a - b),
      upTo(12),
    );
  }));

test("rotated between the look and the reading: what was there is taken from where it lies then", () =>
  withFollow({}, async ({ file, lines, round }) => {
    fs.writeFileSync(file, text(0, 3));
    await round();
    fs.renameSync(file, `${file}.1`);
    fs.writeFileSync(file, text(3, 6).replaceAll("02:00", "02:01"));
    const open = fs.promises.open.bind(fs.promises);
    const late = mock.method(fs.promises, "open", (name: string, flags: number) => {
      if (name === file && !fs.existsSync(`${file}.2`)) {
        fs.renameSync(file, `${file}.2`);
        fs.writeFileSync(file, text(6, 8).replaceAll("02:00", "02:02"));
      }
      return open(name, flags);
    });
    await round();
    late.mock.restore();
    await round();
    assert.deepEqual(
      numbers(lines).sort((a, b) => a - b),
      upTo(8),
    );
  }));

test("another file with the same number is a new one", () =>
  withFollow({}, async ({ file, lines, round, restart }) => {
    fs.writeFileSync(file, text(0, 3));
    await round();
    const before = fs.statSync(file).ino;
    fs.truncateSync(file);
    fs.writeFileSync(file, text(3, 9).replaceAll("02:00", "02:30"));
    assert.equal(fs.statSync(file).ino, before);
    restart();
    await round();
    assert.deepEqual(numbers(lines), upTo(9));
  }));

test("a line too long to keep is cut, and the next one is whole again, across a restart too", () =>
  withFollow({ lineBytes: 1_000, chunkBytes: 4_096 }, async ({ file, lines, round, restart }) => {
    fs.writeFileSync(file, "x".repeat(9_000));
    await round();
    restart();
    fs.appendFileSync(file, `${"x".repeat(9_000)}\nnext\n`);
    await round();
    assert.deepEqual(lines, ["x".repeat(1_000), "next"]);
  }));

test("a large file followed for the first time is taken from its last part, from the beginning of a line", () =>
  withFollow({ startBytes: 1_000 }, async ({ file, lines, round }) => {
    fs.writeFileSync(file, text(0, 1_000));
    await round();
    assert.ok(lines.length > 20 && lines.length < 40, String(lines.length));
    assert.deepEqual(numbers(lines).at(-1), 999);
  }));

test("a spool that takes nothing loses nothing", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-follow-"));
  const file = path.join(folder, "app.log");
  fs.writeFileSync(file, text(0, 3));
  const taken: string[] = [];
  let isFull = true;
  const files = createLocalFiles();
  const follow = createFollow({
    path: file,
    files,
    position: null,
    monotonicMs: () => 0,
    async take({ body }) {
      if (isFull) throw new Error("full");
      taken.push(body.toString());
    },
  });
  return (async () => {
    await assert.rejects(follow.round(), /full/);
    isFull = false;
    await follow.round();
    assert.deepEqual(taken, [text(0, 3)]);
    await files.release([]);
    fs.rmSync(folder, { recursive: true });
  })();
});
