import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { writeAccessLog, writeErrorLog } from "../../bench/web-log.ts";
import { programWords } from "../doubles/program.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-logs-"));
after(() => fs.rmSync(folder, { recursive: true }));
const [access, error] = [path.join(folder, "access.log"), path.join(folder, "error.log")];
// large enough for three threads
writeAccessLog(access, 100_000_000);
writeErrorLog(error, 5_000_000);

function koboshi(...words: readonly string[]): string {
  return execFileSync(process.execPath, [...programWords("src/cli/main.ts"), ...words], {
    encoding: "utf8",
    maxBuffer: 64_000_000,
    env: { ...process.env, LANG: "en_US.UTF-8" },
  });
}

/** Counts by key, as awk prints them: `count key`. */
function awk(program: string, file: string): ReadonlyMap<string, number> {
  const text = execFileSync("/usr/bin/mawk", [program, file], { encoding: "utf8", maxBuffer: 64_000_000 });
  return new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(line.indexOf(" ") + 1), Number(line.slice(0, line.indexOf(" ")))]),
  );
}

interface List {
  readonly items: readonly { readonly key: string; readonly count: number }[];
  readonly distinct: number;
}

function assertList(list: List, counts: ReadonlyMap<string, number>): void {
  assert.equal(list.distinct, counts.size);
  for (const { key, count } of list.items) assert.equal(count, counts.get(key), key);
  const most = [...counts.values()].toSorted((a, b) => b - a).slice(0, list.items.length);
  assert.deepEqual(
    list.items.map(({ count }) => count),
    most,
  );
}

test("an access log read by three threads has the counts of awk", () => {
  const report = JSON.parse(koboshi("logs", "report", access, "--threads", "3", "--json")) as {
    readonly statuses: Readonly<Record<string, number>>;
    readonly totals: { readonly bytes: number; readonly unread: number };
    readonly urls: List;
    readonly clients: List;
    readonly referrers: List;
    readonly agents: List;
    readonly minutes: readonly unknown[];
  };
  const counted = (key: string): ReadonlyMap<string, number> =>
    awk(`{c[${key}]++} END{for(k in c) print c[k], k}`, access);
  assert.deepEqual(
    new Map(Object.entries(report.statuses)),
    new Map([...counted("$9")].toSorted((a, b) => (a[0] < b[0] ? -1 : 1))),
  );
  assert.equal(report.totals.unread, 0);
  assert.equal(report.totals.bytes, [...awk('{b+=$10} END{printf "%.0f bytes\\n", b}', access)][0]?.[1]);
  assertList(report.urls, counted("$7"));
  assertList(report.clients, counted("$1"));
  assert.equal(report.referrers.distinct, counted("$11").size);
  assert.equal(report.minutes.length, counted("substr($4,2,17)").size);
});

test("an error log has the counts of awk", () => {
  const report = JSON.parse(koboshi("logs", "report", error, "--json")) as {
    readonly codes: List;
    readonly modules: List;
  };
  assertList(
    report.codes,
    awk("match($0,/AH[0-9][0-9][0-9][0-9][0-9]/){c[substr($0,RSTART,7)]++} END{for(k in c) print c[k], k}", error),
  );
  assertList(report.modules, awk('{k=$6; gsub(/[][]/,"",k); c[k]++} END{for(k in c) print c[k], k}', error));
});

test("one moment stands beside the others, and an empty one says so", () => {
  const scan = JSON.parse(koboshi("logs", "scan", access, "--around", "2026-01-05T01:00+09:00", "--json")) as {
    readonly minutes: readonly { readonly at: string; readonly lines: number }[];
  };
  assert.equal(scan.minutes.length, 20);
  assert.match(koboshi("logs", "scan", access, "--around", "2020-01-01", "--lang", "ja"), /この時間帯の行はありません/);
});

test("the report is written as a page, and templates as a table", () => {
  const page = path.join(folder, "report.html");
  koboshi("logs", "report", error, "--html", page, "--lang", "ja");
  assert.match(fs.readFileSync(page, "utf8"), /<html lang="ja">.*エラーログの集計/s);
  const lines = path.join(folder, "lines.log");
  fs.writeFileSync(lines, "disk sda1 is 91 % full\ndisk sdb1 is 7 % full\nstarted\n");
  const table = koboshi("logs", "templates", lines).trim().split("\n");
  assert.equal(table[0], "LineId,EventId,EventTemplate");
  assert.deepEqual(
    table.slice(1).map((row) => row.split(",")[2]),
    ["disk <*> is <*> full", "disk <*> is <*> full", "started"],
  );
});
