import assert from "node:assert/strict";
import { test } from "node:test";
import { checkConfigText, thisMachine } from "../../../src/config/index.ts";
import type { NumberedLine } from "../../../src/storage/telemetry/telemetry.ts";
import { until } from "../../doubles/hub-process.ts";
import { openDuckdb, withDuckdb, type DuckdbBench } from "./engines.ts";
import { dayMs, logLine } from "./samples.ts";

const sources = ["web1:/var/log/access.log", "web1:/var/log/auth.log"];

function linesOf({ clock }: DuckdbBench, days: number): NumberedLine[] {
  const lines = Array.from({ length: days * sources.length }, (_, nth) => ({
    ...logLine(clock.nowMs() - Math.floor(nth / sources.length) * dayMs, { text: `line ${nth}` }),
    source: sources[nth % sources.length] ?? "",
  }));
  return lines.map((line, nth) => ({ ...line, seq: nth + 1 }));
}

async function daysLeft({ telemetry, clock }: DuckdbBench, source: string): Promise<number> {
  const range = { fromMs: 0, toMs: clock.nowMs() + dayMs };
  return (await telemetry.read.logs({ ...range, source, limit: 100 })).length;
}

test("lines of a source that is kept for less long go from the days gone by, and those of others stay", () =>
  withDuckdb({}, async (bench, root) => {
    const { telemetry, clock } = bench;
    await telemetry.logs.store(linesOf(bench, 10));
    await bench.closeDays();
    assert.deepEqual([await daysLeft(bench, sources[0] ?? ""), await daysLeft(bench, sources[1] ?? "")], [10, 10]);
    telemetry.logs.keepSources(new Map([[sources[0] ?? "", 3 * dayMs]]));
    await until("the source's old lines are removed", async () => {
      if ((await daysLeft(bench, sources[0] ?? "")) <= 5) return true;
      await clock.advance(10 * 60_000);
      return false;
    });
    await until("the last of them is removed", async () => {
      await clock.advance(10 * 60_000);
      return (await daysLeft(bench, sources[0] ?? "")) === 4;
    });
    assert.equal(await daysLeft(bench, sources[1] ?? ""), 10);
    assert.deepEqual(bench.complaints, []);
    assert.equal(
      bench.files().some((name) => name.endsWith(".thinned")),
      false,
    );
    await telemetry.close();
    const again = await openDuckdb({ root, clock });
    assert.equal(await daysLeft(again, sources[1] ?? ""), 10);
    assert.equal((await again.telemetry.logs.store(linesOf(again, 10))).length, 0);
    await again.telemetry.close();
  }));

test("a line older than its own source's are kept is not stored; one that says more than all lines have changes nothing", () =>
  withDuckdb({}, async (bench) => {
    const { telemetry } = bench;
    telemetry.logs.keepSources(
      new Map([
        [sources[0] ?? "", 2 * dayMs],
        [sources[1] ?? "", 400 * dayMs],
      ]),
    );
    await telemetry.logs.store(linesOf(bench, 3));
    const late = linesOf(bench, 10).map((line) => ({ ...line, seq: line.seq + 100 }));
    const stored = await telemetry.logs.store(late);
    assert.equal(stored.filter(({ source }) => source === sources[0]).length, 3);
    assert.equal(stored.filter(({ source }) => source === sources[1]).length, 10);
  }));

test("the file says how long the lines of one log are kept", () => {
  const text = `version: 1
hosts: { web1: { logs: [/var/log/a.log, { path: /var/log/b.log, keep: 30d }] } }
services: { www: https://www.example.jp }
`;
  const { plan } = checkConfigText(text, "koboshi.yml", {
    machine: { ...thisMachine(), env: {}, hasSendmail: true },
  });
  assert.deepEqual(plan?.site.hosts.get("web1")?.logs, [
    { path: "/var/log/a.log", format: null },
    { path: "/var/log/b.log", format: null, keepMs: 30 * dayMs },
  ]);
});
