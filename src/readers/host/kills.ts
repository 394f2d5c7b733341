import type { HostReading } from "../../kernel/model/host-reading.ts";
import { firstTagged, tagged } from "./frame.ts";
import { logMoment, type LogClock } from "./log-time.ts";

type Kills = NonNullable<HostReading["oomKills"]>;

const mostKills = 50;
const killed = /Killed process (\d+),?(?: UID \d+,)?\s*\(([^)]{1,60})\)/i;

/**
 * The section `oom`: processes the kernel killed for want of memory, newest first. Kernels before 4.20 announce each kill in a
 * line of its own, which is not counted.
 * @param uptimeSeconds of the look: the kernel's own log counts from the start of the machine
 */
export function killsOf(lines: readonly string[], clock: LogClock, uptimeSeconds: number | null): Kills | null {
  const from = firstTagged(lines, "from");
  if (from === null && tagged(lines, "k").length === 0) return null;
  const kills = tagged(lines, "k").flatMap((row) => {
    const match = killed.exec(row);
    if (match === null) return [];
    return [{ atMs: momentOf(row, clock, uptimeSeconds), process: match[2] ?? "", text: row.trim().slice(0, 300) }];
  });
  return kills.toReversed().slice(0, mostKills);
}

function momentOf(row: string, clock: LogClock, uptimeSeconds: number | null): number | null {
  const sinceBoot = /^\[\s*(\d+\.\d+)\]/.exec(row.trim());
  if (sinceBoot === null) return logMoment(row.trim(), clock);
  return uptimeSeconds === null ? null : clock.nowMs - (uptimeSeconds - Number(sinceBoot[1])) * 1_000;
}
