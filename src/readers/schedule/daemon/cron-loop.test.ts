import assert from "node:assert/strict";
import { test } from "node:test";
import { readCronFields } from "../crontab-fields.ts";
import { readMoment } from "../moment.ts";
import { wallMs } from "../zone.ts";
import { simulateCron, type CronFlavour, type CronWorld } from "./cron-loop.ts";
import type { CronJob } from "./cron-table.ts";

const zone = "Asia/Tokyo";
const minute = 60_000;
const hour = 60 * minute;

function day(text: string): number {
  return readMoment(text, "UTC") ?? assert.fail(text);
}

function job(id: string, times: string, more: Partial<CronJob> = {}): CronJob {
  if (times === "@reboot") return { id, fields: null, timeZone: null, delayMs: 0, ...more };
  const fields = readCronFields(times);
  assert.ok(fields.ok, times);
  return { id, fields: fields.value, timeZone: null, delayMs: 0, ...more };
}

function at(text: string, timeZone = zone): number {
  return readMoment(`2026-11-22 ${text}`, timeZone) ?? assert.fail(text);
}

function world(over: Partial<CronWorld>): CronWorld {
  const span = { fromMs: at("00:00"), toMs: at("12:00") };
  return { jobs: night, clock: [], up: [span], ...span, flavour: "debian-cron", zone, ...over };
}

function told(runs: ReturnType<typeof simulateCron>, timeZone = zone): readonly string[] {
  return runs.map(({ id, atMs, why }) => {
    const wall = Math.floor(wallMs(atMs, timeZone) / minute) % 1_440;
    return `${id} ${String(Math.floor(wall / 60)).padStart(2, "0")}:${String(wall % 60).padStart(2, "0")} ${why}`;
  });
}

const night = [job("backup", "15 3 * * *"), job("rotate", "0 4 * * *"), job("report", "30 5 * * *")];

/** The machine stands still for a while; its clock is behind by as much, until it is stepped. */
function paused(from: string, to: string, steppedAt: string): Partial<CronWorld> {
  const offsetMs = at(from) - at(to);
  return {
    up: [
      { fromMs: at("00:00"), toMs: at(from), stoodStillAfter: true },
      { fromMs: at(to), toMs: at("12:00") },
    ],
    clock: [
      { fromMs: 0, offsetMs: 0 },
      { fromMs: at(to), offsetMs },
      { fromMs: at(steppedAt), offsetMs: 0 },
    ],
  };
}

const nights: readonly [string, Partial<CronWorld>, readonly string[]][] = [
  [
    "a reboot with a right clock loses what was due meanwhile",
    {
      up: [
        { fromMs: at("00:00"), toMs: at("02:00") },
        { fromMs: at("04:30"), toMs: at("12:00") },
      ],
    },
    ["report 05:30 on-time"],
  ],
  [
    "paused for 2.5 h and not stepped before 9:00, everything runs late",
    paused("02:00", "04:30", "09:00"),
    ["backup 05:45 late", "rotate 06:30 late", "report 08:00 late"],
  ],
  [
    "paused for 2.5 h and stepped at 4:35, the daemon itself makes up for it",
    paused("02:00", "04:30", "04:35"),
    ["backup 04:35 made-up", "rotate 04:35 made-up", "report 05:30 on-time"],
  ],
  [
    "paused for 2.5 h and stepped at 6:00, the step starts what is left",
    paused("02:00", "04:30", "06:00"),
    ["backup 05:45 late", "rotate 06:00 made-up", "report 06:00 made-up"],
  ],
  [
    "paused for exactly 3 h and stepped at 5:10, a jump of 181 minutes loses them",
    paused("02:00", "05:00", "05:10"),
    ["report 05:30 on-time"],
  ],
  ["paused for 3 h 05 and stepped at 4:40, they are lost", paused("01:25", "04:30", "04:40"), ["report 05:30 on-time"]],
];

for (const [title, over, wanted] of nights) {
  test(`the night of the maintenance: ${title}`, () => {
    assert.deepEqual(told(simulateCron(world(over))), wanted);
  });
}

