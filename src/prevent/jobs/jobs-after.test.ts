import assert from "node:assert/strict";
import { test } from "node:test";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Job, JobPing } from "../../kernel/model/job.ts";
import type { HostSnapshot } from "../../kernel/model/snapshot.ts";
import type { JobsAfter } from "../../kernel/ports-prevent.ts";
import { readMoment } from "../../readers/schedule/moment.ts";
import { rfc3339 } from "../../words/format.ts";
import { remarkText } from "../../words/jobs-after.ts";
import { createJobsAfter, type JobsAfterDeps } from "./jobs-after.ts";

const zone = "Asia/Tokyo";

function at(text: string): number {
  return readMoment(text.includes("-") ? text : `2026-11-26 ${text}`, zone) ?? assert.fail(text);
}

const minute = 60_000;
const stamp = (atMs: number): HostSnapshot["takenAt"] => ({ atMs, monotonicMs: atMs, bootId: "b" });

function snapshot(taken: string, cron: Readonly<Record<string, string>>, os = "Debian GNU/Linux 12"): HostSnapshot {
  return {
    host: "web1",
    takenAt: stamp(at(taken)),
    hostClockMs: at(taken),
    uptimeSeconds: null,
    isComplete: true,
    unobserved: {},
    sections: { cron: { "daemon cron": "running", ...cron }, clock: { zone }, os: { os } },
  };
}

const crontab = "600 root 1700000000\n15 3 * * * /usr/local/bin/backup --all\n0 4 * * * /usr/local/bin/rotate\n";
const night = { "file /var/spool/cron/crontabs/root": crontab };

interface Told {
  readonly before?: HostSnapshot | null;
  readonly after?: HostSnapshot | null;
  readonly now?: string;
  readonly up?: Parameters<JobsAfter["judge"]>[0]["up"];
  readonly clock?: Parameters<JobsAfter["judge"]>[0]["clock"];
  readonly stepAt?: string;
  readonly log?: readonly string[] | null;
  readonly jobs?: readonly Job[];
  readonly pings?: readonly JobPing[];
  readonly backups?: readonly BackupPlan[];
  readonly sets?: Awaited<ReturnType<JobsAfterDeps["sets"]>>;
  readonly from?: string;
  readonly to?: string;
}

const wholeNight = [{ fromMs: at("00:00"), toMs: at("09:00") }];
const rebooted = [
  { fromMs: at("00:00"), toMs: at("02:00") },
  { fromMs: at("04:30"), toMs: at("09:00") },
];
const paused = [
  { fromMs: at("00:00"), toMs: at("02:00"), stoodStillAfter: true },
  { fromMs: at("04:30"), toMs: at("09:00") },
];
const behind = [
  { fromMs: 0, offsetMs: 0 },
  { fromMs: at("04:30"), offsetMs: -150 * minute },
];

async function judge(told: Told): Promise<Awaited<ReturnType<JobsAfter["judge"]>>> {
  const jobs = createJobsAfter({
    site: () => ({
      jobs: new Map((told.jobs ?? []).map((job) => [job.key, job])),
      backups: new Map((told.backups ?? []).map((plan) => [plan.key, plan])),
      timeZone: zone,
    }),
    clock: { nowMs: () => at(told.now ?? "04:31") },
    pings: () => Promise.resolve(told.pings ?? []),
    sets: () => Promise.resolve(told.sets ?? []),
    cronLog: () => Promise.resolve(told.log ?? null),
  });
  return jobs.judge({
    host: "web1",
    before: told.before === undefined ? snapshot("01:50", night) : told.before,
    after: told.after === undefined ? snapshot(told.now ?? "04:31", night) : told.after,
    fromMs: at(told.from ?? "02:00"),
    toMs: at(told.to ?? "05:00"),
    clock: told.clock ?? [],
    up: told.up ?? wholeNight,
    stepAtMs: told.stepAt === undefined ? null : at(told.stepAt),
  });
}

function short({
  occurrences,
}: {
  occurrences: Awaited<ReturnType<JobsAfter["judge"]>>["occurrences"];
}): readonly string[] {
  return occurrences.map(
    ({ where, outcome, ranAtMs, evidence }) =>
      `${where.replace("crontab of root:", "root:")} ${outcome} ${ranAtMs === null ? "-" : rfc3339(ranAtMs, zone).slice(11, 16)} ${evidence}`,
  );
}

