import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommitRecord } from "../../kernel/model/backup.ts";
import { missingOf, readCommit, writeCommit } from "./commit-record.ts";
import { epochMs, isoOf } from "./moment.ts";
import { isSetId, newSetId } from "./set-id.ts";
import { readTags, writeTags } from "./tags.ts";

const record: CommitRecord = {
  schema: "koboshi.set/1",
  set: "01kc0000000000000000000000",
  plan: "shop",
  host: "web1",
  startedAt: "2026-11-21T17:12:00Z",
  snapshotAt: "2026-11-21T17:12:01Z",
  finishedAt: "2026-11-21T17:13:00Z",
  clockOffsetMs: 12,
  restic: "0.14.0",
  consistency: "files: none",
  parts: [
    {
      part: "files",
      snapshot: "a".repeat(64),
      bytes: 1,
      files: 1,
      sha256: null,
      of: null,
      missing: ["/srv/日本/x", "/srv/y"],
    },
  ],
  tables: [],
  manifest: null,
  previousSet: null,
  totals: { bytes: 1, files: 1, addedBytes: 1 },
  allowMissing: ["/srv/日本"],
};

test("a commit record is read back as it was written; cut or changed at any byte it counts for nothing", () => {
  const text = writeCommit(record);
  assert.deepEqual(readCommit(text), { ok: true, value: record });
  const bytes = Buffer.from(text);
  for (let length = 0; length < bytes.length - 1; length += 7) {
    assert.equal(readCommit(bytes.subarray(0, length).toString()).ok, false);
  }
  for (let at = 0; at < bytes.length - 1; at += 11) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(readCommit(changed.toString()).ok, false, `byte ${at}`);
  }
  assert.deepEqual(readCommit(writeCommit({ ...record, schema: "koboshi.set/9" as "koboshi.set/1" })), {
    ok: false,
    error: "invalid",
  });
});

test("what may be missing is what the file names, and what lies below it", () => {
  assert.deepEqual(missingOf(record), ["/srv/y"]);
});

test("tags carry plan, set and part through restic's commas", () => {
  const tags = { plan: "a,b=50%", set: record.set, part: "dump", dump: 2 } as const;
  assert.deepEqual(readTags(writeTags(tags)), tags);
  assert.ok(writeTags(tags).every((tag) => !tag.includes(",")));
  assert.equal(readTags(["plan=a", "set=b", "part=files"]), null);
});

test("ids of sets sort by time, and times are read with zone and nanoseconds", () => {
  const [first, second] = [newSetId(1_764_000_000_000), newSetId(1_764_000_000_001)];
  assert.ok(isSetId(first) && isSetId(second) && first < second);
  assert.equal(epochMs("2026-11-22T02:12:00.123456789+09:00"), epochMs("2026-11-21T17:12:00Z") + 123);
  assert.equal(isoOf(epochMs("2026-11-21T17:12:00Z")), "2026-11-21T17:12:00Z");
  assert.ok(Number.isNaN(epochMs("2026-13-40T00:00:00Z")));
});
