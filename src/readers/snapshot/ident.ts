import crypto from "node:crypto";
import { firstTagged, tagged, type HostSection } from "../host/frame.ts";
import { entries, facts, type Entries } from "./entries.ts";

/** Interfaces that programs make and take away. */
export const passingInterface =
  /^(?:lo|veth|docker|br-|virbr|vnet|tap|cali|flannel|cni|ifb|dummy|lxc|podman|nerdctl|kube)/;
const named = ["machine-id", "dbus-id", "boot-id", "dmi-uuid", "dmi-name", "dmi-vendor", "hostname", "virt"] as const;

export function identOf({ lines }: HostSection): Entries {
  const single = Object.fromEntries(named.map((name) => [name, firstTagged(lines, name)]));
  const nics = tagged(lines, "nic").flatMap((row): readonly (readonly [string, string])[] => {
    const [name = "", mac = ""] = row.split(" ");
    return mac === "" || passingInterface.test(name) ? [] : [[`mac ${name}`, mac.toLowerCase()]];
  });
  const keys = tagged(lines, "hostkey").flatMap((row): readonly (readonly [string, string])[] => {
    const [type = "", base64 = ""] = row.split(" ");
    return base64 === "" ? [] : [[`hostkey ${type}`, fingerprint(base64)]];
  });
  return entries([...facts(single), ...nics, ...keys]);
}

/** As `ssh-keygen -l` prints it. */
function fingerprint(base64: string): string {
  const hash = crypto.createHash("sha256").update(Buffer.from(base64, "base64")).digest("base64");
  return `SHA256:${hash.replace(/=+$/, "")}`;
}