function log(...runs: readonly string[]): readonly string[] {
  return [
    "log /var/log/syslog",
    "first 2026-11-25T00:00:02+09:00 web1 x",
    "last 2026-11-26T08:00:00+09:00 web1 x",
    ...runs.map((run, index) => {
      const [time = "", ...command] = run.split(" ");
      return `run 2026-11-26T${time}:01+09:00 web1 CRON[${900 + index}]: (root) CMD (${command.join(" ")})`;
    }),
  ];
}

function ping(number: number, kind: JobPing["kind"], time: string): JobPing {
  return {
    number,
    kind,
    at: stamp(at(time)),
    exitCode: null,
    runId: "r1",
    durationMs: null,
    from: "192.0.2.7",
    method: "GET",
    agent: "curl",
    body: null,
    bodyBytes: 0,
  };
}

function timers(last: string): Readonly<Record<string, string>> {
  return {
    "timer kept.timer":
      "Unit=kept.service TimersCalendar={ OnCalendar=*-*-* 03:00:00 } Persistent=yes RandomizedDelayUSec=0 AccuracyUSec=1min ActiveState=active",
    "last kept.timer": last,
    "timer lost.timer":
      "Unit=lost.service TimersCalendar={ OnCalendar=*-*-* 03:00:00 } Persistent=no RandomizedDelayUSec=0 AccuracyUSec=1min ActiveState=active",
    "last lost.timer": "Wed 2026-11-25 03:00:10 JST",
    "timer boot.timer": "Unit=boot.service TimersMonotonic={ OnBootUSec=15min } Persistent=no ActiveState=active",
  };
}

test("a reboot over the time of a job loses it: nothing makes up for it", async () => {
  const verdict = await judge({ up: rebooted });
  assert.deepEqual(short(verdict), ["root:1 missed - simulation", "root:2 missed - simulation"]);
  assert.deepEqual([verdict.atStep, verdict.often], [[], []]);
});

test("after a pause, setting the clock starts by itself what the daemon has not reached yet", async () => {
  const verdict = await judge({ up: paused, clock: behind, now: "04:33", stepAt: "04:35" });
  assert.deepEqual(short(verdict), [
    "root:1 will-run-at-step 04:35 simulation",
    "root:2 will-run-at-step 04:35 simulation",
  ]);
  assert.deepEqual(
    verdict.atStep.map(({ where }) => where),
    ["crontab of root:1", "crontab of root:2"],
  );
});

test("after a pause, a clock that nobody sets runs them late by itself", async () => {
  assert.deepEqual(short(await judge({ up: paused, clock: behind, now: "04:33" })), [
    "root:1 will-run-by-itself 05:45 simulation",
    "root:2 will-run-by-itself 06:30 simulation",
  ]);
});

test("a log that covers the time proves runs, late ones by the host's own wrong clock, and missing ones", async () => {
  const ran = await judge({ log: log("03:15 /usr/local/bin/backup --all") });
  assert.deepEqual(short(ran), ["root:1 ran 03:15 log", "root:2 missed - log"]);
  const late = await judge({ log: log("03:15 /usr/local/bin/backup --all"), up: paused, clock: behind, now: "06:00" });
  assert.deepEqual(short(late), ["root:1 ran-late 05:45 log", "root:2 will-run-by-itself 06:30 simulation"]);
});

test("one run proves one time, a second one is told", async () => {
  const twice = await judge({ log: log("03:15 /usr/local/bin/backup --all", "04:02 /usr/local/bin/backup --all") });
  assert.equal(short(twice)[0], "root:1 ran-twice 04:02 log");
});

test("a host that starts with its clock three hours back runs again what it ran before", async () => {
  const early = { "file /etc/cron.d/early": "644 root 1700000000\n35 1 * * * root early\n15 3 * * * root backup\n" };
  const verdict = await judge({
    up: rebooted,
    clock: [
      { fromMs: 0, offsetMs: 0 },
      { fromMs: at("04:30"), offsetMs: -180 * minute },
    ],
    before: snapshot("01:50", early),
    after: snapshot("04:45", early),
    now: "04:45",
    stepAt: "04:50",
    log: log("01:35 early", "01:35 early"),
  });
  // the step is one of 181 minutes for the daemon: it makes up for nothing
  assert.deepEqual(short(verdict), ["/etc/cron.d/early:1 ran-twice 04:35 log", "/etc/cron.d/early:2 missed - log"]);
  assert.deepEqual(verdict.atStep, []);
});

