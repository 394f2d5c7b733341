import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { KoboshiError } from "../../src/kernel/errors.ts";
import { later, stampNow } from "../../src/kernel/clock.ts";
import { webPages } from "../../src/web/routes.ts";
import { ask, breakShop, check, healthyWorld, startWeb, testSite, type WebFixture } from "./web-fixture.ts";

let web: WebFixture;
before(async () => {
  web = await startWeb();
});
beforeEach(() => {
  Object.assign(web.world, healthyWorld(web.clock));
});
after(() => web.close());

async function home(lang: "ja" | "en" = "ja"): Promise<string> {
  return (await ask(web.url, { headers: { "accept-language": lang } })).text;
}
const verdictOf = (html: string): string =>
  (/<h1 id="verdict">(.*?)<\/h1>/.exec(html)?.[1] ?? "").replace(/<[^>]*>/g, "");
const titleOf = (html: string): string => /<title>(.*?)<\/title>/.exec(html)?.[1] ?? "";
const textOf = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

test("healthy: one calm sentence, what is watched, and when it last was not", async () => {
  const html = await home();
  assert.equal(verdictOf(html), "● すべて正常です");
  assert.equal(titleOf(html), "● すべて正常です — koboshi");
  assert.match(textOf(html), /3サービスを 3か所から見守っています。/);
  assert.match(textOf(html), /これまで障害はありません/);
  assert.match(textOf(html), /8秒前に確認/);
  assert.match(textOf(html), /監視の鼓動: 1秒前/);
  assert.equal(verdictOf(await home("en")), "● All is well");
});

test("empty: one sentence, the three lines to write, and how to go on", async () => {
  web.world.site = testSite({ services: new Map() });
  web.world.checks = [];
  const html = await home("en");
  assert.equal(verdictOf(html), "○ Nothing is watched yet");
  assert.match(html, /<pre>version: 1\nservices: \{ www: https:\/\/www\.example\.com \}\npeople: /);
  assert.match(textOf(html), /koboshi up/);
});

test("unknown is never shown as healthy, and says what is missing", async () => {
  web.world.checks = web.world.checks.map((one) => check(web.clock, { service: one.service, state: "unknown" }));
  web.world.vantages = web.world.vantages.map((one) => ({ ...one, state: one.name === "事務所" ? "silent" : "ok" }));
  const html = await home();
  assert.equal(verdictOf(html), "○ 判断できません: 3か所のうち 1か所(事務所)から見えていません");
  assert.ok(!/●[^]*?正常/.test(verdictOf(html)));
  web.world.vantages = healthyWorld(web.clock).vantages;
  assert.match(verdictOf(await home("en")), /^○ I cannot judge: no reading of .+ yet$/);
});

test("stale: checks that do not run make no green, whatever they said last", async () => {
  web.world.pulseAgeMs = 95_000;
  const html = await home();
  assert.equal(verdictOf(html), "○ 判断できません: 監視が 1分 動いていません");
  assert.match(textOf(html), /監視が 1分 動いていません/);
});

test("error: a status that cannot be read says so with its code, and is no green", async () => {
  web.world.broken = new KoboshiError("KB2002", { file: "ledger.sqlite" });
  const html = await home();
  assert.match(verdictOf(html), /^○ 判断できません/);
  assert.match(textOf(html), /履歴を読めません\(KB2002\)/);
  assert.ok(!textOf(html).includes("監視と通知は動いています"), "nothing is claimed that is not known");
});

test("nothing can be sent: that is the first line, with what to do", async () => {
  web.world.attentions = [{ code: "no-channel", level: "down", facts: {} }];
  const html = await home();
  assert.equal(verdictOf(html), "■ 通知を送る手段がありません");
  assert.match(textOf(html), /notify\.channels/);
});

