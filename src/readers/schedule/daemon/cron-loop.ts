import { zonedDay, type ZonedDay } from "../zone.ts";
import { createCourse, type ClockPiece, type HostCourse, type UpSpan } from "./course.ts";
import { createCronTable, type CronJob } from "./cron-table.ts";
import { createWallClock } from "./wall-clock.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
/**
 * A clock put forward by more, or back by as much, is taken for a new time. Source: cron.c of Debian's cron 3.0pl1 and of
 * cronie; exactly three hours back measured with the former.
 */
const newTimeMinutes = 180;
/** Up to so many minutes the daemon was merely held up. Source: the same. */
const heldUpMinutes = 5;
/** The longest wait between two minutes it makes up for. Source: the same. */
const breathMs = 10_000;
/** A longer sleep means that the clock was stepped, and is left at once. Source: the same. */
const longestSleepMs = 65_000;

export type CronFlavour = "debian-cron" | "cronie" | "vixie-rhel5" | "unknown";

/** One start of a job by the daemon. */
export interface CronRun {
  readonly id: string;
  /** true time */
  readonly atMs: number;
  /** it starts between `atMs` and this */
  readonly latestMs: number;
  /** the minute it was started for, as the daemon's zone shows it, in minutes as if that were UTC; null: for the boot */
  readonly minute: number | null;
  /** when that minute is by a right clock; null: for the boot */
  readonly dueAtMs: number | null;
  /** `made-up`: the daemon had skipped the minute; `late`, `early`: its clock is wrong */
  readonly why: "on-time" | "made-up" | "late" | "early" | "boot";
}

