import assert from "node:assert/strict";
import { unlooked } from "../doubles/bare-site.ts";
import { after, before, beforeEach, test } from "node:test";
import { later, stampNow } from "../../src/kernel/clock.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { componentId } from "../../src/kernel/model/component.ts";
import {
  ask,
  breakShop,
  check,
  healthyWorld,
  startWeb,
  testSite,
  type Answer,
  type WebFixture,
} from "./web-fixture.ts";
import { fillTelemetry, pastOutage } from "./web-past.ts";

let web: WebFixture;
before(async () => {
  web = await startWeb();
  await pastOutage(web, { service: "shop", agoMs: 3 * 3_600_000, lengthMs: 91 * 60_000 });
  fillTelemetry(web, 26);
});
beforeEach(() => {
  Object.assign(web.world, healthyWorld(web.clock));
});
after(() => web.close());

const textOf = (html: string): string =>
  html
    .slice(html.indexOf("<main"), html.indexOf("</main>"))
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
async function read(path: string, headers: Record<string, string> = {}): Promise<string> {
  return (await ask(web.url + path, { headers: { "accept-language": "ja", ...headers } })).text;
}
const names = (html: string): string[] => [...html.matchAll(/data-live="s-([^"]+)"/g)].map(([, key]) => key ?? "");

