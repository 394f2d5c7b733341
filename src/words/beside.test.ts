import assert from "node:assert/strict";
import { test } from "node:test";
import type { Facts } from "../kernel/model/observation.ts";
import type { SignalKind } from "../kernel/model/signal.ts";
import { besideSentence } from "./beside.ts";

function said(kind: SignalKind, facts: Facts): readonly (string | null)[] {
  const seen = { kind, facts, severity: "warning" } as const;
  return (["ja", "en"] as const).map((lang) => besideSentence(seen, { lang, timeZone: "Asia/Tokyo" }));
}

test("what was seen inside a host is said as on the host's own page", () => {
  const disk = { finding: "disk-full", item: "/var", usedRatio: 0.97, freeBytes: 3_221_225_472 };
  assert.deepEqual(said("vital", disk), [
    "/var の使用率が 97 % です(空き 3.0 GiB)",
    "/var is 97 % full (3.0 GiB free)",
  ]);
});

test("hardware tells the part, its value and its limit, or what the machine wrote down itself", () => {
  const fan = { what: "sensor", sensor: "Fan 2", value: 0, unit: "RPM", limit: 500, text: "" };
  assert.deepEqual(said("hardware", fan), ["Fan 2 が 0 RPM です(限度 500 RPM)", "Fan 2 is 0 RPM (limit 500 RPM)"]);
  const log = { what: "log", sensor: "", value: null, unit: "", limit: null, text: "ECC error" };
  assert.deepEqual(said("hardware", log), ["機器の記録: ECC error", "from the machine's own log: ECC error"]);
});

test("the way there, a log and people have their own sentences", () => {
  assert.equal(said("path", { trouble: "loss", target: "192.0.2.1", lossRatio: 0.2 })[1]?.startsWith("20 %"), true);
  assert.equal(said("log", { what: "new", example: "disk on fire" })[0], "ログに初めての行: disk on fire");
  assert.equal(said("people", { sources: 4 })[0], "つながらないという声が 4 か所から届いています");
});

test("what probes tell is told elsewhere", () => {
  assert.deepEqual(said("down", {}), [null, null]);
});
