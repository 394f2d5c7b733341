import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { countKey, createByteTable, keyText, mergeTable, topKeys } from "./byte-table.ts";
import { gather } from "./inputs.ts";
import { createLineFeeder } from "./line-feeder.ts";
import { scanRange } from "./read-range.ts";
import { accessReport, errorReport, type AccessReport } from "./report.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-report-"));
after(() => fs.rmSync(folder, { recursive: true }));
const place = { zone: "UTC", nowMs: Date.UTC(2026, 10, 22) };

function clock(nth: number): string {
  return `22/Nov/2026:${String(Math.floor(nth / 60)).padStart(2, "0")}:${String(nth % 60).padStart(2, "0")}:00 +0900`;
}

const quiet = Array.from({ length: 120 }, (_, minute) =>
  Array.from(
    { length: 10 },
    (_unused, nth) =>
      `192.0.2.${nth} - - [${clock(minute)}] "GET /shop/${nth}?x=${minute} HTTP/1.1" 200 1${nth} "-" "Mozilla/5.0"`,
  ),
).flat();
const attack = Array.from(
  { length: 100 },
  (_, nth) =>
    `203.0.113.9 - - [${clock(100)}] "POST /wp-login.php HTTP/1.1" 403 - "-" "curl/8.0"${nth === 0 ? "\r" : ""}`,
);
const broken = ["\u0016\u0003\u0001", '192.0.2.1 - - [22/Nov/2026:02:00:00 +0900] "GET / HTTP/1.1" abc 1', ""];
const lines = [...quiet.slice(0, 1_010), ...attack, ...quiet.slice(1_010), ...broken];

function written(name: string, text: string | Buffer): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

async function report(file: string): Promise<AccessReport> {
  const { tally } = await gather({ files: [file], place, threads: 1, isBrief: false });
  assert.ok(tally.kind === "access");
  return accessReport(tally);
}

test("an access log is counted, and what stands out is named", async () => {
  const found = await report(written("access.log", lines.join("\n")));
  assert.equal(found.totals.lines, 1_302);
  assert.equal(found.totals.unread, 2);
  assert.deepEqual(found.statuses, { 200: 1_200, 403: 100 });
  assert.equal(found.totals.bytes, 120 * 145);
  assert.equal(found.totals.visitors, 11);
  assert.deepEqual(found.urls.items[0], { key: "/shop/0", count: 120 });
  assert.equal(found.minutes.length, 120);
  assert.equal(found.totals.fromMs, Date.UTC(2026, 10, 21, 15, 0));
  assert.deepEqual(
    found.surges.map(({ fromMs, peak }) => [fromMs, peak]),
    [[Date.UTC(2026, 10, 21, 16, 40), 110]],
  );
  assert.deepEqual(found.suspects, [
    {
      client: "203.0.113.9",
      requests: 100,
      reasons: [
        { reason: "logins", count: 100 },
        { reason: "denied", count: 100 },
      ],
    },
  ]);
});

test("packed or not, the figures are the same", async () => {
  const plain = await report(written("b.log", lines.join("\n")));
  assert.deepEqual(await report(written("b.log.gz", gzipSync(lines.join("\n")))), plain);
});

test("the time a request took is found in seconds, in microseconds, and behind a name", async () => {
  for (const [name, seconds] of [
    ["s", "4.200"],
    ["us", "4200000"],
    ["rt", "rt=4.200"],
  ] as const) {
    const slow = quiet.slice(0, 40).map((line) => `${line} ${seconds}`);
    const found = await report(written(`${name}.log`, slow.join("\n")));
    assert.equal(
      found.slowest.items.reduce((sum, { count }) => sum + count, 0),
      40,
      name,
    );
    assert.equal(found.troubles.length, 1);
    assert.ok((found.durations?.p50Ms ?? 0) > 3_000 && (found.durations?.p50Ms ?? 0) < 6_000);
    assert.equal(found.agents.items[0]?.key, "Mozilla/5.0");
  }
});

