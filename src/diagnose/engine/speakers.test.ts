import assert from "node:assert/strict";
import { test } from "node:test";
import { seenAs } from "../../../test/doubles/diagnosis-seen.ts";
import { partGraph } from "../../../test/doubles/diagnosis-town.ts";
import { loadCatalogue } from "../catalogue/load.ts";
import { evidenceKinds } from "../evidence/index.ts";
import { createEngine } from "./engine.ts";

const graph = partGraph([
  ["host:web1", "host", ""],
  ["service:web", "web", "host:web1"],
  ["service:app", "app", "host:web1 service:web service:db"],
  ["service:db", "db", "host:web1"],
]);
const behind = new Map([["service:web" as const, ["service:app" as const]]]);
const loaded = loadCatalogue({ evidence: evidenceKinds, userFolder: null });

function chanceOf(cause: string, seen: readonly string[], isBehind: boolean): number {
  const [id, component] = cause.split("@");
  assert.ok(loaded.ok);
  const engine = createEngine(loaded.value, isBehind ? { ...graph, behind } : graph);
  const { causes } = engine.judge(seen.map((one) => seenAs(one)));
  return causes.find((one) => one.cause.id === id && one.cause.component === component)?.probability ?? 0;
}

const outside = ["vp.http service:web ok a", "vp.http service:app c503 a", "hs.ssh host:web1 ok"];

test("what a web server writes of a program that is reached through it speaks for that program's crash", () => {
  const seen = [...outside, "ap.eref service:web many", "ap.etime service:web none"];
  const [with_, without] = [true, false].map((isBehind) => chanceOf("service-crash@service:app", seen, isBehind));
  assert.ok((with_ ?? 0) > 2 * (without ?? 1), `${with_} ${without}`);
});

test("and for a fault of what that program stands on; of the web server itself it says nothing more", () => {
  const seen = [
    "vp.http service:web ok a",
    "vp.http service:app slow a",
    "ap.etime service:web many",
    "db.lat service:db very",
  ];
  const slow = [true, false].map((isBehind) => chanceOf("db-slow@service:db", seen, isBehind));
  assert.ok((slow[0] ?? 0) > (slow[1] ?? 1), String(slow));
  const crash = chanceOf("service-crash@service:web", [...outside, "ap.eref service:web many"], true);
  assert.ok(crash < 0.1, String(crash));
});

test("what comes to a web server goes on to the program behind it: both full is one crowd", () => {
  const crowd = [
    "ap.rate service:web surge",
    "ap.work service:web full",
    "hs.cpu host:web1 sat",
    "vp.http service:app slow a",
  ];
  const alone = chanceOf("traffic-surge@service:web", crowd, true);
  const both = chanceOf("traffic-surge@service:web", [...crowd, "ap.work service:app full"], true);
  assert.ok(both > 0.5 && both > alone, `${both} ${alone}`);
});
