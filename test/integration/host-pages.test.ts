import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startHostWeb } from "./host-web.ts";

let web: Awaited<ReturnType<typeof startHostWeb>>;
before(async () => {
  web = await startHostWeb();
});
after(() => web.close());

async function read(url: string, lang = "ja"): Promise<string> {
  const answer = await web.app.inject({ url, headers: { "accept-language": lang, accept: "text/html" } });
  assert.equal(answer.statusCode, 200, `${url}: ${answer.body.slice(0, 500)}`);
  return answer.body;
}
const textOf = (html: string): string =>
  html
    .slice(html.indexOf("<main"), html.indexOf("</main>"))
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

test("the list puts sick hosts first, says why, and never shows an unread host as well", async () => {
  const html = await read("/hosts");
  assert.deepEqual(
    [...html.matchAll(/href="\/hosts\/([^"/]+)"/g)].map(([, key]) => key),
    ["web1", "new", "db1"],
  );
  const text = textOf(html);
  assert.match(text, /■ 障害 web1 sakura \/var の使用率が 97 % です/);
  assert.match(text, /○ 不明 new 中を読む設定がありません 未確認/);
  assert.match(text, /▲ 注意 db1 SSH ホスト鍵の指紋を確認してください/);
  assert.match(textOf(await read("/hosts", "en")), /■ Down web1 sakura \/var is 97 % full/);
});

test("a host's page has its findings with the next step, its day, and all of its reading, foreign text escaped", async () => {
  const html = await read("/hosts/web1");
  assert.match(textOf(html), /du -xh \/var/);
  assert.equal([...html.matchAll(/<figure class="chart small">/g)].length, 3);
  assert.match(html, /&lt;b>evil|&lt;b&gt;evil/);
  assert.match(textOf(html), /15 3 \* \* \* root backup\.sh/);
  assert.match(textOf(html), /うちセキュリティ 1件 · 再起動が必要です/);
  assert.match(html, /href="\/hosts\/web1\/pack"/);
  const pack = await web.app.inject({ url: "/hosts/web1/pack" });
  assert.match(String(pack.headers["content-disposition"]), /attachment; filename="koboshi-web1\.txt"/);
  const key = textOf(await read("/hosts/db1"));
  assert.match(key, /SHA256:abc .*koboshi host confirm db1 --fingerprint SHA256:abc/);
  assert.match(textOf(await read("/hosts/new")), /koboshi token create agent-new --scope agent/);
});

test("the API tells the same with times as RFC 3339 and the reasons in the language asked for", async () => {
  const list = await web.app.inject({ url: "/api/v1/hosts?lang=en" });
  const { items } = list.json<{ items: { key: string; silence: { message: string } | null }[] }>();
  assert.deepEqual(
    items.map(({ key }) => key),
    ["new", "db1", "web1"],
  );
  assert.equal(items[0]?.silence?.message, "nothing is set up to look inside");
  const one = (await web.app.inject({ url: "/api/v1/hosts/web1?lang=en" })).json<{
    reading: { takenAt: string; cron: { lastDueAt: string }[]; memory: { availableBytes: number } };
    findings: { message: string }[];
  }>();
  assert.match(one.reading.takenAt, /\+09:00$/);
  assert.match(one.reading.cron[0]?.lastDueAt ?? "", /^2026-.*\+09:00$/);
  assert.equal(one.findings[0]?.message, "/var is 97 % full (3.0 GiB free)");
  assert.equal((await web.app.inject({ url: "/api/v1/hosts/none" })).statusCode, 404);
});
