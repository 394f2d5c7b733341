import assert from "node:assert/strict";
import { test } from "node:test";
import { windowOf } from "../../test/doubles/no-windows.ts";
import { minuteMs, modelOf, nightMs, siteStatus, siteWithPage, stampAt } from "../../test/doubles/page-facts.ts";
import type { Window } from "../kernel/model/window.ts";
import { pageEdition, type Edition } from "./edition.ts";
import type { PageModel } from "./page.ts";

const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** 2:00 to 5:00 in Tokyo, four nights later. */
const startMs = Date.UTC(2026, 10, 25, 17, 0);
const planned = windowOf({
  state: "planned",
  title: "web1 のカーネル更新",
  startMs,
  endMs: startMs + 3 * hourMs,
  targets: ["host:web1"],
  hosts: ["web1"],
  services: ["shop", "db"],
  alternate: "お電話でのご注文をお使いください",
  isPublic: true,
  createdAt: stampAt(nightMs - dayMs),
});
const course = { ...planned.course, startedAt: stampAt(startMs + minuteMs), wentDown: ["web1"] };

function modelAt(atMs: number, ...windows: readonly Window[]): PageModel {
  const status = siteStatus({ shop: { state: "ok" }, mail: { state: "ok" }, admin: { state: "ok" } });
  return modelOf({ site: siteWithPage(), status, incidents: [], at: stampAt(atMs), windows });
}

function text(edition: Edition, path: string): string {
  return edition.files.find((one) => one.path === path)?.body.toString() ?? assert.fail(path);
}

function feed(model: PageModel): string {
  return text(pageEdition(model), "feed.atom");
}

function ids(xml: string): readonly string[] {
  return [...xml.matchAll(/<entry>\n<id>([^<]+)/g)].map(([, id]) => id ?? "");
}

function uid(calendar: string): string {
  return /UID:(\S+)/.exec(calendar)?.[1] ?? assert.fail(calendar);
}

function whatOf(model: PageModel): readonly string[] {
  return model.maintenance.flatMap(({ news }) => news.map(({ what }) => what));
}

test("customers read when, which service and what stands in, in both languages; no host and not the title from inside", () => {
  const edition = pageEdition(modelAt(nightMs, planned));
  const html = text(edition, "index.html");
  assert.match(html, /<h2>保守のお知らせ<\/h2>/);
  assert.match(html, /ネットショップの保守作業<\/h3>.*◆.* 保守予定/s);
  assert.match(html, /11月26日\(木\) 2:00〜5:00\(3時間\)/);
  assert.match(html, /その間の代わり: お電話でのご注文をお使いください/);
  const english = text(edition, "en.html");
  assert.match(english, /Maintenance of ネットショップ<\/h3>.*Planned.*Thu 26 Nov 02:00–05:00 \(3 h\)/s);
  for (const { path, body } of edition.files) assert.ok(!/web1|カーネル|\bdb\b/.test(body.toString()), path);
});

test("what is not public, touches nothing that is shown, is far away or long over is not on the page", () => {
  const hidden = [
    { ...planned, isPublic: false },
    { ...planned, services: ["db"] },
    { ...planned, startMs: nightMs + 70 * dayMs, endMs: nightMs + 71 * dayMs },
    { ...planned, state: "closed", closedAt: stampAt(nightMs - 8 * dayMs) } as const,
  ];
  const model = modelAt(nightMs, ...hidden);
  assert.deepEqual(model.maintenance, []);
  assert.ok(!text(pageEdition(model), "index.html").includes("保守のお知らせ"));
});

test("while it runs, is verified, is late and is over the page says so", () => {
  const stages = [
    [{ ...planned, state: "open", course }, startMs + hourMs, /保守中/],
    [
      { ...planned, state: "open", course: { ...course, overrunAt: stampAt(startMs + 4 * hourMs) } },
      startMs + 5 * hourMs,
      /保守中.*予定の時刻を過ぎましたが、作業を続けています/s,
    ],
    [{ ...planned, state: "verifying", course }, startMs + 2 * hourMs, /最終確認中.*確かめています/s],
    [
      { ...planned, state: "closed", course, closedAt: stampAt(startMs + 3 * hourMs) },
      startMs + 6 * dayMs,
      /●.* 終わりました/s,
    ],
    [{ ...planned, state: "cancelled", closedAt: stampAt(nightMs) }, nightMs + hourMs, /取りやめ/],
  ] as const;
  for (const [window, atMs, said] of stages) assert.match(text(pageEdition(modelAt(atMs, window)), "index.html"), said);
});

