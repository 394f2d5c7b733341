import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { readNotice } from "./notice.ts";

interface Row {
  readonly id: string;
  readonly received: string;
  readonly title: string;
  readonly text: string;
  readonly expect: {
    readonly kind: string;
    readonly state: string;
    readonly windows: readonly { readonly start: string; readonly end: string | null }[];
    readonly hosts: readonly string[];
    readonly exceptHosts: readonly string[];
    readonly ask: readonly string[];
  };
}

const zone = "Asia/Tokyo";
const rows = ["forms", "varied"].flatMap((name) =>
  fs
    .readFileSync(`test/fixtures/notices/${name}.jsonl`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row),
);

function read(text: string, received = "2026-11-18T11:00:00+09:00"): ReturnType<typeof readNotice> {
  return readNotice({ text, title: "メンテナンス", receivedAtMs: Date.parse(received), zone });
}

test("every form of notice we wrote down is read as it is meant", () => {
  assert.ok(rows.length >= 382);
  const seen: unknown[] = [];
  const meant: unknown[] = [];
  for (const { id, title, text, received, expect } of rows) {
    const notice = readNotice({ text, title, receivedAtMs: Date.parse(received), zone });
    seen.push({
      id,
      kind: notice.kind,
      state: notice.state,
      windows: notice.windows.map(({ startMs, endMs }) => [startMs, endMs]),
      hosts: notice.hosts,
      exceptHosts: notice.exceptHosts,
      ask: notice.questions.map((one) => one.id).toSorted(),
    });
    meant.push({
      ...expect,
      id,
      windows: expect.windows.map(({ start, end }) => [Date.parse(start), end === null ? null : Date.parse(end)]),
      ask: expect.ask.toSorted(),
    });
  }
  assert.deepEqual(seen, meant);
});

test("a window that anything is asked about is never certain", () => {
  for (const { title, text, received } of rows) {
    const notice = readNotice({ text, title, receivedAtMs: Date.parse(received), zone });
    const asked = notice.questions.some((one) => one.id !== "kind-unclear" && one.readings.length > 0);
    if (asked) assert.ok(notice.windows.some(({ certain }) => !certain) || notice.windows.length === 0, title);
  }
});

test("what was read is marked where it stands in the kept text", () => {
  const text = "日時:12月3日(木)2:00〜5:00\n対象サーバー:web-11";
  const { windows, spans } = read(text);
  assert.equal(windows[0]?.text, "12月3日(木)2:00〜5:00");
  const kept = `メンテナンス\n${text}`;
  const words = spans.map(({ field, start, end }) => `${field} ${kept.slice(start, end)}`);
  assert.ok(words.includes("window 12月3日(木)2:00〜5:00"), words.join(" | "));
  assert.ok(words.includes("host web-11"), words.join(" | "));
});

test("deep night after a day is asked about, with both nights to choose from", () => {
  const { questions } = read("12月3日(木) 深夜1時〜5時");
  const [asked] = questions;
  assert.equal(asked?.id, "midnight-ambiguous");
  const starts = asked?.readings.map(({ startMs }) => new Date(startMs).toISOString());
  assert.deepEqual(starts, ["2026-12-02T16:00:00.000Z", "2026-12-03T16:00:00.000Z"]);
});

test("a provider whose zone is known is not asked for it", () => {
  const english = { text: "Maintenance on December 3, 2026, 02:00 - 05:00.", title: "Maintenance" };
  const at = { receivedAtMs: Date.parse("2026-11-18T11:00:00+09:00"), zone: "Europe/Berlin" };
  const asking = readNotice({ ...english, ...at });
  const sure = readNotice({ ...english, ...at, zoneIsSure: true });
  assert.deepEqual(
    asking.questions.map(({ id }) => id),
    ["zone-unknown"],
  );
  assert.deepEqual(sure.questions, []);
  assert.equal(sure.windows[0]?.startMs, Date.parse("2026-12-03T02:00:00+01:00"));
});

test("no mutation of a notice throws, or gives a window that ends before it begins or is surely longer than a month", () => {
  let seed = 20_261_122;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const odd = "0123456789:/月日時~-翌() \n〜年99";
  for (let turn = 0; turn < 400; turn++) {
    const row = rows[random(rows.length)] as Row;
    let text = row.text;
    for (let times = random(4) + 1; times > 0; times--) {
      const at = random(text.length);
      text = text.slice(0, at) + (odd[random(odd.length)] ?? "") + text.slice(at + random(2));
    }
    for (const { startMs, endMs, certain } of read(text).windows) {
      assert.ok(Number.isFinite(startMs), text);
      assert.ok(endMs === null || endMs > startMs, text);
      assert.ok(!certain || endMs === null || endMs - startMs <= 31 * 86_400_000, text);
    }
  }
});

test("bait of 60 kB is read in bounded time", () => {
  const baits = ["a-", "web1~web999 ", "1.", "(", " ", "■日時\n", "12/3 2:00~5:00 ", "<p>", "現在", "web1,\n"];
  for (const bait of baits) {
    const began = performance.now();
    read(bait.repeat(Math.floor(60_000 / bait.length)));
    const tookMs = performance.now() - began;
    assert.ok(tookMs < 2_000, `${JSON.stringify(bait)} took ${Math.round(tookMs)} ms`);
  }
});
