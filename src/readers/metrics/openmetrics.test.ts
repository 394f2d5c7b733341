import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { parseOpenMetrics } from "./openmetrics.ts";
import { parsePrometheusText } from "./prometheus-text.ts";

interface Case {
  readonly name: string;
  readonly shouldParse: boolean;
  readonly text: string;
}

const cases = fs
  .readFileSync("test/fixtures/openmetrics.jsonl", "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

for (const { name, shouldParse, text } of cases) {
  test(`OpenMetrics: ${name} is ${shouldParse ? "read" : "refused"}`, () => {
    const read = parseOpenMetrics(text);
    assert.equal(read.ok, shouldParse, read.ok ? "" : `line ${read.error.line}: ${read.error.why}`);
  });
}

test("the cases are all there", () => assert.equal(cases.length, 99));

test("a value comes with its labels, its type and its moment in milliseconds", () => {
  const text = '# TYPE a counter\na_total{path="/x\\"y\\n",code="200"} 1.5e3 1700000000.5\n# EOF\n';
  assert.deepEqual(parseOpenMetrics(text), {
    ok: true,
    value: [
      {
        name: "a_total",
        type: "counter",
        labels: { path: '/x"y\n', code: "200" },
        value: 1_500,
        atMs: 1_700_000_000_500,
      },
    ],
  });
});

test("Prometheus' text may have spaces, tabs, comments and a comma too many", () => {
  const text = [
    "# a comment",
    "# TYPE http_requests_total counter",
    'http_requests_total{method="post", code="200",}\t1027 1395066363000',
    "",
    "  metric_without_labels   12.47  ",
    'msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT"} +Inf',
    "# TYPE rpc summary",
    'rpc{quantile="0.5"} NaN',
    "rpc_sum 1",
  ].join("\r\n");
  const read = parsePrometheusText(text);
  assert.ok(read.ok);
  assert.deepEqual(
    read.value.map(({ name, type, value, atMs }) => [name, type, value, atMs]),
    [
      ["http_requests_total", "counter", 1027, 1_395_066_363_000],
      ["metric_without_labels", "unknown", 12.47, null],
      ["msdos_file_access_time_seconds", "unknown", Infinity, null],
      ["rpc", "summary", Number.NaN, null],
      ["rpc_sum", "summary", 1, null],
    ],
  );
  assert.deepEqual(read.value[2]?.labels, { path: "C:\\DIR\\FILE.TXT" });
});

test("the line that cannot be read is named", () => {
  const read = parsePrometheusText("a 1\nb{ 2\n");
  assert.deepEqual(read, { ok: false, error: { line: 2, why: "a label has a name of letters, digits and _" } });
});
