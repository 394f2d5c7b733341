import assert from "node:assert/strict";
import { test } from "node:test";
import { inputOf, jobsOf, nightly, snapshotOf } from "../../../../test/doubles/aftercare-world.ts";
import type { JobOccurrence, Repair } from "../../../kernel/model/aftercare.ts";
import { jobLine } from "./job-line.ts";
import { runMissedJobs } from "./jobs.ts";
import { serviceCommands } from "../../../hands/service-commands.ts";
import { copyPattern } from "./running-copy.ts";
import { enableUnits, inStartOrder, startUnits } from "./units.ts";

function commands(repair: Repair | null): readonly string[] {
  return repair?.steps.map(({ command }) => command) ?? [];
}

test("what others stand on is started first", () => {
  const units = [
    "nginx.service",
    "php8.2-fpm.service",
    "shop.service",
    "postfix.service",
    "mariadb.service",
    "redis-server.service",
  ];
  assert.deepEqual(inStartOrder(units), [
    "mariadb.service",
    "redis-server.service",
    "php8.2-fpm.service",
    "shop.service",
    "postfix.service",
    "nginx.service",
  ]);
});

test("services are started by the commands of the host's own init system, and seen to stay", () => {
  assert.deepEqual(commands(startUnits(["nginx.service"], "systemd")), [
    "systemctl reset-failed -- nginx.service 2>/dev/null; systemctl start -- nginx.service",
    'a=$(systemctl show -p Id -p MainPID -p NRestarts -- nginx.service); sleep 30; [ "$a" = "$(systemctl show -p Id -p MainPID -p NRestarts -- nginx.service)" ] || exit 1; for u in nginx.service; do systemctl is-active -- "$u" || exit 1; done',
  ]);
  assert.deepEqual(commands(startUnits(["httpd"], "sysv")), [
    "service httpd start",
    'sleep 30; for u in httpd; do service "$u" status || exit 1; done',
  ]);
  assert.equal(serviceCommands("upstart").start("cron"), "initctl start cron || service cron start");
  assert.match(
    serviceCommands("sysv").enable("httpd"),
    /^if command -v chkconfig .* chkconfig httpd on; else update-rc\.d httpd/,
  );
});

test("a name that a host made up stays one word", () => {
  const evil = "x; reboot '$(id)'.service";
  for (const repair of [startUnits([evil], "systemd"), enableUnits([evil], "systemd"), startUnits([evil], "sysv")]) {
    for (const command of commands(repair)) assert.match(command, /'x; reboot '\\''\$\(id\)'\\''(?:\.service)?'/);
  }
});

test("starting what no package is known for is asked about", () => {
  assert.equal(startUnits(["nginx.service"], "systemd")?.isSafeTwice, true);
  const own = startUnits(["shop.service"], "systemd");
  assert.deepEqual([own?.isSafeTwice, own?.warnings.length], [null, 1]);
});

function jobIn(rows: readonly string[], nth: number): ReturnType<typeof jobLine> {
  const path = "/etc/cron.d/x";
  const before = snapshotOf({ cron: { [`file ${path}`]: `644 root 1\n${rows.join("\n")}` } });
  return jobLine({ ...nightly, where: `${path}:${nth}`, line: rows[nth - 1] ?? "" }, inputOf({ before }));
}

test("a job is read as cron reads it: its user, the settings above it, its input after the percent sign", () => {
  assert.deepEqual(jobIn(["MAILTO=ops", "FOO='it is'", String.raw`@daily www cat%one 50\%%two`, "BAR=2"], 3), {
    user: "www",
    command: "cat",
    input: "one 50%\ntwo\n",
    environment: { SHELL: "/bin/sh", PATH: "/usr/bin:/bin", MAILTO: "ops", FOO: "it is", LOGNAME: "www", USER: "www" },
  });
});

test("a line with a hidden secret, or a user that is no name, is left to a person", () => {
  assert.equal(jobIn(["1 2 * * * root mysqldump -p*** shop"], 1), null);
  assert.equal(jobIn(["PGPASSWORD=***", "1 2 * * * root pg_dump shop"], 2), null);
  assert.equal(jobIn(["1 2 * * * $(reboot) true"], 1), null);
  assert.equal(jobLine({ ...nightly, where: "job:nightly" }, inputOf()), null);
  assert.equal(jobLine({ ...nightly, where: "crontab of aiko:1" }, inputOf()), null);
});

test("a copy that runs is found by its program, or by its script where a program runs scripts", () => {
  assert.deepEqual(copyPattern("cd /srv && nice -n 10 /usr/local/bin/night.sh --all"), [
    "-x",
    "--",
    String.raw`night\.sh`,
  ]);
  assert.deepEqual(copyPattern("flock -n /run/x.lock /usr/bin/php /srv/app/cron.php"), [
    "-f",
    "--",
    String.raw`/srv/app/cron\.php`,
  ]);
  assert.deepEqual(copyPattern("a-very-long-program-name"), ["-x", "--", "a-very-long-pro"]);
  assert.equal(copyPattern("for i in 1 2; do x; done"), null);
  assert.equal(copyPattern("cd /srv; echo done"), null);
});

test("a job that was missed three times is run once, and what is not known is said first", () => {
  const times = [1, 2, 3].map((nth): JobOccurrence => ({ ...nightly, dueAtMs: nightly.dueAtMs + nth }));
  const repairs = runMissedJobs(
    [...times, { ...nightly, where: "timer:logrotate.timer", isSafeTwice: true }],
    inputOf({ jobs: jobsOf(times) }),
  );
  assert.deepEqual(
    repairs.map(({ id, isSafeTwice, warnings }) => [id, isSafeTwice, warnings.length]),
    [
      ["run-now//etc/cron.d/backup:2", null, 2],
      ["run-now/timer:logrotate.timer", true, 0],
    ],
  );
  assert.deepEqual(commands(repairs[1] ?? null).at(1), "systemctl start -- logrotate.service");
});

test("step ids are plain words: they name folders on the host", () => {
  const repairs = [startUnits(["a.service", "b.service"], "systemd"), ...runMissedJobs([nightly], inputOf())];
  for (const repair of repairs) for (const { id } of repair?.steps ?? []) assert.match(id, /^[a-z0-9-]+$/);
});
