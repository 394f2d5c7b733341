import assert from "node:assert/strict";
import { test } from "node:test";
import type { NumberedLine } from "../../storage/telemetry/telemetry.ts";
import { createTemplateWatch, type TemplateNews, type TemplateWatch } from "./template-watch.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function line(atMs: number, templateId: string, severity: number | null = 6): NumberedLine {
  return { atMs, templateId, severity, source: "web1:/var/log/app.log", host: "web1", text: templateId, seq: atMs };
}

/** One line of `usual` a minute over so many hours. */
function learnt(hours: number): TemplateWatch {
  const watch = createTemplateWatch(null);
  for (let minute = 0; minute < hours * 60; minute++) watch.note(line(minute * minuteMs, "usual"));
  return watch;
}

function burst(watch: TemplateWatch, fromMs: number, count: number): TemplateNews[] {
  return Array.from({ length: count }, (_, nth) => watch.note(line(fromMs + nth * 100, "usual"))).filter(
    (news) => news !== null,
  );
}

test("while a source is learnt only errors are news; after a day everything never seen is", () => {
  const watch = learnt(2);
  assert.equal(watch.note(line(2 * hourMs, "a")), null);
  assert.equal(watch.note(line(2 * hourMs, "b", 3))?.what, "new");
  assert.equal(watch.note(line(2 * hourMs, "b", 3)), null);
  const after = learnt(25);
  assert.equal(after.note(line(25 * hourMs, "c"))?.what, "new");
  assert.equal(after.note(line(25 * hourMs, "usual")), null);
});

test("ten times the usual, and more than twenty, is a burst that is told once", () => {
  const watch = learnt(3);
  const news = burst(watch, 3 * hourMs, 80);
  assert.deepEqual(
    news.map(({ what, count }) => ({ what, count })),
    [{ what: "burst", count: 51 }],
  );
  assert.ok(Math.abs((news[0]?.usual ?? 0) - 5) < 0.5);
  assert.deepEqual(burst(learnt(3), 3 * hourMs, 30), []);
});

test("what was learnt is known after a restart", () => {
  const again = createTemplateWatch(learnt(25).save());
  assert.equal(again.note(line(26 * hourMs, "usual")), null);
  assert.equal(again.note(line(26 * hourMs, "other"))?.what, "new");
});
