import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Feeds } from "../../src/observe/feeds/feeds.ts";
import { openFeedBench, type FeedBench } from "../doubles/feed-bench.ts";
import { startWeb, type WebFixture } from "./web-fixture.ts";

const key = "sakura-vps/0";
const item = (guid: string, title: string, text: string): string =>
  `<item><guid>${guid}</guid><title>${title}</title><link>javascript:alert(1)</link><description><![CDATA[${text}]]></description></item>`;
let bench: FeedBench;
let web: WebFixture;

before(async () => {
  bench = await openFeedBench({
    feeds: (url) => [
      { key, match: [], kind: "feed", url: `${url}/rss?secret=hidden` },
      { key: "sakura-vps/1", match: [], kind: "page", url: `${url}/news`, select: "li" },
    ],
    places: [{ key: "ishikari", provider: "sakura-vps", account: null, region: null }],
    hosts: [{ key: "web1", at: "ishikari", address: "203.0.113.7" }],
  });
  bench.answers.set("/rss?secret=hidden", {
    body: `<rss version="2.0"><channel>${item("1", "石狩の保守", "日時:12月3日(木) 2:00〜5:00 対象 203.0.113.7 &lt;img src=x onerror=alert(1)&gt;")}${item("2", "保守", "12月4日(金) 深夜1時〜5時 に再起動します")}</channel></rss>`,
  });
  bench.answers.set("/news", { body: "<p>changed</p>" });
  await bench.feeds().readNow(key);
  await bench.feeds().readNow("sakura-vps/1");
  web = await startWeb();
  const feeds: Feeds = bench.feeds();
  Object.assign(web.deps.feeds, feeds);
});
after(async () => {
  await web.close();
  await bench.close();
});

async function page(path: string, cookie = ""): Promise<string> {
  const answer = await fetch(web.url + path, { headers: { cookie } });
  assert.equal(answer.status, 200, path);
  return answer.text();
}

test("the list shows the notices with what is unsettled, and each source with its trouble in words", async () => {
  const html = await page("/feeds");
  assert.match(html, /石狩の保守/);
  assert.match(html, /「深夜」がどちらの夜か分かりません/);
  assert.match(html, /ページの作りが変わったようです/);
  assert.ok(!html.includes("secret=hidden"));
  const english = await page("/feeds?lang=en");
  assert.match(english, /It is not clear which night is meant/);
  assert.match(english, /nothing is where select says/);
});

test("a search finds Japanese words, and says so when it finds none", async () => {
  const html = await page(`/feeds?q=${encodeURIComponent("石狩")}`);
  assert.match(html, /石狩の保守/);
  assert.ok(!html.includes('href="/feeds/1"'));
  assert.match(await page("/feeds?q=nowhere"), /その言葉を含むお知らせはありません/);
});

test("one notice marks what was read, escapes what is foreign, and links nowhere it should not", async () => {
  const html = await page("/feeds/2");
  assert.match(html, /<mark[^>]*>12月3日\(木\) 2:00〜5:00<\/mark>/);
  assert.ok(!html.includes("<img src=x"));
  assert.ok(!html.includes("javascript:alert"));
  assert.match(html, /host:web1/);
});

test("a person confirms the times, settles what is asked, or says that it is not ours; nobody else can", async () => {
  const form = (path: string, values: Record<string, string>, cookie = ""): Promise<Response> =>
    fetch(web.url + path, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, "content-type": "application/x-www-form-urlencoded", origin: web.url },
      body: new URLSearchParams(values).toString(),
    });
  assert.ok((await form("/feeds/2/confirm", { version: "1" })).status >= 400);
  const { cookie, csrf } = await web.signIn();
  assert.equal((await form("/feeds/2/confirm", { csrf, version: "1" }, cookie)).status, 303);
  assert.match(await page("/feeds/2", cookie), /山田.*が確定しました/s);
  assert.equal((await form("/feeds/1/confirm", { csrf, version: "1" }, cookie)).status, 409);
  const times = { start: "2026-12-05 01:00", end: "2026-12-05 05:00" };
  assert.equal((await form("/feeds/1/confirm", { csrf, version: "1", ...times }, cookie)).status, 303);
  const decided = await bench.feeds().notice(1);
  assert.equal(decided?.notice.proposal?.windows[0]?.startMs, Date.parse("2026-12-05T01:00+09:00"));
  assert.equal((await form("/feeds/1/reject", { csrf, version: "1" }, cookie)).status, 303);
});
