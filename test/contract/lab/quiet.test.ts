import assert from "node:assert/strict";
import { test } from "node:test";
import type { Company } from "../../../lab/company/company.ts";
import { createHubView } from "../../../lab/hub-view.ts";
import { accusationsIn, playQuiet } from "../../../lab/quiet.ts";
import { readScenario } from "../../../lab/reading.ts";
import type { Scenario } from "../../../lab/scenario.ts";
import { createSystemClock } from "../../../src/app/clock.ts";

function noise(id: string): Scenario {
  const text = `id: ${id}
story: { ja: 雑音, en: noise }
inject: [ { on: web1, run: begin ${id} } ]
expect: { causes: [], page: 0 }
restore: [ { on: web1, run: end ${id} } ]
`;
  const read = readScenario(`${id}.yaml`, text).scenario;
  assert.ok(read);
  return read.base;
}

/** A company whose hub accuses the one service, and is sure of nothing else. */
function accusing(culprit: string): { readonly company: Company; readonly done: string[] } {
  const done: string[] = [];
  const subjects: string[] = [];
  const answer = (id: number): unknown => ({
    id,
    state: "investigating",
    severity: "info",
    quiet: true,
    subject: subjects[id - 1],
    diagnosis: {
      seconds: 2,
      scope: { id: "none", reach: "nobody" },
      causes: [
        { id: "other-unknown", component: null, probability: 0.8 },
        { id: "db-slow", component: "service:db", probability: subjects[id - 1] === culprit ? 0.75 : 0.1 },
      ],
      stoppedBecause: "exhausted",
    },
  });
  const company: Company = {
    run(on, script) {
      done.push(`${on}: ${script}`);
      return Promise.resolve({ code: 0, stdout: "", stderr: "" });
    },
    load: () => Promise.resolve(),
    hub: {
      url: "http://hub",
      get: <T>(place: string) => Promise.resolve(answer(Number(place.split("/").at(-1))) as T),
      post<T>(place: string, body?: unknown) {
        if (place !== "/api/v1/incidents") return Promise.resolve(done.push(`post ${place}`) as T);
        const { subject, severity } = body as { subject: string; severity: string };
        assert.equal(severity, "info", "nobody is woken for it");
        return Promise.resolve({ id: subjects.push(subject) } as T);
      },
    },
    mails: () => [],
    healthy: () => Promise.resolve({ ok: true, why: [] }),
    heal: () => Promise.resolve(void done.push("heal")),
    down: () => Promise.resolve(),
  };
  return { company, done };
}

function under(id: string, answered: readonly string[]): readonly string[] {
  return [`web1: begin ${id}`].concat(answered, `web1: end ${id}`, "heal");
}

/** Waiting that keeps the test alive and takes no time. */
function atOnce(_delayMs: number, run: () => void): { cancel(): void } {
  const timer = setTimeout(run, 1);
  return { cancel: () => clearTimeout(timer) };
}

test("in quiet windows every part is asked about in turn, under one noise after another, and the accused are counted", async () => {
  const { company, done } = accusing("service:mail");
  const clock = { ...createSystemClock(), after: atOnce };
  const deps = { company, view: createHubView(company.hub), clock, signal: new AbortController().signal };
  const windows = await playQuiet({ ...deps, say: () => undefined }, { count: 8, noises: [noise("h1"), noise("h2")] });
  const asked = ["web", "app", "mail", "db"].map((name) => `service:${name}`);
  assert.deepEqual(
    windows.map(({ subject }) => subject),
    asked.concat("host:web1", asked.slice(0, 3)),
  );
  assert.deepEqual([windows[3]?.noise, windows[4]?.noise], ["h1", "h2"]);
  assert.ok(windows.every(({ seconds, named }) => seconds === 2 && named?.id === "db-slow"));
  const { right, of } = accusationsIn(windows);
  assert.deepEqual([right, of], [2, 8]);
  const posts = [1, 2, 3, 4, 5, 6, 7, 8].map((id) => `post /api/v1/incidents/${id}/resolve`);
  assert.deepEqual(done, under("h1", posts.slice(0, 4)).concat(under("h2", posts.slice(4))));
});
