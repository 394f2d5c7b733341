import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { Secret } from "../../src/kernel/secret.ts";
import { runPlan } from "../../src/recover/run/run-plan.ts";
import { readEntry, type ManifestEntry } from "../../src/recover/sets/manifest.ts";
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

const eucName = Buffer.concat([Buffer.from([0xc6, 0xfc, 0xcb, 0xdc]), Buffer.from(".txt")]); // 日本.txt in EUC-JP

test("files of every sort are copied as one committed set, with a manifest that keeps the bytes of names", async () => {
  const { source, wanted, deps, sets, restic, kept, folder } = bench();
  fs.writeFileSync(Buffer.concat([Buffer.from(`${source}/`), eucName]), "euc");
  fs.writeFileSync(path.join(source, "line\nbreak"), "newline");
  fs.writeFileSync(path.join(source, "two names"), "linked");
  fs.linkSync(path.join(source, "two names"), path.join(source, "other name"));
  execFileSync("truncate", ["-s", "50M", path.join(source, "sparse")]);
  fs.symlinkSync("two names", path.join(source, "link"));
  const progress: string[] = [];
  const run = await runPlan(deps, wanted({ onProgress: ({ phase }) => void progress.push(phase) }));

  assert.deepEqual([run.state, run.trouble], ["committed", null]);
  const states = ["planned", "preparing", "dumping", "filing", "manifesting", "committing", "committed"];
  assert.deepEqual([...new Set(kept.map(({ state }) => state))], states);
  assert.deepEqual([...new Set(progress)], states);
  assert.deepEqual((await sets()).sets, [run.record]);
  assert.ok(run.record !== null && run.record.manifest !== null);
  assert.deepEqual(
    run.record.parts.map(({ part }) => part),
    ["files", "meta"],
  );
  const printed = restic("dump", run.record.manifest.snapshot, run.record.manifest.path).out;
  const lines = Buffer.from(printed, "latin1").toString("utf8").split("\n").slice(1);
  const entries = lines.flatMap((line) => readEntry(line) ?? []);
  const entry = (name: string | Buffer): ManifestEntry => {
    const found = entries.find((each) => path.basename(each.path.toString("latin1")) === name.toString("latin1"));
    assert.ok(found !== undefined, `${name.toString()} is in the manifest`);
    return found;
  };
  assert.equal(entry(eucName).size, 3);
  assert.match(entry("line\nbreak").sha256 ?? "", /^[0-9a-f]{64}$/);
  assert.equal(entry("sparse").sparse, true);
  assert.ok(entry("two names").linkGroup !== null);
  assert.equal(entry("two names").linkGroup, entry("other name").linkGroup);
  assert.equal(entry("link").target?.toString(), "two names");
  const target = path.join(folder, "restored");
  const files = run.record.parts[0]?.snapshot ?? "";
  assert.equal(restic("restore", files, "--target", target).code, 0);
  assert.equal(fs.readFileSync(Buffer.concat([Buffer.from(`${target}${source}/`), eucName]), "utf8"), "euc");
});

test("a source that is not there makes the set partial, though restic says that all is well; a rule may allow it", async () => {
  const { source, wanted, plan, deps, sets } = bench();
  fs.writeFileSync(path.join(source, "a"), "a");
  const gone = path.join(source, "..", "gone");
  const paths = [source, gone];
  const run = await runPlan(deps, wanted({ plan: plan({ paths }) }));
  assert.deepEqual([run.state, run.trouble?.code, run.trouble?.text], ["partial", "KB8007", gone]);
  const allowed = await runPlan(deps, wanted({ plan: plan({ paths, allowMissing: [gone] }) }));
  assert.equal(allowed.state, "committed");
  const found = await sets();
  assert.deepEqual([found.sets.length, found.partial.length], [1, 1]);
});

test("a file that cannot be read makes the set partial and is named", async () => {
  const { source, wanted, plan, deps } = bench();
  fs.writeFileSync(path.join(source, "a"), "a");
  const run = await runPlan(deps, wanted({ plan: plan({ paths: [source, "/proc/sys/net/ipv4/route/flush"] }) }));
  assert.equal(run.state, "partial");
  assert.match(run.trouble?.text ?? "", /flush/);
});

test("a wrong password, and a repository that is not there any more, are told as what they are; none is made anew", async () => {
  const { source, wanted, plan, deps, repo } = bench();
  fs.writeFileSync(path.join(source, "a"), "a");
  assert.equal((await runPlan(deps, wanted())).state, "committed");
  for (const lastEnded of [true, false]) {
    const secret = new Secret("wrong", "test");
    const wrong = await runPlan(deps, wanted({ plan: plan({ password: secret }), mayInit: false }));
    assert.deepEqual([wrong.state, wrong.trouble?.code], ["failed", "KB8002"], `last ended: ${lastEnded}`);
  }
  assert.equal((await runPlan(deps, wanted({ mayInit: false }))).state, "committed");
  fs.rmSync(repo, { recursive: true });
  const missing = await runPlan(deps, wanted({ mayInit: false }));
  assert.deepEqual([missing.state, missing.trouble?.code, fs.existsSync(repo)], ["failed", "KB8003", false]);
});
