import assert from "node:assert/strict";
import { test } from "node:test";
import { readScenario } from "../../../lab/reading.ts";
import type { Scenario } from "../../../lab/scenario.ts";
import { score } from "../../../lab/score.ts";
import { share, summarise } from "../../../lab/summary.ts";
import { countLine, markdown } from "../../../lab/table.ts";
import type { DiagnosisStep, EndedIncident, Watched } from "../../../lab/watch.ts";

function scenario(expect: string): Scenario {
  const text = `id: one\nstory: { ja: 一, en: one }\ninject: []\nexpect: ${expect}\n`;
  const read = readScenario("one.yaml", text).scenario;
  assert.ok(read);
  return read.base;
}

type Cause = readonly [id: string, component: string, probability: number];

function step(of: number, scope: string, ...causes: readonly Cause[]): DiagnosisStep {
  const named = causes.map(([id, component, probability]) => ({ id, component, probability }));
  return { atSeconds: 20, incident: of, isFinal: true, scope, reach: "everyone", causes: named };
}

function incident(last: DiagnosisStep, given: Partial<EndedIncident> = {}): EndedIncident {
  return { id: last.incident, quiet: false, severity: "critical", woke: true, last, ...given };
}

function watched(...incidents: readonly EndedIncident[]): Watched {
  return {
    incidents,
    steps: incidents.flatMap(({ last }) => last ?? []),
    firstSignalSeconds: 10,
    scopeSeconds: 1.26,
    seconds: 9.5,
    lastWordSeconds: 31.2,
    signals: ["down service:mail"],
    effect: "down service:mail",
    silence: null,
  };
}

const plain = { complaints: [], isBlind: false };
const full = "{ causes: ['disk-full@host:web1'], scope: host, page: 1 }";
const disk: Cause = ["disk-full", "host:web1", 0.93];
const flood: Cause = ["mail-flood", "service:mail", 0.05];

test("the right cause first, the right scope and one page pass, in the contract's form", () => {
  const { verdict } = score(scenario(full), watched(incident(step(1, "host", disk, flood))), plain);
  assert.deepEqual(verdict, {
    id: "one",
    result: "passed",
    causes: [
      { id: "disk-full", component: "host:web1", probability: 0.93 },
      { id: "mail-flood", component: "service:mail", probability: 0.05 },
    ],
    scope: "host",
    reach: "everyone",
    pages: 1,
    scopeSeconds: 1.3,
    seconds: 9.5,
    reason: "",
  });
});

function whyNot(seen: Watched, expect = full): string {
  const { verdict } = score(scenario(expect), seen, plain);
  assert.equal(verdict.result, "failed");
  return verdict.reason;
}

test("another cause first, another place, scope, reach or number of pages fails and says which", () => {
  assert.match(
    whyNot(watched(incident(step(1, "host", flood, disk)))),
    /named mail-flood@service:mail 0\.05; expected disk-full@host:web1/,
  );
  assert.match(whyNot(watched(incident(step(1, "host", ["disk-full", "host:web2", 1])))), /named disk-full@host:web2/);
  assert.equal(whyNot(watched(incident(step(1, "service", disk)))), "scope service, expected host");
  assert.equal(
    whyNot(watched(incident(step(1, "host", disk)), incident(step(2, "host", disk)))),
    "woke 2 times, expected 1",
  );
  assert.equal(
    whyNot(
      watched(incident(step(1, "host", disk))),
      "{ causes: ['disk-full@host:web1'], scope: host, reach: one-lan, page: 1 }",
    ),
    "reach everyone, expected one-lan",
  );
  assert.match(whyNot(watched(incident(step(1, "host")))), /^no diagnosis, expected disk-full@host:web1/);
  assert.match(whyNot(watched()), /^no incident, expected disk-full@host:web1; seen: down service:mail; woke 0 times/);
});

test("a cause without a name is right with any name, and a scope may be one of several", () => {
  const seen = watched(incident(step(1, "name", ["tls-cert-invalid", "cert:shop.test", 0.8])));
  assert.equal(
    score(scenario("{ causes: ['tls-cert-invalid@cert'], scope: [service, name], page: 1 }"), seen, plain).verdict
      .result,
    "passed",
  );
});

const two = "{ causes: ['service-crash@service:mail', 'client-lan-down@lan'], scope: service, page: 1 }";
const crash: Cause = ["service-crash", "service:mail", 0.9];
const lan: Cause = ["client-lan-down", "lan:office", 0.8];

