import assert from "node:assert/strict";
import { test } from "node:test";
import { readPing } from "./icmp.ts";

const summary = (sent: number, received: number): string =>
  `\n--- 192.0.2.7 ping statistics ---\n${sent} packets transmitted, ${received} received\n`;

function verdict(output: string): string {
  const read = readPing(output, 3);
  if (!read.ok) return `${read.error.outcome} ${read.error.code}`;
  return `${read.value.received}/${read.value.sent} ${read.value.roundTripMs.join(" ")}`;
}

test("the pings of every system are read", () => {
  const linux =
    "64 bytes from 192.0.2.7: icmp_seq=1 ttl=64 time=0.020 ms\n64 bytes from 192.0.2.7: icmp_seq=3 ttl=64 time=12 ms\n";
  assert.equal(verdict(linux + summary(3, 2)), "2/3 0.02 12");
  const busybox = "64 bytes from 192.0.2.7: seq=0 ttl=42 time=0.070 ms\n\n3 packets transmitted, 1 packets received\n";
  assert.equal(verdict(busybox), "1/3 0.07");
  const macV6 = "16 bytes from ::1, icmp_seq=0 hlim=64 time=0.048 ms\n\n3 packets transmitted, 1 packets received\n";
  assert.equal(verdict(macV6), "1/3 0.048");
  const windowsJa =
    "192.0.2.7 からの応答: バイト数 =32 時間 =1ms TTL=64\r\n192.0.2.7 からの応答: バイト数 =32 時間 <1ms TTL=64\r\n";
  assert.equal(verdict(windowsJa), "2/3 1 1");
  assert.equal(verdict("Reply from ::1: time<1ms\r\n"), "1/3 1");
});

test("what comes instead of an echo is told apart", () => {
  assert.equal(verdict(summary(3, 0)), "down timeout");
  assert.equal(
    verdict(`From 192.0.2.1 icmp_seq=1 Destination Host Unreachable\n${summary(3, 0)}`),
    "down host-unreachable",
  );
  assert.equal(verdict(`From 192.0.2.1 icmp_seq=1 Packet filtered\n${summary(3, 0)}`), "down host-unreachable");
  assert.equal(verdict("ping: connect: Network is unreachable\n"), "unknown no-route");
  assert.equal(verdict("ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\n"), "unknown no-ping");
  assert.equal(verdict(""), "unknown no-ping");
});
