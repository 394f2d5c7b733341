import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Context, Values } from "../command.ts";
import { jobsDue } from "./jobs-due.ts";

async function due(crontab: string, values: Values): Promise<{ lines: string[]; hints: string[] }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-due-"));
  const file = path.join(folder, "crontab");
  fs.writeFileSync(file, crontab);
  const hints: string[] = [];
  try {
    const context = { values: { crontab: file, ...values }, lang: "en", hint: (line: string) => void hints.push(line) };
    const { text } = await jobsDue.run(context as unknown as Context);
    return { lines: text === "" ? [] : text.split("\n"), hints };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const night = { from: "2026-11-22T02:00", to: "2026-11-22T03:30", tz: "Asia/Tokyo" };

test("what should have run is printed in order of time, one JSON object a line, the end left out", async () => {
  const crontab = "SHELL=/bin/sh\n15 3 * * * root /backup\n30 * * * * root /each\n";
  const { lines } = await due(crontab, { ...night, system: true });
  assert.deepEqual(lines, [
    '{"line":3,"at":"2026-11-22T02:30:00+09:00"}',
    '{"line":2,"at":"2026-11-22T03:15:00+09:00"}',
  ]);
});

test("a line that does not do what it says is told beside the answer", async () => {
  const { lines, hints } = await due("CRON_TZ=UTC\n70 * * * * /x\n15 3 * * * /y\n", night);
  assert.equal(lines.length, 1);
  assert.deepEqual(
    hints.map((hint) => hint.slice(0, 7)),
    ["line 1:", "line 2:"],
  );
});

function code(values: Values): Promise<string> {
  return due("", { ...night, ...values }).then(
    () => "",
    (thrown: unknown) => (thrown instanceof KoboshiError ? thrown.code : String(thrown)),
  );
}

test("what is no time and no file is refused with its code", async () => {
  assert.equal(await code({ from: "tomorrow" }), "KB4102");
  assert.equal(await code({ crontab: "/nowhere/crontab" }), "KB4101");
  assert.equal(await code({ tz: "Nowhere" }), "KB1001");
});
