import assert from "node:assert/strict";
import { test } from "node:test";
import { stampNow } from "../kernel/clock.ts";
import type { ComponentId } from "../kernel/model/component.ts";
import type { Seen } from "../kernel/model/diagnosis.ts";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { watchedSite } from "../../test/doubles/watched-site.ts";
import { openCatalogue } from "./catalogue/desk.ts";
import { createDiagnostician } from "./diagnostician.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const sketched = watchedSite({
  hosts: { web1: {} },
  services: { front: { on: "web1" }, shop: { on: "web1", needs: ["front"] } },
});
const kinds = { front: "web", shop: "app" } as const;
const site = {
  ...sketched,
  services: new Map(
    [...sketched.services].map(([key, one]) => [key, { ...one, kind: kinds[key as "front" | "shop"] }]),
  ),
};

test("what a web server writes speaks for the program behind it, also in a whole diagnosis", async () => {
  const clock = createFakeClock();
  const seen = (evidence: string, target: ComponentId, state: string): Seen => ({
    evidence,
    target,
    vantage: evidence.startsWith("vp.") ? "here" : null,
    state,
    value: null,
    facts: {},
    raw: "",
    at: stampNow(clock),
    past: false,
    changedAtMs: null,
  });
  const found = [
    seen("vp.http", "service:shop", "none"),
    seen("vp.http", "service:front", "ok"),
    seen("ap.etime", "service:front", "many"),
    seen("ap.work", "service:front", "ok"),
  ];
  const tells = found.map(({ evidence, target, vantage }) => ({ evidence, target, vantage }));
  const diagnostician = createDiagnostician({
    clock,
    log: silent,
    catalogue: openCatalogue(null).catalogue,
    gatherers: [
      {
        id: "net",
        bundle: "net",
        offers: () => [{ bundle: "net", target: null, tells, expectedSeconds: 1 }],
        gather: () => Promise.resolve({ seen: found, missing: [] }),
      },
    ],
  });
  const { causes } = await diagnostician.diagnose(
    {
      incidentId: null,
      subject: "service:shop",
      startedAtMs: clock.nowMs(),
      scope: { id: "service", reach: "everyone", failingFrom: ["here"], workingFrom: [], reasons: [] },
    },
    { site, cells: [], lessons: null, signal: new AbortController().signal, onStep: () => Promise.resolve() },
  );
  const [first] = causes;
  assert.equal(first?.component, "service:shop");
  assert.ok(first.for.some((one) => one.seen.evidence === "ap.etime"));
});
