import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { Company } from "../../../lab/company/company.ts";
import { createHubView } from "../../../lab/hub-view.ts";
import { play, type Played } from "../../../lab/play.ts";
import { readScenario } from "../../../lab/reading.ts";
import { openResume } from "../../../lab/resume.ts";
import type { Scenario } from "../../../lab/scenario.ts";
import { createSystemClock } from "../../../src/app/clock.ts";

const text = `id: one
story: { ja: 一, en: one }
inject: [ { on: web1, run: break } ]
settle: 1s
expect: { causes: ['service-crash@service:app'], scope: service, page: 1 }
restore: [ { on: web1, run: mend } ]
`;

function scenario(written = text): Scenario {
  const read = readScenario("one.yaml", written).scenario;
  assert.ok(read);
  return read.base;
}

interface Scripted {
  readonly company: Company;
  /** every command and healing, in order */
  readonly done: string[];
}

type Answers = (path: string, isBroken: boolean) => unknown;

/** A company whose hub answers from a table, by whether `break` ran and `mend` did not yet. */
function scripted(answers: Answers, { breakEndsWith = 0 } = {}): Scripted {
  const done: string[] = [];
  let isBroken = false;
  const company: Company = {
    run(on, script) {
      done.push(`${on}: ${script}`);
      if (script === "break") isBroken = true;
      if (script === "mend") isBroken = false;
      return Promise.resolve({ code: script === "break" ? breakEndsWith : 0, stdout: "", stderr: "so it says" });
    },
    load(level) {
      done.push(`load ${level}`);
      return Promise.resolve();
    },
    hub: {
      url: "http://hub",
      get: <T>(place: string) => Promise.resolve(answers(place, isBroken) as T),
      post: () => Promise.reject(new Error("nothing is posted")),
    },
    mails: () => [],
    healthy: () => Promise.resolve({ ok: true, why: [] }),
    heal() {
      done.push("heal");
      return Promise.resolve();
    },
    down: () => Promise.resolve(),
  };
  return { company, done };
}

const check = (outcome: string) => ({
  id: "app-http",
  cells: [{ vantage: "here", last: { outcome, layer: null, error: null, timings: { total: 12 } } }],
});

const queued = (recipient: string) => ({ kind: "notice.queued", data: { kind: "opened", recipient } });

const incident = (stoppedBecause: string) => ({
  id: 7,
  state: "investigating",
  severity: "critical",
  quiet: false,
  subject: "service:app",
  diagnosis: {
    seconds: 2,
    scope: { id: "service", reach: "everyone" },
    causes: [{ id: "service-crash", component: "service:app", probability: 0.9, for: [], against: [] }],
    stoppedBecause,
  },
  timeline: [queued("*"), queued("yamada")],
});

function hubOf(whenBroken: { incidents: readonly ReturnType<typeof incident>[]; outcome: string }): Answers {
  return (place, isBroken) => {
    const incidents = isBroken ? whenBroken.incidents : [];
    const found = /^\/api\/v1\/incidents\/(\d+)$/.exec(place)?.[1];
    if (found !== undefined) return incidents.find(({ id }) => id === Number(found));
    if (place.startsWith("/api/v1/incidents?")) return { items: incidents.map(({ id }) => ({ id })), next: null };
    if (place === "/api/v1/checks") return { items: [check(isBroken ? whenBroken.outcome : "up")], next: null };
    if (place === "/api/v1/signals") {
      return {
        items: incidents.map(({ id }) => ({ id: "s1", kind: "down", subject: "service:app", incidentId: id })),
        next: null,
      };
    }
    return { items: [], next: null };
  };
}

function playOn({ company }: Scripted, one: Scenario, signal = new AbortController().signal): Promise<Played> {
  return play(
    {
      company,
      view: createHubView(company.hub),
      clock: { ...createSystemClock(), after: quick },
      pace: { pollMs: 20, calmMs: 100, leastSignalMs: 300, healthyMs: 1_500, pastMs: { normal: 20, other: 20 } },
      signal,
      isBlind: false,
      say: () => undefined,
    },
    one,
  );
}

/** Waiting that keeps the test alive, a tenth as long. */
function quick(delayMs: number, run: () => void): { cancel(): void } {
  const timer = setTimeout(run, delayMs / 10);
  return { cancel: () => clearTimeout(timer) };
}

