import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { KoboshiError } from "../../src/kernel/errors.ts";
import { ok } from "../../src/kernel/result.ts";
import type { DrillDeps } from "../../src/recover/drill/ports.ts";
import { runDrill } from "../../src/recover/drill/run-drill.ts";
import { drillBench, type DrillBench } from "../doubles/recover-drill-bench.ts";
import { drillRestore } from "../doubles/recover-drill-restic.ts";

let bench: DrillBench;
before(async () => {
  bench = await drillBench();
});
beforeEach(() => bench.forget());
after(() => bench.close());

test("a restore that fails is told by its own code, and wiped", async () => {
  const { run, seen } = await runDrill(
    bench.deps({ restore: drillRestore({ ...bench.copy, password: "wrong" }) }),
    bench.wish,
  );
  assert.equal(run.state, "failed");
  assert.equal(run.trouble?.code, "restic");
  assert.equal(seen.wipe?.clean, true);
  bench.nothingLeft();
});

const marked = (change: Parameters<DrillBench["marked"]>[0]): ReturnType<DrillDeps["reach"]> =>
  Promise.resolve(ok({ workplace: bench.marked(change), close: async () => {} }));

const refused: readonly (readonly [string, () => Partial<DrillDeps>])[] = [
  ["production-marker", () => ({ reach: () => marked({ production: true }) })],
  ["no-drill-marker", () => ({ reach: () => marked({ marker: "" }) })],
  ["foreign-drill-marker", () => ({ reach: () => marked({ marker: "Someone" }) })],
  ["writable-credential", () => ({ canWrite: async () => true })],
];
for (const [reason, change] of refused)
  test(`aimed at production it is refused before the first write: ${reason}`, async () => {
    const thrown: unknown = await runDrill(bench.deps(change()), bench.wish).catch((error: unknown) => error);
    assert.ok(thrown instanceof KoboshiError && thrown.code === "KB8401", String(thrown));
    const reasons = JSON.parse(String(thrown.facts["reasons"])) as { code: string }[];
    assert.deepEqual(
      reasons.map(({ code }) => code),
      [reason],
    );
    assert.deepEqual([bench.written, bench.kept], [[], []]);
    bench.nothingLeft();
  });

test("a change of production seen meanwhile ends it", async () => {
  const change: Partial<DrillDeps> = {
    guard(onChange) {
      const timer = setTimeout(() => onChange("https://www.example.jp/"), 150);
      return () => clearTimeout(timer);
    },
  };
  const { run } = await runDrill(bench.deps(change), bench.wish);
  assert.deepEqual([run.state, run.trouble?.code], ["failed", "production"]);
  bench.nothingLeft();
});
