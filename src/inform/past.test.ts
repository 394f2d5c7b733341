import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { test } from "node:test";
import {
  minuteMs,
  modelOf,
  pageCases,
  pastWith,
  siteStatus,
  siteWithPage,
  stampAt,
} from "../../test/doubles/page-facts.ts";
import { pageEdition } from "./edition.ts";
import { renderStatusPage } from "./html.tsx";

const mostBytes = 6_000;

test("each service shows its 90 days, as ticks and as time beside the ratio", () => {
  const html = renderStatusPage(pageCases.ok(), "ja");
  assert.match(
    html,
    /<svg class="bars" viewBox="0 0 90 10"[^>]*aria-label="過去90日: 90日間の停止 1時間31分 \(99\.93 %\)"/,
  );
  assert.match(html, /class="b-down" d="M80 5h1"/);
  assert.match(html, /90日間の停止はありません/);
  assert.match(renderStatusPage(pageCases.ok(), "en"), /stopped 1 h 31 min in 90 days \(99\.93 %\)/);
});

test("the whole page with its strips stays small on the line", () => {
  for (const model of [pageCases.ok(), pageCases.down()]) {
    const bytes = gzipSync(renderStatusPage(model, "ja")).length;
    assert.ok(bytes <= mostBytes, `${bytes}`);
  }
});

function edition(downMs: number, extraMs: number): string {
  const past = pastWith("shop", downMs);
  const days = past.days.map((day, index) => (index === 89 ? { ...day, lengthMs: day.lengthMs - extraMs } : day));
  const status = siteStatus({ shop: { state: "ok" } });
  const facts = { site: siteWithPage({ show: ["shop"] }), status, incidents: [], at: stampAt(0) };
  return pageEdition(modelOf({ ...facts, past: new Map([["shop", { ...past, days }]]) })).saying;
}

test("a second more of record is no news; a stop is", () => {
  assert.equal(edition(0, 0), edition(0, 5_000));
  assert.notEqual(edition(0, 0), edition(minuteMs, 0));
});

test("a page without a past is whole", () => {
  const html = renderStatusPage(pageCases.unknown(), "ja");
  assert.ok(!html.includes('class="bars"'));
});