test("of two causes each may be the first of its own incident, or both the first two of one", () => {
  const apart = watched(
    incident(step(1, "local-lan", lan), { woke: false }),
    incident(step(2, "service", crash, flood)),
  );
  assert.equal(score(scenario(two), apart, plain).verdict.result, "passed");
  assert.equal(score(scenario(two), watched(incident(step(1, "service", crash, lan))), plain).verdict.result, "passed");
  const third = score(scenario(two), watched(incident(step(1, "service", crash, flood, lan))), plain);
  assert.equal(third.verdict.result, "failed");
  assert.deepEqual([third.marks.top1, third.marks.top3], [true, true]);
});

test("a healthy stretch passes unless a cause was named at any time or somebody was woken", () => {
  const healthy = scenario("{ causes: [], page: 0 }");
  assert.equal(score(healthy, { ...watched(), effect: null }, plain).verdict.result, "passed");
  const unsure = watched(incident(step(1, "service", ["service-crash", "service:app", 0.69]), { woke: false }));
  assert.equal(score(healthy, unsure, plain).verdict.result, "passed");
  const named = { ...watched(), steps: [step(1, "service", ["service-crash", "service:app", 0.7])] };
  const { verdict, marks } = score(healthy, named, plain);
  assert.match(verdict.reason, /named service-crash@service:app 0\.70 after 20 s, though nothing is broken/);
  assert.equal(marks.accused, true);
  assert.match(
    score(healthy, watched(incident(step(1, "host", flood))), plain).verdict.reason,
    /woke 1 times, expected 0/,
  );
});

test("an injection whose effect nothing could see is void and says what its commands complained of", () => {
  const unseen = { ...watched(), effect: null, signals: [] };
  const { verdict } = score(scenario(full), unseen, {
    complaints: ["on web1 it ended with 1: no space"],
    isBlind: false,
  });
  assert.deepEqual(
    [verdict.result, verdict.reason],
    ["void", "no signal, and no look differs from before (injecting on web1 it ended with 1: no space)"],
  );
});

test("without the true cause in the catalogue, being sure of another fails and being unsure passes", () => {
  const blind = { complaints: [], isBlind: true };
  const sure = watched(incident(step(1, "host", ["mail-flood", "service:mail", 0.92])));
  assert.equal(score(scenario(full), sure, blind).verdict.result, "failed");
  assert.equal(
    score(scenario(full), watched(incident(step(1, "host", ["mail-flood", "service:mail", 0.6]))), blind).verdict
      .result,
    "passed",
  );
  assert.equal(
    score(scenario(full), watched(incident(step(1, "host", ["other-unknown", "host:web1", 0.95]))), blind).verdict
      .result,
    "passed",
  );
});

test("a hub that cannot be read fails the scenario, whatever it is about", () => {
  const { verdict } = score(scenario(full), { ...watched(), effect: null, silence: "connection refused" }, plain);
  assert.deepEqual([verdict.result, verdict.reason], ["failed", "the hub did not answer: connection refused"]);
});

test("the intervals are Wilson's", () => {
  // Wilson's interval of 9 in 10, and of none in 10, to three places
  const nine = share(9, 10);
  assert.deepEqual([nine.ratio, nine.low?.toFixed(3), nine.high?.toFixed(3)], [0.9, "0.596", "0.982"]);
  assert.equal(share(0, 10).high?.toFixed(3), "0.278");
  assert.equal(share(0, 0).ratio, null);
});

test("the summary leaves void ones out of the shares and counts healthy ones apart", () => {
  const right = score(scenario(full), watched(incident(step(1, "host", disk))), plain);
  const wrong = score(scenario(full), watched(incident(step(1, "service", flood))), plain);
  const gone = score(scenario(full), { ...watched(), effect: null, signals: [] }, plain);
  const well = score(scenario("{ causes: [], page: 0 }"), { ...watched(), effect: null }, plain);
  const summary = summarise([right, wrong, gone, well]);
  assert.equal(countLine(summary), "2 passed, 1 failed, 1 void");
  assert.deepEqual([summary.top1.right, summary.top1.of, summary.scope.right], [1, 2, 1]);
  assert.deepEqual([summary.accusations.right, summary.accusations.of], [0, 1]);
  assert.equal(summary.brier?.toFixed(4), (((0.93 - 1) ** 2 + 0.05 ** 2) / 2).toFixed(4));
  assert.deepEqual(summary.seconds, { median: 9.5, p95: 9.5 });
  const page = markdown({
    revision: "abc",
    seed: 1,
    isBlind: false,
    at: "2026-11-22T00:00:00Z",
    scored: [right, wrong],
    summary,
  });
  assert.match(page, /^# Fault lab at abc/);
  assert.match(page, /\| one \| failed \| mail-flood@service:mail 0\.05 \|/);
});
