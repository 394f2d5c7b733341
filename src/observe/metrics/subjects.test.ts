import assert from "node:assert/strict";
import { test } from "node:test";
import type { Host } from "../../kernel/model/site.ts";
import { senderOf } from "./subjects.ts";

const hosts = new Map(
  (
    [
      ["web1", "192.0.2.10"],
      ["db", null],
    ] as const
  ).map(([key, address]) => [key, { key, address } as Partial<Host> as Host]),
);

test("a sender is the host whose key, short name or address it gives", () => {
  assert.equal(senderOf({ "host.name": "web1" }, hosts).subject, "host:web1");
  assert.equal(senderOf({ "host.name": "WEB1.example.jp" }, hosts).subject, "host:web1");
  assert.equal(senderOf({ "host.name": "192.0.2.10", "service.name": "shop" }, hosts).host, "web1");
  assert.equal(senderOf({ "service.name": "db" }, hosts).subject, "host:db");
});

test("anyone else keeps the name it gives, as text of one line", () => {
  assert.deepEqual(senderOf({ "host.name": "other", "service.name": "shop" }, hosts), {
    subject: "otlp:other",
    host: null,
    service: "shop",
  });
  assert.equal(senderOf({ "service.name": "a\nb" }, hosts).subject, "otlp:a b");
  assert.equal(senderOf({}, hosts).subject, "otlp:unknown");
});
