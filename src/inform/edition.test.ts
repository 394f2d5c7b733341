import assert from "node:assert/strict";
import { test } from "node:test";
import {
  incidentOf,
  minuteMs,
  modelOf,
  nightMs,
  pageCases,
  resolvedIncident,
  siteStatus,
  siteWithPage,
  stampAt,
  untold,
} from "../../test/doubles/page-facts.ts";
import { filesHash, pageEdition, type Edition } from "./edition.ts";
import type { PageModel } from "./page.ts";

function text(edition: Edition, path: string): string {
  const file = edition.files.find((one) => one.path === path);
  assert.ok(file !== undefined, `${path} is missing`);
  return file.body.toString();
}

function largest(): PageModel {
  const keys = Array.from({ length: 30 }, (_, index) => `service-${index}`);
  const site = siteWithPage({ show: keys });
  const services = new Map(
    keys.map((key, index) => [key, { key, name: `オンライン予約サービス ${index}`, on: null, needs: [], priority: 2 }]),
  );
  const ended = keys
    .slice(0, 20)
    .map((key, index) => resolvedIncident(index + 1, [key], nightMs - index * 60 * minuteMs));
  return modelOf({
    site: { ...site, services },
    status: siteStatus(Object.fromEntries(keys.map((key) => [key, { state: "down" as const }]))),
    incidents: untold(...ended, incidentOf(keys.slice(0, 5))),
    at: stampAt(nightMs),
  });
}

test("the files are pages, feeds, calendars and JSON in both languages, index last", () => {
  assert.deepEqual(
    pageEdition(pageCases.down()).files.map((file) => file.path),
    [
      "incident/241.html",
      "incident/241.en.html",
      "incident/198.html",
      "incident/198.en.html",
      "feed.atom",
      "feed.en.atom",
      "maintenance.ics",
      "maintenance.en.ics",
      "status.json",
      "en.html",
      "index.html",
    ],
  );
  const english = modelOf({
    site: siteWithPage({ langs: ["en", "ja"] }),
    status: siteStatus({}),
    incidents: [],
    at: stampAt(nightMs),
  });
  assert.match(text(pageEdition(english), "index.html"), /<html lang="en">/);
  assert.match(text(pageEdition(english), "ja.html"), /<html lang="ja">/);
});

test("no file is larger than 14 kB, with 30 services and ten notices", () => {
  for (const model of [largest(), ...Object.values(pageCases).map((make) => make())]) {
    for (const { path, body } of pageEdition(model).files) {
      if (/^(index|en)\.html$|^incident/.test(path)) assert.ok(body.length <= 14_336, `${path}: ${body.length}`);
    }
  }
});

test("a page runs nothing, loads nothing and follows no other host", () => {
  for (const { path, body } of pageEdition(pageCases.down()).files.filter((file) => file.path.endsWith(".html"))) {
    const html = body.toString();
    assert.ok(!/<script|<img|<iframe|<form|https?:\/\/|http-equiv="refresh"|\son\w+=/i.test(html), path);
    assert.match(html, /http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'sha256-/);
  }
});

test("customers read no host, no inner service and no status code", () => {
  for (const { path, body } of pageEdition(pageCases.down()).files)
    assert.ok(!/web1|internal\.example|\bdb\b|502|service:/.test(body.toString()), path);
});

test("the title carries the state, and each page leads to the other language", () => {
  const edition = pageEdition(pageCases.down());
  assert.match(text(edition, "index.html"), /<title>障害あり — オムニ商会 稼働状況<\/title>/);
  assert.match(text(edition, "en.html"), /<title>Outage — /);
  assert.match(text(edition, "index.html"), /<a href="en\.html" lang="en" hreflang="en"[^>]*>English<\/a>/);
  assert.match(text(edition, "en.html"), /<a href="index\.html" lang="ja" hreflang="ja"[^>]*>日本語<\/a>/);
  assert.match(text(edition, "incident/241.html"), /href="241\.en\.html"/);
  assert.match(text(pageEdition(pageCases.ok()), "index.html"), /<title>正常 — /);
  assert.match(text(pageEdition(pageCases.unknown()), "index.html"), /<title>確認できていません — /);
});

test("the page says what is broken, what works, when news comes and how old it is", () => {
  const html = text(pageEdition(pageCases.down()), "index.html");
  assert.match(html, /■<\/span> ネットショップがご利用いただけません/);
  assert.match(html, /管理画面にも影響が出ています。/);
  assert.match(html, /メールは通常どおりご利用いただけます。/);
  assert.match(html, /次のお知らせ: <time datetime="2026-11-22T03:00:00\+09:00">3:00<\/time> ごろ/);
  assert.match(html, /最終更新 <time datetime="2026-11-22T02:31:00\+09:00">2026年11月22日\(日\) 2:31 JST<\/time>/);
  assert.match(html, /10分以上前の時刻のとき/);
  assert.match(html, /href="tel:0300000000"/);
});

test("a blind hub says so and shows no green", () => {
  const html = text(pageEdition(pageCases.unknown()), "index.html");
  assert.match(html, /現在の状況を確認できていません/);
  assert.ok(!html.includes("●") && !/class="[^"]*[cs]-ok/.test(html) && !html.includes("通常どおり"));
});

