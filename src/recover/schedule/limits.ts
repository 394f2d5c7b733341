import type { BackupPlan, LimitWindow } from "../../kernel/model/backup.ts";
import { wallMs } from "../../readers/schedule/zone.ts";

const dayMinutes = 24 * 60;

/** Bits per second that the plan may send at this moment; null: not limited. The first window that fits decides. */
export function upLimitAt({ limits }: Pick<BackupPlan, "limits">, atMs: number, timeZone: string): number | null {
  const minute = Math.floor(wallMs(atMs, timeZone) / 60_000) % dayMinutes;
  const window = (limits.windows ?? []).find((one) => isWithin(one, minute));
  return window === undefined ? limits.upBitsPerSecond : window.upBitsPerSecond;
}

function isWithin({ fromMinute, toMinute }: LimitWindow, minute: number): boolean {
  const span = (toMinute - fromMinute + dayMinutes) % dayMinutes || dayMinutes;
  return (minute - fromMinute + dayMinutes) % dayMinutes < span;
}
