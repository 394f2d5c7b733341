import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogEntry } from "../../kernel/ports-logs.ts";
import { backendErrorsIn } from "./backend-errors.ts";
import { cliffIn } from "./cliff.ts";
import { perMinute, worstMinute } from "./rates.ts";
import { requestsIn, shapeOf, withoutValues } from "./requests.ts";
import { excerpt, mailSignOf, showing } from "./signs.ts";
import { verdictOf } from "./verdict.ts";

function line(text: string, fields: LogEntry["fields"] = {}, atMs = 1_000): LogEntry {
  const rest = { host: "web1", program: null, severity: null, format: null, templateId: null };
  return { seq: 1, atMs, source: "web1:/var/log/x", ...rest, fields, text };
}

const apache = {
  status:
    "[Sat Nov 21 10:00:00.123456 2026] [proxy_http:error] [pid 12:tid 34] (70007)The timeout specified has expired: [client 192.0.2.1:5] AH01102: error reading status line from remote server 10.0.0.5:8080",
  returned:
    "[Sat Nov 21 10:00:00.123460 2026] [proxy:error] [pid 12:tid 34] [client 192.0.2.1:5] AH00898: Error reading from remote server returned by /order",
  refused:
    "[Sat Nov 21 10:00:00.123456 2026] [proxy:error] [pid 12:tid 34] (111)Connection refused: AH00957: HTTP: attempt to connect to 10.0.0.5:8080 (10.0.0.5) failed",
  refusedAgain:
    "[Sat Nov 21 10:00:00.123456 2026] [proxy_http:error] [pid 12:tid 34] [client 192.0.2.1:5] AH01114: HTTP: failed to make connection to backend: 10.0.0.5",
  reset:
    "[Sat Nov 21 10:00:00.123456 2026] [proxy_http:error] [pid 12:tid 34] (104)Connection reset by peer: [client 192.0.2.1:5] AH01102: error reading status line from remote server 10.0.0.5:8080",
  ended:
    "[Sat Nov 21 10:00:00.123456 2026] [proxy_http:error] [pid 12:tid 34] (20014)Internal error (specific information not available): [client 192.0.2.1:5] AH01102: error reading status line from remote server 10.0.0.5:8080",
};
const nginx =
  '2026/11/21 10:00:00 [error] 7#7: *5 upstream timed out (110: Connection timed out) while connecting to upstream, client: 192.0.2.1, server: , request: "GET /order?id=77&name=x HTTP/1.1", upstream: "http://10.0.0.5:8080/order?id=77&name=x", host: "shop.example"';

const is = (sign: Parameters<typeof showing>[1], text: string): boolean => showing([line(text)], sign).length === 1;

const sign = (text: string): string | null => mailSignOf(line(text));

test("Apache's two lines of one request are one error, with the address it was asked for", () => {
  const errors = backendErrorsIn([line(apache.returned), line(apache.status)]);
  assert.deepEqual(
    errors.map(({ kind, stage, backend, url, code }) => [kind, stage, backend, url, code]),
    [["timeout", "reading", "10.0.0.5:8080", "/order", "AH01102 (70007)"]],
  );
});

test("Apache's refusals, resets and ends without an answer are told apart from timeouts", () => {
  const kinds = [apache.refused, apache.refusedAgain, apache.reset, apache.ended].map((text) =>
    backendErrorsIn([line(text)]).map(({ kind, backend }) => `${kind} ${backend}`),
  );
  assert.deepEqual(kinds, [["refused 10.0.0.5:8080"], [], ["reset 10.0.0.5:8080"], ["reset 10.0.0.5:8080"]]);
});

test("nginx: which program behind, which page without what visitors wrote, and how far it came", () => {
  const [error] = backendErrorsIn([line(nginx)]);
  assert.deepEqual(
    [error?.kind, error?.stage, error?.backend, error?.url],
    ["timeout", "connecting", "10.0.0.5:8080", "/order?id=…&name=…"],
  );
  assert.equal(
    verdictOf(backendErrorsIn([line(nginx)]), {
      cliff: cliffIn({ requests: [], usual: [], backend: [], limit: null }),
      isFull: false,
    }),
    "saturated",
  );
  assert.ok(!excerpt([{ text: nginx }]).includes("77"));
});

