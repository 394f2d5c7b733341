import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostWebTimeout } from "../../kernel/model/host-service-answers.ts";
import type { LogEntry } from "../../kernel/ports-logs.ts";
import { backendErrorsIn } from "./backend-errors.ts";
import { withPoolEnds } from "./fpm-errors.ts";
import type { Request } from "./requests.ts";
import { showing } from "./signs.ts";

function line(text: string, atMs = 1_000): LogEntry {
  const rest = { host: "web1", program: null, severity: null, format: null, templateId: null, fields: {} };
  return { seq: 1, atMs, source: "web1:/var/log/x", ...rest, text };
}

const upstream = `client: 127.0.0.1, server: , request: "GET /a.php HTTP/1.1", upstream: "fastcgi://unix:/run/php/php.sock:", host: "shop"`;
const reset = `2026/11/22 22:11:49 [error] 7#7: *3 recv() failed (104: Connection reset by peer) while reading response header from upstream, ${upstream}`;
const full = `2026/11/22 22:11:51 [error] 7#7: *15 connect() to unix:/run/php/php.sock failed (11: Resource temporarily unavailable) while connecting to upstream, ${upstream}`;
const ended = `[22-Nov-2026 22:11:49] WARNING: [pool shop] child 22610, script '/srv/a.php' (request: "GET /a.php") execution timed out (2.055352 sec), terminating`;
const ranOut = `2026/11/22 22:11:51 [error] 7#7: *5 FastCGI sent in stderr: "PHP message: PHP Fatal error:  Maximum execution time of 30 seconds exceeded in /srv/a.php on line 1" while reading response header from upstream, ${upstream}`;
const ranOutTwice = `[22-Nov-2026 22:11:51] WARNING: [pool shop] child 22609 said into stderr: "NOTICE: PHP message: PHP Fatal error:  Maximum execution time of 30 seconds exceeded in /srv/a.php on line 1"`;
const apache = {
  gone: "[Sun Nov 22 22:11:58.9 2026] [proxy:error] [pid 5:tid 7] (111)Connection refused: AH02454: FCGI: attempt to connect to Unix domain socket /run/php/php.sock (localhost:8000) failed",
  header:
    "[Sun Nov 22 22:11:58.9 2026] [proxy_fcgi:error] [pid 5:tid 7] [client 127.0.0.1:4] AH01067: Failed to read FastCGI header",
  reset:
    "[Sun Nov 22 22:11:58.9 2026] [proxy_fcgi:error] [pid 5:tid 7] (104)Connection reset by peer: [client 127.0.0.1:4] AH01075: Error dispatching request to :18082: ",
};

const pool: readonly HostWebTimeout[] = [
  { program: "php-fpm", setting: "request_terminate_timeout", seconds: 2, where: "www.conf:9", inheritedFrom: null },
];

function request(seconds: number): Request {
  return { atMs: 1_000, status: 502, seconds, client: null, agent: null, url: "/a.php", source: "x" };
}

function kinds(lines: readonly string[], requests: readonly Request[] = []): readonly string[] {
  const errors = backendErrorsIn(lines.map((text) => line(text)));
  return withPoolEnds(errors, { requests, timeouts: pool }).map(({ kind, code }) => `${kind} ${code}`);
}

test("a request that PHP's manager ends is one that came too late, and not a connection that broke, too", () => {
  assert.deepEqual(kinds([ended, reset]), ["timeout request_terminate_timeout"]);
  assert.deepEqual(kinds([ended, reset, reset]), ["timeout request_terminate_timeout", "reset 104"]);
  assert.deepEqual(kinds([ended, apache.header, apache.reset]), ["timeout request_terminate_timeout"]);
});

test("where its log is not followed, the time that requests took tells an end from a crash", () => {
  assert.deepEqual(kinds([reset], [request(2.2)]), ["timeout request_terminate_timeout"]);
  assert.deepEqual(kinds([reset], [request(0.01)]), ["reset 104"]);
});

test("PHP's own limit is late and no crash, and is counted once", () => {
  const [error] = backendErrorsIn([line(ranOut)]);
  assert.deepEqual([error?.kind, error?.code, error?.url], ["timeout", "max_execution_time 30 s", "/a.php"]);
  assert.deepEqual(kinds([ranOut, ranOutTwice]), ["timeout max_execution_time 30 s"]);
  assert.deepEqual(showing([line(ranOut)], "crash"), []);
  assert.equal(
    showing([line("[pool www] child 5 exited on signal 11 (SIGSEGV) after 1.5 seconds")], "crash").length,
    1,
  );
});

test("a socket whose queue is full takes nothing up; one that is gone refuses", () => {
  const [late] = backendErrorsIn([line(full)]);
  assert.deepEqual([late?.kind, late?.stage, late?.backend], ["timeout", "connecting", "/run/php/php.sock"]);
  const [gone] = backendErrorsIn([line(apache.gone)]);
  assert.deepEqual([gone?.kind, gone?.backend], ["refused", "/run/php/php.sock"]);
});
