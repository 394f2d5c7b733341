import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { createLogContext } from "./moment.ts";
import { logFormats, recogniseFormat } from "./registry.ts";

const context = createLogContext({ nowMs: () => Date.UTC(2026, 10, 22, 0, 0), zone: "Asia/Tokyo" });

interface Example {
  readonly format: string;
  readonly line: string;
  readonly at: string | null;
  readonly has: Readonly<Record<string, unknown>>;
}

const examples: readonly Example[] = [
  {
    format: "access",
    line: '192.0.2.7 - jiro [22/Nov/2026:02:05:09 +0900] "GET /a?b=1 HTTP/1.1" 504 12 "-" "curl/8.0" rt=3.204',
    at: "2026-11-21T17:05:09.000Z",
    has: { client: "192.0.2.7", user: "jiro", status: 504, url: "/a?b=1", rt: 3.204, severity: 3 },
  },
  {
    format: "apache-error",
    line: "[Wed Oct 11 14:32:52.123456 2026] [proxy_http:error] [pid 7:tid 9] (70007)The timeout: [client 192.0.2.9:5512] AH01102: error reading",
    at: "2026-10-11T05:32:52.123Z",
    has: { module: "proxy_http", client: "192.0.2.9", code: "AH01102", severity: 3, pid: 7 },
  },
  {
    format: "apache-error",
    line: "[Wed Oct 11 14:32:52 2026] [error] [client 192.0.2.9] File does not exist: /var/www/favicon.ico",
    at: "2026-10-11T05:32:52.000Z",
    has: { client: "192.0.2.9", message: "File does not exist: /var/www/favicon.ico" },
  },
  {
    format: "nginx-error",
    line: '2026/11/22 02:05:09 [crit] 31#32: *5 connect() failed (111: Connection refused), client: 192.0.2.3, server: shop, request: "GET / HTTP/1.1"',
    at: "2026-11-21T17:05:09.000Z",
    has: { client: "192.0.2.3", server: "shop", request: "GET / HTTP/1.1", severity: 2 },
  },
  {
    format: "syslog",
    line: "Nov 22 02:05:09 web1 sshd[77]: Failed password for invalid user admin from 198.51.100.4 port 5512 ssh2",
    at: "2026-11-21T17:05:09.000Z",
    has: { host: "web1", program: "sshd", pid: 77, event: "login-failed", user: "admin", client: "198.51.100.4" },
  },
  {
    format: "syslog",
    line: "Dec 31 23:59:59 web1 sudo: yamada : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/bin/ls -l",
    at: "2025-12-31T14:59:59.000Z",
    has: { event: "sudo", user: "yamada", runAs: "root", command: "/bin/ls -l" },
  },
  {
    format: "syslog",
    line: "2026-11-22T02:05:09.123456+09:00 mx postfix/smtp[9]: 4F9D195432C: to=<a@example.jp>, relay=mx.example.jp[192.0.2.5]:25, delay=1.1, dsn=4.4.1, status=deferred (timed out)",
    at: "2026-11-21T17:05:09.123Z",
    has: { queueId: "4F9D195432C", to: "a@example.jp", status: "deferred", delay: 1.1, dsn: "4.4.1", relayPort: 25 },
  },
  {
    format: "syslog",
    line: "<22>Nov 22 02:05:09 mx dovecot: imap-login: Disconnected (auth failed, 3 attempts in 9 secs): user=<a>, method=PLAIN, rip=203.0.113.4, lip=192.0.2.1",
    at: "2026-11-21T17:05:09.000Z",
    has: { event: "login-failed", client: "203.0.113.4", attempts: 3, severity: 6, facility: 2 },
  },
  {
    format: "syslog-5424",
    line: '<165>1 2026-10-11T22:14:15.003Z host.example app 12 ID47 [ex@32473 iut="3" q="a\\"b"] it happened',
    at: "2026-10-11T22:14:15.003Z",
    has: { host: "host.example", program: "app", pid: 12, msgid: "ID47", "ex@32473.q": 'a"b', message: "it happened" },
  },
  {
    format: "journald",
    line: '{"__REALTIME_TIMESTAMP":"1763744709123456","PRIORITY":"3","_HOSTNAME":"web1","SYSLOG_IDENTIFIER":"app","_PID":"8","MESSAGE":[100,111,119,110]}',
    at: "2025-11-21T17:05:09.123Z",
    has: { severity: 3, host: "web1", program: "app", pid: 8, message: "down" },
  },
  {
    format: "mysql-error",
    line: "2026-11-22T02:05:09.123456+09:00 12 [ERROR] [MY-012592] [InnoDB] Operating system error number 28",
    at: "2026-11-21T17:05:09.123Z",
    has: { severity: 3, code: "MY-012592", subsystem: "InnoDB", thread: 12 },
  },
  {
    format: "mysql-error",
    line: "2026-11-22  2:05:09 140 [Warning] Aborted connection 140 to db: 'shop'",
    at: "2026-11-21T17:05:09.000Z",
    has: { severity: 4, thread: 140 },
  },
  {
    format: "mysql-slow",
    line: "# Query_time: 12.5  Lock_time: 0.1 Rows_sent: 3  Rows_examined: 400000",
    at: null,
    has: { seconds: 12.5, rowsExamined: 400_000 },
  },
  {
    format: "postgresql",
    line: "2026-11-22 02:05:09.837 JST [132] app@shop FATAL:  sorry, too many clients already",
    at: "2026-11-21T17:05:09.837Z",
    has: { pid: 132, user: "app", database: "shop", severity: 2 },
  },
  {
    format: "json",
    line: '{"time":"2026-11-22T02:05:09+09:00","level":"warn","msg":"slow","request":{"path":"/x"},"ms":1200}',
    at: "2026-11-21T17:05:09.000Z",
    has: { severity: 4, message: "slow", "request.path": "/x", ms: 1_200 },
  },
  {
    format: "timed",
    line: "[2026-11-22 02:05:09,123] ERROR: disk full",
    at: "2026-11-21T17:05:09.123Z",
    has: { severity: 3, message: "disk full" },
  },
];

