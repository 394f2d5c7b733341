import assert from "node:assert/strict";
import { test } from "node:test";
import { findHeader } from "./header.ts";
import { signatureOf, templateText } from "./signature.ts";
import { createTemplates, type Templates } from "./templates.ts";

const users = ["root", "yamada", "sato", "www-data", "backup", "suzuki", "tanaka", "ito"];
const lines = [
  ...users.map((user) => `session opened for user ${user} by (uid=0)`),
  ...users.map((user, at) => `Accepted publickey for ${user} from 192.0.2.${at} port ${5_000 + at} ssh2`),
  "No space left on device",
  "Error writing file '/var/lib/mysql/ib_logfile0' (Errcode: 28 - No space left on device)",
  "Error writing file '/var/lib/mysql/shop/t.ibd' (Errcode: 28 - No space left on device)",
  "upstream timed out after 30.5 seconds, retry in 5 min",
  "upstream timed out after 3 s, retry in 15 min",
  "接続が 12 件 切断されました",
  "接続が 340 件 切断されました",
];

function groups(templates: Templates, ids: readonly string[]): readonly string[] {
  return ids.map((id) => templates.find(id)?.text ?? "");
}

function text(line: string): string {
  return templateText(signatureOf(line));
}

test("what varies becomes <*>, what says something stays", () => {
  assert.equal(text("read 1033 bytes (1.00 KB) from /var/log/a.log"), "read <*> from <*>");
  assert.equal(text("user= rhost=198.51.100.7 tty=ssh"), "user=<*> rhost=<*> tty=<*>");
  assert.equal(text("link fe80::1ff:fe23:4567:890a up at 2026-11-22 02:05:09"), "link <*> up at <*>");
  assert.equal(text("Invalid argument."), "Invalid argument");
  assert.equal(text("接続が12件切断されました"), "接続が<*>件切断されました");
});

test("lines of one kind share a template, whatever the order they come in", () => {
  const forward = createTemplates();
  const there = groups(
    forward,
    lines.map((line) => forward.add(line)),
  );
  const backward = createTemplates();
  const ids = lines.toReversed().map((line) => backward.add(line));
  assert.deepEqual(
    groups(backward, ids).toReversed(),
    groups(
      forward,
      lines.map((line) => forward.add(line)),
    ),
  );
  assert.equal(
    new Set(
      groups(
        forward,
        lines.map((line) => forward.add(line)),
      ),
    ).size,
    6,
  );
  assert.equal(there[0], "session opened for user <*> by (uid=<*>)");
});

test("an id given early stays valid when its template becomes part of another", () => {
  const templates = createTemplates();
  const early = templates.add("session closed for user root");
  for (const user of users) templates.add(`session closed for user ${user}`);
  assert.equal(templates.find(early)?.text, "session closed for user <*>");
  assert.equal(templates.find(early)?.count, users.length + 1);
});

test("saved and loaded, ids and what was learnt stay", () => {
  const before = createTemplates();
  const ids = lines.map((line) => before.add(line));
  const saved = JSON.parse(JSON.stringify(before.save())) as ReturnType<Templates["save"]>;
  const after = createTemplates({ saved });
  assert.deepEqual(groups(after, ids), groups(before, ids));
  const shapes = after.state().shapes;
  assert.equal(after.find(after.add("session opened for user newcomer by (uid=0)"))?.text, groups(before, ids)[0]);
  assert.equal(after.state().shapes, shapes);
});

test("a thousand times the same kinds of lines make no new shapes", () => {
  const templates = createTemplates();
  for (const line of lines) templates.add(line);
  const { shapes } = templates.state();
  for (let nth = 0; nth < 1_000; nth++) {
    for (const line of lines) templates.add(line.replaceAll(/\d/g, String(nth % 10)));
  }
  assert.ok(templates.state().shapes <= shapes + 2);
});

test("random text is bounded, and that it is is said", () => {
  const templates = createTemplates({ maxNodes: 100 });
  let seed = 7;
  const word = (): string => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed.toString(36).replaceAll(/\d/g, "q");
  };
  for (let nth = 0; nth < 2_000; nth++) templates.add(Array.from({ length: 6 }, word).join(" "));
  const state = templates.state();
  assert.ok(state.shapes <= 100);
  assert.ok(state.buckets <= 100 * 16);
  assert.ok(state.isDegraded && state.coarseLines > 1_000);
});

test("the same bytes have the same id, seen first or known", () => {
  for (const line of [
    "a.b:12 up",
    "a.b:x1 up",
    "fe:ab:3c x",
    "fe:ab:3zz x",
    "k=v w",
    "k= v w",
    "5. x",
    "a...5 b",
    "日本5語 x",
  ]) {
    const fresh = createTemplates();
    const known = createTemplates();
    known.add(line);
    assert.equal(known.add(line), fresh.add(line), line);
  }
});

test("the header is found and cut, a continuation kept whole", () => {
  const many = Array.from(
    { length: 50 },
    (_, nth) => `Nov 22 02:05:${10 + nth} web1 app[${nth}]: ${nth % 2 ? "opened" : "closed"} file ${nth}`,
  );
  const header = findHeader(many);
  const cut = (line: string): string => line.slice(header.contentStart(line));
  assert.equal(cut(many[0] ?? ""), "closed file 0");
  assert.equal(cut("Nov 22 02:05:10 web1 Server Admin[3]: started"), "started");
  assert.equal(cut("    at main (app.js:3)"), "    at main (app.js:3)");
  assert.equal(findHeader(["hello world", "good bye"]).columns, 0);
});
