import { offsetMs } from "../zone.ts";

const quarterMs = 15 * 60_000;
/** No zone changes its offset and takes it back within so short a time. */
const blockMs = 24 * quarterMs;

/** What a zone's clocks show, as if it were UTC; quick when asked for many moments near each other. */
export function createWallClock(timeZone: string): (atMs: number) => number {
  const blocks = new Map<number, number | null>();
  const quarters = new Map<number, number>();
  return (atMs) => {
    const block = Math.floor(atMs / blockMs);
    let known = blocks.get(block);
    if (known === undefined) {
      const first = offsetMs(block * blockMs, timeZone);
      known = first === offsetMs((block + 1) * blockMs, timeZone) ? first : null;
      blocks.set(block, known);
    }
    return atMs + (known ?? inQuarter(atMs));
  };

  /** Offsets are changed on a quarter of an hour. */
  function inQuarter(atMs: number): number {
    const quarter = Math.floor(atMs / quarterMs);
    const known = quarters.get(quarter) ?? offsetMs(quarter * quarterMs, timeZone);
    quarters.set(quarter, known);
    return known;
  }
}
