import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { quietSources } from "../../../test/doubles/quiet-sources.ts";
import { watchedSite } from "../../../test/doubles/watched-site.ts";
import { stampNow } from "../../kernel/clock.ts";
import type { Observation } from "../../kernel/model/observation.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { PeopleReport } from "../../kernel/ports-people.ts";
import { createCrowdGatherer } from "./crowd.ts";
import { situationOf } from "./situation.ts";

const clock = createFakeClock();
const nowMs = clock.nowMs();
const hosts = { web1: { at: "tokyo" }, web2: { at: "osaka" }, web3: { at: "ishikari" }, own1: { at: "office" } };
const services = { shop: { on: "web1" }, mail: { on: "web2" }, wiki: { on: "web3" }, files: { on: "own1" } };
const places = { tokyo: "p1", osaka: "p1", ishikari: "p1", office: null };
const site = watchedSite({ hosts, places, services });

function check(service: string, isSilent: boolean): CheckStatus {
  const seen = isSilent
    ? { outcome: "down" as const, layer: "connect" as const, error: { code: "timeout", text: "" } }
    : { outcome: "up" as const, layer: null, error: null };
  const last: Observation = {
    ...seen,
    checkId: `${service}/1`,
    vantage: "here",
    atMs: nowMs,
    monotonicMs: 0,
    timings: { totalMs: 10 },
    address: null,
    facts: {},
  } as Observation;
  return {
    id: `${service}/1`,
    service,
    kind: "http",
    name: service,
    target: `http://${service}/`,
    everyMs: 20_000,
    state: isSilent ? "down" : "ok",
    since: null,
    confirming: false,
    cells: [{ vantage: "here", state: isSilent ? "down" : "ok", last, stale: false }],
  };
}

function says(source: string, comment: string): PeopleReport {
  const rest = { service: "shop", canReach: false, device: "phone", network: "home", isp: null, tried: null } as const;
  return { id: 1, at: stampNow(clock), ...rest, comment, source };
}

/** The state of the provider's crowd, or why it is missing, while these are silent and these people say something. */
async function crowd(silent: readonly string[] | null, reports: readonly PeopleReport[] = []): Promise<unknown> {
  const checks = silent === null ? [] : Object.keys(services).map((key) => check(key, silent.includes(key)));
  const over = { checks: () => checks, reports: async () => reports };
  const gatherer = createCrowdGatherer(quietSources({ clock, site }, over));
  const situation = situationOf({ subject: "service:shop", startedAtMs: nowMs, nowMs, site, cells: checks });
  const [offer] = gatherer.offers(situation);
  assert.equal(offer?.target, "provider:p1");
  const { seen, missing } = await gatherer.gather(offer, situation, new AbortController().signal);
  return seen[0]?.state ?? missing[0]?.reason;
}

test("places at the same provider that the subject does without tell whether the trouble is wider", async () => {
  assert.equal(await crowd(["shop"]), "none");
  assert.equal(await crowd(["shop", "mail"]), "some");
  assert.equal(await crowd(["shop", "mail", "wiki"]), "many");
  assert.equal(await crowd(["shop", "files"]), "none", "another place than the provider's says nothing");
});

test("people who name the provider are heard, each once; silence where nobody looks is not health", async () => {
  assert.equal(await crowd(null), "not-configured");
  assert.equal(await crowd(null, [says("a", "p1 is down"), says("a", "p1 again"), says("b", "slow today")]), "some");
  assert.equal(
    await crowd(
      ["shop"],
      ["a", "b", "c"].map((one) => says(one, "P1?")),
    ),
    "many",
  );
});
