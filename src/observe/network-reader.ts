import fs from "node:fs";
import net from "node:net";
import type { Clock } from "../kernel/clock.ts";
import { ownAddresses } from "./own-addresses.ts";

/** What this machine knows of its own network. */
export interface NetworkReader {
  /** addresses of interfaces that are up, without loopback */
  addresses(): readonly string[];
  /** a file of /proc/net; null where there is none */
  file(name: "route" | "ipv6_route" | "arp"): string | null;
  /** `answers`: it took or refused the connection; `unreachable`: the network says no; `silent`: nothing came */
  knock(address: string): Promise<"answers" | "unreachable" | "silent">;
}

const knockMs = 1_000;
/** Routers have one of these open or refuse it; both are an answer. */
const knockPorts = [53, 80];

export function createNetworkReader(clock: Clock): NetworkReader {
  return {
    addresses: ownAddresses,
    file(name) {
      try {
        return fs.readFileSync(`/proc/net/${name}`, "utf8");
      } catch {
        return null; // not Linux, or IPv6 switched off: the caller goes by what is left
      }
    },
    async knock(address) {
      const answers = await Promise.all(knockPorts.map((port) => knockOnce(clock, address, port)));
      return answers.find((answer) => answer === "answers") ?? answers[0] ?? "silent";
    },
  };
}

function knockOnce(clock: Clock, host: string, port: number): Promise<"answers" | "unreachable" | "silent"> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const timer = clock.after(knockMs, () => end("silent"));
    function end(answer: "answers" | "unreachable" | "silent"): void {
      timer.cancel();
      socket.destroy();
      resolve(answer);
    }
    socket.on("connect", () => end("answers"));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => end(code === "ECONNREFUSED" ? "answers" : "unreachable"));
  });
}
