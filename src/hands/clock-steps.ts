import type { RepairStep } from "../kernel/model/aftercare.ts";
import { clockText } from "../words/repairs-clock.ts";
import {
  burstCommand,
  chronyOnce,
  chronyVerify,
  freePortCommand,
  makestepCommand,
  ntpOnce,
  ntpVerify,
  portIsFree,
  timesyncVerify,
} from "./clock-commands.ts";
import type { ClockHost, TimeDaemon } from "./clock-host.ts";
import { enabledText, serviceCommands } from "./service-commands.ts";
import { usualStep } from "./usual-step.ts";

export interface Course {
  /** set at once; else the daemon moves it gradually */
  readonly isStep: boolean;
}

/** Known to be there, and one that there is a repair for. */
export type Repairable = ClockHost & { readonly daemon: TimeDaemon };

export interface DaemonSteps {
  /** right, running and enabled at boot */
  readonly set: readonly RepairStep[];
  readonly verify: readonly RepairStep[];
}

export function daemonSteps(host: Repairable, course: Course): DaemonSteps {
  if (host.daemon === "ntpd") return ntp(host, course);
  if (host.daemon === "systemd-timesyncd") return timesync(host);
  return host.isRunning ? chronyRunning(host, course) : chronyDead(host, course);
}

/** It keeps running: it sets the clock itself. */
function chronyRunning(host: Repairable, { isStep }: Course): DaemonSteps {
  const burst = usualStep({
    id: "burst",
    says: clockText((w) => w.burst),
    command: burstCommand,
    timeoutMs: 40_000,
    expects: "200 OK",
  });
  const step = usualStep({
    id: "step",
    says: clockText((w) => w.makestep),
    command: makestepCommand,
    timeoutMs: 20_000,
    expects: "200 OK",
  });
  return { set: [burst, ...(isStep ? [step] : []), enable(host)], verify: [chronyLooks(host)] };
}

/** Once with its own configuration, before it is started: whether it would step by itself depends on that. */
function chronyDead(host: Repairable, { isStep }: Course): DaemonSteps {
  const { configuration, unit } = host;
  const path = configuration ?? (unit === "chrony" ? "/etc/chrony/chrony.conf" : "/etc/chrony.conf");
  const once = usualStep({
    id: "step",
    says: clockText((w) => w.oneShot("chronyd")),
    command: chronyOnce(path),
    timeoutMs: 40_000,
  });
  const free = host.holder === null ? [] : [...holderStops(host), freePort()];
  return {
    set: [...free, ...(isStep ? [once] : []), start(host), enable(host)],
    verify: [chronyLooks(host)],
  };
}

function chronyLooks({ unit }: Repairable): RepairStep {
  return usualStep({
    id: "verify",
    says: clockText((w) => w.verifyDaemon(unit)),
    command: chronyVerify,
    timeoutMs: 60_000,
  });
}

/** Only one program at a time has UDP 123: stop, wait until it is free, set, start. */
function ntp(host: Repairable, { isStep }: Course): DaemonSteps {
  const { isRunning, servers, unit, init } = host;
  const { stop, start: starts } = serviceCommands(init);
  const stops = usualStep({
    id: "stop",
    says: clockText((w) => w.stopDaemon(unit)),
    command: stop(unit),
    // one that is half dead cannot be stopped well; whether the port is free is asked next
    okCodes: [0, 1, 5, 7],
    undo: starts(unit),
  });
  const once = usualStep({
    id: "step",
    says: clockText((w) => w.oneShot("ntpd")),
    command: ntpOnce(servers),
    timeoutMs: 180_000,
  });
  const looks = usualStep({
    id: "verify",
    says: clockText((w) => w.verifyNtpq),
    command: ntpVerify,
    timeoutMs: 360_000,
  });
  if (!isStep) {
    const begin = isRunning ? [] : [...(host.holder === null ? [] : [...holderStops(host), freePort()]), start(host)];
    return { set: [...begin, enable(host)], verify: [looks] };
  }
  return { set: [stops, ...holderStops(host), freePort(), once, start(host), enable(host)], verify: [looks] };
}

function timesync(host: Repairable): DaemonSteps {
  const { unit } = host;
  const switchOn = usualStep({
    id: "enable",
    says: clockText((w) => w.enableDaemon(unit)),
    command: `timedatectl set-ntp true && systemctl is-enabled -- ${unit} && echo '${enabledText}'`,
    timeoutMs: 30_000,
    expects: enabledText,
    undo: host.startsAtBoot ? null : "timedatectl set-ntp false",
  });
  const restart = usualStep({
    id: "step",
    says: clockText((w) => w.restartDaemon(unit)),
    command: serviceCommands(host.init).restart(unit),
  });
  const looks = usualStep({
    id: "verify",
    says: clockText((w) => w.verifyDaemon(unit)),
    command: timesyncVerify,
    timeoutMs: 90_000,
  });
  const free = host.holder === null ? [] : holderStops(host);
  return { set: [...free, restart, switchOn], verify: [looks] };
}

/** By its own init system. */
function holderStops({ holder, init }: Repairable): readonly RepairStep[] {
  if (holder === null) return [];
  const { stop, start: starts } = serviceCommands(init);
  const says = clockText((w) => w.stopHolder(holder.program));
  const { unit } = holder;
  return [usualStep({ id: "stop-holder", says, command: stop(unit), okCodes: [0, 1, 5, 7], undo: starts(unit) })];
}

function freePort(): RepairStep {
  return usualStep({
    id: "free-port",
    says: clockText((w) => w.freePort),
    command: freePortCommand,
    timeoutMs: 60_000,
    expects: portIsFree,
  });
}

function start({ init, unit }: Repairable): RepairStep {
  const commands = serviceCommands(init);
  const says = clockText((w) => w.startDaemon(unit));
  return usualStep({ id: "start", says, command: commands.start(unit), undo: commands.stop(unit) });
}

function enable({ init, unit, startsAtBoot }: Repairable): RepairStep {
  const commands = serviceCommands(init);
  const says = clockText((w) => w.enableDaemon(unit));
  const undo = startsAtBoot ? null : commands.disable(unit);
  return usualStep({
    id: "enable",
    says,
    command: commands.enableAndShow(unit),
    timeoutMs: 60_000,
    expects: enabledText,
    undo,
  });
}
