import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stampNow, later } from "../../src/kernel/clock.ts";
import type { Host } from "../../src/kernel/model/site.ts";
import type { ProviderAnnouncement } from "../../src/kernel/ports-feeds.ts";
import type { PeopleReport } from "../../src/kernel/ports-people.ts";
import { unlooked } from "../doubles/bare-site.ts";
import { launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { noFeeds } from "../doubles/no-feeds.ts";
import { noPeople } from "../doubles/no-people.ts";
import { ask, startWeb, testSite, type WebFixture } from "./web-fixture.ts";
import { createInspector, type Inspector } from "./web-inspect.ts";

const web1: Host = {
  key: "web1",
  at: "ishikari",
  address: "203.0.113.7",
  segment: null,
  user: null,
  port: 22,
  hostKey: null,
  privateKey: null,
  ...unlooked,
};
let web: WebFixture;
let browser: TestBrowser;
let reader: Inspector;

before(async () => {
  web = await startWeb({
    site: testSite({
      hosts: new Map([["web1", web1]]),
      places: new Map([
        ["ishikari", { key: "ishikari", provider: "sakura-vps", account: null, region: null }],
        ["rack", { key: "rack", provider: "own-rack", account: null, region: null }],
      ]),
      providers: new Map([
        ["conoha", { key: "conoha", support: { phone: null, account: null, console: null }, links: [], feeds: [] }],
      ]),
    }),
  });
  browser = await launchBrowser();
  reader = await createInspector(web, browser);
});
after(async () => {
  await browser.close();
  await web.close();
});

async function read(path: string, lang = "ja"): Promise<string> {
  const answer = await ask(`${web.url}${path}`, { headers: { "accept-language": lang } });
  assert.equal(answer.status, 200, `${path}: ${answer.text.slice(0, 300)}`);
  return answer.text;
}
const textOf = (html: string): string =>
  html
    .slice(html.indexOf("<main"), html.indexOf("</main>"))
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

function announcement(change: Partial<ProviderAnnouncement> = {}): ProviderAnnouncement {
  return {
    noticeId: 7,
    provider: "sakura-vps",
    title: "石狩の保守 <img src=x onerror=alert(1)>",
    phase: "ongoing",
    kind: "maintenance",
    startMs: web.clock.nowMs() - 3_600_000,
    endMs: web.clock.nowMs() + 3_600_000,
    certain: false,
    hosts: [{ host: "web1", confidence: 0.95 }],
    confidence: 0.95,
    ...change,
  };
}

function report(id: number, change: Partial<PeopleReport> = {}): PeopleReport {
  return {
    id,
    at: later(stampNow(web.clock), -60_000 * id),
    service: "shop",
    canReach: false,
    device: "phone",
    network: "mobile",
    isp: null,
    comment: null,
    tried: null,
    source: `source-${id}`,
    ...change,
  };
}

test("the page of notices shows the lines to paste for providers nobody reads, and says when none is known", async () => {
  const html = await read("/feeds");
  const text = textOf(html);
  assert.match(text, /まだ読んでいない提供元/);
  assert.match(
    html,
    /providers:\n {2}# さくらインターネット: アドレスは未確認です[^\n]*\n {2}sakura-vps:\n {4}notices:/,
  );
  assert.match(text, /conoha[(\uFF08]ConoHa[)\uFF09]: koboshi\.yml の providers の conoha の下に/);
  assert.match(text, /own-rack: お知らせの場所が koboshi に登録されていません/);
  assert.match(textOf(await read("/feeds", "en")), /these addresses were not checked/);
  await reader.inspect("/feeds", "sakura-vps:");
});

test("an incident has neither section while nobody said anything", async () => {
  const { id } = await web.openIncident();
  const html = await read(`/i/${id}`);
  assert.ok(!html.includes('id="announced"') && !html.includes('id="said"'));
});

test("an incident shows what the provider announced of its host, and what people said of its services in its time", async () => {
  Object.assign(web.deps, {
    feeds: { ...noFeeds, current: () => [announcement(), announcement({ noticeId: 8, provider: "aws" })] },
    people: {
      ...noPeople,
      reports: async () => [
        report(1, { comment: "<script>alert(1)</script> 画面が白いまま" }),
        report(2, { network: "home", source: "source-1" }),
        report(3, { canReach: true }),
        report(4, { service: "mail", comment: "not about it" }),
        report(40, { comment: "before it began" }),
      ],
    },
  });
  const { id } = await web.openIncident();
  const html = await read(`/i/${id}`);
  const text = textOf(html);
  assert.match(html, /href="\/feeds\/7"/);
  assert.ok(!html.includes('href="/feeds/8"'));
  assert.match(text, /◆ メンテナンス \/ 進行中/);
  assert.match(text, /確からしさ 95%[(\uFF08]web1/);
  assert.match(text, /時間か対象がはっきりしません/);
  assert.match(text, /「使えない」2件[(\uFF08]送り手 1[)\uFF09] · 「使える」1件/);
  assert.match(text, /携帯電話の回線 1 · 自宅の回線 1/);
  assert.match(text, /画面が白いまま/);
  assert.doesNotMatch(text, /not about it|before it began/);
  assert.doesNotMatch(html, /<img src=x|<script>alert/);
  const english = textOf(await read(`/i/${id}`, "en"));
  assert.match(english, /maintenance \/ under way .*95% sure \(web1\)/);
  assert.match(english, /does not work&quot;: 2 \(senders: 1\)/);
  await reader.inspect(`/i/${id}`, 'id="announced"');
});

/** So many reports that none is the last. */
async function endless({ limit, before: id = 100_000 }: { limit: number; before?: number }): Promise<PeopleReport[]> {
  return Array.from({ length: limit }, (_, nth) => ({ ...report(1), id: id - nth - 1 }));
}

test("an incident's page stays whole when reports cannot be read, and says when there are too many", async () => {
  const { id } = await web.openIncident();
  Object.assign(web.deps, { people: { ...noPeople, reports: () => Promise.reject(new Error("disk")) } });
  assert.match(textOf(await read(`/i/${id}`)), /利用者からの報告を読めませんでした/);
  Object.assign(web.deps, { people: { ...noPeople, reports: endless } });
  assert.match(textOf(await read(`/i/${id}`)), /「使えない」2000件.*一部です/);
  Object.assign(web.deps, { people: noPeople });
});