test("what is under way comes first, then what comes soonest, then what ended last; the rest is in the calendar", () => {
  const week = (nth: number): Window => ({
    ...planned,
    id: 10 + nth,
    startMs: startMs + nth * 7 * dayMs,
    endMs: startMs + nth * 7 * dayMs + hourMs,
  });
  const ended = [1, 2].map((nth): Window => ({
    ...planned,
    id: nth,
    state: "closed",
    startMs: nightMs - nth * dayMs,
    endMs: nightMs - nth * dayMs + hourMs,
    closedAt: stampAt(nightMs - nth * dayMs + hourMs),
  }));
  const running: Window = {
    ...planned,
    id: 3,
    state: "open",
    course,
    startMs: nightMs - hourMs,
    endMs: nightMs + hourMs,
  };
  const model = modelAt(nightMs, ...ended, ...[6, 5, 4, 3, 2, 1].map(week), running);
  assert.deepEqual(
    model.maintenance.map(({ id }) => id),
    [3, 11, 12, 13, 14, 15, 16, 1, 2],
  );
  const edition = pageEdition(model);
  assert.match(text(edition, "index.html"), /ほかに予定が 1 件あります/);
  assert.equal(text(edition, "maintenance.ics").match(/BEGIN:VEVENT/g)?.length, 9);
  for (const { path, body } of edition.files)
    if (/^(index|en)\.html$/.test(path)) assert.ok(body.length <= 14_336, `${path}: ${body.length}`);
});

test("subscribers hear of it three days before, an hour before, at its start and at its end", () => {
  const open: Window = { ...planned, state: "open", course };
  const closed: Window = { ...open, state: "closed", closedAt: stampAt(startMs + 2 * hourMs) };
  assert.deepEqual(whatOf(modelAt(startMs - 3 * dayMs - 1, planned)), []);
  assert.deepEqual(whatOf(modelAt(startMs - 3 * dayMs, planned)), ["announced"]);
  assert.deepEqual(whatOf(modelAt(startMs - hourMs, planned)), ["soon", "announced"]);
  assert.deepEqual(whatOf(modelAt(startMs + hourMs, open)), ["started", "soon", "announced"]);
  assert.deepEqual(whatOf(modelAt(startMs + 3 * hourMs, closed)), ["ended", "started", "soon", "announced"]);
  const atOnce: Window = { ...planned, createdAt: stampAt(startMs - 20 * minuteMs) };
  assert.deepEqual(whatOf(modelAt(startMs - 10 * minuteMs, atOnce)), ["announced"]);
  const cancelled: Window = { ...planned, state: "cancelled", closedAt: stampAt(startMs - 2 * hourMs) };
  assert.deepEqual(whatOf(modelAt(startMs, cancelled)), ["cancelled", "announced"]);
});

test("each thing told is an entry of the feed that stays as it is; moved, it is told anew", () => {
  const soon = feed(modelAt(startMs - hourMs, planned));
  assert.match(soon, /<title>まもなく保守: ネットショップ<\/title>/);
  assert.match(soon, /<updated>2026-11-26T01:00:00\+09:00<\/updated>/);
  const [first, second] = ids(soon);
  assert.deepEqual(ids(feed(modelAt(startMs + hourMs, { ...planned, state: "open", course }))).slice(1), [
    first,
    second,
  ]);
  const moved = ids(feed(modelAt(startMs - hourMs, { ...planned, version: 2 })));
  assert.equal(moved.filter((id) => id === first || id === second).length, 0);
  assert.notEqual(
    pageEdition(modelAt(startMs - hourMs, planned)).saying,
    pageEdition(modelAt(startMs - hourMs - 1, planned)).saying,
    "the page is published when something is told",
  );
});

test("the calendar keeps an entry's identity when it is moved or cancelled, and names no hub", () => {
  const ics = (window: Window): string => text(pageEdition(modelAt(nightMs, window)), "maintenance.ics");
  const first = ics(planned);
  assert.match(first, /DTSTART:20261125T170000Z\r\nDTEND:20261125T200000Z\r\nSUMMARY:ネットショップの保守作業\r\n/);
  assert.match(first, /PRODID:-\/\/koboshi\/\/koboshi\.page\/1\/\/EN/);
  assert.ok(!first.includes("koboshi.example.jp"));
  const cancelled = ics({ ...planned, version: 2, state: "cancelled", closedAt: stampAt(nightMs) });
  assert.equal(uid(cancelled), uid(first));
  assert.match(cancelled, /SEQUENCE:2\r\n.*STATUS:CANCELLED/s);
  assert.match(text(pageEdition(modelAt(nightMs, planned)), "maintenance.en.ics"), /SUMMARY:Maintenance of /);
});

test("the JSON tells the same to machines", () => {
  const json = JSON.parse(text(pageEdition(modelAt(nightMs, planned)), "status.json")) as { maintenance: unknown };
  assert.deepEqual(json.maintenance, [
    {
      id: planned.id,
      state: "planned",
      services: ["ネットショップ"],
      plannedStart: "2026-11-26T02:00:00+09:00",
      plannedEnd: "2026-11-26T05:00:00+09:00",
      startedAt: null,
      endedAt: null,
      alternate: "お電話でのご注文をお使いください",
    },
  ]);
});

test("foreign text of maintenance is text", () => {
  const edition = pageEdition(modelAt(startMs, { ...planned, alternate: `</p><script>alert(1)</script>\u0000` }));
  for (const path of ["index.html", "feed.atom"]) assert.ok(!text(edition, path).includes("<script"), path);
});
