import assert from "node:assert/strict";
import { test } from "node:test";
import { readMoment } from "./moment.ts";
import { readApiAlerts, readWebhook } from "./read.ts";

const nowMs = Date.UTC(2026, 10, 21, 17, 12);

function api(...items: unknown[]): ReturnType<typeof readApiAlerts> {
  return readApiAlerts(items, nowMs);
}

function whyNot(result: ReturnType<typeof readApiAlerts>): string {
  assert.ok(!result.ok);
  return `${result.error.code} ${result.error.facts["item"] ?? ""} ${result.error.facts["what"] ?? ""}`.trim();
}

test("moments are read as RFC 3339 writes them, on leap days and with offsets", () => {
  for (const text of [
    "2026-11-22T02:12:00+09:00",
    "2024-02-29T23:59:59.999Z",
    "1999-12-31T00:00:00-05:30",
    "2000-03-01T00:00:00Z",
  ])
    assert.equal(readMoment(text), Date.parse(text), text);
  assert.equal(readMoment("2026-11-22T02:12:00.123456789Z"), Date.parse("2026-11-22T02:12:00.123Z"));
  for (const text of ["", "2026-11-22", "2026-13-01T00:00:00Z", "yesterday", "2026-11-22T02:12:00"])
    assert.equal(readMoment(text), null, text);
});

test("the same labels are the same alert, whatever their order and their empty ones", () => {
  const read = api(
    { labels: { alertname: "Down", instance: "web1:9100" } },
    { labels: { instance: "web1:9100", alertname: "Down", team: "" } },
    { labels: { alertname: "Down", instance: "web2:9100" } },
    { labels: { alertname: "Down1:instance", x: "" } },
  );
  assert.ok(read.ok);
  const [a, b, c] = read.value.map(({ fingerprint }) => fingerprint);
  assert.equal(a, b);
  assert.notEqual(a, c);
});

test("an end in the past means resolved, Go's zero time means none", () => {
  const labels = { alertname: "Down" };
  const read = api(
    { labels, startsAt: "2026-11-21T17:00:00Z", endsAt: "2026-11-21T17:11:00Z" },
    { labels, endsAt: "0001-01-01T00:00:00Z" },
    { labels, endsAt: "2026-11-21T17:16:00Z" },
    { labels, endsAt: "2026-11-21T17:11:00Z" },
  );
  assert.ok(read.ok);
  assert.deepEqual(
    read.value.map(({ firing }) => firing),
    [false, true, true, false],
  );
  assert.equal(read.value[1]?.endsAtMs, null);
});

test("one wrong item refuses the whole request and is named by its number", () => {
  const good = { labels: { alertname: "Down" } };
  assert.equal(whyNot(api(good, {})), "KB1401 2 labels: {…}");
  assert.equal(whyNot(api(good, good, "x")), "KB1401 3 an object");
  assert.equal(whyNot(api({ labels: { alertname: 5 } })), 'KB1401 1 labels.alertname: "…"');
  assert.equal(whyNot(api({ labels: { a: "" } })), "KB1401 1 labels: { alertname: … }");
  assert.match(whyNot(api({ ...good, startsAt: "soon" })), /^KB1401 1 startsAt: 2026/);
  assert.match(whyNot(api({ ...good, startsAt: "2026-11-22T00:00:00Z", endsAt: "2026-11-21T00:00:00Z" })), /endsAt/);
  assert.match(whyNot(api({ labels: { a: "x".repeat(5_000) } })), /labels\.a ≤ 2048/);
  assert.match(whyNot(readApiAlerts({}, nowMs)), /^KB1401/);
  assert.match(
    whyNot(
      readApiAlerts(
        Array.from({ length: 10_001 }, () => good),
        nowMs,
      ),
    ),
    /^KB1403/,
  );
});

test("names like __proto__ are only names, and texts are bounded", () => {
  const read = readApiAlerts(
    JSON.parse(
      '[{"labels":{"__proto__":"x","alertname":"A"},"annotations":{"summary":"' + "y".repeat(9_000) + '","n":1}}]',
    ),
    nowMs,
  );
  assert.ok(read.ok);
  assert.deepEqual(Object.keys(read.value[0]?.labels ?? {}), ["__proto__", "alertname"]);
  assert.equal(read.value[0]?.annotations["summary"]?.length, 4_000);
});

test("the webhook is version 4, and each alert says its own state", () => {
  const alert = {
    labels: { alertname: "Down" },
    status: "firing",
    startsAt: "2026-11-21T17:00:00Z",
    endsAt: "0001-01-01T00:00:00Z",
  };
  const read = readWebhook(
    { version: "4", status: "firing", alerts: [alert, { ...alert, status: "resolved" }] },
    nowMs,
  );
  assert.ok(read.ok);
  assert.deepEqual(
    read.value.map(({ firing }) => firing),
    [true, false],
  );
  assert.match(whyNot(readWebhook({ version: "3", alerts: [] }, nowMs)), /^KB1402/);
  assert.match(whyNot(readWebhook({ version: "4", alerts: [{ ...alert, status: "odd" }] }, nowMs)), /status/);
});
