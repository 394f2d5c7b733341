import assert from "node:assert/strict";
import { test } from "node:test";
import {
  incidentOf,
  minuteMs,
  modelOf,
  nightMs,
  pageCases,
  resolvedIncident,
  siteStatus,
  siteWithPage,
  stampAt,
  untold,
  type ServiceGiven,
} from "../../test/doubles/page-facts.ts";
import { componentId } from "../kernel/model/component.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { SiteStatus } from "../kernel/model/status.ts";
import { isGreener, pageModel, type PageModel } from "./page.ts";
import { headline } from "./sentences.ts";

const at = stampAt(nightMs);
const site = siteWithPage();

function model(
  services: Readonly<Record<string, ServiceGiven>>,
  given: Partial<Pick<SiteStatus, "verdict" | "pulseAgeMs">> & { readonly incidents?: readonly Incident[] } = {},
): PageModel {
  const all = { shop: { state: "ok" }, mail: { state: "ok" }, admin: { state: "ok" }, ...services } as const;
  const { incidents = [], ...status } = given;
  return modelOf({ site, status: siteStatus(all, status), incidents: untold(...incidents), at });
}

test("the page is what its worst service is", () => {
  assert.equal(model({}).state, "ok");
  assert.equal(model({ mail: { state: "warning" } }).state, "warning");
  assert.equal(model({ mail: { state: "warning" }, shop: { state: "down" } }).state, "down");
  assert.equal(model({ mail: { state: "maintenance" } }).state, "maintenance");
  assert.equal(model({ mail: { state: "paused" } }).state, "paused");
  assert.equal(pageCases.empty().state, "empty");
});

test("a service that is not shown changes nothing", () => {
  const shown = model({ db: { state: "down" } });
  assert.equal(shown.state, "ok");
  assert.ok(!JSON.stringify(shown).includes("db"));
});

test("an affected service is down for customers once its own checks fail, and says what it suffers from", () => {
  const db = componentId("service", "db");
  const only = model({ shop: { state: "affected", because: db } });
  assert.deepEqual([only.state, only.services[0]?.state, only.services[0]?.because], ["affected", "affected", null]);
  assert.equal(headline(only, "ja"), "ネットショップに影響が出ています");
  const failing = model({ shop: { state: "affected", because: db, failing: true } });
  assert.deepEqual([failing.state, failing.services[0]?.state], ["down", "down"]);
  assert.equal(headline(failing, "ja"), "ネットショップがご利用いただけません");
  const shown = model({ admin: { state: "affected", because: componentId("service", "shop") } });
  assert.equal(shown.services[2]?.because, "ネットショップ");
});

test("no reading is unknown, never green", () => {
  const one = model({ shop: { state: "unknown" } }, { verdict: "unknown" });
  assert.equal(one.state, "unknown");
  const missing = modelOf({
    site,
    status: siteStatus({ mail: { state: "ok" }, admin: { state: "ok" } }),
    incidents: [],
    at,
  });
  assert.deepEqual([missing.state, missing.services[0]?.state, missing.blind], ["unknown", "unknown", false]);
  assert.equal(headline(missing, "en"), "We cannot confirm the state of ネットショップ");
});

test("a hub that is blind shows nothing in green, and still shows what it knows to be broken", () => {
  for (const blind of [model({}, { verdict: "unknown" }), model({}, { pulseAgeMs: 200_000 })]) {
    assert.equal(blind.blind, true);
    assert.equal(blind.state, "unknown");
    assert.deepEqual(new Set(blind.services.map((service) => service.state)), new Set(["unknown"]));
    assert.equal(headline(blind, "ja"), "現在の状況を確認できていません");
  }
  const broken = model({ shop: { state: "down" } }, { pulseAgeMs: 200_000 });
  assert.deepEqual([broken.state, broken.services[1]?.state], ["down", "unknown"]);
});

test("one blind vantage among others that see does not blind the page", () => {
  const status = siteStatus(
    { shop: { state: "ok" }, mail: { state: "ok" }, admin: { state: "ok" } },
    { verdict: "unknown" },
  );
  const vantages = [
    { name: "here", state: "ok", lastSeenAt: at, clockOffsetMs: null },
    { name: "office", state: "blind", lastSeenAt: at, clockOffsetMs: 0 },
  ] as const;
  assert.equal(modelOf({ site, status: { ...status, vantages }, incidents: [], at }).state, "ok");
});

test("news tells of what hits shown services, and of nothing else", () => {
  const incidents = [
    incidentOf(["shop"], { id: 1 }),
    incidentOf(["db"], { id: 2 }),
    incidentOf(["shop"], { id: 3, quiet: true }),
    incidentOf(["db"], { id: 4, affected: [{ component: "service:mail", because: "service:db" }] }),
    { ...resolvedIncident(5, ["shop"], nightMs - minuteMs), resolvedBy: "merged:1" },
    resolvedIncident(6, ["shop"], nightMs - 15 * 24 * 60 * minuteMs),
    incidentOf([], { id: 7, subject: "vantage:here" }),
  ];
  const { notices } = model({}, { incidents });
  assert.deepEqual(
    notices.map(({ id, names }) => ({ id, names })),
    [
      { id: 4, names: ["メール"] },
      { id: 1, names: ["ネットショップ"] },
    ],
  );
});

test("open news comes first, at most ten ended ones stay", () => {
  const ended = Array.from({ length: 14 }, (_, day) =>
    resolvedIncident(day + 1, ["mail"], nightMs - day * 60 * minuteMs),
  );
  const { notices } = model({}, { incidents: [...ended, incidentOf(["shop"])] });
  assert.deepEqual(
    notices.map((notice) => notice.id),
    [241, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
});

test("without a status page there is no model", () => {
  const none = { ...site, statusPage: null };
  assert.equal(pageModel({ site: none, status: siteStatus({}), incidents: [], at }), null);
});

test("greener is what looks better than the truth", () => {
  assert.ok(isGreener("ok", "down") && isGreener("warning", "down") && isGreener("ok", "unknown"));
  assert.ok(!isGreener("down", "ok") && !isGreener("ok", "ok") && !isGreener("unknown", "warning"));
});
