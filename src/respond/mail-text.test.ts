import assert from "node:assert/strict";
import { test } from "node:test";
import { mailColumns } from "../words/fit.ts";
import { flowed, toHtml } from "./mail-text.ts";

/** What a reader's program that knows format=flowed and DelSp shows. */
function unflowed(text: string): string {
  return text
    .split("\r\n")
    .map((line) => (line.startsWith(" ") ? line.slice(1) : line))
    .reduce((all, line) => (all.endsWith(" ") ? `${all.slice(0, -1)}${line}` : `${all}\n${line}`), "\n")
    .slice(2);
}

const japanese =
  "ネットショップの全ページが開けません。東京・大阪・事務所の3か所すべてで確認しました(こちらの回線の問題ではありません)。";
const english =
  "All shop pages fail. Confirmed from Tokyo, Osaka and the office: it is not your own line. Mail is fine, and so is everything else that is watched.";

test("long lines are broken within 38 full-width columns and come out whole again", () => {
  for (const body of [japanese, english, `${english} ${japanese}`, `${japanese}\n\n${english}\n`]) {
    const text = flowed(body);
    for (const line of text.split("\r\n")) assert.ok(mailColumns(line.trimEnd()) <= 76, line);
    assert.equal(unflowed(text), body);
  }
});

test("an address is never broken, however long", () => {
  const url = `https://koboshi.example.jp/i/241/ack?k=${"x".repeat(120)}`;
  assert.ok(
    flowed(`${japanese} ${url} ${japanese}`)
      .split("\r\n")
      .some((line) => line.trim() === url),
  );
});

test("lines that mail programs would take for something else are stuffed", () => {
  assert.equal(flowed("> quoted\n  indented\nFrom here\nFromage"), " > quoted\r\n   indented\r\n From here\r\nFromage");
});

test("no line but a broken one ends with a space", () => {
  assert.equal(flowed("a \nb\t\n"), "a\r\nb\r\n");
});

test("in HTML only our own addresses are links, and nothing from outside is markup", () => {
  const own = "https://koboshi.example.jp/i/241";
  const html = toHtml(
    `<b>"x"</b> & 'y'\nhttps://evil.example/\nsee ${own}/ack?k=1 now\n`,
    [own, `${own}/ack?k=1`],
    "ja",
  );
  assert.match(html, /&lt;b&gt;&quot;x&quot;&lt;\/b&gt; &amp; &#39;y&#39;<br>/);
  assert.equal(html.match(/<a /g)?.length, 1);
  assert.ok(html.includes(`see <a href="${own}/ack?k=1">${own}/ack?k=1</a> now`));
  assert.match(html, /<html lang="ja">/);
  assert.doesNotMatch(html, /<img|src=|url\(/);
});
