import type { HostIdentity, HostReading, HostSystem } from "../../kernel/model/host-reading.ts";
import { firstTagged, tagged } from "./frame.ts";

const noMac = "00:00:00:00:00:00";
/** What the firmware of a virtual machine calls its maker. */
const makers: readonly (readonly [RegExp, string])[] = [
  [/QEMU|KVM|Red Hat|OpenStack/i, "kvm"],
  [/VMware/i, "vmware"],
  [/Xen/i, "xen"],
  [/innotek|VirtualBox/i, "oracle"],
  [/Amazon EC2/i, "amazon"],
  [/Google/i, "google"],
  [/Microsoft Corporation Virtual Machine/i, "microsoft"],
];

/** The section `ident`. */
export function identityOf(lines: readonly string[]): HostIdentity | null {
  const hostname = firstTagged(lines, "hostname");
  if (hostname === null) return null;
  return {
    hostname,
    machineId: firstTagged(lines, "machine-id"),
    bootId: firstTagged(lines, "boot-id"),
    dmiUuid: firstTagged(lines, "dmi-uuid"),
    macs: [...new Set(tagged(lines, "mac").map((mac) => mac.trim()))].filter((mac) => mac !== noMac && mac !== ""),
  };
}

/** The section `system`. */
export function systemOf(lines: readonly string[]): HostSystem | null {
  const kernel = firstTagged(lines, "kernel");
  const uptimeSeconds = Number(firstTagged(lines, "uptime")?.split(" ")[0]);
  if (kernel === null || !Number.isFinite(uptimeSeconds)) return null;
  const init = firstTagged(lines, "init");
  return {
    os: osOf(lines),
    kernel,
    init: init === "systemd" || init === "sysv" || init === "upstart" ? init : "other",
    uptimeSeconds,
    virtualisation: virtualisationOf(lines),
  };
}

function osOf(lines: readonly string[]): string {
  const debian = firstTagged(lines, "debian");
  const pretty = firstTagged(lines, "os")?.replaceAll(/^["']|["']$/g, "");
  return (
    pretty ??
    firstTagged(lines, "release") ??
    firstTagged(lines, "system-release") ??
    (debian === null ? "Linux" : `Debian ${debian}`)
  );
}

function virtualisationOf(lines: readonly string[]): string | null {
  const said = tagged(lines, "virt").map((one) => one.trim());
  const known = said.find((one) => /^[a-z][a-z0-9-]+$/.test(one) && one !== "none");
  if (known !== undefined) return known;
  const maker = `${firstTagged(lines, "vendor") ?? ""} ${firstTagged(lines, "product") ?? ""}`;
  return makers.find(([pattern]) => pattern.test(maker))?.[1] ?? null;
}

/** True when the script ran as root; null when it does not say. */
export function wasRoot(lines: readonly string[]): boolean | null {
  const uid = firstTagged(lines, "uid");
  return uid === null || uid === "-" ? null : uid === "0";
}

/** The load of the section `counters`. */
export function loadOf(lines: readonly string[]): HostReading["load"] {
  const [one, five, fifteen] = (firstTagged(lines, "l") ?? "").split(" ").map(Number);
  const cores = tagged(lines, "c").filter((row) => /^cpu\d/.test(row)).length;
  if (one === undefined || five === undefined || fifteen === undefined) return null;
  return [one, five, fifteen].every(Number.isFinite) ? { one, five, fifteen, cores: Math.max(1, cores) } : null;
}

/** The section `memory`: lines of /proc/meminfo. */
export function memoryOf(lines: readonly string[]): Pick<HostReading, "memory" | "swap"> {
  const sizes = new Map<string, number>();
  for (const line of lines) {
    const match = /^(\w+):\s+(\d+) kB$/.exec(line.trim());
    if (match !== null) sizes.set(match[1] ?? "", Number(match[2]) * 1_024);
  }
  const size = (name: string): number => sizes.get(name) ?? 0;
  const total = sizes.get("MemTotal");
  const swap = sizes.get("SwapTotal");
  // what a kernel before 3.14 does not say: memory shared by programs is in the cache and cannot be given back
  const estimate = size("MemFree") + size("Buffers") + size("Cached") - size("Shmem");
  const available = sizes.get("MemAvailable");
  return {
    memory:
      total === undefined
        ? null
        : {
            totalBytes: total,
            availableBytes: available ?? Math.max(0, estimate),
            availableIsEstimate: available === undefined,
          },
    swap: swap === undefined ? null : { totalBytes: swap, freeBytes: size("SwapFree") },
  };
}