export interface CronWorld {
  readonly jobs: readonly CronJob[];
  readonly clock: readonly ClockPiece[];
  /** a span that begins after `fromMs` begins with a start of the machine; one that began before was up already */
  readonly up: readonly UpSpan[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly flavour: CronFlavour;
  /** the daemon's */
  readonly zone: string;
}

/**
 * What a cron daemon starts in a stretch of true time, in the order of the starts: its own loop over minutes, run over a
 * machine's own clock. A daemon of unknown make is taken for one that makes up for nothing.
 */
export function simulateCron(world: CronWorld): readonly CronRun[] {
  const { jobs, fromMs, toMs, flavour } = world;
  const course = createCourse(world);
  const follows = flavour === "cronie";
  const table = createCronTable(follows ? jobs : jobs.map((job) => ({ ...job, timeZone: null, delayMs: 0 })));
  const runs: CronRun[] = [];
  const wallMs = createWallClock(world.zone);
  const daemon = { course, table, wallMs, runs, world, days: new Map<number, ZonedDay>() };
  for (const life of course.lives) {
    if (life.toMs <= fromMs || life.fromMs >= toMs) continue;
    if (life.fromMs > fromMs) {
      for (const job of jobs.filter(({ fields }) => fields === null)) runs.push(bootRun(job, life.fromMs));
    }
    liveThrough(daemon, Math.max(life.fromMs, fromMs), life.fromMs > fromMs);
  }
  return runs;
}

function bootRun({ id, delayMs }: CronJob, atMs: number): CronRun {
  return { id, atMs, latestMs: atMs + delayMs, minute: null, dueAtMs: null, why: "boot" };
}

interface Daemon {
  readonly course: HostCourse;
  readonly table: ReturnType<typeof createCronTable>;
  readonly wallMs: (atMs: number) => number;
  readonly runs: CronRun[];
  readonly world: CronWorld;
  readonly days: Map<number, ZonedDay>;
}

/** The daemon's own memory. Minutes as its zone shows them. */
interface Memory {
  /** true time */
  atMs: number;
  /** everything up to this minute was run */
  virtual: number;
  /** the minute in which it was last awake */
  running: number;
  /** how far its zone was ahead of UTC before it slept */
  zoneOffsetMs: number;
}

function liveThrough(daemon: Daemon, atMs: number, isStart: boolean): void {
  const first = wallOf(daemon, atMs);
  // one that was running has not yet seen the minute that begins right now
  const minute = isStart ? Math.floor(first / minuteMs) : Math.ceil(first / minuteMs) - 1;
  const memory: Memory = { atMs, virtual: minute, running: minute, zoneOffsetMs: zoneOffset(daemon, atMs) };
  while (memory.atMs < daemon.world.toMs && sleepToNextMinute(daemon, memory)) wake(daemon, memory);
}

/** What its zone's clocks show as far as it knows. */
function wallOf({ course, wallMs }: Daemon, atMs: number): number {
  return wallMs(course.hostMs(atMs));
}

function zoneOffset(daemon: Daemon, atMs: number): number {
  return wallOf(daemon, atMs) - daemon.course.hostMs(atMs);
}

/** @returns false: the machine went off */
function sleepToNextMinute(daemon: Daemon, memory: Memory): boolean {
  memory.zoneOffsetMs = zoneOffset(daemon, memory.atMs);
  do {
    let wall = wallOf(daemon, memory.atMs);
    let leftMs = (memory.running + 1) * minuteMs - wall;
    while (leftMs > 0 && leftMs < longestSleepMs) {
      const atMs = daemon.course.afterRunning(memory.atMs, leftMs);
      if (atMs === null || atMs >= daemon.world.toMs) return false;
      const then = wallOf(daemon, atMs);
      leftMs -= then - wall;
      [memory.atMs, wall] = [atMs, then];
    }
  } while (Math.floor(wallOf(daemon, memory.atMs) / minuteMs) === memory.running);
  return true;
}

const all = { wildcard: true, fixed: true };
const wildcards = { wildcard: true, fixed: false };
const fixedTimes = { wildcard: false, fixed: true };

function wake(daemon: Daemon, memory: Memory): void {
  memory.running = Math.floor(wallOf(daemon, memory.atMs) / minuteMs);
  const behind = memory.running - memory.virtual;
  const nowOffsetMs = zoneOffset(daemon, memory.atMs);
  if (behind === 1 || daemon.world.flavour === "unknown" || behind > newTimeMinutes || behind <= -newTimeMinutes) {
    memory.virtual = memory.running;
    start(daemon, memory, { minute: memory.running, zoneOffsetMs: nowOffsetMs, kinds: all });
  } else if (behind <= 0) {
    start(daemon, memory, { minute: memory.running, zoneOffsetMs: nowOffsetMs, kinds: wildcards });
  } else if (behind <= heldUpMinutes) {
    makeUp(daemon, memory, { kinds: all, started: 0 });
  } else {
    const hasStarted = start(daemon, memory, { minute: memory.running, zoneOffsetMs: nowOffsetMs, kinds: wildcards });
    makeUp(daemon, memory, { kinds: fixedTimes, started: hasStarted ? 1 : 0 });
  }
}

/**
 * Runs the minutes it skipped. Between two in which something starts the daemon waits for the first job to end, ten seconds
 * at most. Measured with Debian's cron 3.0pl1: jobs that end at once follow each other at once.
 */
function makeUp(daemon: Daemon, memory: Memory, { kinds, started }: { kinds: typeof all; started: number }): void {
  let waits = started;
  while (memory.virtual < memory.running) {
    memory.virtual++;
    // what lies behind is of the time before the change, the minute of now is not
    if (memory.virtual >= memory.running) memory.zoneOffsetMs = zoneOffset(daemon, memory.atMs);
    const batch = { minute: memory.virtual, zoneOffsetMs: memory.zoneOffsetMs, kinds, heldMs: waits * breathMs };
    if (start(daemon, memory, batch)) waits++;
  }
}

interface Batch {
  readonly minute: number;
  readonly zoneOffsetMs: number;
  readonly kinds: typeof all;
  /** it starts up to so much later */
  readonly heldMs?: number;
}

/** @returns true: something was started */
function start(daemon: Daemon, { atMs, running }: Memory, { minute, zoneOffsetMs, kinds, heldMs = 0 }: Batch): boolean {
  const jobs = daemon.table.jobsOf({ minute, zoneOffsetMs }, kinds);
  if (jobs.length === 0 || atMs >= daemon.world.toMs) return false;
  const dueAtMs = momentOf(daemon, minute, atMs);
  const why = minute < running ? "made-up" : timing(atMs - dueAtMs);
  for (const { id, delayMs } of jobs) {
    const latestMs = atMs + heldMs + (daemon.world.flavour === "cronie" ? delayMs : 0);
    daemon.runs.push({ id, atMs, latestMs, minute, dueAtMs, why });
  }
  return true;
}

function timing(lateMs: number): CronRun["why"] {
  if (Math.abs(lateMs) < minuteMs) return "on-time";
  return lateMs > 0 ? "late" : "early";
}

/** When a right clock shows a minute; of two such moments the one nearer to now, in a gap its end. */
function momentOf({ days, world }: Daemon, minute: number, nearMs: number): number {
  const wall = minute * minuteMs;
  const number = Math.floor(wall / dayMs);
  const day = days.get(number) ?? zonedDay(number, world.zone);
  days.set(number, day);
  const [first, second] = day.moments(wall);
  if (first === undefined) return day.gap?.atMs ?? nearMs;
  return second !== undefined && Math.abs(second - nearMs) < Math.abs(first - nearMs) ? second : first;
}