test("while the host was up and no log covers the time, nothing is proven", async () => {
  assert.deepEqual(short(await judge({})), ["root:1 unproven - null", "root:2 unproven - null"]);
  const other = await judge({
    log: ["log /var/log/syslog", "first 2026-11-26T04:10:00+09:00 x", "last 2026-11-26T04:30:00+09:00 x"],
  });
  assert.deepEqual(short(other), ["root:1 unproven - null", "root:2 unproven - null"]);
});

test("of a daemon of unknown make nothing is said to be missed", async () => {
  const verdict = await judge({
    up: rebooted,
    before: snapshot("01:50", { ...night, "daemon cron": "running" }, "Alpine Linux v3.20"),
    after: null,
  });
  assert.deepEqual(short(verdict), ["root:1 unproven - null", "root:2 unproven - null"]);
});

test("a crontab that was changed meanwhile counts as it was until then and as it is from then on", async () => {
  const changed = `600 root ${at("03:00") / 1_000}\n30 3 * * * /usr/local/bin/backup --all\n0 4 * * * /usr/local/bin/rotate\n`;
  const verdict = await judge({ after: snapshot("04:31", { "file /var/spool/cron/crontabs/root": changed }) });
  assert.deepEqual(
    verdict.occurrences.map(
      ({ line, dueAtMs }) => `${line.split(" ").slice(0, 2).join(" ")} ${rfc3339(dueAtMs, zone).slice(11, 16)}`,
    ),
    ["30 3 03:30", "0 4 04:00"],
  );
  assert.ok(verdict.remarks.includes("crontab-changed /var/spool/cron/crontabs/root"));
});

test("a heartbeat proves the line of the crontab that it belongs to, whatever the host's clock says", async () => {
  const nightly: Job = {
    key: "nightly",
    name: "Nightly",
    on: "web1",
    schedule: { kind: "cron", expression: "15 3 * * *", timeZone: zone },
    graceMs: 10 * minute,
    isSafeTwice: false,
  };
  const pings = [ping(2, "success", "03:40"), ping(1, "start", "03:15")];
  const verdict = await judge({ jobs: [nightly], pings });
  assert.deepEqual(short(verdict), ["root:1 ran 03:15 heartbeat", "root:2 unproven - null"]);
  assert.equal(verdict.occurrences[0]?.isSafeTwice, false);
  const elsewhere = await judge({
    jobs: [nightly],
    pings: [ping(1, "success", "2026-11-25 03:16")],
    before: null,
    after: null,
  });
  assert.deepEqual(short(elsewhere), ["job:nightly missed - heartbeat"]);
  assert.deepEqual(elsewhere.remarks, ["cron-unseen web1"]);
});

test("jobs of every minute are one number, and what the host ran is not counted", async () => {
  const often = { "file /etc/cron.d/poll": "644 root 1700000000\n* * * * * root poll\n*/10 * * * * root ten\n" };
  const verdict = await judge({ up: rebooted, before: snapshot("01:50", often), after: snapshot("04:31", often) });
  assert.deepEqual(
    verdict.often.map(({ where, missed }) => [where, missed]),
    [
      ["/etc/cron.d/poll:1", 151],
      ["/etc/cron.d/poll:2", 16],
    ],
  );
  assert.deepEqual(verdict.occurrences, []);
});

test("what runs at boot is due when the host starts", async () => {
  const boot = { "file /etc/cron.d/boot": "644 root 1700000000\n@reboot root /bin/warm\n" };
  const told = { up: rebooted, before: snapshot("01:50", boot), after: snapshot("04:45", boot), now: "04:45" };
  assert.deepEqual(short(await judge({ ...told, log: log("04:30 /bin/warm") })), ["/etc/cron.d/boot:1 ran 04:30 log"]);
  assert.deepEqual(short(await judge({ ...told, log: log("04:40 other") })), ["/etc/cron.d/boot:1 missed - log"]);
});

test("a persistent timer makes up for what it missed, another one does not", async () => {
  const before = snapshot("01:50", timers("Wed 2026-11-25 03:00:10 JST"));
  const soon = await judge({ before, up: rebooted, after: null, now: "04:29:59" });
  assert.deepEqual(short(soon), [
    "timer:kept.timer will-run-by-itself 04:30 simulation",
    "timer:lost.timer missed - simulation",
  ]);
  const after = snapshot("04:45", timers("Thu 2026-11-26 04:30:20 JST"));
  assert.deepEqual(short(await judge({ before, up: rebooted, after, now: "04:45" })), [
    "timer:kept.timer ran-late 04:30 timer",
    "timer:lost.timer missed - timer",
  ]);
});

