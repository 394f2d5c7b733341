import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isLoopback, isPublicAddress } from "./foreign.ts";

const refused = [
  "127.0.0.1 127.255.0.1 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200",
  "168.63.129.16 192.0.0.192 198.18.0.1 203.0.113.1 224.0.0.1 255.255.255.255",
  "::1 :: fe80::1 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2001:db8::1 2002:7f00:1::",
  "2001::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::808:808 4000::1",
]
  .join(" ")
  .split(" ");
const noAddresses = ["", "localhost", "8.8.8.8.8", "08.8.8.8x", "1", "::1%lo"];

test("only public addresses are public", () => {
  for (const address of ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808"]) {
    assert.ok(isPublicAddress(address), address);
  }
  for (const address of [...refused, ...noAddresses]) assert.ok(!isPublicAddress(address), address);
});

test("no private IPv4 address passes in any of its IPv6 clothes", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.constantFrom("10", "127", "169.254", "192.168"), fc.tuple(byte, byte, byte), (net, bytes) => {
      const address = [...net.split("."), ...bytes].slice(0, 4).join(".");
      for (const clothes of ["", "::ffff:", "::", "64:ff9b::"]) assert.ok(!isPublicAddress(`${clothes}${address}`));
    }),
  );
});

test("loopback is known in both families", () => {
  assert.deepEqual(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "10.0.0.1", "x"].map(isLoopback), [
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
