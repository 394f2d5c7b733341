import assert from "node:assert/strict";
import { test } from "node:test";
import { baseCss, styleHash } from "./css.ts";
import { escapeXml, printable } from "./html.ts";
import { renderPage } from "./layout.tsx";
import { Glyph, StateMark, Time } from "./parts.tsx";

const atMs = Date.UTC(2026, 10, 21, 17, 12, 0);

test("a page names its language, carries its style and needs nothing else", () => {
  const html = renderPage({ lang: "ja", title: "題", body: <h1>こぼし</h1> });
  assert.match(html, /^<!doctype html><html lang="ja">/);
  assert.ok(html.includes(`<style>${baseCss}</style>`));
  assert.ok(!/<script|\shref="(?!#)|\ssrc=/.test(html));
  assert.ok(html.includes('<a class="skip" href="#main">本文へ</a>'));
});

test("a stylesheet's address replaces the inline style", () => {
  const html = renderPage({ lang: "en", title: "t", body: null, stylesheet: "/style.css" });
  assert.ok(html.includes('<link rel="stylesheet" href="/style.css"') && !html.includes("<style>"));
});

test("foreign text stays text, in the title, in the body and in attributes", () => {
  const foreign = `</title><script>alert("x")</script>&'\u0000\u001b[31m`;
  const html = renderPage({ lang: "en", title: foreign, body: <p title={foreign}>{foreign}</p> });
  assert.ok(!html.includes("<script") && !html.includes("\u0000") && !html.includes("\u001b"));
  assert.equal(html.match(/<\/title>/g)?.length, 1);
});

test("XML text loses what XML cannot carry", () => {
  assert.equal(escapeXml(`a<b>&"'`), "a&lt;b&gt;&amp;&quot;&#39;");
  assert.equal(printable("a\u0000\ud800b\uffff😀\n"), "a\ufffd\ufffdb\ufffd😀\n");
});

test("a state is shape, word and colour together", () => {
  const html = renderPage({ lang: "ja", title: "", body: <StateMark state="down" lang="ja" /> });
  assert.ok(html.includes('<span class="mark c-down"><span aria-hidden="true">■</span> 障害</span>'));
  const own = renderPage({ lang: "ja", title: "", body: <StateMark state="down" lang="ja" word="停止" /> });
  assert.ok(own.includes("</span> 停止</span>"));
  assert.ok(renderPage({ lang: "ja", title: "", body: <Glyph state="paused" /> }).includes("⏸\ufe0e"));
});

test("a time is written for people and for machines", () => {
  const html = renderPage({
    lang: "ja",
    title: "",
    body: <Time atMs={atMs} zone="Asia/Tokyo" lang="ja" show="full" />,
  });
  assert.ok(html.includes('<time datetime="2026-11-22T02:12:00+09:00">2026年11月22日(日) 2:12 JST</time>'));
});

test("the style's hash is what a browser computes", () => {
  assert.match(styleHash("a"), /^'sha256-ypeBEsobvcr6wjGzmiPcTaeG7\/gUfE5yuYB3ha\/uSLs='$/);
});
