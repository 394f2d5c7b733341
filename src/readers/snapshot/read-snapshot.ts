import type { Stamp } from "../../kernel/clock.ts";
import { snapshotSections, type HostSnapshot, type SnapshotSection } from "../../kernel/model/snapshot.ts";
import { splitFrame, type HostFrame, type HostSection } from "../host/frame.ts";
import { certsOf } from "./certs.ts";
import { clockOf } from "./clock.ts";
import { cronOf } from "./cron.ts";
import { firewallOf } from "./firewall.ts";
import { identOf } from "./ident.ts";
import { mountsOf } from "./mounts.ts";
import { netOf } from "./net.ts";
import { osOf } from "./os.ts";
import { packagesOf } from "./packages.ts";
import { portsOf } from "./ports.ts";
import { procsOf } from "./procs.ts";
import { svcOf } from "./svc.ts";
import type { Entries } from "./entries.ts";
import { unitEntries } from "./units.ts";
import { usersOf } from "./users.ts";

export interface SnapshotText {
  readonly host: string;
  /** what the script printed; foreign */
  readonly text: string;
  /** parts that were asked for */
  readonly asked: readonly SnapshotSection[];
  readonly takenAt: Stamp;
}

/** What the script calls a part: its own looks have the bare names. */
function sectionMark(section: SnapshotSection): string {
  return `snap${section}`;
}

/**
 * What each part's reader makes of its lines. Keys by part, `…` being a name; a value is empty where the key says it all:
 * - ident: `machine-id` `dbus-id` `boot-id` `dmi-uuid` `dmi-name` `dmi-vendor` `hostname` `virt`, `mac IFACE`,
 *   `hostkey ssh-ed25519` → `SHA256:…`
 * - os: `kernel` `build` `machine` `os` `release` `init` `systemd-booted` `cmdline` `reboot-required` (`yes`/`no`) `selinux`,
 *   `kernel-installed RELEASE`
 * - clock: `zone` `zone-offset` (`+0900`) `clocksource` `rtc` `adjtime`, `daemon chronyd` → `running`, `installed chronyd`,
 *   `synchronised` (`yes`/`no`), `source-count`, `ntp-enabled`, `file /etc/chrony/chrony.conf`
 * - units: `unit nginx.service` → `active running`, `file nginx.service` → `enabled`, `default-target`; of SysV and upstart
 *   `unit httpd` → `active`, `file httpd` → `enabled`, `runlevel`
 * - procs: `proc USER COMM`, of what was started to stay
 * - ports: `port tcp 0.0.0.0:80`, `port udp [::]:123` → program, `-` when it does not show
 * - mounts: `mount /srv` → `/dev/sdb1 ext4 rw,nosuid`, `fstab /srv` → `DEVICE TYPE OPTIONS`, `swap DEVICE` → kilobytes,
 *   `use /srv` and `inodes /srv` → `45%` to the nearest five, `raid md0` → `[2/2] [UU]`
 * - net: `link eth0` → `up mtu 1500`, `addr eth0 192.0.2.1/24` → scope, `route TEXT`, `route6 TEXT`, `rule TEXT`, `rule6 TEXT`,
 *   `file /etc/resolv.conf`, `sysctl NAME`
 * - fw: `iptables TABLE TEXT`, `ip6tables TABLE TEXT`, `nft FAMILY TABLE CHAIN: TEXT` → how often it stands there;
 *   `policy iptables TABLE CHAIN` → `DROP`
 * - pkgs: `pkg NAME:ARCH` → version, `hold NAME:ARCH`, `logged NAME:ARCH` → version the package log tells of, `*` for any
 * - cron: `daemon cron` → `running`, `started cron` → seconds since boot, `file PATH`, `line PATH LINE` for each line that is
 *   no comment, `part daily NAME` → mode, `stamp PATH` → `MTIME TEXT`, `timer NAME.timer` → its settings,
 *   `last NAME.timer`, `next NAME.timer`, `at NUMBER`
 * - certs: `cert PATH` → `SHA256:… until END`
 * - users: `user NAME` → `UID GID HOME SHELL`, `group NAME` → `GID MEMBERS`, `keys NAME` → sha256 of authorized_keys,
 *   `login USER FROM TIME`
 * - svc: `mail-queue` → `0`, `1+`, `10+` …, `container NAME` → image, `module NAME`
 *
 * A `file PATH` is `MODE OWNER MTIME`, a line break, and its text with secrets masked; without the line break nobody could
 * read it.
 */
const readers: Readonly<Record<SnapshotSection, (section: HostSection) => Entries>> = {
  ident: identOf,
  os: osOf,
  clock: clockOf,
  units: unitEntries,
  procs: procsOf,
  ports: portsOf,
  mounts: mountsOf,
  net: netOf,
  fw: firewallOf,
  pkgs: packagesOf,
  cron: cronOf,
  certs: certsOf,
  users: usersOf,
  svc: svcOf,
};

/** Reads one answer of the script into its normal form. Never throws: a part it cannot make sense of is unobserved. */
export function readSnapshot({ host, text, asked, takenAt }: SnapshotText): HostSnapshot {
  // what a login prints may end without a line break
  const frame = splitFrame(text.slice(Math.max(0, text.search(/@@koboshi-host 1 \d{9,11}\b/))));
  const wanted = snapshotSections.filter((name) => asked.includes(name));
  const missing = new Map(wanted.map((name) => [name, whyMissing(frame, name)]));
  const unobserved = snapshotSections.flatMap((name): readonly (readonly [string, string])[] => {
    const why = missing.has(name) ? (missing.get(name) ?? null) : "not-asked";
    return why === null ? [] : [[name, why]];
  });
  const sections = wanted.flatMap((name): readonly (readonly [string, Entries])[] => {
    const section = frame.sections.get(sectionMark(name));
    // what a part that needs root shows to others is still true
    const isBelieved = missing.get(name) === null || missing.get(name) === "needs-root";
    return section === undefined || !isBelieved ? [] : [[name, sorted(readers[name](section))]];
  });
  return {
    host,
    takenAt,
    hostClockMs: frame.began?.atMs ?? null,
    uptimeSeconds: uptimeIn(frame),
    isComplete: frame.isWhole && wanted.every((name) => frame.sections.has(sectionMark(name))),
    unobserved: Object.fromEntries(unobserved),
    sections: Object.fromEntries(sections),
  };
}

function uptimeIn({ sections }: HostFrame): number | null {
  const [first] = sections.values();
  return first !== undefined && first.beganAtSeconds > 0 ? first.beganAtSeconds : null;
}

/** A snapshot of a host that did not answer. */
export function silentSnapshot(host: string, why: string, takenAt: Stamp): HostSnapshot {
  const unobserved = Object.fromEntries(snapshotSections.map((name) => [name, why]));
  return { host, takenAt, hostClockMs: null, uptimeSeconds: null, isComplete: false, unobserved, sections: {} };
}

function whyMissing(frame: HostFrame, name: SnapshotSection): string | null {
  const mark = sectionMark(name);
  const section = frame.sections.get(mark);
  if (section === undefined) {
    if (frame.cutOff.includes(mark) || !frame.isWhole) return "cut-off";
    return "not-in-script";
  }
  return section.isTooLong ? "too-long" : section.unseen;
}

function sorted(entries: Entries): Entries {
  const pairs = Object.entries(entries);
  return Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
