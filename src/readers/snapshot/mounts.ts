import { tagged, type HostSection } from "../host/frame.ts";
import { maskSecrets } from "../host/mask.ts";
import { entries, type Entries } from "./entries.ts";

type Pairs = readonly (readonly [string, string])[];

/** File systems that are the kernel's own windows. */
const kernels =
  /^(?:proc|sysfs|cgroup2?|devpts|securityfs|debugfs|tracefs|pstore|bpf|mqueue|hugetlbfs|configfs|autofs|binfmt_misc|fusectl|rpc_pipefs|nsfs|selinuxfs|efivarfs|ramfs|fuse\.(?:gvfsd-fuse|lxcfs|portal))$/;
/** Mounted for a session, a container or a package. */
const passing =
  /^\/(?:run\/(?:user|docker|netns|credentials|containerd|snapd)|snap|proc|sys|dev\/(?:pts|hugepages|mqueue))\/|^\/(?:run\/(?:user|netns)|proc|sys)$|^\/var\/(?:snap|lib\/(?:docker|containers|containerd|kubelet|lxcfs))\//;
const options = /^(?:ro|rw|noexec|nosuid|nodev)$/;

export function mountsOf({ lines }: HostSection): Entries {
  return entries([
    ...mounted(lines),
    ...wanted(lines),
    ...swaps(lines),
    ...used(lines, "k", "use"),
    ...used(lines, "i", "inodes"),
    ...raids(lines),
  ]);
}

/** `/dev/sda1 / ext4 rw,relatime 0 0`; what is mounted over another hides it. */
function mounted(lines: readonly string[]): Pairs {
  return tagged(lines, "m").flatMap((row): Pairs => {
    const [device = "", point = "", type = "", flags = ""] = row.split(" ");
    if (!point.startsWith("/") || kernels.test(type) || passing.test(unescaped(point))) return [];
    const kept = flags.split(",").filter((flag) => options.test(flag));
    return [[`mount ${unescaped(point)}`, `${maskSecrets(unescaped(device))} ${type} ${kept.toSorted().join(",")}`]];
  });
}

/** Octal, as the kernel writes blanks. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}

function wanted(lines: readonly string[]): Pairs {
  return tagged(lines, "fstab").flatMap((row): Pairs => {
    const [device = "", point = "", type = "", flags = ""] = row.trim().split(/\s+/);
    if (type === "") return [];
    const key = point.startsWith("/") ? unescaped(point) : `${point} ${device}`;
    return [[`fstab ${key}`, maskSecrets(`${device} ${type} ${flags}`)]];
  });
}

function swaps(lines: readonly string[]): Pairs {
  return tagged(lines, "swap").flatMap((row): Pairs => {
    const [device = "", , kilobytes = ""] = row.trim().split(/\s+/);
    return kilobytes === "" ? [] : [[`swap ${device}`, kilobytes]];
  });
}

/** `/dev/sda1 4062912 2031456 1805000 53% /`; of what changes all the time only about how much. */
function used(lines: readonly string[], tag: "k" | "i", name: string): Pairs {
  return tagged(lines, tag).flatMap((row): Pairs => {
    const match = /^(\S+)\s+\d+\s+(?:-|\d+)\s+(?:-|-?\d+)\s+(\d{1,3})% (\/.*)$/.exec(row.trim());
    const [, device = "", percent = "", point = ""] = match ?? [];
    if (match === null || /^(?:udev|devtmpfs|none)$/.test(device) || passing.test(point)) return [];
    return [[`${name} ${point}`, `${Math.round(Number(percent) / 5) * 5}%`]];
  });
}

/** `md0 : active raid1 sdb1[1] sda1[0]` and below it `1046528 blocks super 1.2 [2/2] [UU]`. */
function raids(lines: readonly string[]): Pairs {
  const found: (readonly [string, string])[] = [];
  let array = "";
  for (const row of tagged(lines, "md")) {
    const [, name, state = ""] = /^(md\S*) : (\S+)/.exec(row) ?? [];
    if (name !== undefined) {
      array = name;
      found.push([`raid ${name}`, state]);
    }
    const disks = /\[\d+\/\d+\] \[[U_]+\]/.exec(row)?.[0];
    if (disks !== undefined && array !== "") found.push([`raid ${array}`, disks]);
  }
  return found;
}
