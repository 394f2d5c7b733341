import assert from "node:assert/strict";
import { test } from "node:test";
import { expanded, readUnit } from "./units.ts";

test("a service's unit is read as systemd reads it, its drop-ins after it", () => {
  const unit = readUnit(
    "worker@2.service",
    [
      "[Unit]",
      "Description=Shop",
      "User=nobody",
      "[Service]",
      "# Type=oneshot",
      "Type=notify",
      "User=shop",
      "WorkingDirectory=-/srv/%p",
      'Environment=PORT=8080 "GREETING=good day"',
      "EnvironmentFile=-/etc/default/%p",
      "RuntimeDirectory=shop",
      "ExecStartPre=-/bin/rm -f /run/shop.pid",
      "ExecStart=/usr/bin/old",
      "[Service]",
      "ExecStart=",
      String.raw`ExecStart=/usr/bin/node "app of %i.mjs" --port=${"${PORT}"} \
  $OPTIONS 'a b'`,
    ].join("\n"),
  );
  assert.deepEqual(unit, {
    name: "worker@2.service",
    type: "notify",
    user: "shop",
    group: null,
    folder: "/srv/worker",
    env: { PORT: "8080", GREETING: "good day" },
    envFiles: [{ path: "/etc/default/worker", mayBeMissing: true }],
    folders: ["/run/shop"],
    before: [{ argv: ["/bin/rm", "-f", "/run/shop.pid"], mayFail: true }],
    start: [{ argv: ["/usr/bin/node", "app of 2.mjs", "--port=${PORT}", "$OPTIONS", "a b"], mayFail: false }],
  });
});

test("variables are put in as systemd does it: braces within a word, a word of its own as many words", () => {
  const env = { PORT: "8080", OPTIONS: "-v  --fast" };
  assert.deepEqual(expanded(["run", "--port=${PORT}", "$OPTIONS", "$NONE", "5$$"], env), [
    "run",
    "--port=8080",
    "-v",
    "--fast",
    "5$",
  ]);
});

test("a unit that names its program otherwise, and one that is no service at all", () => {
  assert.deepEqual(readUnit("a.service", "[Service]\nExecStart=@/usr/bin/php php-fpm --nodaemonize").start, [
    { argv: ["/usr/bin/php", "--nodaemonize"], mayFail: false },
  ]);
  assert.deepEqual(readUnit("a.service", "nonsense").start, []);
});
