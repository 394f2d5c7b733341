import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { quietSources } from "../../../test/doubles/quiet-sources.ts";
import { watchedSite } from "../../../test/doubles/watched-site.ts";
import { stampNow } from "../../kernel/clock.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { CheckStatus, VantageStatus } from "../../kernel/model/status.ts";
import { nothingUsual } from "../evidence/attempts.ts";
import type { Watched } from "./attempts.ts";
import { situationOf } from "./situation.ts";
import { vantageEvidence } from "./vantages.ts";

const clock = createFakeClock();
const nowMs = clock.nowMs();
const site = watchedSite({
  hosts: { web1: { at: "dc1" }, far1: { at: "dc2" } },
  places: { dc1: "p1", dc2: "p2" },
  services: { shop: { on: "web1" }, beside: { on: "web1" }, far: { on: "far1" } },
});
const situation = situationOf({ subject: "service:shop", startedAtMs: nowMs - 60_000, nowMs, site, cells: [] });

const up: ProbeResult = { outcome: "up", layer: null, timings: { totalMs: 5 }, address: null, facts: {}, error: null };
const gone: ProbeResult = { ...up, outcome: "down", layer: "connect", error: { code: "timeout", text: "" } };

function seen(service: string, vantage: string, now: ProbeResult | null): Watched {
  const named = { id: `${service}/1`, service, kind: "tcp", name: service, target: "192.0.2.1:1", everyMs: 10_000 };
  const check: CheckStatus = { ...named, state: "ok", since: null, confirming: false, cells: [] };
  return { check, vantage, now, silence: "timeout", atMs: nowMs, earlier: [], usual: nothingUsual };
}

function standing(name: string, over: Partial<VantageStatus> = {}): VantageStatus {
  return { name, state: "ok", lastSeenAt: stampNow(clock), clockOffsetMs: null, ...over };
}

function told(vantages: readonly VantageStatus[], watched: readonly Watched[]): Record<string, string> {
  const sources = quietSources({ clock, site }, { vantages: () => vantages });
  const { seen: found, missing } = vantageEvidence(sources, situation, watched);
  return Object.fromEntries([
    ...found.map((one) => [`${one.evidence} ${one.vantage}`, one.state]),
    ...missing.map((one) => [`${one.evidence} ${one.vantage}`, `? ${one.reason}`]),
  ]) as Record<string, string>;
}

test("what shares a machine with the subject is no control", () => {
  const states = told([standing("here")], [seen("beside", "here", gone), seen("far", "here", up)]);
  assert.equal(states["vp.self here"], "ok");
});

test("a vantage that does not reach what others reach is partly cut off; what nobody reaches says nothing of it", () => {
  const both = [standing("here"), standing("va")];
  assert.equal(told(both, [seen("far", "here", up), seen("far", "va", gone)])["vp.self va"], "partial");
  assert.equal(told(both, [seen("far", "here", gone), seen("far", "va", gone)])["vp.self va"], "ok");
});

test("a vantage that says that it is blind is cut off, whatever it reported before", () => {
  assert.equal(told([standing("va", { state: "blind" })], [seen("far", "va", up)])["vp.self va"], "down");
});

test("a vantage that fell silent with the incident is cut off; one that was silent before tells nothing", () => {
  const stamp = stampNow(clock);
  const at = (agoMs: number): VantageStatus["lastSeenAt"] => ({ ...stamp, atMs: nowMs - agoMs });
  assert.equal(told([standing("va", { state: "silent", lastSeenAt: at(120_000) })], [])["vp.self va"], "down");
  assert.equal(
    told([standing("va", { state: "silent", lastSeenAt: at(7_200_000) })], [])["vp.self va"],
    "? parent-down",
  );
  assert.deepEqual(told([standing("va", { state: "never-joined" })], []), {});
});

test("a vantage whose clock is far off is not well; one of which nothing is known is not called well", () => {
  assert.equal(told([standing("va", { clockOffsetMs: -3 * 3_600_000 })], [])["mo.self va"], "ill");
  assert.equal(told([standing("va", { clockOffsetMs: 40 })], [])["mo.self va"], "ok");
  assert.equal(told([standing("va")], [])["mo.self va"], "? not-configured");
});