test("a page that another incident told in its stead wakes nobody", async () => {
  const delivery = { delivery: "d1" };
  const opening = { kind: "notice.queued", data: { kind: "opened", recipient: "yamada", ...delivery } };
  const timeline = [opening, { kind: "notice.superseded", data: { ...delivery, mergedInto: 1 } }] as never[];
  const stage = scripted(hubOf({ incidents: [{ ...incident("sure"), timeline }], outcome: "down" }));
  assert.equal((await playOn(stage, scenario())).scored.verdict.pages, 0);
});

test("a final answer that stands is scored, and all is restored and healed in that order", async () => {
  const stage = scripted(hubOf({ incidents: [incident("sure")], outcome: "down" }));
  const { scored, watched } = await playOn(stage, scenario());
  assert.equal(scored.verdict.result, "passed", scored.verdict.reason);
  assert.equal(scored.verdict.pages, 1);
  assert.deepEqual(stage.done, ["load normal", "web1: break", "web1: mend", "heal"]);
  assert.equal(watched?.steps.length, 1);
});

test("a diagnosis that is still under way is waited for until the time to settle is over", async () => {
  const { scored } = await playOn(
    scripted(hubOf({ incidents: [incident("scope-only")], outcome: "down" })),
    scenario(),
  );
  assert.equal(scored.verdict.seconds, null);
  assert.equal(scored.verdict.result, "passed");
});

test("an injection that changed nothing is void, one that a look noticed without an incident has failed", async () => {
  const nothing = scripted(hubOf({ incidents: [], outcome: "up" }), { breakEndsWith: 1 });
  const { verdict } = (await playOn(nothing, scenario())).scored;
  assert.equal(verdict.result, "void");
  assert.match(verdict.reason, /on web1 it ended with 1: so it says/);
  const unheard = (await playOn(scripted(hubOf({ incidents: [], outcome: "down" })), scenario())).scored.verdict;
  assert.equal(unheard.result, "failed");
  assert.match(unheard.reason, /no incident, expected service-crash@service:app; seen: check app-http from here: down/);
});

test("a hub that stops answering and a company that breaks fail the scenario and still restore", async () => {
  const dead = scripted((place, isBroken) => {
    if (isBroken) throw new Error("connection refused");
    return hubOf({ incidents: [], outcome: "up" })(place, false);
  });
  const { verdict } = (await playOn(dead, scenario())).scored;
  assert.equal(verdict.reason, "the hub did not answer: connection refused");
  assert.deepEqual(dead.done.slice(-2), ["web1: mend", "heal"]);
});

test("a company that is not well beforehand is said, with why", async () => {
  const stage = scripted(hubOf({ incidents: [], outcome: "up" }));
  const ill: Company = {
    ...stage.company,
    healthy: () => Promise.resolve({ ok: false, why: ["check app-http: down"] }),
  };
  const { verdict } = (await playOn({ ...stage, company: ill }, scenario())).scored;
  assert.match(verdict.reason, /not well before: check app-http: down/);
});

test("an interruption ends the watching at once and still runs the scenario's own restore", async () => {
  const stage = scripted(hubOf({ incidents: [], outcome: "up" }));
  const stop = new AbortController();
  const slow = scenario(text.replace("settle: 1s", "settle: 10m"));
  const playing = playOn(stage, slow, stop.signal);
  setTimeout(() => stop.abort(), 700);
  await playing;
  assert.equal(stage.done.at(-1), "web1: mend");
});

test("results are kept by code, seed and text of the scenario; a torn line is one scenario to play again", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-resume-"));
  try {
    const file = path.join(folder, "results.jsonl");
    const run = { revision: "abc", seed: 1, isBlind: false };
    const { scored, watched } = await playOn(
      scripted(hubOf({ incidents: [incident("sure")], outcome: "down" })),
      scenario(),
    );
    openResume(file, run).keep(scenario(), scored, watched);
    fs.appendFileSync(file, '{"key":"cut sho');
    assert.deepEqual(openResume(file, run).done(scenario())?.verdict, scored.verdict);
    assert.equal(openResume(file, { ...run, seed: 2 }).done(scenario()), null);
    assert.equal(openResume(file, { ...run, revision: "abd" }).done(scenario()), null);
    assert.equal(openResume(file, run).done(scenario(text.replace("run: break", "run: smash"))), null);
    openResume(file, run).forget([scenario()]);
    assert.equal(openResume(file, run).done(scenario()), null);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
