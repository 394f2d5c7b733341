import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProviderAnnouncement } from "../kernel/ports-feeds.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";
import { windowOfNote } from "./note-window.ts";

const site = {
  ...watchedSite({
    places: { dc1: "p1" },
    hosts: { web1: { at: "dc1" }, web10: { at: "dc1" }, "db-1.x": {} },
    services: { web: { on: "web1" }, shop: { on: "web10" } },
  }),
  timeZone: "Asia/Tokyo",
};
const now = "2026-11-23T01:30";

function time(ms: number): string {
  return new Date(ms + 9 * 3_600_000).toISOString().slice(8, 16).replace("T", " ");
}

/** `start–end targets`, both in Tokyo's time; null: it holds nothing. */
function held(text: string, announced: readonly ProviderAnnouncement[] = []): string | null {
  const window = windowOfNote({ text, atMs: Date.parse(`${now}:00+09:00`) }, { site, announced });
  if (window?.endMs == null) return null;
  return `${time(window.startMs)}–${time(window.endMs)} ${window.targets.join(" ")}`;
}

test("a note that names what is worked on and when is a window, however the time is written", () => {
  const table: Readonly<Record<string, string>> = {
    "web1 02:00-05:00": "23 02:00–23 05:00 host:web1",
    "db-1.x 02:00-05:00": "23 02:00–23 05:00 host:db-1.x",
    "web1 の Apache 更新 (今から30分、web が止まります)": "23 01:30–23 02:00 host:web1 service:web",
    "web10 のメンテナンス 3:00まで": "23 01:30–23 03:00 host:web10",
    "maintenance of web1 for 30 minutes from now": "23 01:30–23 02:00 host:web1",
    "web1 11/24 2:00〜5:00 メンテナンス": "24 02:00–24 05:00 host:web1",
    "全サーバー再起動 02:00〜03:00": "23 02:00–23 03:00 host:*",
    "web1 02:00〜05:00 完了予定": "23 02:00–23 05:00 host:web1",
  };
  for (const [text, wanted] of Object.entries(table)) assert.equal(held(text), wanted, text);
});

test("work under way with no end is held as long as its provider announced, else an hour", () => {
  const text = "P1 のメンテナンス中 (web1 が停止)";
  assert.equal(held(text), "23 01:30–23 02:30 host:web1 provider:p1");
  const announcement = { provider: "p1", phase: "ongoing", endMs: Date.parse("2026-11-23T04:00:00+09:00") };
  assert.equal(held(text, [announcement as ProviderAnnouncement]), "23 01:30–23 04:00 host:web1 provider:p1");
  const another = { ...announcement, provider: "p2" } as ProviderAnnouncement;
  assert.equal(held(text, [another]), "23 01:30–23 02:30 host:web1 provider:p1");
});

test("what is over, called off, past, about nothing of ours or at no time is a note and holds nothing", () => {
  for (const text of [
    "web1 の定期メンテナンス終了",
    "web1 のメンテナンスは中止",
    "web1 の定期メンテナンス",
    "web1 00:30-01:00 メンテナンス",
    "web2 02:00-05:00",
    "作業中",
    "",
  ])
    assert.equal(held(text), null, text);
});
