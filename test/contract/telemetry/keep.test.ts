import assert from "node:assert/strict";
import { test } from "node:test";
import { checkConfigText, formatFindings, thisMachine } from "../../../src/config/index.ts";
import { defaultKeep } from "./engines.ts";
import { dayMs } from "./samples.ts";

const machine = { ...thisMachine(), env: {}, hasSendmail: true };
const written = (hub: string): ReturnType<typeof checkConfigText> =>
  checkConfigText(`version: 1\nservices: { www: https://www.example.jp }\nhub: ${hub}\n`, "koboshi.yml", { machine });

test("how long measurements are kept is 35, 90 and 14 days, or what the file says", () => {
  assert.deepEqual(written("{}").plan?.site.hub.keep, defaultKeep);
  assert.deepEqual(written("{ keep: { logs: 2d } }").plan?.site.hub.keep, { ...defaultKeep, logsMs: 2 * dayMs });
});

test("a time to keep without its unit is told", () => {
  const outcome = written("{ keep: { logs: 14 } }");
  assert.equal(outcome.plan, null);
  assert.match(formatFindings(outcome, { lang: "ja" }), /14/);
});

test("duckdb is active, another store is not yet", () => {
  assert.deepEqual(written("{ telemetry: duckdb }").plan?.site.notActive, []);
  assert.deepEqual(written('{ telemetry: "clickhouse://ch.example.jp" }').plan?.site.notActive, ["hub.telemetry"]);
});