test("incident: what is down, for whom, since when, seen from where, next step, who is told next", async () => {
  breakShop(web);
  const incident = await web.openIncident();
  const html = await home();
  const text = textOf(html.slice(html.indexOf("<main")));
  assert.equal(verdictOf(html), "■ ネットショップが止まっています");
  assert.equal(titleOf(html), "(1) ■ ネットショップ — koboshi");
  for (const said of [
    "1:53 から 19分。",
    "影響: ネットショップ。",
    "◇ つながって影響あり: 会員ページ。",
    "メールは正常です。",
    "東京 ✕",
    "サーバに入り、プログラムが待ち受けているか確かめる",
    "押されないとき: 2:22 に佐藤さんへ連絡します(mail)",
    "ネットショップ のため",
    `koboshi ack ${incident.id}`,
  ]) {
    assert.ok(text.includes(said), said);
  }
  const order = ["止まっています", "影響:", "東京 ✕", "ログインして対応する", "次にすること", "サービス"].map((word) =>
    text.indexOf(word),
  );
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
    "verdict, scope, action, next step, then the rest",
  );
  await endAll();
});

async function endAll(): Promise<void> {
  await web.ledger.transaction(async (tx) => {
    for (const incident of await tx.incidents({ state: "open", limit: 100 })) {
      await tx.updateIncident({ ...incident, state: "resolved", resolvedAt: stampNow(web.clock), resolvedBy: "auto" });
    }
  });
}

test("several incidents: the count leads, the gravest comes first", async () => {
  breakShop(web);
  const small = await web.openIncident({ severity: "warning", subject: "service:mail", services: ["mail"] });
  const grave = await web.openIncident();
  const html = await home("en");
  assert.equal(verdictOf(html), "■ There are 2 incidents");
  assert.equal(titleOf(html), "(2) ■ ネットショップ — koboshi");
  assert.ok(html.includes(`href="/i/${small.id}"`) && html.includes(`href="/i/${grave.id}"`));
  await endAll();
});

test("a quiet incident wakes nobody and does not paint Home red", async () => {
  await web.openIncident({ quiet: true, affected: [] });
  const html = await home();
  assert.equal(verdictOf(html), "● すべて正常です");
  assert.match(textOf(html), /静かな記録/);
  await endAll();
});

test("the public page is never shown greener than its last verified publish", async () => {
  const publish = [{ kind: "folder" as const, key: "cloud", at: null, path: "/srv/www" }];
  const contact = { phone: null, hours: null, mail: null };
  web.world.site = testSite({ statusPage: { title: "稼働状況", langs: ["ja"], show: ["shop"], publish, contact } });
  assert.match(textOf(await home()), /まだ一度も掲載を確認できていません/);
  const verified = {
    target: "cloud",
    verifiedHash: "00",
    verifiedAt: stampNow(web.clock),
    verifiedState: "ok",
    lastTriedAt: stampNow(web.clock),
  };
  await web.ledger.transaction(async (tx) => tx.putPublication({ ...verified, lastError: null }));
  assert.match(textOf(await home()), /● 掲載中: 正常/);
  await web.ledger.transaction(async (tx) => tx.putPublication({ ...verified, lastError: "timeout" }));
  const html = textOf(await home());
  assert.ok(!html.includes("掲載中: 正常"));
  assert.match(html, /最後の掲載に失敗しました: 時間内に終わりませんでした/);
});

