import type { BackupPlan, LimitWindow } from "../kernel/model/backup.ts";
import { draft, type Draft, type Path } from "./finding.ts";

const bitsPer: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };
const rate = /^(\d+(?:\.\d+)?)\s*([kMG]?)(?:bit(?:\/s)?|bps)$/;
const hours = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/;

/** Limits of traffic as lines are sold, in bits a second; `22:00-06:00: none` are hours with another one for sending. */
export function compileLimits(
  written: Readonly<Record<string, string>>,
  at: Path,
  tell: (found: Draft) => void,
): BackupPlan["limits"] {
  const read = (name: string): number | null => {
    const text = written[name];
    if (text === undefined || text === "none") return null;
    const [, figure, prefix = ""] = rate.exec(text.trim()) ?? [];
    const bits = Number(figure) * (bitsPer[prefix] ?? 1);
    if (figure !== undefined && bits > 0) return bits;
    const path = [...at, name];
    tell(draft({ code: "bad-limit", path, say: (w) => w.badLimit(text), hint: (w) => w.badLimitHint }));
    return null;
  };
  const windows: LimitWindow[] = [];
  for (const name of Object.keys(written).filter((one) => one !== "up" && one !== "down")) {
    const span = minutesOf(name);
    if (span !== null) windows.push({ ...span, upBitsPerSecond: read(name) });
    else {
      const path = [...at, name];
      tell(draft({ code: "bad-limit", path, part: "key", say: (w) => w.unknownLimit(name), hint: (w) => w.limitKeys }));
    }
  }
  const limits = { upBitsPerSecond: read("up"), downBitsPerSecond: read("down") };
  return windows.length === 0 ? limits : { ...limits, windows };
}

/** null: no hours of a day */
function minutesOf(name: string): Pick<LimitWindow, "fromMinute" | "toMinute"> | null {
  const [fromHour = NaN, fromMinute = NaN, toHour = NaN, toMinute = NaN] = (hours.exec(name) ?? [])
    .slice(1)
    .map(Number);
  if (!(fromHour <= 23 && fromMinute <= 59 && toHour <= 24 && toMinute <= 59)) return null;
  return { fromMinute: fromHour * 60 + fromMinute, toMinute: (toHour * 60 + toMinute) % 1_440 };
}
