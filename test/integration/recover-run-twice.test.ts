import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { KoboshiError } from "../../src/kernel/errors.ts";
import { runPlan } from "../../src/recover/run/run-plan.ts";
import { createRecoverBench, type RecoverBench } from "../doubles/recover-bench.ts";

const benches: RecoverBench[] = [];
after(() => {
  for (const each of benches) each.remove();
});

function bench(): RecoverBench {
  const made = createRecoverBench();
  benches.push(made);
  return made;
}

test("a second run of the plan at the same time is refused and names the first; hooks run, the one after always", async () => {
  const { source, folder, wanted, plan, deps, sets } = bench();
  fs.writeFileSync(path.join(source, "a"), "a");
  const mark = path.join(folder, "mark");
  const hooks = { before: `touch ${mark}.before; sleep 1`, after: `echo $KOBOSHI_STATE >>${mark}` };
  const first = runPlan(deps, wanted({ plan: plan({ hooks }), set: "01aaaaaaaaaaaaaaaaaaaaaaaa" }));
  while (!fs.existsSync(`${mark}.before`)) await new Promise((resolve) => setTimeout(resolve, 20));
  await assert.rejects(runPlan(deps, wanted()), (thrown) => {
    assert.ok(thrown instanceof KoboshiError);
    assert.equal(thrown.code, "KB8001");
    return /01aaaaaaaaaaaaaaaaaaaaaaaa/.test(String(thrown.facts["holder"]));
  });
  assert.equal((await first).state, "committed");
  const failed = await runPlan(deps, wanted({ plan: plan({ hooks: { ...hooks, before: "echo no >&2; exit 3" } }) }));
  assert.deepEqual([failed.state, failed.trouble?.code], ["failed", "KB8013"]);
  assert.equal(fs.readFileSync(mark, "utf8"), "stored\nfailed\n");
  assert.equal((await sets()).sets.length, 1);
});