test("services: broken first, then by name, each with its past in time and ratio", async () => {
  breakShop(web);
  const html = await read("/services");
  assert.deepEqual(names(html), ["shop", "mail", "app"]);
  assert.match(textOf(html), /停止 1時間31分 \(9\d\.\d\d %\)/);
  assert.ok(!/停止 1時間31分 \(100/.test(textOf(html)));
  assert.match(html, /class="few"><svg class="bars" viewBox="0 0 12 10"/);
  assert.match(html, /<polyline class="line l0" points="/);
});

test("a list is narrowed by state, place, host and words, and says when nothing is left", async () => {
  breakShop(web);
  const { site } = web.world;
  const none = { address: null, segment: null, user: null, port: 22, hostKey: null, privateKey: null, ...unlooked };
  web.world.site = {
    ...site,
    places: new Map([["sakura", { key: "sakura", provider: null, account: null, region: null }]]),
    hosts: new Map([["web1", { key: "web1", at: "sakura", ...none }]]),
  };
  const asked = async (query: string): Promise<string[]> =>
    names(await read(`/services?q=${encodeURIComponent(query)}`));
  assert.deepEqual(await asked("state:down"), ["shop"]);
  assert.deepEqual(await asked("state:down state:ok place:sakura"), ["shop", "mail", "app"]);
  assert.deepEqual(await asked("place:none"), []);
  assert.deepEqual(await asked("ねっと"), ["shop"]);
  assert.deepEqual(await asked("meru"), ["mail"]);
  assert.match(textOf(await read("/services?q=zzz")), /「zzz」に当てはまるものはありません。/);
  const grouped = await read("/services?group=state");
  assert.match(textOf(grouped), /障害 1件 .*正常 2件/);
  assert.equal([...(await read("/checks?q=kind:http+state:down")).matchAll(/data-live="c-/g)].length, 1);
});

test("a long list is paged, and every page knows its place", async () => {
  const keys = Array.from({ length: 450 }, (_, index) => `svc${String(index).padStart(3, "0")}`);
  web.world.site = testSite({
    services: new Map(keys.map((key) => [key, { key, name: key, on: null, needs: [], priority: 2 }])),
  });
  web.world.checks = keys.map((service) => check(web.clock, { service, state: "ok" }));
  assert.equal(names(await read("/services")).length, 200);
  const last = await read("/services?page=3");
  assert.equal(names(last).length, 50);
  assert.match(textOf(last), /450件のうち 401〜450件目/);
  assert.equal(names(await read("/services?page=99")).length, 50, "past the end is the end");
});

test("a service: state, since, what it needs and what needs it, who sees it how, its day and its 90 days", async () => {
  breakShop(web);
  const incident = await web.openIncident();
  const html = await read("/services/shop");
  const text = textOf(html);
  for (const said of [
    "ネットショップ: 障害",
    "これを必要とするもの 会員ページ",
    "動いている場所 web1",
    "応答時間(24時間)",
  ]) {
    assert.ok(text.includes(said), said);
  }
  assert.match(html, new RegExp(`href="/i/${incident.id}"`));
  assert.match(text, /最後に正常 .* 11月22日\(日\) 2:/);
  assert.match(html, /role="img" aria-label="過去24時間の応答時間は [^"]*観測地点 2か所"/);
  assert.match(html, /<a href="\/services\/app" aria-label="会員ページ: 影響あり">/);
  assert.match(html, /href="\/settings\/config\/edit\?at=services\.shop"/);
  assert.match(text, /変更するにはログインしてください。できる人: 山田、佐藤/);
  await web.ledger.transaction(async (tx) =>
    tx.updateIncident({ ...incident, state: "resolved", resolvedAt: stampNow(web.clock), resolvedBy: "auto" }),
  );
});

test("a check: its last attempts with phases and errors, and its keys without a secret", async () => {
  const html = await read("/checks/shop%2Fhttp");
  const text = textOf(html);
  assert.match(text, /名前解決 3ミリ秒 · 接続 12ミリ秒 · 暗号化 20ミリ秒/);
  assert.match(text, /status=200/);
  assert.ok(html.includes("&lt;b>refused&lt;/b>") || html.includes("&lt;b&gt;refused"));
  assert.equal([...html.matchAll(/<time /g)].length, 50);
  assert.ok(!html.includes("hunter2") && !html.includes("hunter3"));
  assert.match(html, /https:\/\/watch:\*\*\*@shop/);
  assert.equal((await ask(`${web.url}/checks/nope`)).status, 404);
  assert.equal((await ask(`${web.url}/services/nope`)).status, 404);
});

test("the past that cannot be read is said so, and takes nothing else with it", async () => {
  await web.clock.advance(40_000);
  const { series } = web.telemetry.read;
  Object.assign(web.telemetry.read, { series: () => Promise.reject(new Error("damaged")) });
  const html = await read("/services/mail");
  assert.match(textOf(html), /過去の記録を読めません。監視と通知は動いています。/);
  assert.match(textOf(html), /メール: 正常/);
  Object.assign(web.telemetry.read, { series });
  await web.clock.advance(40_000);
});

test("the past that takes long is said to be on its way, and the page does not wait", async () => {
  const { series } = web.telemetry.read;
  Object.assign(web.telemetry.read, { series: () => new Promise(() => {}) });
  const answer = read("/services/app");
  for (let turn = 0; turn < 100; turn++) await web.clock.advance(20);
  assert.match(textOf(await answer), /過去の記録を集計しています/);
  Object.assign(web.telemetry.read, { series });
  await web.clock.advance(40_000);
});

async function post(path: string, form: Record<string, string>, person = "yamada"): Promise<Answer> {
  const { cookie, csrf } = await web.signIn(person);
  return ask(web.url + path, { headers: { cookie, "accept-language": "ja" }, form: { csrf, ...form } });
}

test("checking now, pausing with a reason and an end, and resuming are plain forms", async () => {
  const probed = await post("/services/shop/probe", {});
  assert.deepEqual([probed.status, probed.headers.location], [303, "/services/shop?done=probed"]);
  assert.deepEqual(web.probed, ["shop/http"]);
  const seq = await web.ledger.read.lastSeq();
  const refused = await post("/services/shop/pause", { reason: " ", minutes: "30" });
  assert.equal(refused.status, 400);
  const paused = await post("/services/shop/pause", { reason: "<入れ替え>", minutes: "30" });
  assert.equal(paused.headers.location, "/services/shop?done=paused");
  const html = await read("/services/shop");
  assert.match(textOf(html), /ネットショップ: 停止中/);
  assert.match(textOf(html), /山田さんが 2:\d\d まで止めています: &lt;入れ替え/);
  const events = await web.ledger.read.eventsAfter(seq, 10);
  assert.ok(events.some(({ kind, actor }) => kind === "check.paused" && actor === "person:yamada"));
  const resumed = await post("/checks/resume", { check: "shop/http" });
  assert.equal(resumed.headers.location, "/checks/shop%2Fhttp?done=resumed");
  assert.match(textOf(await read("/services/shop")), /ネットショップ: 正常/);
  assert.equal((await post("/checks/pause", { check: "nope", reason: "x", minutes: "30" })).status, 404);
  const anonymous = await ask(`${web.url}/services/shop/pause`, { form: { reason: "x", minutes: "30" } });
  assert.equal(anonymous.status, 401);
});

test("what somebody telephoned about is written down on the service's page, with who said it, and leads to its incident", async () => {
  const { cookie } = await web.signIn("yamada");
  assert.match(textOf(await read("/services/mail", { cookie })), /障害を記録する/);
  const opened = await post("/services/mail/incident", { text: "<開けない>と電話が2件" });
  assert.equal(opened.status, 303);
  const page = textOf(await read(String(opened.headers.location)));
  assert.match(page, /人からの連絡: &lt;開けない>と電話が2件/);
  assert.ok(!/東京: わかりません/.test(page), "no vantage was asked about what a person said");
  const id = Number(String(opened.headers.location).split("/").at(-1));
  const incident = await web.ledger.read.incident(id);
  assert.deepEqual([incident?.subject, incident?.severity], ["service:mail", "warning"]);
  assert.equal((await post("/services/mail/incident", { text: " " })).status, 400);
  assert.equal((await post("/services/nope/incident", { text: "x" })).status, 404);
  const anonymous = await ask(`${web.url}/services/mail/incident`, { form: { text: "x" } });
  assert.equal(anonymous.status, 401);
  assert.equal((await post(`/i/${id}/resolve`, { reason: "" })).status, 303);
  assert.equal((await web.ledger.read.incident(id))?.state, "resolved");
});

test("a vantage is removed only by its name", async () => {
  const name = encodeURIComponent("東京");
  const wrong = await post(`/vantages/${name}/revoke`, { name: "とうきょう" });
  assert.equal(wrong.status, 400);
  assert.match(textOf(wrong.text), /名前が違います。「東京」と入力してください。/);
  const right = await post(`/vantages/${name}/revoke`, { name: "東京" });
  assert.equal(right.headers.location, `/vantages?revoked=${name}`);
  assert.match(textOf(await read(`/vantages?revoked=${name}`)), /東京 を外しました/);
});

/** 300 services, each on a host of its own, in two places of one provider. */
function twoPlaces(): Site {
  const keys = Array.from({ length: 300 }, (_, index) => `svc${index}`);
  const none = { address: null, segment: null, user: null, port: 22, hostKey: null, privateKey: null, ...unlooked };
  const places = ["sakura", "tokyo"];
  return testSite({
    places: new Map(places.map((key) => [key, { key, provider: "p1", account: null, region: null }])),
    hosts: new Map(keys.map((key, index) => [`h-${key}`, { key: `h-${key}`, at: places[index % 2] ?? null, ...none }])),
    services: new Map(keys.map((key) => [key, { key, name: key, on: `h-${key}`, needs: [], priority: 2 }])),
  });
}

test("the map draws what needs what, grouped by place when there is too much of it", async () => {
  const html = await read("/map");
  assert.match(html, /aria-label="4個の対象と 4本のつながり"/);
  assert.match(textOf(html), /会員ページ ● 正常 必要とするもの: web1・ネットショップ/);
  web.world.site = twoPlaces();
  web.world.checks = [];
  const grouped = await read("/map");
  assert.match(textOf(grouped), /603個あるため、置き場所ごとにまとめています/);
  assert.match(textOf(grouped), /sakura \(150\)/);
});

test("300 hosts: Home counts by place and state, each number a way in", async () => {
  const keys = Array.from({ length: 300 }, (_, index) => `svc${index}`);
  web.world.site = testSite({
    services: new Map(keys.map((key) => [key, { key, name: key, on: null, needs: [], priority: 2 }])),
  });
  web.world.checks = keys.map((service, index) => check(web.clock, { service, state: index < 3 ? "down" : "ok" }));
  const html = await read("/");
  assert.match(html, /<a class="count" href="\/services\?q=state%3Adown%20place%3Anone">3<\/a>/);
  assert.match(textOf(html), /サービス一覧\(300件\)/);
});

test("Home says how often somebody looked, and that nothing was found only when that is so", async () => {
  assert.match(textOf(await read("/")), /24時間で [\d,]+回 確認/);
  const incident = await web.openIncident({
    state: "resolved",
    subject: componentId("service", "mail"),
    resolvedAt: later(stampNow(web.clock), -3_600_000),
    resolvedBy: "auto",
  });
  assert.match(textOf(await read("/")), /24時間で [\d,]+回 確認しました/);
  await web.ledger.transaction(async (tx) =>
    tx.updateIncident({ ...incident, resolvedAt: later(stampNow(web.clock), -90_000_000) }),
  );
  assert.match(textOf(await read("/")), /24時間で [\d,]+回 確認、異常なし/);
});

test("the search answers without a script, in kana and Latin letters, with pages, services and incidents", async () => {
  for (const query of ["ネット", "netto", "ねっとしょっぷ"]) {
    assert.match(await read(`/search?q=${encodeURIComponent(query)}`), /href="\/services\/shop"/);
  }
  assert.match(await read(`/search?q=${encodeURIComponent("ばっくあっぷ")}`), /href="\/settings\/config"/);
  const json = await ask(`${web.url}/palette.json`, { headers: { "accept-language": "ja" } });
  const again = await ask(`${web.url}/palette.json`, {
    headers: { "accept-language": "ja", "if-none-match": String(json.headers.etag) },
  });
  assert.deepEqual([json.status, again.status], [200, 304]);
  assert.ok(!json.text.includes("hunter"));
});

test("the look is kept by this browser alone, without signing in", async () => {
  const answer = await ask(`${web.url}/look`, { form: { theme: "contrast", density: "compact" } });
  const cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
  assert.equal(cookie, "koboshi-look=contrast.compact.off");
  const html = await read("/", { cookie });
  assert.match(html, /<html lang="ja" data-theme="contrast" data-density="compact"/);
  assert.match(html, /data-keys="off"/);
  assert.match(await read("/", { cookie: "koboshi-look=<x>.y" }), /data-theme="system" data-density="roomy"/);
});

test("every page says what is going on, with the button that takes it, except those that say it themselves", async () => {
  breakShop(web);
  const incident = await web.openIncident();
  const { cookie } = await web.signIn();
  for (const path of ["/services", "/checks", "/map", "/look", "/search", "/vantages", "/incidents"]) {
    const html = await read(path, { cookie });
    assert.match(html, new RegExp(`class="alarm s-down".*action="/i/${incident.id}/acknowledge"`), path);
  }
  for (const path of ["/", `/i/${incident.id}`]) assert.ok(!/class="alarm/.test(await read(path, { cookie })), path);
});
