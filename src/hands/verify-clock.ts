import { elapsedMs } from "../kernel/clock.ts";
import type { ClockReading } from "../kernel/model/aftercare.ts";
import type { HostSnapshot } from "../kernel/model/snapshot.ts";

/**
 * `settled`: it stays where it was put. `moving`: something moves it. `off`: it is not right. `unsure`: the readings are too
 * coarse to tell. `too-early`: there are no two that far apart yet.
 */
interface ClockVerdict {
  readonly state: "settled" | "moving" | "off" | "unsure" | "too-early";
  /** between the two readings; null: there are not two */
  readonly movedSeconds: number | null;
  /** what else moves the clock of such a machine, as its maker calls it; empty unless something does */
  readonly suspects: readonly string[];
}

const agreeSeconds = 0.1;
const offSeconds = 1;
/** Less time between the two shows nothing: what moves a clock comes once a minute. */
const apartMs = 55_000;

/**
 * Whether a clock that was set stays where it was put: two readings a minute apart agree.
 * @param readings since it was set, oldest first
 */
export function verifyClock(readings: readonly ClockReading[], after: HostSnapshot | null): ClockVerdict {
  const newest = readings.at(-1);
  const first = newest && readings.findLast(({ at }) => elapsedMs(at, newest.at) >= apartMs);
  const plain = { movedSeconds: null, suspects: [] } as const;
  if (newest === undefined) return { ...plain, state: "too-early" };
  if (Math.abs(newest.offsetSeconds) - newest.uncertaintySeconds > offSeconds) return { ...plain, state: "off" };
  if (first === undefined) return { ...plain, state: "too-early" };
  const movedSeconds = newest.offsetSeconds - first.offsetSeconds;
  const doubt = first.uncertaintySeconds + newest.uncertaintySeconds;
  const moved = { movedSeconds, suspects: [] } as const;
  if (Math.abs(movedSeconds) < agreeSeconds) return { ...moved, state: "settled" };
  if (Math.abs(movedSeconds) - doubt < agreeSeconds) return { ...moved, state: "unsure" };
  return { state: "moving", movedSeconds, suspects: moversOf(after) };
}

function moversOf(after: HostSnapshot | null): readonly string[] {
  const { ident = {}, clock = {}, procs = {}, units = {} } = after?.sections ?? {};
  const machine = [ident["virt"], ident["dmi-vendor"], ident["dmi-name"], clock["clocksource"]].join(" ").toLowerCase();
  const programs = [...Object.keys(procs), ...Object.keys(units)].join("\n");
  const daemons = Object.keys(clock).filter((key) => key.startsWith("daemon "));
  const found: readonly (readonly [string, boolean])[] = [
    [
      "VMware Tools (vmware-toolbox-cmd timesync)",
      /vmware/.test(machine) || /\bvmtoolsd|open-vm-tools|vgauthd/.test(programs),
    ],
    ["Hyper-V (hv_utils, TimeSync)", /microsoft|hyperv|hyper-v/.test(machine) || /\bhv_/.test(programs)],
    ["KVM (kvm-clock, qemu-guest-agent)", /\bkvm|qemu/.test(machine) || /qemu-ga|qemu-guest-agent/.test(programs)],
    ["VirtualBox (VBoxService)", /innotek|virtualbox|oracle/.test(machine) || /VBoxService/.test(programs)],
    ["Xen (independent_wallclock)", /\bxen\b/.test(machine)],
    [daemons.map((key) => key.slice("daemon ".length)).join(" + "), daemons.length > 1],
  ];
  return found.filter(([, isSo]) => isSo).map(([mover]) => mover);
}