test("no page changes anything by being looked at, however it is asked", async () => {
  breakShop(web);
  const incident = await web.openIncident();
  const token = await web.linkToken(incident, "yamada");
  const { cookie } = await web.signIn();
  const paths = webPages.map((path) =>
    path.replace(":id", String(incident.id)).replace(":key", "shop").replace(":check", "shop%2Fhttp"),
  );
  const asked = [...paths, `/i/${incident.id}/ack?k=${token}`, "/?lang=en", "/incidents?before=9", "/nope", "/logout"];
  const state = async (): Promise<string> =>
    JSON.stringify([
      await web.ledger.read.lastSeq(),
      await web.ledger.read.incident(incident.id),
      await web.ledger.read.deliveriesOf(incident.id),
      await web.ledger.read.unsentDeliveries(),
    ]);
  const untouched = await state();
  for (const method of ["GET", "HEAD"]) {
    for (const path of asked) {
      for (const purpose of [{}, { purpose: "prefetch" }, { "sec-purpose": "prefetch;prerender" }]) {
        await ask(web.url + path, { method, headers: { cookie, ...purpose } });
      }
    }
  }
  assert.equal(await state(), untouched);
  for (const verb of ["acknowledge", "note", "assign", "resolve"]) {
    const answer = await ask(`${web.url}/i/${incident.id}/${verb}`, { headers: { cookie } });
    assert.equal(answer.status, 404, `GET ${verb}`);
  }
  await endAll();
});

test("every page keeps to itself: no foreign code, frame, referrer or cache", async () => {
  for (const path of ["/", "/incidents", "/login", "/nope", "/i/999/ack?k=x"]) {
    const { headers, text } = await ask(web.url + path);
    const csp = String(headers["content-security-policy"]);
    assert.match(csp, /^default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'self'/, path);
    assert.match(csp, /form-action 'self'; frame-ancestors 'none'; base-uri 'none'/);
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers["referrer-policy"], "same-origin");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.ok(
      !/<script(?! type="module" src="\/assets\/)/.test(text) && !/ style="/.test(text) && !/ on\w+="/.test(text),
    );
  }
});

function safe(html: string): void {
  assert.ok(!html.includes("<script>alert") && !html.includes("<img"), html.slice(0, 200));
  assert.ok(html.includes("&lt;script>") || html.includes("&lt;script&gt;"));
}

test("names and errors from anywhere are text, on every page", async () => {
  const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
  const { site } = web.world;
  web.world.site = {
    ...site,
    name: hostile,
    services: new Map([["shop", { key: "shop", name: hostile, on: null, needs: [], priority: 2 }]]),
    people: new Map([...site.people].map(([key, person]) => [key, { ...person, name: hostile + key }])),
    vantages: new Map([[hostile, { name: hostile, at: null, lan: null, isp: null, token: null }]]),
  };
  web.world.checks = [check(web.clock, { service: "shop", name: hostile, state: "down" })];
  web.world.attentions = [{ code: "channel-failing", level: "warning", facts: { channel: hostile, error: hostile } }];
  web.world.vantages = [{ name: hostile, state: "silent", lastSeenAt: null, clockOffsetMs: null }];
  const scope = { id: "service", reach: "everyone", failingFrom: [hostile], workingFrom: [], reasons: [] } as const;
  const incident = await web.openIncident({ scope });
  const { cookie, csrf } = await web.signIn();
  const token = await web.linkToken(incident, "yamada");
  await web.ledger.transaction(async (tx) => {
    const [stored] = await tx.signalsOf(incident.id);
    assert.ok(stored !== undefined);
    const { incidentId: _id, ...signal } = stored;
    await tx.updateSignal({ ...signal, error: { code: "x", text: hostile } }, incident.id);
  });
  const note = await ask(`${web.url}/i/${incident.id}/note`, { headers: { cookie }, form: { csrf, text: hostile } });
  assert.equal(note.status, 303);
  const hostilePaths = ["/services", "/services/shop", "/checks", "/checks/shop%2Fhttp", "/map", "/vantages"];
  const searched = `/search?q=${encodeURIComponent(hostile)}`;
  const known = ["/", "/incidents", `/i/${incident.id}`, `/i/${incident.id}/ack?k=${token}`, "/login"];
  for (const path of [...known, ...hostilePaths, searched, `/services?q=${encodeURIComponent(hostile)}`]) {
    for (const lang of ["ja", "en"]) {
      safe((await ask(`${web.url}${path}`, { headers: { cookie, "accept-language": lang } })).text);
    }
  }
  const refused = await ask(`${web.url}/i/${incident.id}/resolve`, { headers: { cookie }, form: { csrf, reason: "" } });
  safe(refused.text);
  await endAll();
});