test("foreign text is text in every file", () => {
  const hostile = `</title><script>alert(1)</script>"'&]]>\u0000\u202e`;
  const site = siteWithPage({
    title: hostile,
    contact: { phone: `1"onclick=x`, hours: hostile, mail: `a"b@example.jp?x=<` },
  });
  const services = new Map([...site.services].map(([key, one]) => [key, { ...one, name: `${one.name}${hostile}` }]));
  const model = modelOf({
    site: { ...site, services },
    status: siteStatus({ shop: { state: "down" } }),
    incidents: [
      {
        incident: incidentOf(["shop"]),
        updates: [{ at: stampAt(nightMs), state: "identified", text: { ja: hostile, en: hostile } }],
      },
    ],
    at: stampAt(nightMs),
  });
  for (const { path, body } of pageEdition(model).files) {
    if (path === "status.json" || path.endsWith(".ics")) continue;
    const shown = body.toString();
    assert.ok(!shown.includes("<script") && !shown.includes("\u0000") && !shown.includes('"onclick'), path);
  }
  const json = JSON.parse(text(pageEdition(model), "status.json")) as { title: string };
  assert.ok(json.title.includes("<script>"));
});

test("the JSON says the same in both languages, with zones", () => {
  const json = JSON.parse(text(pageEdition(pageCases.down()), "status.json")) as Record<string, unknown>;
  assert.equal(json["schema"], "koboshi.page/1");
  assert.equal(json["state"], "down");
  assert.equal(json["updatedAt"], "2026-11-22T02:31:00+09:00");
  assert.equal(json["nextNewsAt"], "2026-11-22T03:00:00+09:00");
  assert.equal(json["staleAfterSeconds"], 600);
  assert.deepEqual(json["headline"], {
    ja: "ネットショップがご利用いただけません",
    en: "ネットショップ cannot be used right now",
  });
  assert.deepEqual(
    (json["services"] as { id: string; state: string }[]).map(({ id, state }) => `${id} ${state}`),
    ["shop down", "mail ok", "admin affected"],
  );
});

test("a feed keeps its ids while its entries move on", () => {
  const idsOf = (edition: Edition): string[] =>
    [...text(edition, "feed.atom").matchAll(/<id>([^<]+)<\/id>/g)].map((m) => m[1] ?? "");
  const down = pageEdition(pageCases.down());
  const later = pageEdition({ ...pageCases.down(), atMs: nightMs + 5 * minuteMs });
  assert.deepEqual(idsOf(down), idsOf(later));
  assert.equal(text(down, "feed.atom"), text(later, "feed.atom"));
  const resolved = pageEdition(pageCases.resolved());
  assert.deepEqual(idsOf(resolved)[0], idsOf(down)[0]);
  assert.match(text(resolved, "feed.atom"), /<updated>2026-11-22T02:21:00\+09:00<\/updated>/);
});

test("two editions that differ only in their time say the same, and hash differently", () => {
  const [now, later] = [pageCases.ok(), { ...pageCases.ok(), atMs: nightMs + minuteMs }].map((model) =>
    pageEdition(model),
  );
  assert.equal(now?.saying, later?.saying);
  assert.notEqual(now?.hash, later?.hash);
  assert.equal(filesHash((now?.files ?? []).toReversed()), now?.hash);
});