test("durations are read in the unit they are written in", () => {
  const fields = { url: "/a", status: 200 };
  const seconds = (more: LogEntry["fields"]): number | null =>
    requestsIn([line("", { ...fields, ...more })])[0]?.seconds ?? null;
  assert.equal(seconds({ seconds: 1.5 }), 1.5);
  assert.equal(seconds({ extra1: 2_000_123 }), 2.000123);
  assert.equal(seconds({ extra1: 3 }), 3);
  assert.equal(seconds({ rt: 0.25, extra1: 9 }), 0.25);
  assert.equal(seconds({}), null);
});

test("pages are the same page whatever is asked of them", () => {
  assert.equal(shapeOf("/user/12345/cart?x=1"), "/user/*/cart");
  assert.equal(withoutValues("/s?q=secret&page=2"), "/s?q=…&page=…");
});

test("the worst minute is counted wherever it begins", () => {
  const at = [0, 50_000, 55_000, 61_000, 109_000, 500_000].map((atMs) => ({ atMs }));
  assert.equal(worstMinute(at), 4);
  assert.equal(worstMinute([]), 0);
});

test("lines of each sort are known by what the programs write", () => {
  assert.ok(is("crash", "AH00051: child pid 9 exit signal Segmentation fault (11), possible coredump in /etc/apache2"));
  assert.ok(is("crash", "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [1040] Too many connections"));
  assert.ok(is("configuration", "nginx: configuration file /etc/nginx/nginx.conf test failed"));
  assert.ok(!is("configuration", "open() /srv/private failed (13: Permission denied)"));
  assert.ok(is("workers", "[mpm_event:error] AH00484: server reached MaxRequestWorkers setting, consider raising"));
  assert.ok(is("workers", "2026/11/21 [alert] 7#7: 64 worker_connections are not enough"));
  assert.ok(is("corrupt", "Table './shop/orders' is marked as crashed and should be repaired"));
  assert.ok(is("recovering", "LOG:  database system was interrupted; last known up at 2026-11-21 09:00:00 UTC"));
});

test("mail that fails is told by its reason, and mail that we refuse is none of it", () => {
  assert.equal(
    sign("postfix/smtp[1]: A1: to=<a@b>, status=bounced (host said: 550 5.7.1 blocked using zen.spamhaus.org)"),
    "block",
  );
  assert.equal(sign("postfix/local[1]: A1: status=deferred (452 4.2.2 Mailbox full)"), "quota");
  assert.equal(sign("postfix/smtp[1]: A1: status=deferred (connect to x: Connection timed out)"), "temp");
  assert.equal(sign("postfix/smtpd[1]: NOQUEUE: reject: RCPT from x: 554 5.7.1 blocked using zen.spamhaus.org"), null);
  assert.equal(sign("postfix/smtpd[1]: warning: SASL LOGIN authentication failed: UGFzc3dvcmQ6"), "auth");
});

test("programs with a pool of their own say that it is used up, each in its way", () => {
  for (const text of [
    "2026-11-22T10:00:00.000Z WARN [7] all 4 workers are busy, 5 requests wait; consider raising workers.most",
    "SEVERE: All threads (150) are currently busy, waiting. Increase maxThreads (150) or check the servlet status",
    '*** uWSGI listen queue of socket "127.0.0.1:3031" (fd: 3) full !!! (101/100) ***',
    "java.util.concurrent.RejectedExecutionException: Task rejected from ThreadPoolExecutor",
    "[ W 2026-11-22 age/Cor/Con ]: Request queue full. Returning an error",
  ])
    assert.ok(is("workers", text), text);
  for (const text of ["all workers started", "12 workers are idle", "queue is empty"])
    assert.ok(!is("workers", text), text);
});

function rows(count: number, everyMs: number): readonly { readonly atMs: number }[] {
  return Array.from({ length: count }, (_, nth) => ({ atMs: nth * everyMs }));
}

test("a rate is told of twenty seconds, or of less where many came or should have", () => {
  const [short, long] = [
    { fromMs: 0, toMs: 10_000 },
    { fromMs: 0, toMs: 30_000 },
  ];
  assert.equal(perMinute(rows(5, 1_000), short), null, "five of ten seconds may be chance");
  assert.equal(perMinute(rows(5, 1_000), long), 10);
  assert.equal(perMinute(rows(40, 100), short), 240);
  assert.equal(perMinute([], short, 300), 0, "nothing where fifty should have come is no chance");
  assert.equal(perMinute([], short, 20), null);
  const crowd = { fromMs: 0, toMs: 3_000 };
  assert.equal(perMinute(rows(4_000, 0.75), crowd), 80_000, "the newest lines of a full log cover a moment");
  assert.equal(perMinute(rows(200, 10), crowd), null);
});
