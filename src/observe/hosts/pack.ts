import type { HostStatus } from "../../kernel/ports-hosts.ts";
import { rfc3339 } from "../../words/format.ts";

/**
 * What a machine's support asks for first, as one text: how it stands, what was found, and all of the newest reading. The
 * keys are those of the API, so that it can be read by programs, too; secrets were masked as it was read.
 */
export function packOf(status: HostStatus, nowMs: number): string {
  const { reading, findings, silence, hostKey, clock, ...host } = status;
  const parts: readonly (readonly [title: string, value: unknown])[] = [
    ["host", { key: host.key, address: host.address, at: host.at, by: host.by, state: host.state }],
    ["not read because", silence],
    ["findings", findings],
    ["clock", clock],
    ["host key", hostKey],
    ...Object.entries(reading ?? {}),
  ];
  const text = parts.map(([title, value]) => `## ${title}\n${JSON.stringify(value, null, 2)}\n`);
  return [`# koboshi diagnosis pack: ${host.key}, ${rfc3339(nowMs, "UTC")}\n`, ...text].join("\n");
}
