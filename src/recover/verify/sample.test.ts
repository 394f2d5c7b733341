import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "./ladder.ts";
import { chooseSample, includePattern } from "./sample.ts";

const files = Array.from({ length: 5_000 }, (_, at) => ({
  path: Buffer.from(at < 40 ? `/etc/${at}` : `/srv/${at}`),
  bytes: at,
  changedAtMs: 5_000 - at,
  sha256: "",
}));

test("all configuration, the newest, the largest and chance make 299, which see one percent of damage", () => {
  const sample = chooseSample(files, seededRandom("set1"));
  assert.equal(sample.length, 299);
  assert.equal(sample.filter(({ path }) => path.toString().startsWith("/etc/")).length, 40);
  for (const file of [...files.slice(0, 100), ...files.slice(-20)]) assert.ok(sample.includes(file));
});

function pathsOf(set: string): string {
  return chooseSample(files, seededRandom(set))
    .map(({ path }) => path.toString())
    .join();
}

test("another set is sampled elsewhere, the same one alike", () => {
  assert.equal(pathsOf("set1"), pathsOf("set1"));
  assert.notEqual(pathsOf("set1"), pathsOf("set2"));
});

test("a name is matched as it is written, whatever its signs and bytes", () => {
  assert.equal(includePattern(Buffer.from("/a/[b]*?\\.txt")), "/a/\\[b]\\*\\?\\\\.txt");
  assert.equal(includePattern(Buffer.from([0x2f, 0xc6, 0xfc, 0x2e, 0x74])), "/*.t");
});
