import assert from "node:assert/strict";
import { test } from "node:test";
import { windowOf } from "../../test/doubles/no-windows.ts";
import { earlyFindings, earlyWindow } from "../../test/doubles/window-story.ts";
import { checkName, waivedName } from "./window-checks.ts";
import { courseLines } from "./window-course.ts";
import { findingMark, findingPhrase, findingSentence, isLeft, worstFindingsFirst } from "./window-findings.ts";
import { heldText, nextWindowLine, underWayLine } from "./window-lines.ts";
import { affectsText, foreignSpan, windowSpan } from "./windows.ts";

const tokyo = { timeZone: "Asia/Tokyo", lang: "ja" } as const;
const tokyoEn = { timeZone: "Asia/Tokyo", lang: "en" } as const;

test("a span has its real length, also where clocks change in it", () => {
  assert.equal(windowSpan(windowOf(), tokyo), "11月26日(木) 2:00〜5:00(3時間)");
  assert.equal(windowSpan(windowOf(), tokyoEn), "Thu 26 Nov 02:00–05:00 (3 h)");
  const berlin = { timeZone: "Europe/Berlin", lang: "en" } as const;
  const spring = { startMs: Date.UTC(2026, 2, 29, 0), endMs: Date.UTC(2026, 2, 29, 3) };
  const autumn = { startMs: Date.UTC(2026, 9, 24, 23), endMs: Date.UTC(2026, 9, 25, 4) };
  assert.equal(windowSpan(spring, berlin), "Sun 29 Mar 01:00–05:00 (3 h)");
  assert.equal(windowSpan(autumn, berlin), "Sun 25 Oct 01:00–05:00 (5 h)");
  const night = { startMs: Date.UTC(2026, 10, 25, 14), endMs: Date.UTC(2026, 10, 25, 17) };
  assert.equal(windowSpan(night, tokyo), "11月25日(水) 23:00〜11月26日(木) 2:00(3時間)");
});

test("times that were said in another zone are shown in that one too", () => {
  assert.equal(foreignSpan(windowOf(), tokyo), null);
  assert.match(foreignSpan(windowOf({ timeZone: "Europe/Berlin" }), tokyoEn) ?? "", /18:00–21:00 .*Europe\/Berlin/);
});

test("how the work went: early, came and went, never down, another machine", () => {
  assert.deepEqual(courseLines(earlyWindow, tokyoEn), [
    "began 02:04",
    "went down: web1",
    "back 04:30 (30 min early)",
    "came back and went again (×2)",
    "rebooted: web1",
  ]);
  const course = { ...windowOf().course, startedAt: earlyWindow.course.startedAt };
  const untouched = courseLines(windowOf({ state: "verifying", course }), tokyoEn);
  assert.match(untouched.join(), /never went down/);
  const rebooted = courseLines(windowOf({ state: "verifying", origin: "reboot", course }), tokyoEn);
  assert.ok(!rebooted.join().includes("never"), "nobody planned that one");
  const moved = courseLines(
    windowOf({ state: "open", course: { ...course, pausedMs: { web1: 12_000 }, otherMachine: { web1: "replaced" } } }),
    tokyo,
  );
  assert.match(moved.join(), /web1 は再起動せずに12秒止まっていました.*web1 は別の機械になって/);
});

test("what keeps a window from ending comes first, and only what passed or is for information does not", () => {
  const sorted = worstFindingsFirst(earlyFindings).map(({ check }) => check);
  assert.deepEqual(sorted.slice(0, 5), ["clock-offset", "time-service", "jobs-missed", "firewall", "pages-same"]);
  assert.deepEqual(
    earlyFindings.filter((one) => !isLeft(one)).map(({ check }) => check),
    ["reachable", "packages", "mounts"],
  );
});

test("every finding is a sentence in both languages, one of a check without words too", () => {
  for (const finding of earlyFindings) {
    for (const result of ["pass", "unobserved", "blocked", finding.result] as const) {
      for (const lang of ["ja", "en"] as const) {
        const own = { ...finding, result, check: "a-check-of-tomorrow" };
        const place = { timeZone: "UTC", lang };
        const said = [finding, own].flatMap((one) => [findingSentence(one, place), findingPhrase(one, place)]);
        const text = said.join(" / ");
        assert.ok(text.length > 3 && !/undefined|null|NaN|\[object/.test(text), `${finding.check} ${result}: ${text}`);
        assert.ok(said.every((one) => one.length > 1) && findingMark(own) !== undefined);
      }
    }
  }
  assert.equal(waivedName("web1/time-service", "ja"), "web1 時刻合わせのサービス");
  assert.equal(waivedName("service:shop/answers", "en"), "service:shop whether it answers");
  assert.equal(checkName("own-check", "ja"), "own-check");
});

test("Home says until when, what is stopped and what is checked afterwards", () => {
  const open = windowOf({ state: "open", course: { ...windowOf().course, wentDown: ["web1"] } });
  const nowMs = open.startMs + 3_600_000;
  assert.equal(
    underWayLine(open, { ...tokyo, nowMs, left: null }),
    "さくら VPS の保守 5:00 まで。サーバー1台が予定どおり停止しています。戻ったら、時計・サービス・実行されなかった cron・ページを確かめます。",
  );
  assert.equal(
    underWayLine({ ...open, checksWanted: ["clock", "units"] }, { ...tokyoEn, nowMs, left: null }),
    "さくら VPS の保守 until 05:00. 1 host stopped as planned. I check clock and units when it is back.",
  );
  assert.match(underWayLine(earlyWindow, { ...tokyoEn, nowMs, left: 4 }), /the checks are on \(4 left\)/);
  assert.match(underWayLine(open, { ...tokyo, nowMs: open.endMs + 1, left: null }), /予定の終わり 5:00 を過ぎています/);
  assert.equal(nextWindowLine(windowOf(), tokyo), "次の保守 11月26日(木) 2:00 さくら VPS の保守");
  assert.equal(heldText(14, "ja"), "保留中: 14 件");
});

test("many targets are named in part and counted", () => {
  const hosts = Array.from({ length: 20 }, (_, nth) => `web${nth}`);
  const site = { services: new Map(), people: new Map() };
  assert.match(affectsText({ hosts, services: [], targets: [] }, site, "en"), /web7 and 12 more$/);
  assert.equal(affectsText({ hosts: [], services: [], targets: ["place:sakura"] }, site, "ja"), "対象: sakura");
});