test("anacron makes up for a day at its next start, and its stamp proves it", async () => {
  const table =
    "644 root 1700000000\n1\t5\tcron.daily\trun-parts /etc/cron.daily\n@monthly 15 cron.monthly run-parts /x\n";
  const cron = (stamps: string): Readonly<Record<string, string>> => ({
    "file /etc/anacrontab": table,
    "file /etc/cron.d/anacron": "644 root 1700000000\n30 2-23 * * * root /etc/init.d/anacron start\n",
    "stamp /var/spool/anacron/cron.daily": stamps,
    "stamp /var/spool/anacron/cron.monthly": "1795000000 20261110",
  });
  const before = snapshot("01:50", cron(`${at("2026-11-25 02:35") / 1_000} 20261125`));
  const told = { before, up: rebooted, now: "04:32" };
  const waiting = await judge({
    ...told,
    after: snapshot("04:32", cron(`${at("2026-11-25 02:35") / 1_000} 20261125`)),
  });
  assert.ok(
    short(waiting).includes("anacron:cron.daily will-run-by-itself 04:35 simulation"),
    short(waiting).join("\n"),
  );
  const ran = await judge({ ...told, now: "05:20", after: snapshot("05:20", cron(`${at("04:35") / 1_000} 20261126`)) });
  assert.ok(short(ran).includes("anacron:cron.daily ran-late 04:35 stamp"), short(ran).join("\n"));
});

test("a backup of the host is proven by its committed set", async () => {
  const plan = { key: "shop", host: "web1", at: "20 3 * * *", with: "restic" } as unknown as BackupPlan;
  const told = { before: null, after: null, backups: [plan], now: "05:30" };
  assert.deepEqual(short(await judge(told)), ["backup:shop missed - snapshot"]);
  assert.deepEqual(short(await judge({ ...told, sets: [{ startedAt: "2026-11-26T03:20:04+09:00" }] })), [
    "backup:shop ran 03:20 snapshot",
  ]);
});

test("a job of at that waited before runs when the host is back", async () => {
  const before = snapshot("01:50", { "at 7": "Thu Nov 26 03:00:00 2026 a root", "at 8": "2026-11-26 03:10 a root" });
  const told = { before, up: rebooted, now: "04:45" };
  assert.deepEqual(short(await judge({ ...told, after: snapshot("04:45", {}) })), [
    "at:7 ran-late 04:30 snapshot",
    "at:8 ran-late 04:30 snapshot",
  ]);
});

test("what does not do what it says is told, in both languages", async () => {
  const odd = {
    "file /etc/cron.d/a.sh": "644 root 1700000000\n1 1 * * * root x\n",
    "file /etc/cron.d/loose": "666 root 1700000000\n1 1 * * * root x\n",
    "file /var/spool/cron/crontabs/web": "644 web 1700000000\n1 1 * * * x\n",
    "file /etc/cron.d/foreign": "644 nobody 1700000000\n1 1 * * * root x\n",
    "file /etc/cron.d/zone": "644 root 1700000000\nCRON_TZ=UTC\n1 1 13 * 5 root x\n",
    "file /etc/cron.d/typo": "644 root 1700000000\n61 1 * * * root x\n15 3 * * * root y\n",
    "file /etc/cron.d/unended": "644 root 1700000000\n15 3 * * * root z",
    "no-line-end /etc/cron.d/unended": "",
  };
  const { remarks, occurrences } = await judge({
    before: snapshot("01:50", odd),
    after: snapshot("04:31", odd),
    up: rebooted,
  });
  assert.deepEqual(remarks.toSorted(), [
    "dotted-name /etc/cron.d/a.sh",
    "either-day /etc/cron.d/zone:2",
    "file-refused /etc/cron.d/typo",
    "file-refused /etc/cron.d/unended",
    "line-not-read /etc/cron.d/typo:1",
    "no-line-end /etc/cron.d/unended:1",
    "wrong-mode /etc/cron.d/loose",
    "wrong-mode-user /var/spool/cron/crontabs/web",
    "wrong-owner /etc/cron.d/foreign",
    "zone-ignored /etc/cron.d/zone:1",
  ]);
  assert.deepEqual(occurrences, []);
  for (const remark of remarks) {
    assert.notEqual(remarkText(remark, "ja"), remark);
    assert.match(remarkText(remark, "en"), /^\/\w+\//);
  }
});
