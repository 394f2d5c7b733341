import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { NumberedLine } from "../../../src/storage/telemetry/telemetry.ts";
import { openDuckdb, withDuckdb } from "./engines.ts";
import { dayMs, logLine, noon } from "./samples.ts";

const whole = { fromMs: 0, toMs: noon + 30 * dayMs };

function numbered(fromSeq: number, count: number, change: Partial<NumberedLine> = {}): NumberedLine[] {
  return Array.from({ length: count }, (_, nth) => ({
    ...logLine(noon + ((fromSeq + nth) % 3) * dayMs, { text: `line ${fromSeq + nth}` }),
    seq: fromSeq + nth,
    ...change,
  }));
}

test("lines with a number are stored once, however often they are given, over days, a restart and a day's closing", () =>
  withDuckdb({}, async ({ telemetry, closeDays, clock }, root) => {
    assert.equal((await telemetry.logs.store(numbered(1, 30))).length, 30);
    assert.equal((await telemetry.logs.store(numbered(1, 30))).length, 0);
    assert.deepEqual(
      (await telemetry.logs.store(numbered(20, 20))).map(({ seq }) => seq),
      [31, 32, 33, 34, 35, 36, 37, 38, 39],
    );
    await closeDays();
    assert.equal((await telemetry.logs.store(numbered(1, 39))).length, 0);
    await telemetry.close();
    const again = await openDuckdb({ root, clock });
    assert.equal((await again.telemetry.logs.store(numbered(1, 45))).length, 6);
    const seqs = (await again.telemetry.read.logs({ ...whole, limit: 100 })).map(({ seq }) => seq ?? 0);
    assert.deepEqual(
      seqs.toSorted((a, b) => a - b),
      Array.from({ length: 45 }, (_, nth) => nth + 1),
    );
    await again.telemetry.close();
  }));

test("fields, programs, templates and severities are searched, and pages of lines follow each other", () =>
  withDuckdb({}, async ({ telemetry: { logs, read } }) => {
    const lines = numbered(1, 9).map((line, nth) => ({
      ...line,
      atMs: noon,
      program: nth % 2 === 0 ? "sshd" : "cron",
      templateId: nth < 3 ? "a" : "b",
      severity: nth,
      fields: { status: nth < 5 ? 500 : 200, "odd/~name": "x y" },
    }));
    await logs.store(lines);
    const count = async (query: object): Promise<number> => (await read.logs({ ...whole, limit: 50, ...query })).length;
    assert.equal(await count({ fields: { status: "500" } }), 5);
    assert.equal(await count({ fields: { status: "500", "odd/~name": "x y" }, program: "sshd" }), 3);
    assert.equal(await count({ fields: { nothing: "1" } }), 0);
    assert.equal(await count({ severityAtMost: 3, templateId: "b" }), 1);
    const [first, second] = [
      await read.logs({ ...whole, limit: 5 }),
      await read.logs({ ...whole, limit: 5, before: { atMs: noon, seq: 5 } }),
    ];
    assert.deepEqual(
      [...first, ...second].map(({ seq }) => seq),
      [9, 8, 7, 6, 5, 4, 3, 2, 1],
    );
    const templates = await read.logTemplates({ ...whole, limit: 10 });
    assert.deepEqual(
      templates.map(({ templateId, count: lineCount, severity }) => [templateId, lineCount, severity]),
      [
        ["b", 6, 3],
        ["a", 3, 0],
      ],
    );
  }));

test("a day's file and a Parquet file of a version without these columns are read and written on", () =>
  withDuckdb({}, async ({ telemetry, folder, clock }, root) => {
    await telemetry.close();
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const fields = "atMs BIGINT, source VARCHAR, host VARCHAR, severity UTINYINT, text VARCHAR";
    await connection.run(`CREATE TABLE old (${fields})`);
    await connection.run(`INSERT INTO old VALUES (${noon}, '/var/log/app.log', 'web1', 3, 'from before')`);
    fs.mkdirSync(path.join(folder, "2026-11-20"), { recursive: true });
    await connection.run(`COPY old TO '${path.join(folder, "2026-11-20/logs.parquet")}' (FORMAT parquet)`);
    await connection.run(`ATTACH '${path.join(folder, "2026-11-21.duckdb")}' AS day`);
    await connection.run(`CREATE TABLE day.logs (${fields})`);
    await connection.run(`INSERT INTO day.logs SELECT atMs + ${dayMs}, * EXCLUDE (atMs) FROM old`);
    connection.closeSync();
    instance.closeSync();
    const again = await openDuckdb({ root, clock });
    await again.telemetry.logs.store(numbered(1, 2));
    const found = await again.telemetry.read.logs({ ...whole, limit: 10 });
    assert.deepEqual(found.map(({ text }) => text).toSorted(), ["from before", "from before", "line 1", "line 2"]);
    await again.telemetry.close();
  }));
