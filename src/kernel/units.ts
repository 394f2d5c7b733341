import { err, ok, type Result } from "./result.ts";

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const durationText = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)$/;

/** Reads a written duration: `30s`, `1.5h`, `21d`. The unit is required. @returns milliseconds */
export function parseDurationMs(text: string): Result<number, "no-unit" | "not-a-duration"> {
  const match = durationText.exec(text.trim());
  if (match === null) return err(/^\d+(?:\.\d+)?$/.test(text.trim()) ? "no-unit" : "not-a-duration");
  return ok(Math.round(Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]));
}

/** Writes milliseconds the way the configuration file does, in the largest unit that is exact. */
export function writeDuration(ms: number): string {
  const units = ["w", "d", "h", "m", "s"] as const;
  const unit = units.find((name) => ms >= unitMs[name] && ms % unitMs[name] === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unitMs[unit]}${unit}`;
}

/** Reads `85%`. @returns a ratio 0..1 */
export function parsePercentRatio(text: string): Result<number, "no-unit" | "not-a-percentage"> {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  if (match === null) return err(/^\d+(?:\.\d+)?$/.test(text.trim()) ? "no-unit" : "not-a-percentage");
  return ok(Number(match[1]) / 100);
}
