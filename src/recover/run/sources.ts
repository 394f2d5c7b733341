import type { Workplace } from "../workplace/workplace.ts";

/** @returns those of `paths` that are not there: restic may pass over them and still say that all is well */
export async function missingSources(workplace: Workplace, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const script = 'for p do [ -e "$p" ] || [ -L "$p" ] || printf "%s\\0" "$p"; done';
  const result = await workplace.run({ argv: ["sh", "-c", script, "sh", ...paths] }, { timeoutMs: 60_000 });
  if (result.code !== 0) throw new Error(`the sources cannot be looked at: ${result.stderr.slice(0, 300)}`);
  return result.stdout.split("\0").filter((path) => path !== "");
}

/** The workplace's wall clock minus ours, milliseconds; null: it does not say. */
export async function clockOffset(workplace: Workplace, nowMs: () => number): Promise<number | null> {
  const beganMs = nowMs();
  const result = await workplace.run({ argv: ["date", "-u", "+%s.%N"] }, { timeoutMs: 30_000 });
  const middleMs = (beganMs + nowMs()) / 2;
  const farMs = Number(result.stdout.trim().replace(/\.N$|\.$/, "")) * 1_000;
  if (result.code !== 0 || !Number.isFinite(farMs) || farMs <= 0) return null;
  const offsetMs = Math.round(farMs - middleMs);
  // minus zero is no number of JSON
  return offsetMs === 0 ? 0 : offsetMs;
}
