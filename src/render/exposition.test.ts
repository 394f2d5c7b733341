import assert from "node:assert/strict";
import { test } from "node:test";
import { dialectOf, writeExposition, type Family } from "./exposition.ts";

const families: readonly Family[] = [
  {
    name: "koboshi_notices",
    type: "counter",
    help: 'Notices that "ended".',
    samples: [{ labels: { channel: 'a"b\\c\nd' }, value: 3 }],
  },
  {
    name: "koboshi_pulse_age_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Age.",
    samples: [{ labels: {}, value: Number.NaN }],
  },
  { name: "koboshi_build", type: "info", help: "Version.", samples: [{ labels: { version: "1\ud800" }, value: 1 }] },
  { name: "koboshi_nothing", type: "gauge", help: "Left out.", samples: [] },
];

test("the older text names counters and infos by their suffix and escapes labels", () => {
  assert.equal(
    writeExposition(families, "text"),
    `# HELP koboshi_notices_total Notices that "ended".
# TYPE koboshi_notices_total counter
koboshi_notices_total{channel="a\\"b\\\\c\\nd"} 3
# HELP koboshi_pulse_age_seconds Age.
# TYPE koboshi_pulse_age_seconds gauge
koboshi_pulse_age_seconds NaN
# HELP koboshi_build_info Version.
# TYPE koboshi_build_info gauge
koboshi_build_info{version="1\ufffd"} 1
`,
  );
});

test("OpenMetrics names the family without the suffix, tells units and ends with EOF", () => {
  const text = writeExposition(families, "openmetrics");
  assert.match(
    text,
    /^# HELP koboshi_notices Notices that \\"ended\\"\.\n# TYPE koboshi_notices counter\nkoboshi_notices_total\{/,
  );
  assert.match(text, /# TYPE koboshi_pulse_age_seconds gauge\n# UNIT koboshi_pulse_age_seconds seconds\n/);
  assert.match(text, /# TYPE koboshi_build info\nkoboshi_build_info\{/);
  assert.ok(text.endsWith("\n# EOF\n"));
});

test("only who asks for OpenMetrics gets it", () => {
  assert.equal(dialectOf(undefined), "text");
  assert.equal(dialectOf("text/plain;version=0.0.4"), "text");
  assert.equal(dialectOf("application/openmetrics-text; version=1.0.0"), "openmetrics");
});
