import assert from "node:assert/strict";
import { test } from "node:test";
import { playKills } from "../doubles/kill-story.ts";

test("20 random kill -9 during outages lose no event, no note and no notice, and nobody is told twice", async (context) => {
  const counts = await playKills(20);
  context.diagnostic(JSON.stringify(counts));
  assert.ok(counts.incidents > 0, "the story had no outage");
  assert.ok(counts.notesAccepted > 20, "nothing was being written while it was killed");
  const { gaps, notesLost, noticesNeverArrived, shownTwice } = counts;
  assert.deepEqual(
    { gaps, notesLost, noticesNeverArrived, shownTwice },
    { gaps: 0, notesLost: 0, noticesNeverArrived: 0, shownTwice: 0 },
  );
});
