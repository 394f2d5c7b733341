import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogContext } from "../formats/moment.ts";
import { topKeys } from "./byte-table.ts";
import { createErrorTally, scanErrors, type ErrorTally } from "./error-scan.ts";

const context = createLogContext({ nowMs: () => Date.UTC(2026, 10, 22), zone: "UTC" });

function counted(server: "apache" | "nginx", lines: readonly string[]): ErrorTally {
  const tally = createErrorTally();
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  scanErrors(tally, { server, context }, { bytes, from: 0, to: bytes.length });
  return tally;
}

function keys(table: ErrorTally["codes"]): readonly (readonly [string, number])[] {
  return topKeys(table, 20).map(({ key, count }) => [key, count] as const);
}

test("a code and a client are counted for the line they stand in, and for no line before it", () => {
  const head = "[Sun Nov 22 02:05:10.000001 2026]";
  const tally = counted("apache", [
    `${head} [php:warn] [pid 1:tid 2] [client 192.0.2.1:5512] PHP Warning: Array, ALL of it, AH012 in /var/www/a.php`,
    `${head} [proxy:error] [pid 1:tid 2] (110)Connection timed out: AH00957: HTTP: attempt to connect failed`,
    `${head} [proxy_http:error] [pid 1:tid 2] (70007)The timeout: [client 192.0.2.1:1] AH01102: error, AH00001: again`,
    `${head} [core:notice] [pid 1:tid 2] AH00094`,
    `${head} [core:error] [pid 1:tid 2] ${"x".repeat(400)} AH00127: too far to be the code of the line`,
    `${head} [core:error] [pid 1:tid 2] [client 2001:db8::1:80] last`,
  ]);
  assert.deepEqual(keys(tally.codes), [
    ["AH00094", 1],
    ["AH00957", 1],
    ["AH01102", 1],
  ]);
  assert.deepEqual(keys(tally.clients), [
    ["192.0.2.1", 2],
    ["2001:db8::1", 1],
  ]);
  assert.equal(tally.unread, 0);
});

test("of nginx's lines those without a client do not take the next one's", () => {
  const head = "2026/11/22 02:05:10 [error] 1#2:";
  const tally = counted("nginx", [
    `${head} signal process started`,
    `${head} *3 upstream timed out, client: 192.0.2.7, server: shop`,
    `${head} worker exited`,
    `${head} *4 open() failed, client: 192.0.2.7, server: shop`,
  ]);
  assert.deepEqual(keys(tally.clients), [["192.0.2.7", 2]]);
  assert.equal(tally.lines - tally.unread, 4);
});
