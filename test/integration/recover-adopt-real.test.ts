import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { parse } from "yaml";
import { createSystemClock } from "../../src/app/clock.ts";
import type { ForeignCopy } from "../../src/kernel/model/recovery.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { adoptable, adoptedState, foreignSnapshots } from "../../src/recover/adopt/adopt.ts";
import { createBorgReader, nextArchive, type BorgReader } from "../../src/recover/adopt/borg.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";
import { createResticBench } from "../doubles/recover-retention-restic.ts";
import { siteWith } from "../doubles/recover-plan.ts";

const clock = createSystemClock();
const nowMs = Date.parse("2026-11-06T00:00:00Z");
const site = siteWith([], { timeZone: "Asia/Tokyo" });
const bench = await createResticBench();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-borg-"));
after(async () => {
  await bench.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

test(
  "a restic repository others made is taken over as it is: sources, pace, and a plan to confirm",
  { timeout: 60_000 },
  async () => {
    fs.writeFileSync(path.join(bench.source, "a"), "a");
    for (const day of [1, 2, 3, 4, 5])
      await bench.run(
        ["backup", "-q", "--host", "web1", "--tag", "nightly", "--time", `2026-11-0${day} 03:15:00`, bench.source],
        { zone: "Asia/Tokyo" },
      );
    await bench.run(["backup", "-q", "--host", "mail", "--time", "2026-11-05 12:00:00", "/etc/hostname"]);
    await bench.run(["backup", "-q", "--host", "web1", "--tag", "koboshi,plan=p,set=s,part=files", bench.source]);
    const copies = foreignSnapshots(await bench.snapshots());
    const found = adoptable(copies, { tool: "restic", repo: "/srv/backup/old", place: "office" }, { site, nowMs });
    assert.deepEqual(
      found.map(({ host, tags, count, cadence, usualMinute }) => [host, tags, count, cadence, usualMinute]),
      [
        ["web1", ["nightly"], 5, "daily", 195],
        ["mail", [], 1, "irregular", null],
      ],
    );
    assert.deepEqual(found[0]?.verdict, { mostLevel: 3, isComplete: "unknown" });
    const { backups } = parse(found[0]?.yaml ?? "") as { backups: Record<string, Record<string, unknown>> };
    assert.deepEqual(backups["nightly"], {
      of: { host: "web1", paths: [bench.source] },
      with: "restic",
      password: "${file:/etc/koboshi/nightly.password}",
      at: "15 3 * * *",
      to: [{ at: "office", repo: "/srv/backup/old", adopt: true }],
      target: { lose_at_most: "49h" },
    });
    const state = adoptedState(
      { plan: "nightly", place: "office" },
      { ok: true, value: copies },
      { clock, paths: [bench.source], hosts: ["web1"] },
    );
    assert.equal(state.foreign?.length, 5);
    assert.equal(state.sets.length, 0);
  },
);

function borg(...args: string[]): void {
  const env = { ...process.env, BORG_PASSPHRASE: "test", BORG_BASE_DIR: path.join(folder, "writer"), TZ: "UTC" };
  execFileSync("borg", args, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
}

function hashes(of: string): string {
  const names = fs.readdirSync(of, { recursive: true, encoding: "utf8" }).toSorted();
  const hash = createHash("sha256");
  for (const name of names.filter((one) => fs.statSync(path.join(of, one)).isFile()))
    hash.update(name).update(fs.readFileSync(path.join(of, name)));
  return hash.digest("hex");
}

const [repo, data] = [path.join(folder, "repo"), path.join(folder, "data")];
const of = { plan: "web", place: "office" };

function readerWith(passphrase: string): BorgReader {
  return createBorgReader({
    clock,
    repo,
    workplace: createLocalWorkplace({ clock }),
    passphrase: new Secret(passphrase, "test"),
    notesFolder: path.join(folder, `notes-${passphrase}`),
  });
}

before(() => {
  fs.mkdirSync(data);
  borg("init", "-e", "repokey", repo);
  for (const day of [1, 2, 3, 4]) {
    fs.writeFileSync(path.join(data, `file-${day}`), randomBytes(50_000));
    borg("create", "--timestamp", `2026-11-0${day}T03:00:00`, `${repo}::web-2026-11-0${day}`, data);
  }
});

async function archives(): Promise<readonly ForeignCopy[]> {
  const listed = await readerWith("test").list();
  assert.ok(listed.ok);
  return listed.value.copies;
}

test(
  "a borg repository is listed with its pace, and a wrong passphrase is told as such",
  { timeout: 60_000 },
  async () => {
    const copies = await archives();
    const [group] = adoptable(copies, { tool: "borg", repo, place: "office" }, { site, nowMs });
    assert.deepEqual(group === undefined ? null : [group.series, group.count, group.cadence, group.usualMinute], [
      "web",
      4,
      "daily",
      12 * 60,
    ]);
    assert.deepEqual(group?.paths, [data]);
    const refused = await readerWith("not this").list();
    assert.equal(refused.ok ? null : refused.error.code, "PassphraseWrong");
  },
);

test(
  "borg archives are checked one after the other, and nothing in the repository changes",
  { timeout: 60_000 },
  async () => {
    const copies = await archives();
    const reader = readerWith("test");
    const untouched = hashes(repo);
    const size = await reader.size();
    assert.ok(size.ok && size.value.bytes > 200_000);
    const structure = await reader.checkStructure(of);
    assert.ok(structure.ok && structure.value.ok);
    const first = nextArchive(copies, []);
    assert.equal(first?.name, "web-2026-11-04");
    const read = await reader.checkArchive(of, first);
    assert.ok(read.ok && read.value.ok);
    assert.equal(read.value.level, 3);
    assert.equal(nextArchive(copies, [read.value])?.name, "web-2026-11-03");
    assert.equal(hashes(repo), untouched);
  },
);

test(
  "one flipped bit of a borg repository is found, in its structure and in an archive",
  { timeout: 60_000 },
  async () => {
    const copies = await archives();
    const segments = path.join(repo, "data", "0");
    const sizes = fs
      .readdirSync(segments)
      .map((name) => ({ file: path.join(segments, name), bytes: fs.statSync(path.join(segments, name)).size }));
    const { file = "", bytes: length = 0 } = sizes.toSorted((a, b) => b.bytes - a.bytes)[0] ?? {};
    const bytes = fs.readFileSync(file);
    const middle = Math.floor(length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    fs.writeFileSync(file, bytes);
    const reader = readerWith("test");
    const damaged = await reader.checkStructure(of);
    assert.ok(damaged.ok && !damaged.value.ok);
    assert.equal(damaged.value.findings[0]?.severity, "broken");
    const results = await Promise.all(copies.map((copy) => reader.checkArchive(of, copy)));
    assert.ok(results.some((one) => one.ok && !one.value.ok));
  },
);