test("ranges of a file, cut anywhere, hold each line once", async () => {
  const text = "a\nbb\nccc\n\nlast without end";
  const file = written("ranges.txt", text);
  for (let cut = 1; cut < text.length; cut++) {
    const seen: string[] = [];
    const scan = ({ bytes, from, to }: { bytes: Buffer; from: number; to: number }): void => {
      seen.push(...bytes.toString("utf8", from, to).split("\n").slice(0, -1));
    };
    await scanRange({ file, from: 0, to: cut }, scan);
    await scanRange({ file, from: cut, to: text.length }, scan);
    assert.deepEqual(seen, text.split("\n"), String(cut));
  }
});

test("a line of more than a megabyte is left out and counted, its neighbours are not", () => {
  const seen: string[] = [];
  const feeder = createLineFeeder(({ bytes, from, to }) =>
    seen.push(...bytes.toString("utf8", from, to).split("\n").slice(0, -1)),
  );
  const all = Buffer.from(`first\n${"x".repeat(7_000_000)}\nsecond\n`);
  for (let at = 0; at < all.length;) {
    const { buffer, offset, length } = feeder.room();
    const piece = all.subarray(at, at + length);
    piece.copy(buffer, offset);
    feeder.filled(piece.length);
    at += piece.length;
  }
  feeder.end();
  assert.deepEqual([seen, feeder.tooLong()], [["first", "second"], 1]);
});

test("keys are counted as a map would, also after merging", () => {
  const [table, other] = [createByteTable(1), createByteTable(1)];
  const expected = new Map<string, number>();
  for (let nth = 0; nth < 20_000; nth++) {
    const key = `key-${(nth * nth) % 3_001}`;
    expected.set(key, (expected.get(key) ?? 0) + 1);
    const bytes = Buffer.from(key);
    const into = nth % 2 === 0 ? table : other;
    into.bytes = bytes;
    countKey(into, 0, bytes.length);
  }
  mergeTable(table, other);
  const counted = new Map(Array.from({ length: table.size }, (_, id) => [keyText(table, id), table.counts[id]]));
  assert.deepEqual(counted, expected);
  const [first] = [...expected].toSorted((a, b) => b[1] - a[1]);
  assert.equal(topKeys(table, 1)[0]?.count, first?.[1]);
  const counts = [...expected.values()].toSorted((a, b) => b - a).slice(0, 20);
  assert.deepEqual(
    topKeys(table, 20).map(({ count }) => count),
    counts,
  );
});

test("an error log is counted by module, code and client; a log of another kind is refused", async () => {
  const apache = Array.from(
    { length: 30 },
    (_, nth) =>
      `[Sun Nov 22 02:05:${10 + nth}.000001 2026] [authz_core:error] [pid 1:tid 2] [client 2001:db8::${nth % 3}:5512] AH01630: client denied by server configuration: /var/www`,
  );
  const nginx = Array.from(
    { length: 30 },
    (_, nth) =>
      `2026/11/22 02:05:${10 + nth} [error] 1#2: *3 upstream timed out, client: 192.0.2.${nth % 2}, server: shop`,
  );
  const found = await gather({
    files: [written("e1.log", `${apache.join("\n")}\n`)],
    place,
    threads: 1,
    isBrief: false,
  });
  assert.ok(found.tally.kind === "error");
  const one = errorReport(found.tally);
  assert.deepEqual(one.modules.items, [{ key: "authz_core:error", count: 30 }]);
  assert.deepEqual(one.codes.items, [{ key: "AH01630", count: 30 }]);
  assert.deepEqual(one.clients.items[0], { key: "2001:db8::0", count: 10 });
  const two = await gather({ files: [written("e2.log", nginx.join("\n"))], place, threads: 1, isBrief: false });
  assert.ok(two.tally.kind === "error");
  assert.deepEqual(errorReport(two.tally).clients.items[0], { key: "192.0.2.0", count: 15 });
  await assert.rejects(gather({ files: [written("x.txt", "hello\n")], place, threads: 1, isBrief: false }), {
    code: "KB2202",
  });
  await assert.rejects(gather({ files: [path.join(folder, "none")], place, threads: 1, isBrief: false }), {
    code: "KB2201",
  });
});
