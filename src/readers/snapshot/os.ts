import { firstTagged, tagged, type HostSection } from "../host/frame.ts";
import { maskSecrets } from "../host/mask.ts";
import { entries, facts, type Entries } from "./entries.ts";

const named = [
  "kernel",
  "build",
  "machine",
  "release",
  "init",
  "systemd-booted",
  "reboot-required",
  "selinux",
] as const;

export function osOf({ lines }: HostSection): Entries {
  const single = Object.fromEntries(named.map((name) => [name, firstTagged(lines, name)]));
  const os = firstTagged(lines, "os")?.replaceAll(/^["']|["']$/g, "") ?? null;
  const cmdline = tagged(lines, "cmdline")[0] ?? null;
  const kernels = tagged(lines, "kernel-installed").map((name) => [`kernel-installed ${name}`, ""] as const);
  return entries([...facts({ ...single, os, cmdline: cmdline === null ? null : maskSecrets(cmdline) }), ...kernels]);
}
