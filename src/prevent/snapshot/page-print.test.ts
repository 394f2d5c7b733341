import assert from "node:assert/strict";
import { test } from "node:test";
import { printOf } from "./page-print.ts";

function page(text: string, extra = ""): string {
  return `<!doctype html><html><head><title> 通販 トップ </title>${extra}</head><body>${text}</body></html>`;
}

function hash(text: string): string {
  return printOf(200, text).textHash;
}

test("numbers, dates and what nobody reads do not make another page", () => {
  const first = page("<h1>ようこそ</h1><p>2026年11月22日(日) 12:03 在庫 1,234 点</p>", "<script>var t=1</script>");
  const second = page(
    "<h1>ようこそ</h1>\n<!-- b --><p>2026年11月23日(月) 9:58 在庫 98 点</p>",
    "<script>var t=2</script>",
  );
  assert.equal(hash(first), hash(second));
  assert.equal(
    hash(page("Updated Sun, 22 Nov 2026 11:03 PM")),
    hash(page("Updated Monday, 1 December 2026 7:15 a.m.")),
  );
});

test("another text, a default page and a maintenance page are other pages", () => {
  const shop = page("<h1>ようこそ</h1>");
  for (const other of [page("<h1>ただいまメンテナンス中です</h1>"), page("<h1>It works!</h1>"), page("")]) {
    assert.notEqual(hash(shop), hash(other));
  }
});

test("the title is kept as people see it, and what is no page has none", () => {
  assert.equal(printOf(200, page("a")).title, "通販 トップ");
  const json = printOf(503, '{"ok":false,"at":1795325080}');
  assert.deepEqual([json.title, json.status], ["", 503]);
  assert.equal(json.textHash, hash('{"ok":false,"at":1795325999}'));
  assert.equal(printOf(200, "<title>A</title>text").textBytes, 4);
});

test("a page that is made to be hard to read is read in no time", () => {
  const deep = "<div>".repeat(50_000);
  assert.equal(printOf(200, `${deep}x`).textBytes, 1);
  assert.equal(printOf(200, `<p>${"1 ".repeat(300_000)}</p>`).textBytes, 1);
});
