import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Context, Values } from "../command.ts";
import { ownCrontabs } from "../own-crontabs.ts";
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
    ["line 1:", "line 2:", "Debian'"],
  );
  const cronie = await due("70 * * * * /x\n15 3 * * * /y\n", { ...night, cron: "cronie" });
  assert.deepEqual([cronie.lines.length, cronie.hints.length], [1, 1]);
  const backward = await due("20-10 * * * * /x\n15 3 * * * /y\n", night);
  assert.deepEqual([backward.lines.length, backward.hints.length], [1, 1]);
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

test("a percent sign is the command's, @reboot is never due, and a last line without its end is not", async () => {
  const crontab = "15 3 * * * mail -s a\\%b x%first%second\n@reboot /x\n@daily /y\n20 3 * * * /z";
  const { lines, hints } = await due(crontab, night);
  assert.deepEqual(lines, ['{"line":1,"at":"2026-11-22T03:15:00+09:00"}']);
  assert.deepEqual(
    hints.map((hint) => hint.slice(0, 7)),
    ["line 4:", "Debian'"],
  );
});

test("the zone of a line counts for cronie alone", async () => {
  const crontab = "CRON_TZ=UTC\n15 18 * * * /x\n";
  assert.deepEqual((await due(crontab, { ...night, cron: "cronie" })).lines, [
    '{"line":2,"at":"2026-11-22T03:15:00+09:00"}',
  ]);
  assert.deepEqual((await due(crontab, { ...night, cron: "debian" })).lines, []);
});

test("a line whose start cronie does not log is due all the same", async () => {
  const { lines, hints } = await due("-15 3 * * * /quiet\n", { ...night, cron: "cronie" });
  assert.deepEqual([lines.length, hints.length], [1, 0]);
});

test("on the days of the change of clocks it is what the daemon does", async () => {
  const crontab = "30 2 * * * /fixed\n*/30 2 * * * /wild\n";
  const on = (date: string): Promise<string[]> =>
    due(crontab, { from: `${date}T00:00`, to: `${date}T06:00`, tz: "Europe/Berlin" }).then(({ lines }) => lines);
  assert.deepEqual(await on("2026-03-29"), ['{"line":1,"at":"2026-03-29T03:00:00+02:00"}']);
  assert.deepEqual(await on("2026-10-25"), [
    '{"line":2,"at":"2026-10-25T02:00:00+02:00"}',
    '{"line":1,"at":"2026-10-25T02:30:00+02:00"}',
    '{"line":2,"at":"2026-10-25T02:30:00+02:00"}',
    '{"line":2,"at":"2026-10-25T02:00:00+01:00"}',
    '{"line":2,"at":"2026-10-25T02:30:00+01:00"}',
  ]);
});

test("a file of /etc/cron.d whose name the daemon passes over is told", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-due-"));
  try {
    const dropped = path.join(folder, "cron.d", "backup.sh");
    fs.mkdirSync(path.dirname(dropped));
    fs.writeFileSync(dropped, "15 3 * * * root /x\n");
    const { hints } = await due("", { ...night, system: true, crontab: dropped });
    assert.equal(hints.length, 1);
    assert.match(hints[0] ?? "", /rename it$/);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test("without a file it is this machine's own cron, from now until this time tomorrow", async () => {
  const hints: string[] = [];
  const nowMs = Date.UTC(2026, 10, 22);
  const context = { values: { tz: "UTC" }, lang: "en", hint: (line: string) => void hints.push(line) };
  const clock = { nowMs: () => nowMs };
  const { exit, json } = await jobsDue.run({ ...context, clock } as unknown as Context);
  const items = json["items"] as readonly { readonly file: string; readonly at: string }[];
  assert.equal(exit, 0);
  assert.match(hints[0] ?? "", /cron/);
  for (const { file, at } of items) assert.ok(file !== "" && at >= "2026-11-22" && at < "2026-11-23", `${file} ${at}`);
});

test("cron's own tables are those of the system and of the users, and what cron passes over is no table", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-own-"));
  const put = (file: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  };
  try {
    assert.deepEqual(ownCrontabs(root), []);
    put("etc/crontab", "17 * * * * root /hourly\n");
    put("etc/cron.d/backup", "15 3 * * * backup /nightly\n");
    put("etc/cron.d/backup.old", "16 3 * * * backup /nightly\n");
    put("var/spool/cron/crontabs/aiko", "0 9 * * * /report\n");
    assert.deepEqual(
      ownCrontabs(root).map(({ file, isSystem }) => [path.relative(root, file), isSystem]),
      [
        ["etc/crontab", true],
        ["etc/cron.d/backup", true],
        ["var/spool/cron/crontabs/aiko", false],
      ],
    );
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});
