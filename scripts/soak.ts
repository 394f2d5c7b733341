// The long ones: 200 random kills (`npm test` plays 20 of them), 60 of a hub that follows a rotated log (there 6), then every
// page in every view (`npm test` takes each pair of width, scheme and language once).
import { spawnSync } from "node:child_process";
import { playKills } from "../test/doubles/kill-story.ts";

const kills = Number(process.argv[2] ?? 200);
const counts = await playKills(kills);
console.log(JSON.stringify(counts, null, 2));
const { gaps, notesLost, noticesNeverArrived, shownTwice } = counts;
const lost = gaps + notesLost + noticesNeverArrived + shownTwice;
const logs = played("logs-kill", { KOBOSHI_KILLS: "60" });
const looks = played("web-accessibility", { KOBOSHI_EVERY_VIEW: "1" });
const failed = [lost === 0, logs, looks].filter((passed) => !passed).length;
console.log(`${3 - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** @returns whether the integration tests of that name passed */
function played(name: string, more: NodeJS.ProcessEnv): boolean {
  const ran = spawnSync(process.execPath, ["--import", "tsx", "scripts/test.ts", "integration", name], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...more },
  });
  return ran.status === 0;
}
