// The long ones: 200 random kills. `npm test` plays 20 of them.
import { playKills } from "../test/doubles/kill-story.ts";

const kills = Number(process.argv[2] ?? 200);
const counts = await playKills(kills);
console.log(JSON.stringify(counts, null, 2));
const { gaps, notesLost, noticesNeverArrived, shownTwice } = counts;
const lost = gaps + notesLost + noticesNeverArrived + shownTwice;
console.log(lost === 0 ? "1 passed, 0 failed" : "0 passed, 1 failed");
process.exit(lost === 0 ? 0 : 1);