test("a jump of 180 minutes is made up for, one of 181 is a new time; back, it is at 180 already", () => {
  const jobs = [job("fixed", "30 2 * * *"), job("later", "10 5 * * *")];
  const jumped = (minutes: number, stepAt: string): readonly string[] =>
    told(
      simulateCron(
        world({
          jobs,
          clock: [
            { fromMs: 0, offsetMs: 0 },
            { fromMs: at(stepAt), offsetMs: minutes * minute },
          ],
        }),
      ),
    ).slice(0, 1);
  // the wake after the step is one minute further than the step
  assert.deepEqual(jumped(179, "02:00:30"), ["fixed 02:01 made-up"]);
  assert.deepEqual(jumped(180, "02:00:30"), ["later 02:10 early"]);
  const repeated = (minutes: number): readonly string[] =>
    told(
      simulateCron(
        world({
          jobs: [job("later", "10 5 * * *")],
          clock: [
            { fromMs: 0, offsetMs: 0 },
            { fromMs: at("06:00:30"), offsetMs: minutes * minute },
          ],
        }),
      ),
    );
  assert.deepEqual(repeated(-180), ["later 05:10 on-time"]);
  assert.deepEqual(repeated(-181), ["later 05:10 on-time", "later 08:11 late"]);
});

test("at a boot @reboot runs once, and not where the machine had merely stood still", () => {
  const jobs = [job("boot", "@reboot")];
  const up = [
    { fromMs: at("00:00"), toMs: at("02:00") },
    { fromMs: at("02:10"), toMs: at("12:00") },
  ];
  assert.deepEqual(told(simulateCron(world({ jobs, up }))), ["boot 02:10 boot"]);
  assert.deepEqual(told(simulateCron(world({ jobs, ...paused("02:00", "02:10", "03:00") }))), []);
});

test("CRON_TZ and RANDOM_DELAY are cronie's alone", () => {
  const jobs = [job("zoned", "15 3 * * *", { timeZone: "UTC", delayMs: 10 * minute })];
  const start = (flavour: CronFlavour): readonly [string, number][] =>
    simulateCron(world({ jobs, flavour, toMs: at("23:00"), up: [{ fromMs: at("00:00"), toMs: at("23:00") }] })).map(
      (run) => [told([run])[0]?.slice(6, 11) ?? "", (run.latestMs - run.atMs) / minute],
    );
  assert.deepEqual(start("cronie"), [["12:15", 10]]);
  assert.deepEqual(start("debian-cron"), [["03:15", 0]]);
  assert.deepEqual(start("vixie-rhel5"), [["03:15", 0]]);
});

test("jobs of a zone of their own are missed or doubled on the night its clocks change", () => {
  const berlin = [job("b", "30 2 * * *", { timeZone: "Europe/Berlin" })];
  const on = (fromMs: number): number =>
    simulateCron({
      jobs: berlin,
      clock: [],
      up: [{ fromMs: fromMs - hour, toMs: fromMs + 24 * hour }],
      fromMs,
      toMs: fromMs + 24 * hour,
      flavour: "cronie",
      zone: "UTC",
    }).length;
  assert.deepEqual([on(day("2026-03-28 12:00")), on(day("2026-10-24 12:00")), on(day("2026-11-20 12:00"))], [0, 2, 1]);
});

test("a daemon of unknown make is not believed to make up for anything", () => {
  assert.deepEqual(told(simulateCron(world({ ...paused("02:00", "04:30", "04:35"), flavour: "unknown" }))), [
    "report 05:30 on-time",
  ]);
});

test("one that is up from before sees the minute that begins with the stretch, and none of its end", () => {
  const jobs = [job("m", "* * * * *")];
  const runs = simulateCron(world({ jobs, fromMs: at("02:00"), toMs: at("02:03") }));
  assert.deepEqual(
    told(runs).map((text) => text.slice(2, 7)),
    ["02:00", "02:01", "02:02"],
  );
});

test("61 jobs over three hours are simulated within some milliseconds", () => {
  const jobs = Array.from({ length: 60 }, (_, index) => job(`j${index}`, `${index} ${index % 6} * * *`));
  const all = world({ jobs: [...jobs, job("m", "* * * * *")], fromMs: at("02:00"), toMs: at("05:00") });
  simulateCron(all);
  const began = process.hrtime.bigint();
  for (let turn = 0; turn < 20; turn++) simulateCron(all);
  const eachMs = Number(process.hrtime.bigint() - began) / 20e6;
  assert.ok(eachMs < 50, `${eachMs} ms`);
});
