import type { Stamp } from "../kernel/clock.ts";
import type { HardwareStatus } from "../kernel/ports-hardware.ts";
import type { HostSilence, HostStatus } from "../kernel/ports-hosts.ts";

/** What a silent system's board says of it. `boardUnsure`: it answers, and tells neither power nor health. */
export interface BoardWord {
  readonly word: "boardWell" | "boardIll" | "boardOff" | "boardUnsure" | "agentAlive";
  readonly answeredAt: Stamp;
}

/** Where the system itself gave no sign of life; a refused login is one. */
const lifeless: ReadonlySet<HostSilence> = new Set(["timeout", "unreachable", "closed", "agent-silent"]);

/** @returns null where there is nothing to say: the system answers, or its hardware is not asked or cannot be read */
export function boardOfSilent(
  { silence }: Pick<HostStatus, "silence">,
  hardware: HardwareStatus | null,
): BoardWord | { readonly word: "boardSilent" } | null {
  if (silence === null || !lifeless.has(silence.reason) || hardware === null) return null;
  const boards = hardware.sources.filter(({ kind }) => kind !== "snmp");
  const board = boards.find(({ state }) => state === "ok");
  if (board?.answeredAt != null) return { word: wordOf(hardware, board.reading?.power), answeredAt: board.answeredAt };
  const agent = hardware.sources.find(({ kind, state }) => kind === "snmp" && state === "ok");
  if (agent?.answeredAt != null) return { word: "agentAlive", answeredAt: agent.answeredAt };
  return boards.length > 0 && boards.every(({ state }) => state === "silent") ? { word: "boardSilent" } : null;
}

function wordOf({ state }: HardwareStatus, power: HardwareStatus["power"] = "unknown"): BoardWord["word"] {
  if (power === "off") return "boardOff";
  if (state === "down" || state === "warning") return "boardIll";
  return power === "on" && state === "ok" ? "boardWell" : "boardUnsure";
}
