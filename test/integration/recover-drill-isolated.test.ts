import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { runDrill } from "../../src/recover/drill/run-drill.ts";
import { drillBench, type DrillBench } from "../doubles/recover-drill-bench.ts";
import { drillRestore } from "../doubles/recover-drill-restic.ts";

let bench: DrillBench;
before(async () => {
  bench = await drillBench();
});
beforeEach(() => bench.forget());
after(() => bench.close());

test("a drill restores files and database into the closed room, asks the service, holds back its mail, and leaves nothing", async () => {
  const report = await runDrill(bench.deps(), bench.wish);
  assert.deepEqual(report.run.trouble, null);
  assert.equal(report.run.state, "done");
  assert.deepEqual(
    report.run.phases.map(({ phase }) => phase),
    ["decide", "provision", "fetch", "load", "verify", "switch", "smoke"],
  );
  for (const { phase, seconds } of report.run.phases) assert.ok(seconds >= 0 && seconds < 30, `${phase} ${seconds}`);
  assert.ok((report.run.phases.find(({ phase }) => phase === "load")?.seconds ?? 0) > 0.05);
  assert.ok(report.run.lostSeconds !== null && report.run.lostSeconds > 0);
  assert.equal(bench.kept.at(-1)?.state, "done");
  assert.ok(report.seen.mails >= 1, "the order's mail ended in the sink");
  assert.ok(report.seen.blocked.some(({ port, protocol }) => port === 443 && protocol === "tcp"));
  assert.equal(report.seen.wipe?.clean, true);
  assert.ok((report.seen.wipe?.files ?? 0) > 3);
  bench.nothingLeft();
});

test("an application that does not start fails the drill in its smoke test", async () => {
  const { run } = await runDrill(
    bench.deps({ restore: drillRestore(bench.copy, { breakApplication: true }) }),
    bench.wish,
  );
  assert.equal(run.state, "failed");
  assert.equal(run.trouble?.code, "smoke");
  assert.equal(run.phases.at(-1)?.phase, "smoke");
  bench.nothingLeft();
});
