import assert from "node:assert/strict";
import { test } from "node:test";
import { askable } from "./askable.ts";
import type { RoomWay } from "./way.ts";

const doors: number[] = [];
const way: RoomWay = {
  door(port) {
    doors.push(port);
    return Promise.resolve(1);
  },
  datagrams: (port) => Promise.resolve(40_000 + port),
  close: () => undefined,
};
const isRestored = (host: string): boolean => host === "ns1.example.jp";
const own = { host: "ns1.example.jp", port: 53 };
const foreign = { host: "1.1.1.1", port: 53 };

test("a question by datagram goes to the restored machine alone, a longer answer by a connection to the same port", async () => {
  const spec = { dns: "example.jp", servers: [foreign, own], expect: {} };
  const by = await askable({ kind: "dns", spec }, way, isRestored);
  assert.ok(typeof by !== "string");
  assert.deepEqual(by.spec, { dns: "example.jp", expect: {}, server: { host: "127.0.0.1", port: 40_053 } });
  await by.way.door(40_053);
  await by.way.door(443);
  assert.deepEqual(doors, [53, 443]);
});

test("what cannot be asked of the restored machine says why", async () => {
  const asked: readonly [string, unknown, string][] = [
    ["icmp", { icmp: "ns1.example.jp" }, "answers-by-itself"],
    ["dns", { dns: "example.jp" }, "other-machine"],
    ["dns", { dns: "example.jp", server: foreign }, "other-machine"],
    ["ntp", { ntp: { host: "ntp.nict.jp", port: 123 } }, "other-machine"],
    ["domain", {}, "other-machine"],
    ["log", {}, "no-logs"],
    ["browser", {}, "own-program"],
  ];
  for (const [kind, spec, why] of asked) assert.equal(await askable({ kind, spec }, way, isRestored), why, kind);
});
