import type { Bilingual } from "../kernel/lang.ts";
import type { Repair, RepairStep } from "../kernel/model/aftercare.ts";
import type { HostSnapshot } from "../kernel/model/snapshot.ts";
import { clockText } from "../words/repairs-clock.ts";
import { rtcCommand } from "./clock-commands.ts";
import { clockHostOf, type ClockHost } from "./clock-host.ts";
import { daemonSteps, type Course } from "./clock-steps.ts";
import { serviceCommands } from "./service-commands.ts";
import { usualStep } from "./usual-step.ts";

export interface ClockRepairInput {
  readonly before: HostSnapshot | null;
  readonly after: HostSnapshot;
  /** host's clock minus true time */
  readonly offsetSeconds: number;
  /** what the step would start by itself must not start */
  readonly stopCronFirst: boolean;
  /** services that do not bear time going back; looked at only when it does */
  readonly stopUnits: readonly string[];
}

/** From here on a clock is set at once: to move it gradually would take minutes to months. */
const stepFromSeconds = 1;
/** Going back by less than this hurts nobody who was not hurt by the error. */
const backFromSeconds = 5;
/** cron runs what it skipped when it is this much or less; it forgets what is more. */
const catchUpSeconds = { from: 120, to: 10_860 };
const usableUnit = /^[A-Za-z0-9][\w@.:-]{0,200}$/;

/**
 * How the clock of one host is set right and kept right, in order, with the commands of this host's init system and time
 * daemon. Nothing of it runs before a person approved it.
 */
export function clockRepair(input: ClockRepairInput): Repair | { readonly refused: Bilingual } {
  const host = clockHostOf(input.before, input.after);
  if (host === null) return { refused: clockText((w) => w.notObserved) };
  const { container, daemon } = host;
  if (container !== null) return { refused: clockText((w) => w.inContainer(container)) };
  if (daemon === null) return { refused: clockText((w) => w.noDaemon) };
  if (daemon === "openntpd") return { refused: clockText((w) => w.unknownDaemon(daemon)) };
  const { offsetSeconds } = input;
  const stopped = offsetSeconds > backFromSeconds ? input.stopUnits : [];
  const unusable = stopped.find((unit) => !usableUnit.test(unit));
  if (unusable !== undefined) return { refused: clockText((w) => w.unitName(unusable)) };
  const course: Course = { isStep: Math.abs(offsetSeconds) >= stepFromSeconds };
  const cronUnit = input.stopCronFirst && course.isStep ? host.cronUnit : null;
  const around = pauses(host, stopped, cronUnit);
  const { set, verify } = daemonSteps({ ...host, daemon }, course);
  return {
    id: "clock",
    title: clockText((w) => w.title(offsetSeconds)),
    steps: [...around.stops, ...set, ...around.starts, ...verify, ...(host.hasRtc ? [rtcStep()] : [])],
    isSafeTwice: true,
    warnings: warningsOf(input, { course, around, hasCron: host.cronUnit !== null, cronStops: cronUnit !== null }),
  };
}

interface Around {
  readonly stops: readonly RepairStep[];
  readonly starts: readonly RepairStep[];
}

/** What was stopped first is started last, and before the long look whether all is well: it must not wait for that. */
function pauses({ init }: ClockHost, units: readonly string[], cronUnit: string | null): Around {
  const { start, stop } = serviceCommands(init);
  const pairs = units.map((unit) => ({
    stop: usualStep({
      id: `stop-${unit}`,
      says: clockText((w) => w.stopUnit(unit)),
      command: stop(unit),
      undo: start(unit),
    }),
    start: usualStep({
      id: `start-${unit}`,
      says: clockText((w) => w.startUnit(unit)),
      command: start(unit),
      undo: stop(unit),
    }),
  }));
  if (cronUnit !== null) {
    const says = { stop: clockText((w) => w.stopCron), start: clockText((w) => w.startCron) };
    pairs.push({
      stop: usualStep({ id: "stop-cron", says: says.stop, command: stop(cronUnit), undo: start(cronUnit) }),
      start: usualStep({ id: "start-cron", says: says.start, command: start(cronUnit), undo: stop(cronUnit) }),
    });
  }
  return { stops: pairs.map((pair) => pair.stop), starts: pairs.map((pair) => pair.start).toReversed() };
}

function rtcStep(): RepairStep {
  return usualStep({ id: "rtc", says: clockText((w) => w.rtc), command: rtcCommand, timeoutMs: 30_000 });
}

interface Known {
  readonly course: Course;
  readonly around: Around;
  readonly hasCron: boolean;
  readonly cronStops: boolean;
}

function warningsOf(
  { offsetSeconds }: ClockRepairInput,
  { course, around, hasCron, cronStops }: Known,
): Repair["warnings"] {
  if (!course.isStep) return [];
  const forward = -offsetSeconds;
  const catchesUp = hasCron && !cronStops && forward >= catchUpSeconds.from && forward <= catchUpSeconds.to;
  const back = around.stops.flatMap(({ undo }) => (undo === null ? [] : [undo]));
  return [
    clockText((w) => w.jumps(offsetSeconds)),
    ...(offsetSeconds > 0 ? [clockText((w) => w.goesBack)] : []),
    ...(cronStops ? [clockText((w) => w.cronSkips)] : []),
    ...(catchesUp ? [clockText((w) => w.cronCatchesUp)] : []),
    ...(back.length > 0 ? [clockText((w) => w.leftStopped(back.toReversed().join("; ")))] : []),
  ];
}
