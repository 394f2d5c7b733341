import type { Bilingual } from "../kernel/lang.ts";
import type { HostSnapshot } from "../kernel/model/snapshot.ts";
import { clockText } from "../words/repairs-clock.ts";

/** How far a host's clock was off, and when that was measured, by the hub's monotonic clock. */
export interface ClockMeasurement {
  /** host's clock minus true time */
  readonly offsetSeconds: number;
  readonly uncertaintySeconds: number;
  readonly monotonicMs: number;
}

/** What else moves the clock of a virtual machine. */
type ClockMover = "vmware-tools" | "hyper-v" | "kvm-clock" | "virtualbox" | "xen" | "other-daemon";

interface ClockVerdict {
  readonly state: "settled" | "moving" | "still-off" | "unsure" | "too-early" | "unmeasured";
  /** by how much the second measurement differs from the first */
  readonly movedSeconds: number | null;
  readonly suspects: readonly ClockMover[];
  readonly says: Bilingual;
}

const agreeSeconds = 0.1;
const offSeconds = 1;
/** Less time between the two shows nothing: what moves the clock comes once a minute. */
const apartMs = 55_000;

/** Whether a clock that was set stays where it was put: two measurements a minute apart agree. */
export function verifyClock(input: {
  readonly first: ClockMeasurement | null;
  readonly second: ClockMeasurement | null;
  readonly after: HostSnapshot | null;
}): ClockVerdict {
  const { first, second, after } = input;
  const plain = (state: ClockVerdict["state"], says: Bilingual): ClockVerdict => ({
    state,
    movedSeconds: null,
    suspects: [],
    says,
  });
  if (first === null || second === null)
    return plain(
      "unmeasured",
      clockText((w) => w.unmeasured),
    );
  const { offsetSeconds } = second;
  if (Math.abs(offsetSeconds) - second.uncertaintySeconds > offSeconds) {
    return plain(
      "still-off",
      clockText((w) => w.stillOff(offsetSeconds)),
    );
  }
  if (second.monotonicMs - first.monotonicMs < apartMs)
    return plain(
      "too-early",
      clockText((w) => w.tooEarly),
    );
  const movedSeconds = offsetSeconds - first.offsetSeconds;
  const doubt = first.uncertaintySeconds + second.uncertaintySeconds;
  if (Math.abs(movedSeconds) < agreeSeconds) {
    return {
      ...plain(
        "settled",
        clockText((w) => w.settled),
      ),
      movedSeconds,
    };
  }
  if (Math.abs(movedSeconds) - doubt < agreeSeconds) {
    return {
      ...plain(
        "unsure",
        clockText((w) => w.unsure),
      ),
      movedSeconds,
    };
  }
  const suspects = moversOf(after);
  const names = suspects.length === 0 ? "—" : suspects.map((one) => moverNames[one]).join(", ");
  return { state: "moving", movedSeconds, suspects, says: clockText((w) => w.moving(movedSeconds, names)) };
}

const moverNames: Readonly<Record<ClockMover, string>> = {
  "vmware-tools": "VMware Tools (vmware-toolbox-cmd timesync)",
  "hyper-v": "Hyper-V (hv_utils, TimeSync)",
  "kvm-clock": "KVM (kvm-clock, qemu-guest-agent)",
  virtualbox: "VirtualBox Guest Additions (VBoxService)",
  xen: "Xen (independent_wallclock)",
  "other-daemon": "two time daemons",
};

function moversOf(after: HostSnapshot | null): readonly ClockMover[] {
  const { ident = {}, clock = {}, procs = {}, units = {} } = after?.sections ?? {};
  const machine = [ident["virt"], ident["dmi-vendor"], ident["dmi-name"], clock["clocksource"]].join(" ").toLowerCase();
  const programs = [...Object.keys(procs), ...Object.keys(units)].join("\n");
  const daemons = Object.keys(clock).filter((key) => key.startsWith("daemon "));
  const found: readonly (readonly [ClockMover, boolean])[] = [
    ["vmware-tools", /vmware/.test(machine) || /\bvmtoolsd|open-vm-tools|vgauthd/.test(programs)],
    ["hyper-v", /microsoft|hyperv|hyper-v/.test(machine) || /\bhv_/.test(programs)],
    ["kvm-clock", /\bkvm|qemu/.test(machine) || /qemu-ga|qemu-guest-agent/.test(programs)],
    ["virtualbox", /innotek|virtualbox|oracle/.test(machine) || /VBoxService/.test(programs)],
    ["xen", /\bxen\b/.test(machine)],
    ["other-daemon", daemons.length > 1],
  ];
  return found.filter(([, isSo]) => isSo).map(([mover]) => mover);
}
