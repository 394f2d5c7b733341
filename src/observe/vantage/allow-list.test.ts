import assert from "node:assert/strict";
import { test } from "node:test";
import { createAllowList } from "./allow-list.ts";

type Row = readonly [allow: readonly string[], host: string, addresses: readonly string[], permitted: boolean];

const rows: readonly Row[] = [
  [[], "www.example.jp", ["203.0.113.5"], true],
  [[], "10.0.0.5", [], true],
  [[], "nas.local", ["192.168.1.9"], true],
  [[], "no-such-name.example", [], true],
  [[], "127.0.0.1", [], false],
  [[], "localhost", ["127.0.0.1", "::1"], false],
  [[], "169.254.169.254", [], false],
  [[], "2852039166", [], false],
  [[], "0x7f.1", ["127.0.0.1"], false],
  [[], "::ffff:127.0.0.1", [], false],
  [[], "[::1]", [], false],
  [[], "fe80::1", [], false],
  [[], "fd00:ec2::254", [], false],
  [[], "100.100.100.200", [], false],
  [[], "0.0.0.0", [], false],
  [[], "rebind.example", ["203.0.113.5", "169.254.169.254"], false],
  [["www.example.jp"], "www.example.jp", ["10.0.0.1"], true],
  [["www.example.jp"], "WWW.Example.JP.", [], true],
  [["www.example.jp"], "example.jp", ["203.0.113.5"], false],
  [["www.example.jp"], "203.0.113.5", [], false],
  [["localhost"], "localhost", ["127.0.0.1"], true],
  [["*.example.jp"], "a.b.example.jp", ["203.0.113.5"], true],
  [["*.example.jp"], "a.example.jp", ["127.0.0.1"], false],
  [["*.example.jp"], "a-example.jp", ["203.0.113.5"], false],
  [["10.0.0.0/8"], "10.2.3.4", [], true],
  [["10.0.0.0/8"], "db.internal", ["10.2.3.4"], true],
  [["10.0.0.0/8"], "db.internal", ["10.2.3.4", "192.168.0.1"], false],
  [["127.0.0.1"], "127.0.0.1", [], true],
  [["127.0.0.1"], "127.0.0.2", [], false],
  [["2001:db8::/32"], "2001:db8::5", [], true],
  [["2001:db8::/32"], "203.0.113.5", [], false],
];

test("the vantage's own list decides what it looks at", () => {
  for (const [allow, host, addresses, permitted] of rows) {
    assert.equal(
      createAllowList(allow).permits(host, addresses),
      permitted,
      `[${allow.join()}] ${host} ${addresses.join()}`,
    );
  }
});

test("no program is permitted without an entry of its own; a path that climbs is none", () => {
  const programs: readonly (readonly [readonly string[], string, boolean])[] = [
    [[], "check_disk", false],
    [["*", "check_disk"], "check_disk", false],
    [["command:check_disk"], "check_disk", true],
    [["command:check_disk"], "/tmp/check_disk", false],
    [["command:/opt/checks/*"], "/opt/checks/a", true],
    [["command:/opt/checks/*"], "/opt/checks/../../bin/sh", false],
  ];
  for (const [allow, program, permitted] of programs) {
    assert.equal(createAllowList(allow).permitsProgram(program), permitted, `${allow.join(" ")}: ${program}`);
  }
  assert.equal(createAllowList(["command:check_disk"]).permits("www.example.jp", ["203.0.113.5"]), true);
});
