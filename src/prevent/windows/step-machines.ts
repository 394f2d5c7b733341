import { elapsedMs } from "../../kernel/clock.ts";
import { componentId } from "../../kernel/model/component.ts";
import { isHolding, type WindowCourse } from "../../kernel/model/window.ts";
import { windowEvent, type KnownMachine, type Seen, type SeenMachine, type Stepped } from "./watch.ts";

/** A machine whose own clock fell behind by more than this between two looks was made to stand still. */
const pausedFromMs = 5_000;

type Other = WindowCourse["otherMachine"][string];

/** What the hosts themselves tell of a window: that they started anew, stood still, or are not the machines they were. */
export function stepMachines(kept: Stepped, seen: Seen): Stepped {
  let next = kept;
  for (const host of kept.window.hosts) {
    const machine = seen.machines.get(host);
    if (machine !== undefined) next = stepMachine(next, { host, machine, seen });
  }
  return next;
}

interface One {
  readonly host: string;
  readonly machine: SeenMachine;
  readonly seen: Seen;
}

function stepMachine(kept: Stepped, one: One): Stepped {
  const { host, machine } = one;
  const before = kept.watch.machines[host];
  const looked = !isHolding(kept.window) || before === undefined ? kept : compared(kept, { ...one, before });
  return remember(looked, host, onwards(before, machine, isHolding(kept.window)));
}

/** Who it was before stays as it was when the hold began; its boot and uptime go on. */
function onwards(before: KnownMachine | undefined, machine: SeenMachine, isHeld: boolean): KnownMachine {
  const { bootId, machineId, dmiUuid, macs, uptimeSeconds, readAt } = machine;
  const now = { bootId, machineId, dmiUuid, macs, uptimeSeconds, readAt };
  if (before === undefined || !isHeld) return now;
  return {
    ...now,
    bootId: bootId ?? before.bootId,
    machineId: before.machineId ?? machineId,
    dmiUuid: before.dmiUuid ?? dmiUuid,
    macs: before.macs.length > 0 ? before.macs : macs,
  };
}

function remember(kept: Stepped, host: string, machine: KnownMachine): Stepped {
  return { ...kept, watch: { ...kept.watch, machines: { ...kept.watch.machines, [host]: machine } } };
}

function compared(kept: Stepped, one: One & { readonly before: KnownMachine }): Stepped {
  return identified(paused(rebooted(kept, one), one), one);
}

function rebooted(kept: Stepped, { host, machine, before }: One & { readonly before: KnownMachine }): Stepped {
  if (machine.bootId === null || before.bootId === null || machine.bootId === before.bootId) return kept;
  const { window, watch } = kept;
  const unit = componentId("host", host);
  const course = { ...window.course, rebooted: joined(window.course.rebooted, host) };
  return {
    window: { ...window, course },
    watch: { ...watch, downOnce: joined(watch.downOnce, unit) },
    events: [...kept.events, windowEvent("window.host-rebooted", window, { host, bootId: machine.bootId })],
  };
}

/** The same boot, and less of its own time has passed than of ours. */
function paused(kept: Stepped, { host, machine, before }: One & { readonly before: KnownMachine }): Stepped {
  const isSameBoot = machine.bootId !== null && machine.bootId === before.bootId;
  if (!isSameBoot || machine.uptimeSeconds === null || before.uptimeSeconds === null) return kept;
  const ownMs = (machine.uptimeSeconds - before.uptimeSeconds) * 1_000;
  const lackMs = Math.round(elapsedMs(before.readAt, machine.readAt) - ownMs);
  if (ownMs <= 0 || lackMs <= pausedFromMs) return kept;
  const { window } = kept;
  const pausedMs = { ...window.course.pausedMs, [host]: (window.course.pausedMs[host] ?? 0) + lackMs };
  return {
    ...kept,
    window: { ...window, course: { ...window.course, pausedMs } },
    events: [...kept.events, windowEvent("window.host-paused", window, { host, ms: lackMs })],
  };
}

function identified(kept: Stepped, { host, machine, before, seen }: One & { readonly before: KnownMachine }): Stepped {
  const { window } = kept;
  const known = window.course.otherMachine[host];
  const way = otherMachine({ before, machine, twin: twinOf(host, machine, seen) });
  // what is known already is only ever made worse: a key that a person confirmed does not undo that it was another one
  if (way === null || known === way || (known !== undefined && rank[known] <= rank[way])) return kept;
  const otherMachines = { ...window.course.otherMachine, [host]: way };
  return {
    ...kept,
    window: { ...window, course: { ...window.course, otherMachine: otherMachines } },
    events: [...kept.events, windowEvent("window.other-machine", window, { host, way })],
  };
}

const rank: Readonly<Record<Other, number>> = { cloned: 0, replaced: 1, rekeyed: 2, moved: 3 };

function twinOf(host: string, { machineId }: SeenMachine, { machineIds }: Seen): string | null {
  if (machineId === null) return null;
  return [...machineIds].find(([other, id]) => other !== host && id === machineId)?.[0] ?? null;
}

/** @param twin another host that has the same machine id now */
function otherMachine({
  before,
  machine,
  twin,
}: {
  readonly before: KnownMachine;
  readonly machine: SeenMachine;
  readonly twin: string | null;
}): Other | null {
  const isOtherId = differs(before.machineId, machine.machineId);
  if (isOtherId && twin !== null) return "cloned";
  if (isOtherId) return "replaced";
  if (machine.isKeyChanged) return "rekeyed";
  const isOtherBoard = differs(before.dmiUuid, machine.dmiUuid) || noneLeft(before.macs, machine.macs);
  return isOtherBoard ? "moved" : null;
}

function differs(before: string | null, now: string | null): boolean {
  return before !== null && now !== null && before !== now;
}

/** Containers and tunnels come and go with addresses of their own; another machine shares none. */
function noneLeft(before: readonly string[], now: readonly string[]): boolean {
  return before.length > 0 && now.length > 0 && !before.some((mac) => now.includes(mac));
}

export function joined<T>(list: readonly T[], one: T): readonly T[] {
  return list.includes(one) ? list : [...list, one];
}