for (const { format, line, at, has } of examples) {
  test(`${format} is recognised and read: ${line.slice(0, 50)}`, () => {
    const found = recogniseFormat([line], context);
    assert.equal(found.id, format);
    const record = found.read(line, context);
    assert.equal(record.atMs === null ? null : new Date(record.atMs).toISOString(), at);
    const said: Readonly<Record<string, unknown>> = { ...record, ...record.fields };
    for (const [name, value] of Object.entries(has)) assert.deepEqual(said[name], value, name);
  });
}

test("every format file is in the registry", () => {
  const parts = /^(?:format|moment|severity|registry|programs|json-line|postfix|dovecot|auth)\.ts$|\.test\.ts$/;
  const files = readdirSync(import.meta.dirname).filter((name) => !parts.test(name));
  const names = logFormats.map(({ id }) => `${id}.ts`).filter((name) => name !== "timed.ts");
  assert.deepEqual(names.toSorted(), files.toSorted());
});

test("no line makes a format throw, and the whole of a line not of the format is its message", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (line) => {
      for (const format of logFormats) {
        if (format.parse(line, context) === null) assert.equal(format.read(line, context).message, line);
      }
    }),
    { numRuns: 200 },
  );
});

test("a line of many megabytes is cut, in no time", () => {
  const parts = [
    "[client ",
    ', client: "',
    "to=<",
    '" "',
    "{",
    "Nov 22 02:05:09 a postfix/smtp: ",
    " [x=",
    "(in reply to ",
  ];
  for (const part of parts) {
    const line = part.repeat(1_200_000 / part.length);
    const startedMs = performance.now();
    for (const format of logFormats) assert.ok(format.read(line, context).message.length <= 1_048_576);
    assert.ok(performance.now() - startedMs < 2_000, part);
  }
});

test("a 29 February without a year is put into the newest leap year", () => {
  const record = recogniseFormat(["Feb 29 01:00:00 web1 app: x"], context).read("Feb 29 01:00:00 web1 app: x", context);
  assert.equal(new Date(record.atMs ?? 0).toISOString(), "2024-02-28T16:00:00.000Z");
});
