import assert from "node:assert/strict";
import { test } from "node:test";
import { readTrace } from "./traceroute.ts";

test("traceroute's hops are read, silent ones as empty, routers that take turns together", () => {
  const output = `traceroute to 10.71.9.9 (10.71.9.9), 30 hops max, 60 byte packets
 1  10.71.1.2  0.058 ms  0.003 ms  0.001 ms
 2  10.71.3.2  0.018 ms 10.71.2.2  0.003 ms *
 3  * * *
 4  10.71.9.9  0.012 ms  0.003 ms  0.003 ms
`;
  assert.deepEqual(readTrace(output), [["10.71.1.2"], ["10.71.2.2", "10.71.3.2"], [], ["10.71.9.9"]]);
});

test("a router that refuses is no hop of the way, nor is the silence before it", () => {
  const output = `traceroute to 10.71.9.9 (10.71.9.9), 30 hops max, 60 byte packets
 1  10.71.1.2  0.160 ms  0.120 ms  0.112 ms
 2  * * *
 3  * * *
 4  10.71.1.2  74.714 ms !H  74.686 ms !H  74.680 ms !H
`;
  assert.deepEqual(readTrace(output), [["10.71.1.2"]]);
});

test("tracepath says the same in other words", () => {
  const output = ` 1?: [LOCALHOST]                      pmtu 1500
 1:  10.71.1.2                                             0.020ms 
 1:  10.71.1.2                                             0.003ms 
 2:  no reply
 3:  10.71.9.9                                             0.006ms reached
     Resume: pmtu 1500 hops 3 back 3 
`;
  assert.deepEqual(readTrace(output), [["10.71.1.2"], [], ["10.71.9.9"]]);
});

test("addresses of version 6 are read, times are not taken for addresses", () => {
  const output = `traceroute to 2001:db8::9 (2001:db8::9), 30 hops max, 80 byte packets
 1  2001:db8:1::1  0.058 ms  0.003 ms  0.001 ms
 2  2001:db8::9  0.012 ms  0.003 ms  0.003 ms
`;
  assert.deepEqual(readTrace(output), [["2001:db8:1::1"], ["2001:db8::9"]]);
});

test("what is no trace is none", () => {
  assert.equal(readTrace("connect: Network is unreachable\n"), null);
  assert.equal(readTrace(""), null);
});
