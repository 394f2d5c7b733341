import type { HostListener } from "../../kernel/model/host-reading.ts";
import type { HostSection } from "../host/frame.ts";
import { listenersOf } from "../host/listeners.ts";
import { entries, type Entries } from "./entries.ts";

/** From here on the system gives ports to whoever asks for any. Source: Linux, ip_local_port_range. */
const firstPassingPort = 32_768;
/** Where sshd listens for the length of a session. */
const firstForwarded = 6_010;

export function portsOf({ lines }: HostSection): Entries {
  const doors = listenersOf(lines).filter((one) => !isPassing(one));
  return entries(
    doors.map(({ protocol, address, port, program }) => {
      const at = address.includes(":") ? `[${address}]` : address;
      return [`port ${protocol} ${at}:${port}`, program ?? "-"] as const;
    }),
  );
}

function isPassing({ protocol, address, port, program }: HostListener): boolean {
  if (port >= firstPassingPort) return protocol === "udp" || program === null || /^(?:rpc\.|sshd)/.test(program);
  const isLoopback = address.startsWith("127.") || address === "::1";
  return protocol === "tcp" && isLoopback && port >= firstForwarded && program?.startsWith("sshd") === true;
}
