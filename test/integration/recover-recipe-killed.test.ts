import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import type { Command, Workplace } from "../../src/recover/workplace/workplace.ts";
import { captureRecipe } from "../../src/recover/recipe/capture.ts";
import { replay } from "../../src/recover/recipe/replay.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";
import { furnish, openSmallRoot } from "../doubles/recover-small-root.ts";

const clock = createSystemClock();
const here = createLocalWorkplace({ clock });
const [source, target] = [openSmallRoot(), openSmallRoot()];
const heartbeat = setInterval(() => {}, 1000);

after(() => {
  clearInterval(heartbeat);
  for (const root of [source, target]) root.close();
});

/** Dies at its n-th command: the command is killed a moment after it began, and nothing is answered any more. */
function dyingAt(place: Workplace, n: number): Workplace {
  let count = 0;
  return {
    ...place,
    async run(command: Command, options) {
      if (++count < n) return place.run(command, options);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 15 + (n % 5) * 20);
      await place.run(command, { ...options, signal: controller.signal });
      throw new Error("killed");
    },
  };
}

test("killed anywhere, it goes on and ends the same", async () => {
  furnish(source);
  const recipe = await captureRecipe(here, { host: "web1", clock, root: source.root });
  const { root } = target;
  for (const n of [9, 12, 15, 16, 17, 20])
    await assert.rejects(replay(recipe, { root, run: dyingAt(here, n), dryRun: false }), /killed/);
  const last = await replay(recipe, { root, run: here, dryRun: false });
  const own = new Set(["identity", "disks", "network", "runtimes", "dns", "state"]);
  const good = new Set(["same", "restored", "newer"]);
  assert.deepEqual(
    last.differences.filter(({ section, standing }) => !own.has(section) && !good.has(standing)),
    [],
  );
  const again = await replay(recipe, { root, run: here, dryRun: false });
  assert.equal(again.changed, 0);
  const left = fs.readdirSync(path.join(root, "etc"), { recursive: true, encoding: "utf8" });
  assert.deepEqual(
    left.filter((name) => name.includes("koboshi-part")),
    [],
  );
});