test("the language is the one asked for, chosen before, preferred by the browser, or the site's", async () => {
  const langOf = async (path: string, headers: Record<string, string> = {}): Promise<string | undefined> =>
    /<html lang="(..)"/.exec((await ask(web.url + path, { headers })).text)?.[1];
  assert.equal(await langOf("/"), "ja");
  assert.equal(await langOf("/", { "accept-language": "en-GB,en;q=0.9" }), "en");
  assert.equal(await langOf("/", { "accept-language": "en", cookie: "koboshi-lang=ja" }), "ja");
  assert.equal(await langOf("/?lang=en", { cookie: "koboshi-lang=ja" }), "en");
  const answer = await ask(`${web.url}/?lang=en`);
  assert.match(String(answer.headers["set-cookie"]), /^koboshi-lang=en; Path=\/; /);
});

test("addresses that are not there, and our own faults, are said in both languages", async () => {
  for (const [lang, words] of [
    ["ja", "このページはありません"],
    ["en", "There is no such page"],
  ] as const) {
    for (const path of ["/nope", "/i/99999", "/i/abc", "/i/0", "/i/1e3"]) {
      const answer = await ask(web.url + path, { headers: { "accept-language": lang } });
      assert.equal(answer.status, 404, path);
      assert.ok(answer.text.includes(words), path);
    }
  }
  const json = await ask(`${web.url}/api/v1/nope`, { headers: { accept: "application/json" } });
  assert.deepEqual([json.status, JSON.parse(json.text).error.code], [404, "KB1002"]);
  web.world.site = { ...testSite(), timeZone: "Nowhere/Land" };
  const fault = await ask(web.url, { headers: { "accept-language": "ja" } });
  assert.equal(fault.status, 500);
});

test("a form that is too long or of another kind is refused, not crashed on", async () => {
  const { cookie, csrf } = await web.signIn();
  const incident = await web.openIncident();
  const url = `${web.url}/i/${incident.id}/note`;
  const long = await ask(url, { headers: { cookie }, form: { csrf, text: "x".repeat(70_000) } });
  assert.ok(long.status === 400 || long.status === 413, String(long.status));
  const list = await ask(`${url}?csrf=${csrf}`, { headers: { cookie }, form: { "csrf[]": csrf, text: "x" } });
  assert.equal(list.status, 403);
  await endAll();
});

test("an old incident keeps its room: how long it took, who ended it, and no buttons", async () => {
  const incident = await web.openIncident({
    state: "resolved",
    resolvedAt: later(stampNow(web.clock), -60_000),
    resolvedBy: "yamada",
  });
  const { cookie } = await web.signIn();
  const { text } = await ask(`${web.url}/i/${incident.id}`, { headers: { cookie } });
  assert.match(textOf(text), /1:53 から 2:11 まで 18分。/);
  assert.match(textOf(text), /山田さんが終わらせました/);
  assert.ok(!/action="\/i\//.test(text));
});

function ids(html: string): string[] {
  return [...html.matchAll(/href="\/i\/(\d+)"/g)].map(([, id]) => id ?? "");
}

test("many incidents are paged, and the last page says so", async () => {
  for (let count = 0; count < 51; count++) {
    await web.openIncident({ state: "resolved", resolvedAt: stampNow(web.clock), resolvedBy: "auto" });
  }
  const first = (await ask(`${web.url}/incidents`)).text;
  const next = /href="(\/incidents\?before=\d+)"/.exec(first)?.[1];
  assert.ok(next !== undefined);
  const second = (await ask(web.url + next)).text;
  assert.equal(ids(first).length, 50);
  assert.equal(new Set([...ids(first), ...ids(second)]).size, ids(first).length + ids(second).length);
  assert.match((await ask(`${web.url}/incidents?before=1`)).text, /これより前の障害はありません/);
});
