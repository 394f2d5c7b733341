// The long ones: 200 random kills (`npm test` plays 20 of them), then every page in every view (`npm test` takes each pair
// of width, scheme and language once).
import { spawnSync } from "node:child_process";
import { playKills } from "../test/doubles/kill-story.ts";

const kills = Number(process.argv[2] ?? 200);
const counts = await playKills(kills);
console.log(JSON.stringify(counts, null, 2));
const { gaps, notesLost, noticesNeverArrived, shownTwice } = counts;
const lost = gaps + notesLost + noticesNeverArrived + shownTwice;
const looks = spawnSync(process.execPath, ["--import", "tsx", "scripts/test.ts", "integration", "web-accessibility"], {
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, KOBOSHI_EVERY_VIEW: "1" },
});
const failed = [lost > 0, looks.status !== 0].filter(Boolean).length;
console.log(`${2 - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
