import fs from "node:fs";

export const vantages = ["pc1", "office", "va", "vb"] as const;

/** What the company's hub is told, with the key that web1 shows in this run. */
export function hubConfig({ programs, hostKey }: { programs: string; hostKey: string }): string {
  const [hour, minute] = halfADayFromNow();
  return fs
    .readFileSync(`${programs}/files/hub/koboshi.yml`, "utf8")
    .replace("HOST_KEY_OF_WEB1", hostKey)
    .replaceAll("HALF_A_DAY_FROM_NOW", `${minute} ${hour} * * *`);
}

const halfADayMs = 12 * 3_600_000;
/** of the company, which is in Tokyo */
const aheadMs = 9 * 3_600_000;

/** The copies are made at night; wherever the lab is run, no night begins in the midst of it. */
function halfADayFromNow(): readonly [hour: number, minute: number] {
  const then = new Date(Date.now() + aheadMs + halfADayMs);
  return [then.getUTCHours(), then.getUTCMinutes()];
}
