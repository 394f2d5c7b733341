import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlacedSignal } from "../kernel/ports.ts";
import { byLineOf } from "./lines.ts";

const ways = new Map([
  ["here", { lan: "hq", isp: "d" }],
  ["office", { lan: "office", isp: "a" }],
  ["pc1", { lan: "office", isp: "a" }],
  ["va", { lan: "va", isp: "b" }],
]);

function signal(service: string, failingFrom: readonly string[], workingFrom: readonly string[]): PlacedSignal {
  return { subject: `service:${service}`, failingFrom, workingFrom } as unknown as PlacedSignal;
}

test("what several things show from all who share a line, and from nobody else, is that line's", () => {
  const shop = signal("shop", ["office", "pc1"], ["here", "va"]);
  const mail = signal("mail", ["office"], ["here", "va"]);
  const dead = signal("db", ["office", "pc1", "here", "va"], []);
  const mixed = signal("blog", ["office", "va"], ["here"]);
  assert.deepEqual(byLineOf(ways, [shop, mail, dead, mixed]), [[shop, mail]]);
});

test("one thing alone, a line that somebody sees it over, and lines nobody knows fold nothing", () => {
  assert.deepEqual(byLineOf(ways, [signal("shop", ["office", "pc1"], ["here"])]), []);
  assert.deepEqual(byLineOf(ways, [signal("shop", ["office"], ["pc1"]), signal("mail", ["office"], ["pc1"])]), []);
  assert.deepEqual(byLineOf(new Map(), [signal("shop", ["office"], ["va"]), signal("mail", ["office"], ["va"])]), []);
});
