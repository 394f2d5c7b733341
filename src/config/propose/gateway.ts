import fs from "node:fs";

const defaultRoute = "00000000";

/** The IPv4 gateway of this machine, as Linux tells it; null when there is none or another system. Source: proc_net(5). */
export function readGateway(): string | null {
  try {
    const rows = fs.readFileSync("/proc/net/route", "utf8").split("\n").slice(1);
    const columns = rows.map((row) => row.split("\t")).find(([, network]) => network === defaultRoute);
    const bytes = columns?.[2]?.match(/../g);
    if (bytes === undefined || bytes === null || bytes.every((byte) => byte === "00")) return null;
    // the kernel writes the address as one little-endian number
    return bytes
      .toReversed()
      .map((byte) => Number.parseInt(byte, 16))
      .join(".");
  } catch {
    return null; // no such file: not Linux
  }
}
