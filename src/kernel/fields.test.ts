import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import type { z } from "zod";
import {
  clockTimeField,
  durationField,
  fingerprintField,
  hostPortField,
  momentField,
  percentField,
  rateField,
  scheduleField,
  secretField,
  urlField,
  zoneField,
} from "./fields.ts";

const right: readonly (readonly [field: z.ZodType, written: string, read: unknown])[] = [
  [durationField(), "1.5h", 5_400_000],
  [percentField(), "85%", 0.85],
  [rateField(), "5 per 1m", { count: 5, perMs: 60_000 }],
  [clockTimeField(), "7:05", 425],
  [momentField(), "2026-11-26T02:00+09:00", "2026-11-26T02:00+09:00"],
  [momentField(), "2026-11-26", "2026-11-26"],
  [scheduleField(), "*/5 0-6 1,15 * mon", "*/5 0-6 1,15 * mon"],
  [zoneField(), "Asia/Tokyo", "Asia/Tokyo"],
  [hostPortField(), "[::1]:7373", { host: "::1", port: 7373 }],
  [urlField(["https", "http"]), "http://a.example", "http://a.example"],
];
for (const [field, written, read] of right) {
  test(`${written} is read`, () => assert.deepEqual(field.parse(written), read));
}

const wrong: readonly (readonly [field: z.ZodType, written: string, finding: string])[] = [
  [durationField(), "30", "no-unit"],
  [durationField(), "-5s", "bad-duration"],
  [percentField("disk"), "850%", "over-whole"],
  [percentField(), "0%", "bad-percent"],
  [rateField(), "5 per minute", "bad-rate"],
  [clockTimeField(), "24:00", "bad-time"],
  [momentField(), "2026-13-01", "bad-moment"],
  [scheduleField(), "15 3 * *", "bad-schedule"],
  [zoneField(), "JSTT", "bad-zone"],
  [hostPortField(), "a:65536", "bad-address"],
  [urlField(["https"]), "http://a.example", "bad-url"],
  [fingerprintField(), "SHA256:short", "bad-fingerprint"],
];
for (const [field, written, finding] of wrong) {
  test(`${written} is refused as ${finding}`, () => {
    const [issue] = field.safeParse(written).error?.issues ?? [];
    assert.equal(issue?.code === "custom" ? issue.params?.["finding"] : issue?.code, finding);
  });
}

test("a secret of the file prints nothing of itself", () => {
  const secret = secretField().parse("hunter2");
  assert.doesNotMatch([String(secret), JSON.stringify(secret), inspect(secret)].join(" "), /hunter2/);
});
