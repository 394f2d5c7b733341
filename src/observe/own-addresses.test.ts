import assert from "node:assert/strict";
import { test } from "node:test";
import { seenElsewhere } from "./own-addresses.ts";

test("an address is told once and as others see it; what holds on one machine or wire only is left out", () => {
  const told = ["::ffff:192.0.2.7", "192.0.2.7", "127.0.0.1", "::1", "fe80::1%eth0", "2001:DB8::0:1", "no address", ""];
  assert.deepEqual(seenElsewhere(told), ["192.0.2.7", "2001:db8::1"]);
});
